import type { Shop } from '../../shop.ts';
import type { StoreQuantityRow } from '../../store/catalogue-rows.ts';
import type { AnyRow } from '../../store/table.ts';
import { invalid } from '../errors.ts';
import { linkTo, type Resource } from '../resource.ts';
import type { WriteBody } from '../write-body.ts';

function qtyOf(body: WriteBody): number {
  const qty = body.attributes['qty'];
  if (!Number.isSafeInteger(qty)) throw invalid('/data/attributes/qty', 'The qty must be an integer.');
  return Number(qty);
}

function linked(shop: Shop, body: WriteBody, name: string, type: 'stores' | 'products' | 'variants'): number {
  const row = shop.db.generic(type).get(body.link(name, type));
  if (row === undefined) throw invalid(`/data/relationships/${name}`, `The ${name} field is required.`);
  return Number(row.id);
}

function create(shop: Shop, body: WriteBody): AnyRow {
  body.refuse(['shop_id', 'product_id', 'variant_id', 'created_at', 'updated_at']);
  const shop_id = linked(shop, body, 'store', 'stores');
  const product_id = linked(shop, body, 'product', 'products');
  const variant_id = linked(shop, body, 'variant', 'variants');
  const table = shop.db.tables['store-quantity'];
  const twice = table
    .by('variant_id', variant_id)
    .some((row) => row.shop_id === shop_id && row.product_id === product_id);
  if (twice) throw invalid('/data/relationships/store', 'Duplicate Entry');
  const dates = { created_at: shop.now(), updated_at: shop.now() };
  return table.put({
    id: shop.db.nextId('store-quantity'),
    shop_id,
    product_id,
    variant_id,
    qty: qtyOf(body),
    ...dates,
  });
}

/** Stock per store, beside the quantity of the variant (CloudCart API 4.16). The triple is unique and frozen. */
export const storeQuantityResource: Resource = {
  type: 'store-quantity',
  table: 'store-quantity',
  methods: ['GET', 'POST', 'PATCH', 'DELETE'],
  app: 'stores',
  dates: { created_at: 'plain', updated_at: 'plain' },
  relations: {
    store: linkTo('stores', 'shop_id', true),
    product: linkTo('products', 'product_id', true),
    variant: linkTo('variants', 'variant_id', true),
  },
  includes: ['store', 'product', 'variant'],
  sorts: ['id', 'shop_id', 'qty', 'product_id', 'variant_id'],
  create,
  update: (shop, row, body) => {
    body.refuse(['shop_id', 'product_id', 'variant_id', 'created_at', 'updated_at']);
    const { id } = row as StoreQuantityRow;
    shop.db.tables['store-quantity'].update(id, { qty: qtyOf(body), updated_at: shop.now() });
  },
  remove: (shop, row) => shop.db.tables['store-quantity'].delete(row.id),
};
