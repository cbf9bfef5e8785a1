import { plainDate } from '../clock.ts';
import { formatAddress } from '../orders/addresses.ts';
import { decimalText, toMajor } from '../orders/amounts.ts';
import type { Shop } from '../shop.ts';
import type { AddressRow } from '../store/order-rows.ts';

/** Order payload of `new_version: 0` (CloudCart API 6.5): flat, decimals, without store id and ЕИК. */
export function legacyOrder(shop: Shop, orderId: number): Record<string, unknown> {
  const { tables } = shop.db;
  const order = tables.orders.need(orderId);
  const date = (ms: number | null): string | null => (ms === null ? null : plainDate(ms, 'local'));
  const shipping = tables['order-shipping'].by('order_id', orderId)[0];
  const fulfilment = tables['order-fulfillment'].by('order_id', orderId).at(-1);
  const billing = tables['order-billing-address'].get(orderId);
  const shippingAddress = tables['order-shipping-address'].get(orderId);
  return {
    id: order.id,
    status: order.status,
    status_fulfillment: order.status_fulfillment,
    customer_first_name: order.customer_first_name,
    customer_last_name: order.customer_last_name,
    customer_email: order.customer_email,
    order_total: toMajor(order.price_total),
    order_subtotal: toMajor(order.price_subtotal),
    price_products_subtotal: toMajor(order.price_products_subtotal),
    quantity: order.quantity,
    weight: order.weight,
    vat_included: order.vat_included,
    note_customer: order.note_customer,
    note_administrator: order.note_administrator,
    invoice_number: order.invoice_number,
    invoice_date: date(order.invoice_date),
    date_added: date(order.date_added),
    date_archived: date(order.date_archived),
    email_sent: order.email_sent,
    ...(billing === undefined ? {} : { billing_address: address(billing) }),
    ...(shippingAddress === undefined ? {} : { shipping_address: address(shippingAddress) }),
    products: tables['order-products'].by('order_id', orderId).map((line) => ({
      id: line.id,
      sku: line.sku,
      barcode: line.barcode,
      name: line.name,
      quantity: line.quantity,
      price: toMajor(line.price),
      order_price: toMajor(line.order_price),
      weight: line.weight,
      sale: line.sale,
      tracked: line.tracked,
      digital: line.digital,
      category_name: line.category_name,
      vendor_name: line.vendor_name,
      ...{ p1: line.p1, p2: line.p2, p3: line.p3, v1: line.v1, v2: line.v2, v3: line.v3 },
    })),
    payments: tables['order-payment'].by('order_id', orderId).map((row) => ({
      id: row.id,
      provider: row.provider,
      status: row.payment_status,
      amount: toMajor(row.amount),
      date_added: date(row.date_created),
      date_last_update: date(row.date_modified),
    })),
    shipping:
      shipping === undefined
        ? null
        : {
            id: shipping.id,
            provider_name: shipping.provider_name,
            provider_amount: toMajor(shipping.provider_amount),
            provider_insurance: toMajor(shipping.provider_insurance),
            tracking_number: fulfilment?.shipping_tracking_number ?? null,
            tracking_url: fulfilment?.shipping_tracking_url ?? null,
            order_insurance: toMajor(shipping.order_insurance),
            order_has_insurance: shipping.order_insurance === 0 ? 'no' : 'yes',
            date_expedition: fulfilment?.shipping_date_expedition ?? null,
            date_delivery: fulfilment?.shipping_date_delivery ?? null,
            updated_at: date(order.updated_at),
          },
    discounts: tables['order-discount'].by('order_id', orderId).map((row) => ({
      id: row.id,
      name: row.name,
      code: row.code,
      type: row.discount_type,
      type_value: row.discount_type === 'flat' ? decimalText(row.type_value) : row.type_value,
      order_over: row.order_over,
    })),
    taxes: tables['order-tax'].by('order_id', orderId).map((row) => ({
      id: row.id,
      tax_name: row.name,
      tax: row.rate,
      tax_type: row.type,
      tax_shipping: 'no',
      tax_vat: row.vat,
      order_amount: toMajor(row.value),
    })),
  };
}

function address(row: AddressRow): Record<string, unknown> {
  return {
    first_name: row.first_name,
    last_name: row.last_name,
    city: row.city_name,
    street: row.street_name,
    postal_code: row.post_code,
    country: row.country_iso2,
    phone: row.phone,
    company: row.company_name === '' ? 'no' : 'yes',
    company_name: row.company_name,
    company_vat: row.company_vat,
    formatted: formatAddress(row),
  };
}
