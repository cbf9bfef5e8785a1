import { Refusal, type Shop } from '../shop.ts';
import type { OrderRow, PaymentRow } from '../store/order-rows.ts';
import { numbersFor } from './numbering.ts';
import { NEGATIVE, settleStock } from './stock.ts';

/** Who changes an order; only gateways may set some statuses, and they are silent (CloudCart API 5.1, 5.4). */
export type Actor = 'merchant' | 'api' | 'gateway';

const WRITABLE = ['pending', 'authorized', 'paid', 'completed', 'cancelled', 'refunded'];
const GATEWAY_ONLY = ['voided', 'timeouted', 'failed', 'chargebacked', 'disputed'];
const POINTER = '/data/attributes/status';

/** Latest payment of an order: the one that the order shows (CloudCart API 4.4). */
export function paymentOf(shop: Shop, orderId: number): PaymentRow | undefined {
  return shop.db.tables['order-payment'].by('order_id', orderId).at(-1);
}

/** Saves the state of the latest payment. */
export function savePayment(
  shop: Shop,
  orderId: number,
  status: string,
  more: Partial<PaymentRow> = {},
): void {
  const payment = paymentOf(shop, orderId);
  if (payment === undefined) return;
  const changes = { status, payment_status: status, date_modified: shop.now(), ...more };
  shop.db.tables['order-payment'].update(payment.id, changes);
}

/** Codes that a status write accepts: built-in ones, custom ones, and the two of fulfilment (CloudCart API 5.1). */
export function writableStatuses(shop: Shop): string[] {
  const custom = shop.db.tables['order-status']
    .all()
    .map((row) => row.slug)
    .filter((slug) => slug.startsWith('order-'));
  return [...WRITABLE, 'fulfilled', 'not_fulfilled', ...custom];
}

/**
 * Changes the status of an order with everything that hangs on it: rules, payment, stock, numbers, completion,
 * event (CloudCart API 5.1 to 5.4).
 * @throws Refusal with the platform's text when a rule forbids it.
 */
export function changeStatus(shop: Shop, orderId: number, wanted: string, actor: Actor): OrderRow {
  const before = shop.db.tables.orders.need(orderId);
  checkRules(shop, before, wanted, actor);
  const negative = NEGATIVE.has(wanted);
  let order = shop.touch(orderId, {
    status: wanted,
    ...(negative ? { status_fulfillment: 'not_fulfilled' } : {}),
    ...(actor === 'api' ? { _manual: true } : {}),
  });
  if (negative) unlinkFulfilment(shop, orderId);
  movePayment(shop, before, wanted, actor);
  if (wanted === 'refunded' || (wanted === 'cancelled' && isCommitted(before))) {
    order = shop.touch(orderId, { _returned: true, return_status: 'full' });
  }
  order = completeWhenDone(shop, order);
  order = shop.touch(orderId, numbersFor(shop, order));
  settleStock(shop, order);
  if (announces(shop, before.status, order.status, actor)) {
    shop.emit({ event: 'order.updated', entityId: orderId });
  }
  return shop.db.tables.orders.need(orderId);
}

/** Paid and shipped, or paid and nothing to ship, is completed in the same save (CloudCart API 5.4). */
export function completeWhenDone(shop: Shop, order: OrderRow): OrderRow {
  if (!shop.switches.orderComplete || order.status !== 'paid') return order;
  const lines = shop.db.tables['order-products'].by('order_id', order.id);
  const digital = lines.length > 0 && lines.every((line) => line.digital === 'yes');
  if (order.status_fulfillment === 'not_fulfilled' && !digital) return order;
  return shop.touch(order.id, { status: 'completed', status_fulfillment: 'fulfilled' });
}

function isCommitted(order: OrderRow): boolean {
  return order.status === 'paid' || order.status === 'completed';
}

function checkRules(shop: Shop, order: OrderRow, wanted: string, actor: Actor): void {
  const allowed = writableStatuses(shop);
  if (!allowed.includes(wanted) && !(actor === 'gateway' && GATEWAY_ONLY.includes(wanted))) {
    throw new Refusal(`Invalid status. You can use one of: ${allowed.join(', ')}`, POINTER);
  }
  if (order.date_archived !== null) {
    throw new Refusal('Cannot change the status of archived order. Unarchive first.', POINTER);
  }
  const reversed = order.status === 'cancelled' || order.status === 'refunded';
  const locked = order._returned || order.credit_number !== null;
  if (reversed && locked && wanted !== 'cancelled' && wanted !== 'refunded') {
    const text = 'The order is locked after a cancellation/refund — its status can no longer be changed.';
    throw new Refusal(text, POINTER);
  }
  if (actor === 'gateway') return;
  const authorized = paymentOf(shop, order.id)?.provider_data['authorize_amount'];
  if (order.status === 'authorized' && typeof authorized === 'number' && authorized < order.price_total) {
    throw new Refusal(
      `The order amount is ${order.price_total} and cannot exceed the authorized payment ${authorized}`,
      POINTER,
    );
  }
  if (wanted === 'completed' && order.status !== 'paid' && order.status_fulfillment === 'not_fulfilled') {
    throw new Refusal('Only paid and/or fulfilled orders can be marked as Completed', POINTER);
  }
  if (wanted === 'cancelled' && isCommitted(order)) {
    throw new Refusal('Only open orders can be canceled.', POINTER);
  }
}

const PAYMENT_AFTER: Readonly<Record<string, string>> = {
  refunded: 'refunded',
  voided: 'voided',
  timeouted: 'timeouted',
  failed: 'failed',
  chargebacked: 'chargebacked',
  disputed: 'disputed',
  authorized: 'authorized',
};

/** The payment follows where money moves; otherwise it is independent (CloudCart API 5.2). */
function movePayment(shop: Shop, before: OrderRow, wanted: string, actor: Actor): void {
  if (wanted === 'paid') savePayment(shop, before.id, 'completed');
  else if (wanted === 'cancelled' && before.status === 'authorized') savePayment(shop, before.id, 'voided');
  else {
    const next = PAYMENT_AFTER[wanted];
    if (next !== undefined && (actor === 'gateway' || wanted === 'refunded'))
      savePayment(shop, before.id, next);
  }
}

function unlinkFulfilment(shop: Shop, orderId: number): void {
  for (const line of shop.db.tables['order-products'].by('order_id', orderId)) {
    if (line.order_fulfillment_id !== null)
      shop.db.tables['order-products'].update(line.id, { order_fulfillment_id: null });
  }
  for (const row of shop.db.tables['order-fulfillment'].by('order_id', orderId)) {
    shop.db.tables['order-fulfillment'].delete(row.id);
  }
}

/** Gateways fire for cancellations and recoveries only; refunds and the like as switched (CloudCart API 5.4, U-36). */
function announces(shop: Shop, before: string, after: string, actor: Actor): boolean {
  if (actor !== 'gateway') return true;
  if (after === 'cancelled') return true;
  if (NEGATIVE.has(before) && ['paid', 'authorized', 'completed'].includes(after)) return true;
  if (['refunded', 'chargebacked', 'disputed'].includes(after))
    return shop.switches.gatewayRefundEvent === 'fires';
  return !shop.switches.silentGateway;
}
