import { moneyOrNull, optionalTextOf, quantityOf } from './attribute-values.ts';
import type { Shop } from '../../shop.ts';
import type { ProductRow, VariantRow } from '../../store/catalogue-rows.ts';
import type { AnyRow } from '../../store/table.ts';
import { invalid } from '../errors.ts';
import { linkTo, plainAttributes, type Resource } from '../resource.ts';
import type { WriteBody } from '../write-body.ts';

const WRITABLE = ['quantity', 'price', 'delivery_price', 'weight', 'sku', 'barcode', 'minimum'];
const READ_ONLY = ['item_id', 'v1', 'v2', 'v3', 'v1_id', 'v2_id', 'v3_id', 'unit_name', 'unit_short_name'];

/** Saves the price range and the time of change of a product after one of its variants changed (CloudCart API 4.14). */
export function productChanged(shop: Shop, productId: number, announce: boolean): void {
  const { products, variants } = shop.db.tables;
  const prices = variants.by('item_id', productId).map((variant) => variant.price ?? 0);
  products.update(productId, {
    price_from: prices.length === 0 ? 0 : Math.min(...prices),
    price_to: prices.length === 0 ? 0 : Math.max(...prices),
    date_modified: shop.now(),
  });
  if (announce && shop.switches.productUpdatedOnApiAndStock) {
    shop.emit({ event: 'product.updated', entityId: productId });
  }
}

/** Attributes of a body that may be written, checked (CloudCart API 4.14). The quantity is set, not added. */
function changesOf(shop: Shop, body: WriteBody, own: number | undefined): Partial<VariantRow> {
  body.refuse(READ_ONLY);
  body.refuseUnknown([...WRITABLE, ...READ_ONLY], shop.switches.unknownAttribute);
  const changes: Record<string, unknown> = {};
  for (const name of WRITABLE) {
    if (!body.has(name)) continue;
    const value = body.attributes[name];
    if (name === 'quantity') {
      if (value === null && shop.switches.variantQuantityNullWrite === '422')
        throw invalid('/data/attributes/quantity', 'The quantity must be a number.');
      changes[name] = quantityOf(name, value);
    } else if (name === 'sku' || name === 'barcode') changes[name] = optionalTextOf(name, value);
    else if (name === 'minimum') changes[name] = quantityOf(name, value) ?? 1;
    else changes[name] = moneyOrNull(name, value);
  }
  const sku = changes['sku'];
  if (shop.switches.skuUnique && typeof sku === 'string' && sku !== '') {
    const taken = shop.db.tables.variants.by('sku', sku).some((each) => each.id !== own);
    if (taken) throw invalid('/data/attributes/sku', 'The sku has already been taken.');
  }
  return changes;
}

/** A variant without options: the one and only of a product without parameters (CloudCart API 4.14). */
export function phantomVariant(id: number, productId: number): VariantRow {
  return {
    id,
    item_id: productId,
    sku: null,
    barcode: null,
    price: 0,
    delivery_price: 0,
    weight: 0,
    quantity: 0,
    minimum: 1,
    v1: null,
    v2: null,
    v3: null,
    v1_id: null,
    v2_id: null,
    v3_id: null,
    unit_id: null,
    unit_name: null,
    unit_short_name: null,
    unit_value_formatted: null,
  };
}

function create(shop: Shop, body: WriteBody): AnyRow {
  const product = shop.db.tables.products.get(body.link('product', 'products'));
  if (product === undefined || product._deleted)
    throw invalid('/data/relationships/product', 'The product field is required.');
  const options = optionsOf(shop, body, product);
  const changes = changesOf(shop, body, undefined);
  if (options.length === 0 && shop.db.tables.variants.by('item_id', product.id).length > 0)
    throw invalid('/data/relationships/product', 'The product already has its only variant.');
  const row: Record<string, unknown> = {
    ...phantomVariant(shop.db.nextId('variants'), product.id),
    ...changes,
  };
  for (const [index, option] of options.entries()) {
    row[`v${index + 1}`] = option.name;
    row[`v${index + 1}_id`] = option.id;
  }
  const saved = shop.db.tables.variants.put(row as unknown as VariantRow);
  productChanged(shop, product.id, true);
  return saved;
}

function optionsOf(shop: Shop, body: WriteBody, product: ProductRow): { id: number; name: string }[] {
  const wanted = [product.p1_id, product.p2_id, product.p3_id].filter((id) => id !== null);
  const given = [1, 2, 3]
    .map((index) => body.link(`option${index}`, 'variant-options'))
    .filter((id) => id !== undefined);
  if (given.length !== wanted.length) {
    const text = `You are trying to save variant with ${given.length} options, but your product requires ${wanted.length}`;
    throw invalid('/data/relationships', text);
  }
  return given.map((id, index) => {
    const option = shop.db.tables['variant-options'].get(id);
    const parameter = shop.db.tables['variant-parameters'].get(wanted[index]);
    if (option === undefined || option['parameter_id'] !== parameter?.id) {
      const text = `Variant option '${option?.name ?? id}' does not belongs to variant parameter '${parameter?.name}'`;
      throw invalid(`/data/relationships/option${index + 1}`, text);
    }
    return { id: option.id, name: option.name };
  });
}

/** Variants: price and stock of products (CloudCart API 4.14). No timestamps, no event of their own. */
export const variantResource: Resource = {
  type: 'variants',
  table: 'variants',
  methods: ['GET', 'POST', 'PATCH', 'DELETE'],
  attributes: (row, shop) => plainAttributes(row, shop),
  relations: {
    product: linkTo('products', 'item_id', true),
    option1: linkTo('variant-options', 'v1_id'),
    option2: linkTo('variant-options', 'v2_id'),
    option3: linkTo('variant-options', 'v3_id'),
  },
  includes: [
    ...['product', 'option1', 'option2', 'option3'],
    ...['option1.parameter', 'option2.parameter', 'option3.parameter'],
  ],
  sorts: ['id', 'quantity', 'price', 'weight'],
  filters: { has_images: (_row, value) => value !== 'yes' && value !== '1' },
  appends: ['discount'],
  visible: (row, shop) => shop.db.tables.products.get(row['item_id'] as number)?._deleted === false,
  create,
  update: (shop, row, body) => {
    const variant = row as unknown as VariantRow;
    shop.db.tables.variants.update(variant.id, changesOf(shop, body, variant.id));
    productChanged(shop, variant.item_id, true);
  },
  remove: (shop, row) => {
    shop.db.tables.variants.delete(row.id);
    productChanged(shop, row['item_id'] as number, true);
  },
};
