import { Refusal, type Shop } from '../shop.ts';
import type { OrderRow } from '../store/order-rows.ts';
import { isPercent, toEuro } from './amounts.ts';
import { fulfil } from './fulfil.ts';
import { reprice } from './reprice.ts';
import { changeStatus, paymentOf, savePayment } from './status.ts';
import { putBack, settleStock } from './stock.ts';

/**
 * Pays an order: by its gateway when the method is online, otherwise the merchant marks it paid. A gateway is
 * silent and does not move an order whose status the API has written (CloudCart API 4.1, 5.4).
 */
export function pay(shop: Shop, orderId: number, by?: 'merchant' | 'gateway', status = 'paid'): OrderRow {
  const before = shop.db.tables.orders.need(orderId);
  const provider = shop.db.tables['payment-providers'].get(paymentOf(shop, orderId)?.provider);
  const actor = by ?? (provider?._online === true ? 'gateway' : 'merchant');
  if (actor === 'merchant') return changeStatus(shop, orderId, status, 'merchant');
  const paymentStatus = status === 'authorized' ? 'authorized' : 'completed';
  const authorized = { authorize_amount: before.price_total, captured_amount: 0, currency: before.currency };
  if (before._manual) {
    savePayment(shop, orderId, paymentStatus);
    return before;
  }
  const born = shop.switches.cardOrderCreated === 'payment' && before.status === 'pending' && !before._draft;
  const after = changeStatus(shop, orderId, status, 'gateway');
  if (status === 'authorized')
    savePayment(shop, orderId, 'authorized', {
      provider_data: authorized,
      allow_capture_authorization: 'yes',
    });
  if (born || before._draft) {
    settleStock(shop, shop.touch(orderId, { _draft: false }));
    shop.emit({ event: 'order.created', entityId: orderId });
  }
  const silent = shop.switches.silentGateway && !shop.switches.paymentSaveTouchesOrderUpdatedAt;
  return silent ? shop.db.tables.orders.update(orderId, { updated_at: before.updated_at }) : after;
}

/** What a gateway reports besides money that came: failed, timeouted, voided, refunded, chargebacked, disputed (CloudCart API 5.4). */
export function gatewayReports(shop: Shop, orderId: number, status: string): OrderRow {
  const before = shop.db.tables.orders.need(orderId);
  if (!before._manual) return changeStatus(shop, orderId, status, 'gateway');
  savePayment(shop, orderId, status);
  return before;
}

/** Full refund: status, payment, stock and a return record; less than the total is a partial return of money only. */
export function refund(shop: Shop, orderId: number, amount: number | undefined): OrderRow {
  const order = shop.db.tables.orders.need(orderId);
  if (order.status !== 'paid' && order.status !== 'completed')
    throw new Refusal('Only paid orders can be refunded.');
  if (amount === undefined || amount >= order.price_total)
    return changeStatus(shop, orderId, 'refunded', 'merchant');
  return partialReturn(shop, orderId, []);
}

/**
 * Partial return: stock goes back, the status stays, no rows are shown and usually no event fires
 * (CloudCart API 5.6, U-15).
 */
export function partialReturn(shop: Shop, orderId: number, lineIds: readonly number[]): OrderRow {
  const lines = shop.db.tables['order-products'].by('order_id', orderId);
  for (const line of lines.filter(({ id }) => lineIds.includes(id))) {
    putBack(shop, line);
    shop.db.tables['order-products'].update(line.id, { _returned: true });
  }
  const order = shop.db.tables.orders.update(orderId, { return_status: 'partial' });
  if (shop.switches.partialReturnEvent === 'fires') shop.emit({ event: 'order.updated', entityId: orderId });
  return order;
}

/** Archives or takes out of the archive: fires nothing, and no status can be changed meanwhile (CloudCart API 5.6). */
export function archive(shop: Shop, orderId: number, archived: boolean): OrderRow {
  return shop.db.tables.orders.update(orderId, { date_archived: archived ? shop.now() : null });
}

/** Another payment method: a new payment row and no event (CloudCart API 5.6). */
export function changePayment(shop: Shop, orderId: number, providerId: string): OrderRow {
  const provider = shop.db.tables['payment-providers'].get(providerId);
  const old = paymentOf(shop, orderId);
  if (provider === undefined || old === undefined) throw new Refusal(`unknown payment method ${providerId}`);
  const order = reprice(shop, orderId);
  const status = provider._online ? 'pending' : 'requested';
  shop.db.tables['order-payment'].put({
    ...old,
    id: shop.db.nextId('order-payment'),
    provider: provider.id,
    provider_name: provider.title,
    amount: order.price_total,
    provider_reference_id: null,
    status,
    payment_status: status,
    provider_data: {},
    date_created: shop.now(),
    date_modified: shop.now(),
    _verbatim: null,
  });
  return shop.touch(orderId);
}

