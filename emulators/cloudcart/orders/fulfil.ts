import { plainDate } from '../clock.ts';
import { Refusal, type Shop } from '../shop.ts';
import type { FulfilmentRow } from '../store/order-rows.ts';
import { numbersFor } from './numbering.ts';
import { completeWhenDone, paymentOf, savePayment } from './status.ts';
import { putBack, settleStock } from './stock.ts';

/** Tracking of a shipment (CloudCart API 4.11). */
export interface Tracking {
  readonly url?: string | null;
  readonly number?: string | null;
  readonly delivery?: string | null;
  readonly expedition?: string | null;
}

/**
 * Ships a whole order: lines linked, stock out, numbers, an authorised card captured, `order.updated`; completed
 * when paid (CloudCart API 4.11).
 * @throws Refusal when it cannot be shipped.
 */
export function fulfil(shop: Shop, orderId: number, tracking: Tracking = {}): FulfilmentRow {
  const order = shop.db.tables.orders.need(orderId);
  const lines = shop.db.tables['order-products'].by('order_id', orderId);
  if (order.status_fulfillment !== 'not_fulfilled') throw new Refusal('This order is already fulfilled.');
  if (order.date_archived !== null) throw new Refusal('This order is archived.');
  const shipping = shop.db.tables['order-shipping'].by('order_id', orderId)[0];
  if (shipping === undefined) throw new Refusal('This order has no shipping provider.');
  if (lines.every((line) => line.digital === 'yes'))
    throw new Refusal('This order has only digital products.');
  const fulfilment = shop.db.tables['order-fulfillment'].put({
    id: shop.db.nextId('order-fulfillment'),
    order_id: orderId,
    shipping_provider: shipping.provider_name,
    shipping_tracking_url: tracking.url ?? null,
    shipping_tracking_number: tracking.number ?? null,
    shipping_date_delivery: tracking.delivery ?? null,
    shipping_date_expedition: tracking.expedition ?? plainDate(shop.now(), 'local').slice(0, 10),
    date_fulfilled: shop.now(),
  });
  for (const line of lines) {
    shop.db.tables['order-products'].update(line.id, { order_fulfillment_id: fulfilment.id });
  }
  if (order.status === 'authorized') {
    const captured = { ...paymentOf(shop, orderId)?.provider_data, captured_amount: order.price_total };
    savePayment(shop, orderId, 'completed', { provider_data: captured });
  }
  let now = shop.touch(orderId, {
    status_fulfillment: 'fulfilled',
    ...(order.status === 'authorized' ? { status: 'paid' } : {}),
  });
  now = completeWhenDone(shop, now);
  now = shop.touch(orderId, numbersFor(shop, now));
  settleStock(shop, now);
  shop.emit({ event: 'order.updated', entityId: orderId });
  return fulfilment;
}

/**
 * Takes a shipment back: `paid` when the payment is completed, else `pending`, past all rules. Stock comes back only
 * where it left with the shipment: orders placed under the setting `paid` (CloudCart API 4.11).
 */
export function removeFulfilment(shop: Shop, fulfilment: FulfilmentRow): void {
  const orderId = fulfilment.order_id;
  shop.db.tables['order-fulfillment'].delete(fulfilment.id);
  const paid = paymentOf(shop, orderId)?.payment_status === 'completed';
  for (const line of shop.db.tables['order-products'].by('order_id', orderId)) {
    if (line.order_fulfillment_id === fulfilment.id)
      shop.db.tables['order-products'].update(line.id, { order_fulfillment_id: null });
  }
  const order = shop.touch(orderId, {
    status_fulfillment: 'not_fulfilled',
    status: paid ? 'paid' : 'pending',
  });
  if (!paid && order._decrement === 'paid')
    for (const line of shop.db.tables['order-products'].by('order_id', orderId)) putBack(shop, line);
  shop.emit({ event: 'order.updated', entityId: orderId });
}
