import type { Shop } from '../../shop.ts';
import type { ProductRow } from '../../store/catalogue-rows.ts';
import type { YesNo } from '../../store/order-rows.ts';
import type { AnyRow } from '../../store/table.ts';
import { invalid } from '../errors.ts';
import { linkTo, plainAttributes, type Resource, rowsOf } from '../resource.ts';
import type { WriteBody } from '../write-body.ts';
import { moneyOrNull, optionalTextOf, quantityOf, requiredTextOf, yesNoOf } from './attribute-values.ts';
import { phantomVariant } from './variants.ts';

const FLAGS = [
  ...['active', 'digital', 'sale', 'new', 'tracking', 'shipping', 'draft', 'continue_selling'],
] as const;
const TEXTS = ['description', 'short_description', 'seo_title', 'seo_description'] as const;
const READ_ONLY = [
  ...['p1', 'p2', 'p3', 'p1_id', 'p2_id', 'p3_id', 'category_id', 'vendor_id', 'image_id', 'unit_id'],
  ...['price_from', 'price_to', 'product_type', 'views', 'date_added', 'date_modified'],
];

/** Written over the API and of no consequence here. */
const IGNORED = [
  ...[
    'status_id',
    'out_of_stock_id',
    'description_title',
    'featured',
    'per_row',
    'featured_from',
    'new_from',
  ],
  ...['publish_date', 'active_to', 'imported', 'app_import', 'xml_import_id', 'xml_import_product_id'],
  ...['xml_import_name', 'unit_short_name', 'meta'],
];
const WRITABLE = ['name', 'minimum', 'sort_order', 'threshold', 'url_handle', ...FLAGS, ...TEXTS, ...IGNORED];

function changesOf(shop: Shop, body: WriteBody, own: number | undefined): Partial<ProductRow> {
  body.refuse(READ_ONLY);
  body.refuseUnknown([...WRITABLE, ...READ_ONLY], shop.switches.unknownAttribute);
  const changes: Record<string, unknown> = {};
  for (const name of FLAGS) if (body.has(name)) changes[name] = yesNoOf(name, body.attributes[name]);
  for (const name of TEXTS) {
    if (body.has(name)) changes[name] = String((body.attributes[name] as string | null) ?? '');
  }
  if (body.has('name')) changes['name'] = requiredTextOf('name', body.attributes['name'], 2);
  if (body.has('minimum')) changes['minimum'] = quantityOf('minimum', body.attributes['minimum']) ?? 1;
  if (body.has('sort_order'))
    changes['sort_order'] = moneyOrNull('sort_order', body.attributes['sort_order']) ?? 0;
  if (body.has('threshold')) changes['threshold'] = moneyOrNull('threshold', body.attributes['threshold']);
  if (body.has('url_handle')) changes['url_handle'] = handleOf(shop, body, own);
  const category = body.link('category', 'categories');
  if (category !== undefined) {
    const row = shop.db.tables.categories.get(category);
    if (row === undefined) throw invalid('/data/relationships/category', 'The selected category is invalid.');
    changes['category_id'] = row.id;
  }
  const vendor = body.link('vendor', 'vendors');
  if (vendor !== undefined) changes['vendor_id'] = shop.db.tables.vendors.get(vendor)?.id ?? null;
  return changes;
}

function handleOf(shop: Shop, body: WriteBody, own: number | undefined): string {
  const handle = requiredTextOf('url_handle', body.attributes['url_handle']);
  const pointer = '/data/attributes/url_handle';
  if (!/^[\p{L}\p{N}_-]+$/u.test(handle)) throw invalid(pointer, 'The url handle format is invalid.');
  const taken = shop.db.tables.products.all().some((row) => row.url_handle === handle && row.id !== own);
  if (taken) throw invalid(pointer, 'The url handle has already been taken.');
  return handle;
}

/** Parameters that the body links, in their order (CloudCart API 4.13). */
function parametersOf(shop: Shop, body: WriteBody): Partial<ProductRow> {
  const changes: Record<string, unknown> = {};
  for (const index of [1, 2, 3]) {
    const id = body.link(`parameter${index}`, 'variant-parameters');
    if (id === undefined) continue;
    const parameter = shop.db.tables['variant-parameters'].get(id);
    if (parameter === undefined)
      throw invalid(`/data/relationships/parameter${index}`, 'The selected parameter is invalid.');
    changes[`p${index}`] = parameter.name;
    changes[`p${index}_id`] = parameter.id;
  }
  return changes;
}

