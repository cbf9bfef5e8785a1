import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { productChanged } from '../api/resources/variants.ts';
import { money } from '../orders/place-input.ts';
import { toEuro } from '../orders/amounts.ts';
import type { Shop } from '../shop.ts';
import type { VariantRow } from '../store/catalogue-rows.ts';
import { ControlError } from '../../support/control.ts';
import { addProducts } from './new-products.ts';
import { type ControlRoute, on } from './route.ts';

const yesNo = z.enum(['yes', 'no']);
const variantChange = z.strictObject({
  price: money.optional(),
  quantity: z.number().nullable().optional(),
  sku: z.string().nullable().optional(),
  barcode: z.string().nullable().optional(),
});
const productChange = z.strictObject({
  name: z.string().optional(),
  active: yesNo.optional(),
  draft: yesNo.optional(),
  tracking: yesNo.optional(),
  continue_selling: yesNo.optional(),
  price: money.optional(),
  quantity: z.number().nullable().optional(),
});

function variantView(shop: Shop, variant: VariantRow): Record<string, unknown> {
  const product = shop.db.tables.products.get(variant.item_id);
  return {
    variantId: variant.id,
    productId: variant.item_id,
    name: [product?.name, variant.v1, variant.v2].filter(Boolean).join(' '),
    sku: variant.sku,
    price: variant.price,
    quantity: variant.quantity,
    stores: shop.db.tables['store-quantity']
      .by('variant_id', variant.id)
      .map(({ id, shop_id, qty }) => ({ storeId: shop_id, rowId: id, quantity: qty })),
    tracking: product?.tracking,
    active: product?.active,
  };
}

