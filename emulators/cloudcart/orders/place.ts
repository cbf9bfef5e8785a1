import { createHash } from 'node:crypto';
import { Refusal, type Shop } from '../shop.ts';
import type { CustomerRow } from '../store/catalogue-rows.ts';
import type { OrderRow } from '../store/order-rows.ts';
import { saveAddress } from './addresses.ts';
import { addDiscount, addLine } from './lines.ts';
import { type PlaceInput, placeInput, type PlaceOrder, type ShippingChange } from './place-input.ts';
import { reprice } from './reprice.ts';
import { completeWhenDone } from './status.ts';
import { settleStock, storeOf } from './stock.ts';

/**
 * Places an order as the checkout does: rows, sums, payment, stock, `order.created` (CloudCart API 5.5).
 * @throws Refusal when a SKU, a payment method or a delivery is unknown.
 */
export function placeOrder(shop: Shop, given: PlaceInput): OrderRow {
  const input = placeInput.parse(given);
  return shop.atomically(() => place(shop, input));
}

function place(shop: Shop, input: PlaceOrder): OrderRow {
  const provider = shop.db.tables['payment-providers'].get(input.payment);
  if (provider === undefined) throw new Refusal(`unknown payment method ${input.payment}`);
  const emit = shop.emit;
  if (input.silent) shop.emit = () => undefined;
  try {
    const order = insertOrder(shop, input);
    for (const line of input.lines) addLine(shop, order.id, line, input.bundleLines);
    for (const discount of input.discounts) addDiscount(shop, order.id, discount, null);
    saveFees(shop, order.id, input);
    if (input.shipping !== null) saveShipping(shop, order.id, input.shipping ?? {});
    if (input.billing) saveAddress(shop, 'order-billing-address', order, input.billing, input);
    if (input.shippingAddress !== null)
      saveAddress(shop, 'order-shipping-address', order, input.shippingAddress ?? {}, input);
    reprice(shop, order.id);
    insertPayment(shop, order.id, input, provider.title);
    applyOverrides(shop, order.id, input.overrides);
    const done = completeWhenDone(shop, shop.db.tables.orders.need(order.id));
    settleStock(shop, done);
    const late =
      provider._online && shop.switches.cardOrderCreated === 'payment' && done.status === 'pending';
    if (!input.draft && !late) shop.emit({ event: 'order.created', entityId: order.id });
    return done;
  } finally {
    shop.emit = emit;
  }
}

function insertOrder(shop: Shop, input: PlaceOrder): OrderRow {
  const id = shop.db.nextId('orders');
  const now = input.placedAt ?? shop.now();
  const { customer } = input;
  const email = customer.email ?? (customer.guest === false ? '' : 'gost@example.com');
  const registered = customer.guest === true ? undefined : customerOf(shop, email);
  return shop.db.tables.orders.put({
    id,
    status: input.status,
    status_fulfillment: 'not_fulfilled',
    customer_id: registered?.id ?? null,
    customer_group_id: registered?.group_id ?? 2,
    customer_first_name: customer.firstName ?? registered?.first_name ?? 'Иван',
    customer_last_name: customer.lastName ?? registered?.last_name ?? 'Гостев',
    customer_email: email,
    customer_ip: '192.0.2.10',
    currency: input.currency ?? shop.settings.currency,
    vat_included: (input.vatIncluded ?? shop.settings.vatIncluded === 'yes') ? 'yes' : 'no',
    price_products_subtotal: 0,
    price_subtotal: 0,
    price_total: 0,
    tax: 0,
    discount: 0,
    shipping_price: 0,
    quantity: 0,
    weight: 0,
    invoice_number: null,
    invoice_date: null,
    receipt_number: null,
    receipt_date: null,
    credit_number: null,
    credit_date: null,
    usn: null,
    notify_customer: 'yes',
    abandoned: input.abandoned ? 'yes' : 'no',
    email_sent: input.draft ? 'no' : 'yes',
    note_customer: input.note,
    note_administrator: null,
    desired_delivery_date: null,
    increment_hash: createHash('sha256').update(`order ${id}`).digest('base64url').slice(0, 7),
    return_status: null,
    date_added: now,
    updated_at: now,
    date_archived: null,
    _draft: input.draft,
    _decrement: shop.switches.decrementMode,
    _store: storeOf(shop, input.store),
    _manual: false,
    _rounding: input.rounding,
    _returned: false,
    _verbatim: null,
  });
}

function customerOf(shop: Shop, email: string): CustomerRow | undefined {
  return email === '' ? undefined : shop.db.tables.customers.by('email', email)[0];
}