function create(shop: Shop, body: WriteBody): AnyRow {
  const no: YesNo = 'no';
  const name = requiredTextOf('name', body.attributes['name'], 2);
  if (body.link('category', 'categories') === undefined)
    throw invalid('/data/relationships/category', 'The category field is required.');
  const changes = { ...changesOf(shop, body, undefined), ...parametersOf(shop, body) };
  const id = shop.db.nextId('products');
  const row = shop.db.tables.products.put({
    id,
    name,
    url_handle: `product-${id}`,
    // Blank flags are no: stock of products made over the API is ignored unless asked for (CloudCart API 4.13).
    ...{
      active: no,
      draft: no,
      digital: no,
      sale: no,
      new: no,
      tracking: no,
      shipping: no,
      continue_selling: no,
    },
    ...{
      minimum: 1,
      threshold: null,
      description: '',
      short_description: '',
      seo_title: '',
      seo_description: '',
    },
    ...{ sort_order: 0, p1: null, p2: null, p3: null, p1_id: null, p2_id: null, p3_id: null },
    ...{ category_id: 0, vendor_id: null, price_from: 0, price_to: 0, product_type: 'simple', views: 0 },
    ...{ date_added: shop.now(), date_modified: shop.now(), _vat: 20, _parts: null, _deleted: false },
    ...changes,
  });
  if (shop.switches.phantomVariantOnPost && row.p1 === null)
    shop.db.tables.variants.put(phantomVariant(shop.db.nextId('variants'), id));
  if (shop.switches.productUpdatedOnApiAndStock) shop.emit({ event: 'product.created', entityId: id });
  return row;
}

function update(shop: Shop, row: AnyRow, body: WriteBody): void {
  const product = row as ProductRow;
  const parameters = parametersOf(shop, body);
  const changes = changesOf(shop, body, product.id);
  shop.db.tables.products.update(product.id, { ...changes, ...parameters, date_modified: shop.now() });
  const after = shop.db.tables.products.need(product.id);
  if (after.p1_id !== product.p1_id || after.p2_id !== product.p2_id || after.p3_id !== product.p3_id) {
    // Other parameters delete all variants (CloudCart API 4.13, 8.38).
    for (const variant of shop.db.tables.variants.by('item_id', product.id))
      shop.db.tables.variants.delete(variant.id);
  }
  if (shop.switches.productUpdatedOnApiAndStock)
    shop.emit({ event: 'product.updated', entityId: product.id });
}

function hasVariant(column: 'sku' | 'barcode') {
  return (row: AnyRow, value: string, shop: Shop): boolean =>
    shop.db.tables.variants
      .by(column, optionalTextOf(column, value) ?? '')
      .some((each) => each.item_id === row.id);
}

/** Products (CloudCart API 4.13). A deletion is soft: 404 from then on. */
export const productResource: Resource = {
  type: 'products',
  table: 'products',
  methods: ['GET', 'POST', 'PATCH', 'DELETE'],
  attributes: (row, shop) => ({
    ...plainAttributes(row, shop, { date_added: 'plain', date_modified: 'plain' }),
    image_id: null,
    unit_id: null,
  }),
  relations: {
    category: linkTo('categories', 'category_id', true),
    vendor: linkTo('vendors', 'vendor_id'),
    variants: rowsOf('variants', 'item_id'),
    variant: {
      ...rowsOf('variants', 'item_id'),
      many: false,
      ids: (row, shop) =>
        shop.db.tables.variants
          .by('item_id', row.id)
          .slice(0, 1)
          .map((each) => each.id),
    },
    parameter1: linkTo('variant-parameters', 'p1_id'),
    parameter2: linkTo('variant-parameters', 'p2_id'),
    parameter3: linkTo('variant-parameters', 'p3_id'),
  },
  includes: ['category', 'vendor', 'variants', 'variant', 'parameter1', 'parameter2', 'parameter3'],
  sorts: ['id', 'name', 'date_added', 'date_modified', 'sort_order', 'views'],
  filters: { sku: hasVariant('sku'), barcode: hasVariant('barcode') },
  singleFilters: ['url_handle'],
  appends: ['meta', 'discount'],
  visible: (row) => row['_deleted'] !== true,
  create,
  update,
  remove: (shop, row) => {
    shop.db.tables.products.update(row.id, { _deleted: true, date_modified: shop.now() });
    shop.emit({ event: 'product.deleted', entityId: Number(row.id) });
  },
};
