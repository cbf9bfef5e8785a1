import { readDate } from '../../clock.ts';
import { fulfil, removeFulfilment } from '../../orders/fulfil.ts';
import { changeStatus } from '../../orders/status.ts';
import type { Shop } from '../../shop.ts';
import type { OrderRow } from '../../store/order-rows.ts';
import { invalid } from '../errors.ts';
import type { WriteBody } from '../write-body.ts';

const WRITABLE = ['status', 'status_id', 'usn', 'invoice_number', 'invoice_date'];
const READ_ONLY = [
  ...['status_fulfillment', 'note_administrator', 'notify_customer', 'note_customer', 'customer_id'],
  ...['customer_group_id', 'customer_first_name', 'customer_last_name', 'customer_email', 'currency'],
  ...['price_products_subtotal', 'price_subtotal', 'price_total', 'total', 'subtotal', 'tax', 'discount'],
  ...[
    'shipping_price',
    'quantity',
    'weight',
    'vat_included',
    'receipt_number',
    'receipt_date',
    'credit_number',
  ],
  ...['credit_date', 'date_added', 'updated_at', 'date_archived', 'abandoned', 'email_sent', 'return_status'],
];

/** PATCH of an order: status, USN and invoice number once each (CloudCart API 4.1). Fires `order.updated`. */
export function updateOrder(shop: Shop, order: OrderRow, body: WriteBody): void {
  body.refuse(READ_ONLY);
  body.refuseUnknown([...WRITABLE, ...READ_ONLY], shop.switches.unknownAttribute);
  const changes = { ...usnChange(shop, order, body), ...invoiceChange(shop, order, body) };
  const status = wantedStatus(shop, body);
  const now = shop.touch(order.id, { ...changes, ...(status === undefined ? {} : { _manual: true }) });
  if (status === undefined || status === order.status) {
    shop.emit({ event: 'order.updated', entityId: order.id });
    return;
  }
  applyStatus(shop, now, status);
}

/** The two codes of fulfilment stand in the same list but move the shipment, not the status (CloudCart API 5.1). */
function applyStatus(shop: Shop, order: OrderRow, status: string): void {
  if (status === 'fulfilled') fulfil(shop, order.id);
  else if (status === 'not_fulfilled') {
    const fulfilment = shop.db.tables['order-fulfillment'].by('order_id', order.id).at(-1);
    if (fulfilment === undefined) shop.emit({ event: 'order.updated', entityId: order.id });
    else removeFulfilment(shop, fulfilment);
  } else changeStatus(shop, order.id, status, 'api');
}

function usnChange(shop: Shop, order: OrderRow, body: WriteBody): Partial<OrderRow> {
  if (!body.has('usn')) return {};
  const usn = body.attributes['usn'];
  const pointer = '/data/attributes/usn';
  if (order.usn !== null) throw invalid(pointer, 'You can set USN only once');
  if (typeof usn !== 'string' || usn === '') throw invalid(pointer, 'The usn must be at least 1 characters.');
  if (shop.db.tables.orders.all().some((each) => each.usn === usn)) {
    throw invalid(pointer, 'The usn has already been taken.');
  }
  return { usn };
}

function invoiceChange(shop: Shop, order: OrderRow, body: WriteBody): Partial<OrderRow> {
  const changes: { invoice_number?: string; invoice_date?: number } = {};
  if (body.has('invoice_number')) {
    const number = body.attributes['invoice_number'];
    const pointer = '/data/attributes/invoice_number';
    if (order.invoice_number !== null) throw invalid(pointer, 'You can set invoice number only once.');
    if (typeof number !== 'string' || number === '')
      throw invalid(pointer, 'The invoice number field is required.');
    if (shop.db.tables.orders.all().some((each) => each.invoice_number === number)) {
      throw invalid(pointer, 'The invoice number has already been taken.');
    }
    changes.invoice_number = number;
    if (order.invoice_date === null) changes.invoice_date = shop.now();
  }
  if (body.has('invoice_date')) {
    const date = readDate(String(body.attributes['invoice_date']), shop.switches.dateZone);
    if (date === undefined)
      throw invalid('/data/attributes/invoice_date', 'The invoice date is not a valid date.');
    changes.invoice_date = date;
  }
  return changes;
}

/** The status that the body asks for, by code or by number as switched (U-11). */
function wantedStatus(shop: Shop, body: WriteBody): string | undefined {
  const { statusWrite } = shop.switches;
  if (body.has('status') && statusWrite !== 'status_id') return String(body.attributes['status']);
  if (!body.has('status_id') || statusWrite === 'status') return undefined;
  const row = shop.db.tables['order-status'].get(String(body.attributes['status_id']));
  if (row === undefined) throw invalid('/data/attributes/status_id', 'The selected status id is invalid.');
  return row.slug;
}