function saveFees(shop: Shop, orderId: number, input: PlaceOrder): void {
  for (const fee of input.fees) {
    shop.db.tables['order-tax'].put({
      id: shop.db.nextId('order-tax'),
      order_id: orderId,
      name: fee.name,
      rate: null,
      value: fee.amount,
      class_id: null,
      tax_id: null,
      type: 'fee',
      vat: 'no',
      _verbatim: null,
    });
  }
  for (const each of input.modifications) {
    const id = shop.db.nextId('order-modification');
    shop.db.tables['order-modification'].put({
      id,
      order_id: orderId,
      name: each.name,
      type: each.type,
      value: each.amount,
      quantity: 1,
    });
  }
}

/** Saves the delivery of an order; free shipping leaves the courier's price with the seller (CloudCart API 4.5). */
export function saveShipping(shop: Shop, orderId: number, given: ShippingChange): void {
  const wanted = given.provider ?? 'econt';
  const provider = shop.db.tables['shipping-providers']
    .all()
    .find((row) => row.id === wanted || row.provider_type === wanted);
  if (provider === undefined) throw new Refusal(`unknown shipping method ${wanted}`);
  const free = shop.db.tables['order-discount']
    .by('order_id', orderId)
    .some((row) => row.discount_type === 'shipping');
  const price = given.price ?? 0;
  const old = shop.db.tables['order-shipping'].by('order_id', orderId)[0];
  shop.db.tables['order-shipping'].put({
    id: old?.id ?? shop.db.nextId('order-shipping'),
    order_id: orderId,
    provider_id: provider.id,
    provider_name: provider.name,
    provider_amount: given.courierPrice ?? price,
    provider_insurance: given.insurance ?? 0,
    order_amount: free ? 0 : price,
    order_insurance: given.insurance ?? 0,
    geo_zone_id: provider.geo_zone_id,
    geo_zone_name: 'България',
    _vat: given.vat ?? 20,
    _waybill: null,
    _verbatim: null,
  });
}

function insertPayment(shop: Shop, orderId: number, input: PlaceOrder, title: string): void {
  const order = shop.db.tables.orders.need(orderId);
  const online = shop.db.tables['payment-providers'].need(input.payment)._online;
  const settled = input.status === 'paid' || input.status === 'completed';
  const open = online ? 'pending' : 'requested';
  const status = settled ? 'completed' : input.status === 'authorized' ? 'authorized' : open;
  const authorized = { authorize_amount: order.price_total, captured_amount: 0, currency: order.currency };
  shop.db.tables['order-payment'].put({
    id: shop.db.nextId('order-payment'),
    order_id: orderId,
    provider: input.payment,
    provider_name: title,
    amount: order.price_total,
    provider_reference_id: online ? `emu_${orderId}` : null,
    down_payment: 0,
    allow_capture_authorization: input.status === 'authorized' ? 'yes' : 'no',
    status,
    payment_status: status,
    provider_data: input.status === 'authorized' ? authorized : {},
    date_created: order.date_added,
    date_modified: order.date_added,
    _verbatim: null,
  });
}

const LISTS = {
  lines: 'order-products',
  discounts: 'order-discount',
  taxes: 'order-tax',
  totals: 'order-total',
} as const;
const SINGLES = {
  payment: 'order-payment',
  shipping: 'order-shipping',
  shippingAddress: 'order-shipping-address',
  billingAddress: 'order-billing-address',
} as const;

/** Lays attributes over the computed ones, so that every form that a shop may send can be produced. */
export function applyOverrides(shop: Shop, orderId: number, overrides: PlaceOrder['overrides']): void {
  if (overrides.order !== undefined) shop.db.tables.orders.update(orderId, { _verbatim: overrides.order });
  for (const [name, type] of Object.entries(LISTS) as [keyof typeof LISTS, (typeof LISTS)['lines']][]) {
    const rows = shop.db.tables[type].by('order_id', orderId);
    for (const [index, verbatim] of (overrides[name] ?? []).entries()) {
      const row = rows[index];
      if (row !== undefined) shop.db.tables[type].update(row.id, { _verbatim: verbatim });
    }
  }
  for (const [name, type] of Object.entries(SINGLES) as [
    keyof typeof SINGLES,
    (typeof SINGLES)['payment'],
  ][]) {
    const verbatim = overrides[name];
    const row = shop.db.tables[type].by('order_id', orderId).at(-1);
    if (verbatim !== undefined && row !== undefined)
      shop.db.tables[type].update(row.id, { _verbatim: verbatim });
  }
}
