import { Refusal, type Shop } from '../shop.ts';
import type { LineRow, OrderRow } from '../store/order-rows.ts';
import { thousandths } from './amounts.ts';

const SOLD: ReadonlySet<string> = new Set(['authorized', 'paid', 'completed']);

/** Statuses that mean "nothing sold": stock comes back (CloudCart API 5.1). */
export const NEGATIVE: ReadonlySet<string> = new Set([
  'cancelled',
  'refunded',
  'voided',
  'timeouted',
  'failed',
  'chargebacked',
  'disputed',
]);

/**
 * The store that an order takes its goods from: the one it names, else the first active one. Null without Store Locations
 * (CloudCart API 4.16). @throws Refusal when the shop has no such store.
 */
export function storeOf(shop: Shop, named: number | undefined): number | null {
  if (!shop.switches.appStores || !shop.switches.storeLocations) return null;
  const active = shop.db.tables.stores.all().filter((row) => row['active'] === 1);
  const [first] = active.toSorted((one, other) => Number(one['sort']) - Number(other['sort']));
  const store = named === undefined ? first : active.find(({ id }) => id === named);
  if (store === undefined) throw new Refusal(`no active store ${named ?? ''}`);
  return store.id;
}

/**
 * Adds to the stock of a variant, or to its row of a store, never below zero; null stays unlimited. A store's row moves
 * instead of the variant and fires nothing (CloudCart API 6.1, 7.2).
 */
function moveStock(shop: Shop, store: number | null, variantId: number, delta: bigint): void {
  const { variants, products, 'store-quantity': rows } = shop.db.tables;
  if (store !== null) {
    const row = rows.by('variant_id', variantId).find(({ shop_id }) => shop_id === store);
    if (row === undefined) return;
    const left = thousandths(row.qty) + delta;
    rows.update(row.id, { qty: Number(left < 0n ? 0n : left) / 1000, updated_at: shop.now() });
    return;
  }
  const variant = variants.get(variantId);
  if (variant === undefined || variant.quantity === null) return;
  const left = thousandths(variant.quantity) + delta;
  variants.update(variantId, { quantity: Number(left < 0n ? 0n : left) / 1000 });
  products.update(variant.item_id, { date_modified: shop.now() });
  if (shop.switches.productUpdatedOnApiAndStock) {
    shop.emit({ event: 'product.updated', entityId: variant.item_id });
  }
}

/** Moves stock to where the status of the order wants it (CloudCart API 5.1, 7.2). Custom statuses move nothing. */
export function settleStock(shop: Shop, order: OrderRow): void {
  if (order._draft) return;
  const lines = shop.db.tables['order-products'].by('order_id', order.id);
  if (NEGATIVE.has(order.status)) for (const line of lines) putBack(shop, line);
  else if (isSold(order)) for (const line of lines) takeOut(shop, line);
}

function isSold(order: OrderRow): boolean {
  if (order.status_fulfillment !== 'not_fulfilled' || SOLD.has(order.status)) return true;
  return order.status === 'pending' && order._decrement === 'pending';
}

/** Takes the stock of a line off the shelf, once. */
function takeOut(shop: Shop, line: LineRow): void {
  if (line._out || line._returned || line.tracked === 'no') return;
  shop.db.tables['order-products'].update(line.id, { _out: true });
  for (const [variantId, quantity] of stockOf(shop, line))
    moveStock(shop, storeOfLine(shop, line), variantId, -quantity);
}

/** Puts the stock of a line back, once; not for deleted or untracked products (CloudCart API 7.2). */
export function putBack(shop: Shop, line: LineRow): void {
  if (!line._out) return;
  if (shop.db.tables['order-products'].get(line.id) !== undefined)
    shop.db.tables['order-products'].update(line.id, { _out: false });
  const product = shop.db.tables.products.get(line.product_id);
  if (product === undefined || product._deleted || product.tracking === 'no') return;
  for (const [variantId, quantity] of stockOf(shop, line))
    moveStock(shop, storeOfLine(shop, line), variantId, quantity);
}

function storeOfLine(shop: Shop, line: LineRow): number | null {
  return shop.db.tables.orders.need(line.order_id)._store;
}

/** Variants behind a line: a bundle has no stock of its own, its parts do (CloudCart API 7.5). */
function stockOf(shop: Shop, line: LineRow): [variantId: number, quantity: bigint][] {
  const quantity = thousandths(line.quantity);
  const parts = shop.db.tables.products.get(line.product_id)?._parts ?? null;
  if (parts === null) return line.variant_id === null ? [] : [[line.variant_id, quantity]];
  const children = shop.db.tables['order-products']
    .by('order_id', line.order_id)
    .some((each) => each._wrapper === line.id);
  if (children) return [];
  return parts.map((part) => [part.variantId, quantity * BigInt(part.quantity)]);
}
