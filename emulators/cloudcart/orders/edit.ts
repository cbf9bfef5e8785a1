import { z } from 'zod';
import { Refusal, type Shop } from '../shop.ts';
import type { LineRow, OrderRow } from '../store/order-rows.ts';
import { saveAddress } from './addresses.ts';
import { addDiscount, addLine, removeLine } from './lines.ts';
import {
  discountInput,
  lineInput,
  money,
  placeInput,
  quantity,
  shippingChange,
  type ShippingChange,
} from './place-input.ts';
import { saveShipping } from './place.ts';
import { reprice } from './reprice.ts';
import { paymentOf } from './status.ts';
import { putBack, settleStock } from './stock.ts';

const shape = placeInput.shape;

/** An edit by the merchant; everything in one request is one edit and one event (CloudCart API 5.6). */
export const editInput = z.strictObject({
  lines: z
    .strictObject({
      add: z.array(lineInput).default([]),
      /** By id, or by SKU. */
      remove: z.array(z.union([z.int(), z.string()])).default([]),
      change: z
        .array(
          z.strictObject({
            line: z.union([z.int(), z.string()]),
            quantity: quantity.optional(),
            price: money.optional(),
          }),
        )
        .default([]),
    })
    .partial()
    .default({}),
  addDiscounts: z.array(discountInput).default([]),
  removeDiscounts: z.array(z.int()).default([]),
  fees: z.array(z.strictObject({ name: z.string(), amount: money })).optional(),
  shipping: shippingChange.optional(),
  billing: shape.billing,
  shippingAddress: shape.shippingAddress,
  note: z.string().optional(),
  noteAdministrator: z.string().optional(),
});

/** An edit as given. */
export type EditInput = z.input<typeof editInput>;

/**
 * Edits an order: lines, discounts, delivery, addresses, notes; sums anew, stock follows, one `order.updated`.
 * @throws Refusal when the state of the order forbids it (CloudCart API 5.6).
 */
export function editOrder(shop: Shop, orderId: number, given: EditInput): OrderRow {
  const edit = editInput.parse(given);
  const order = shop.db.tables.orders.need(orderId);
  const touchesMoney =
    Object.values(edit.lines).some((list) => list !== undefined && list.length > 0) ||
    edit.addDiscounts.length + edit.removeDiscounts.length > 0 ||
    edit.fees !== undefined;
  if (touchesMoney) refuseWhenFrozen(order);
  if (edit.shipping && order.status_fulfillment !== 'not_fulfilled')
    throw new Refusal('The order is shipped, its delivery can no longer be changed.');
  if (edit.billing && order.invoice_number !== null) throw new Refusal('The order is invoiced.');
  if (edit.shippingAddress && (order.status === 'completed' || order.status_fulfillment !== 'not_fulfilled'))
    throw new Refusal('The shipping address can no longer be changed.');
  editLines(shop, order, edit.lines);
  for (const id of edit.removeDiscounts) removeDiscount(shop, orderId, id);
  for (const discount of edit.addDiscounts) addDiscount(shop, orderId, discount, null);
  if (edit.fees !== undefined) replaceFees(shop, orderId, edit.fees);
  if (edit.shipping !== undefined) saveShipping(shop, orderId, withOld(shop, orderId, edit.shipping));
  if (edit.billing) saveAddress(shop, 'order-billing-address', order, edit.billing);
  if (edit.shippingAddress) saveAddress(shop, 'order-shipping-address', order, edit.shippingAddress);
  reprice(shop, orderId);
  const now = shop.touch(orderId, {
    ...(edit.note === undefined ? {} : { note_customer: edit.note }),
    ...(edit.noteAdministrator === undefined ? {} : { note_administrator: edit.noteAdministrator }),
  });
  followTotal(shop, now);
  settleStock(shop, now);
  if (!now._draft) shop.emit({ event: 'order.updated', entityId: orderId });
  return now;
}