/** Another buyer: no event (CloudCart API 5.6). */
export function changeCustomer(shop: Shop, orderId: number, customerId: number): OrderRow {
  const customer = shop.db.tables.customers.get(customerId);
  if (customer === undefined) throw new Refusal(`unknown customer ${customerId}`);
  return shop.touch(orderId, {
    customer_id: customer.id,
    customer_group_id: customer.group_id,
    customer_first_name: customer.first_name,
    customer_last_name: customer.last_name,
    customer_email: customer.email,
  });
}

/** A draft becomes an order: stock, mails, `order.created` (CloudCart API 5.5). */
export function confirmDraft(shop: Shop, orderId: number): OrderRow {
  if (!shop.db.tables.orders.need(orderId)._draft) throw new Refusal('The order is no draft.');
  const order = shop.touch(orderId, { _draft: false, email_sent: 'yes' });
  settleStock(shop, order);
  shop.emit({ event: 'order.created', entityId: orderId });
  return order;
}

/**
 * The courier reports collected cash: directly completed, payment completed, its amount overwritten by what was
 * collected (CloudCart API 5.4).
 */
export function syncCod(shop: Shop, orderId: number, collected: number | undefined): OrderRow {
  const order = shop.db.tables.orders.need(orderId);
  const payment = paymentOf(shop, orderId);
  const shipment = shop.db.tables['order-fulfillment'].by('order_id', orderId).at(-1);
  if (order.status !== 'pending' || payment?.provider !== 'cod' || shipment === undefined)
    throw new Refusal('Only shipped pending orders with cash on delivery are synchronised.');
  if (order.date_archived !== null) throw new Refusal('Archived orders are not synchronised.');
  savePayment(shop, orderId, 'completed', {
    amount: collected ?? order.price_total,
    provider_reference_id: shipment.shipping_tracking_number,
  });
  return changeStatus(shop, orderId, 'completed', 'merchant');
}

/** A buyer from a banned address with an offline payment: cancelled at once, no mails (CloudCart API 5.4). */
export function banBuyer(shop: Shop, orderId: number): OrderRow {
  shop.touch(orderId, { notify_customer: 'no' });
  return changeStatus(shop, orderId, 'cancelled', 'merchant');
}

/** Ships and pays nothing: the courier takes the parcel. */
export function ship(shop: Shop, orderId: number, tracking: string | undefined): OrderRow {
  fulfil(shop, orderId, { number: tracking ?? `105${String(orderId).padStart(10, '0')}` });
  return shop.db.tables.orders.need(orderId);
}

/** Removes an order for good: 404 from now on, and nobody is told (CloudCart API 5.6). */
export function deleteOrder(shop: Shop, orderId: number): void {
  const names = [
    ...(['order-products', 'order-discount', 'order-modification', 'order-payment', 'order-tax'] as const),
    ...(['order-total', 'order-shipping', 'order-shipping-address', 'order-billing-address'] as const),
    'order-fulfillment' as const,
  ];
  for (const name of names) {
    const table = shop.db.generic(name);
    for (const row of table.by('order_id', orderId)) table.delete(row.id);
  }
  shop.db.tables.orders.delete(orderId);
}

/** Converts an order in leva, each amount half up to cents; refused once invoiced (CloudCart API 5.6, 5.8). */
export function convertOrder(shop: Shop, orderId: number): OrderRow {
  const order = shop.db.tables.orders.need(orderId);
  if (order.currency !== 'BGN') throw new Refusal('The order is not in BGN.');
  if (order.invoice_number !== null) throw new Refusal('The order is invoiced.');
  for (const line of shop.db.tables['order-products'].by('order_id', orderId)) {
    shop.db.tables['order-products'].update(line.id, { price: toEuro(line.price) });
  }
  for (const row of shop.db.tables['order-shipping'].by('order_id', orderId)) {
    shop.db.tables['order-shipping'].update(row.id, {
      provider_amount: toEuro(row.provider_amount),
      order_amount: toEuro(row.order_amount),
      order_insurance: toEuro(row.order_insurance),
    });
  }
  for (const row of shop.db.tables['order-tax'].by('order_id', orderId)) {
    if (row.vat === 'no') shop.db.tables['order-tax'].update(row.id, { value: toEuro(row.value) });
  }
  for (const row of shop.db.tables['order-payment'].by('order_id', orderId)) {
    shop.db.tables['order-payment'].update(row.id, { amount: toEuro(row.amount) });
  }
  for (const row of shop.db.tables['order-discount'].by('order_id', orderId)) {
    if (!isPercent(row))
      shop.db.tables['order-discount'].update(row.id, { type_value: toEuro(row.type_value) });
  }
  for (const row of shop.db.tables['order-modification'].by('order_id', orderId)) {
    shop.db.tables['order-modification'].update(row.id, { value: toEuro(row.value) });
  }
  shop.touch(orderId, { currency: 'EUR', _rounding: toEuro(order._rounding) });
  const converted = reprice(shop, orderId);
  if (shop.switches.currencyConversionEvent === 'fires')
    shop.emit({ event: 'order.updated', entityId: orderId });
  return converted;
}