function defined<T extends object>(changes: T): Partial<T> {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function changeVariant(shop: Shop, id: number | string, changes: z.output<typeof variantChange>): VariantRow {
  const variant = shop.db.tables.variants.get(id);
  if (variant === undefined) throw new ControlError(404, `no variant ${id}`);
  const after = shop.db.tables.variants.update(variant.id, defined(changes) as Partial<VariantRow>);
  productChanged(shop, variant.item_id, false);
  shop.emit({ event: 'product.updated', entityId: variant.item_id });
  return after;
}

/** Sets what a store has of a variant, or takes its row away (null), as the administration would (CloudCart API 4.16). */
function setStoreStock(shop: Shop, store: number, body: unknown): Record<string, unknown> {
  const input = z.strictObject({ sku: z.string(), quantity: z.int().nullable() }).parse(body);
  const [variant] = shop.db.tables.variants.by('sku', input.sku);
  if (variant === undefined || shop.db.tables.stores.get(store) === undefined)
    throw new ControlError(404, `no store ${store} or no variant ${input.sku}`);
  const rows = shop.db.tables['store-quantity'];
  const row = rows.by('variant_id', variant.id).find(({ shop_id }) => shop_id === store);
  if (input.quantity === null) {
    if (row !== undefined) rows.delete(row.id);
  } else
    rows.put({
      ...{ id: row?.id ?? shop.db.nextId('store-quantity'), shop_id: store, product_id: variant.item_id },
      ...{ variant_id: variant.id, qty: input.quantity },
      ...{ created_at: row?.created_at ?? shop.now(), updated_at: shop.now() },
    });
  return variantView(shop, variant);
}

/** A new value for a key: REST answers 401 to the old one, deliveries carry the new one (CloudCart API 8.12). */
function rotateKey(shop: Shop): { readonly apiKey: string } {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
  const value = [...randomBytes(64)].map((byte) => alphabet[byte % alphabet.length]).join('');
  shop.db.tables['api-keys'].update(1, { value });
  return { apiKey: value };
}

/**
 * The shop changes from leva to euro, once: prices, sale prices and flat discounts, half up to cents. Orders stay as
 * they are, and nobody is told (CloudCart API 5.8).
 */
function convertPrices(shop: Shop): void {
  if (shop.settings.currency !== 'BGN') throw new ControlError(422, 'the prices of this shop are not in BGN');
  for (const variant of shop.db.tables.variants.all()) {
    if (variant.price === null) continue;
    const changes = { price: toEuro(variant.price), delivery_price: toEuro(variant.delivery_price) };
    shop.db.tables.variants.update(variant.id, changes);
    productChanged(shop, variant.item_id, false);
  }
  for (const row of shop.db.tables['product-to-discount'].all()) {
    const [price, save] = [toEuro(Number(row['price'])), toEuro(Number(row['save']))];
    shop.db.tables['product-to-discount'].put({ ...row, price, save });
  }
  for (const row of shop.db.tables.discounts.all()) {
    if (row['discount_type'] !== 'flat') continue;
    shop.db.tables.discounts.put({ ...row, type_value: toEuro(Number(row['type_value'])) });
  }
  shop.settings.currency = 'EUR';
}

/** Catalogue, stock, keys and settings, as the administration would change them. */
export const catalogueRoutes: readonly ControlRoute[] = [
  on('GET /products', ({ shop }) => ({
    products: shop.db.tables.variants.all().map((variant) => variantView(shop, variant)),
  })),
  on('POST /products', ({ shop }, { body }) => addProducts(shop, body)),
  on('GET /stock', ({ shop }, { params }) => {
    const sku = params.get('sku');
    const rows = sku === null ? shop.db.tables.variants.all() : shop.db.tables.variants.by('sku', sku);
    return { stock: rows.map((variant) => variantView(shop, variant)) };
  }),
  on('PATCH /variants/:id', ({ shop }, { names, body }) =>
    variantView(shop, changeVariant(shop, names['id'] ?? '', variantChange.parse(body))),
  ),
  on('PUT /stores/:id/stock', ({ shop }, { names, body }) => setStoreStock(shop, Number(names['id']), body)),
  on('PATCH /products/:id', ({ shop }, { names, body }) => {
    const product = shop.db.tables.products.get(names['id']);
    if (product === undefined) throw new ControlError(404, `no product ${names['id']}`);
    const { price, quantity, ...rest } = productChange.parse(body);
    shop.db.tables.products.update(product.id, { ...(defined(rest) as object), date_modified: shop.now() });
    const [variant] = shop.db.tables.variants.by('item_id', product.id);
    if (variant !== undefined && (price !== undefined || quantity !== undefined))
      changeVariant(shop, variant.id, { price, quantity });
    else shop.emit({ event: 'product.updated', entityId: product.id });
    return shop.db.tables.products.need(product.id);
  }),
  on('DELETE /products/:id', ({ shop }, { names }) => {
    const product = shop.db.tables.products.get(names['id']);
    if (product === undefined) throw new ControlError(404, `no product ${names['id']}`);
    shop.db.tables.products.update(product.id, { _deleted: true, date_modified: shop.now() });
    shop.emit({ event: 'product.deleted', entityId: product.id });
  }),
  on('POST /keys/rotate', ({ shop }) => rotateKey(shop)),
  on('PATCH /keys/:id', ({ shop }, { names, body }) => {
    if (shop.db.tables['api-keys'].get(names['id']) === undefined) throw new ControlError(404, 'no such key');
    const { active } = z.strictObject({ active: yesNo }).parse(body);
    shop.db.tables['api-keys'].update(names['id'] ?? '', { active });
  }),
  on('PATCH /admin-token', ({ shop }, { body }) => {
    const input = z.strictObject({
      value: z.string().min(1).optional(),
      scopes: z.array(z.string()).optional(),
      active: z.boolean().optional(),
    });
    Object.assign(shop.settings.adminToken, defined(input.parse(body)));
    return shop.settings.adminToken;
  }),
  on('GET /settings', ({ shop }) => shop.settings),
  on('PATCH /settings', ({ shop }, { body }) => {
    const input = z.strictObject({ currency: z.string().length(3), vatIncluded: yesNo, name: z.string() });
    Object.assign(shop.settings, defined(input.partial().parse(body)));
    return shop.settings;
  }),
  on('POST /convert-to-euro', ({ shop }) => convertPrices(shop)),
];