function refuseWhenFrozen(order: OrderRow): void {
  const open = ['pending', 'paid', 'authorized'].includes(order.status);
  if (!open || order.status_fulfillment !== 'not_fulfilled' || order.date_archived !== null)
    throw new Refusal('Only open orders can be edited.');
  if (order.invoice_number !== null) throw new Refusal('The order is invoiced, its lines are frozen.');
}

function findLine(shop: Shop, orderId: number, wanted: number | string): LineRow {
  const lines = shop.db.tables['order-products'].by('order_id', orderId);
  const line = lines.find((each) => each.id === wanted || each.sku === wanted);
  if (line === undefined) throw new Refusal(`the order has no line ${wanted}`);
  return line;
}

function editLines(shop: Shop, order: OrderRow, lines: z.output<typeof editInput>['lines']): void {
  const removed = (lines.remove ?? []).map((wanted) => findLine(shop, order.id, wanted));
  for (const line of lines.add ?? []) addLine(shop, order.id, line);
  for (const { line: wanted, quantity, price } of lines.change ?? []) {
    const line = findLine(shop, order.id, wanted);
    if (quantity !== undefined) changeQuantity(shop, line, quantity);
    if (price !== undefined) shop.db.tables['order-products'].update(line.id, { price });
  }
  for (const line of removed) {
    const siblings = shop.db.tables['order-products']
      .by('order_id', order.id)
      .filter((each) => each.id === line.id || each._wrapper === line.id);
    for (const each of siblings) putBack(shop, each);
    removeLine(shop, line);
  }
}

/** Stock goes back with the old quantity and out again with the new one; parts of a bundle keep their ratio. */
function changeQuantity(shop: Shop, line: LineRow, wanted: number): void {
  const parts = shop.db.tables['order-products'].by('order_id', line.order_id);
  for (const each of parts) {
    if (each.id !== line.id && each._wrapper !== line.id) continue;
    putBack(shop, each);
    const quantity = Math.round((each.quantity * wanted * 1000) / line.quantity) / 1000;
    shop.db.tables['order-products'].update(each.id, { quantity });
  }
}

function removeDiscount(shop: Shop, orderId: number, id: number): void {
  const discount = shop.db.tables['order-discount'].get(id);
  if (discount?.order_id !== orderId) throw new Refusal(`the order has no discount ${id}`);
  shop.db.tables['order-discount'].delete(id);
  for (const line of shop.db.tables['order-products'].by('order_id', orderId)) {
    if (line.order_discount_id === id)
      shop.db.tables['order-products'].update(line.id, { order_discount_id: null });
  }
}

function replaceFees(shop: Shop, orderId: number, fees: readonly { name: string; amount: number }[]): void {
  const table = shop.db.tables['order-tax'];
  for (const row of table.by('order_id', orderId)) if (row.vat === 'no') table.delete(row.id);
  for (const { name, amount } of fees) {
    table.put({
      ...{ id: shop.db.nextId('order-tax'), order_id: orderId, name, rate: null, value: amount },
      ...{ class_id: null, tax_id: null, type: 'fee', vat: 'no', _verbatim: null },
    });
  }
}

function withOld(shop: Shop, orderId: number, wanted: ShippingChange): ShippingChange {
  const old = shop.db.tables['order-shipping'].by('order_id', orderId)[0];
  if (old === undefined) return wanted;
  const { provider_id, order_amount, order_insurance } = old;
  return { provider: provider_id ?? 'econt', price: order_amount, insurance: order_insurance, ...wanted };
}

/** An open payment asks for the new total; one that was made stays what it was. */
function followTotal(shop: Shop, order: OrderRow): void {
  const payment = paymentOf(shop, order.id);
  if (payment === undefined || payment.payment_status === 'completed') return;
  shop.db.tables['order-payment'].update(payment.id, {
    amount: order.price_total,
    date_modified: shop.now(),
  });
}
