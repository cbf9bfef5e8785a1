import { offsetDate } from '../clock.ts';
import { formatAddress } from '../orders/addresses.ts';
import {
  discountOn,
  grossOf,
  lowersGoods,
  priceLines,
  type PricedLine,
  toMajor,
  toMinor,
} from '../orders/amounts.ts';
import type { Shop } from '../shop.ts';
import type { AddressRow, DiscountRow, LineRow, OrderRow, PaymentRow } from '../store/order-rows.ts';

const date = (ms: number | null): string | null => (ms === null ? null : offsetDate(ms));

/** Order payload v2 (CloudCart API 6.6): decimals in major units, booleans, dates with the shop's offset. */
export function orderV2(shop: Shop, orderId: number): Record<string, unknown> {
  const { tables } = shop.db;
  const order = tables.orders.need(orderId);
  const discounts = tables['order-discount'].by('order_id', orderId);
  const lines = tables['order-products'].by('order_id', orderId);
  const payments = tables['order-payment'].by('order_id', orderId).map(payment);
  const taxes = tables['order-tax'].by('order_id', orderId);
  const billing = tables['order-billing-address'].get(orderId);
  const shippingAddress = tables['order-shipping-address'].get(orderId);
  const base = lines.reduce((sum, line) => sum + grossOf(line), 0n);
  return {
    store_id: shop.settings.storeId,
    id: order.id,
    hash: order.increment_hash,
    status: order.status,
    created_at: date(order.date_added),
    updated_at: date(order.updated_at),
    invoice_number: order.invoice_number,
    invoice_date: date(order.invoice_date),
    receipt_number: order.receipt_number,
    receipt_date: date(order.receipt_date),
    credit_number: order.credit_number,
    credit_date: date(order.credit_date),
    email_sent: order.email_sent === 'yes',
    abandoned: order.abandoned === 'yes',
    note_administrator: order.note_administrator,
    customer: customer(order),
    products: priceLines(lines, discounts).map((priced) => product(shop, priced, discounts)),
    weight: order.weight,
    shipping: shipping(shop, order),
    ...(shippingAddress === undefined ? {} : { shipping_address: address(shippingAddress, false) }),
    ...(billing === undefined ? {} : { billing_address: address(billing, true) }),
    payments,
    payment: payments.at(-1) ?? null,
    discounts: discounts.filter((row) => row.order_product_id === null).map((row) => discount(row, base)),
    tax_vat: taxes
      .filter((row) => row.vat === 'yes')
      .map((row) => ({ name: row.name, rate: row.rate, amount: toMajor(row.value) })),
    fees: taxes
      .filter((row) => row.vat === 'no')
      .map((row) => ({ name: row.name, amount: toMajor(row.value) })),
    order_subtotal: toMajor(order.price_products_subtotal),
    order_total: toMajor(order.price_total),
    currency: order.currency,
    language: shop.settings.language,
  };
}

function customer(order: OrderRow): Record<string, unknown> {
  return {
    id: order.customer_id,
    group_id: order.customer_group_id,
    subscriber_id: null,
    first_name: order.customer_first_name,
    last_name: order.customer_last_name,
    email: order.customer_email,
    note: order.note_customer,
    geoip: {
      ip: order.customer_ip,
      city: 'Пловдив',
      state: '',
      country: 'Bulgaria',
      country_iso: 'BG',
      timezone: '',
      lat: '',
      lng: '',
    },
    custom_fields: [],
  };
}

function discount(row: DiscountRow, base: bigint): Record<string, unknown> {
  const flat = row.discount_type === 'flat';
  return {
    group: 'discount',
    id: row.id,
    name: row.name,
    code: row.code,
    type: row.discount_type,
    value: flat ? toMajor(row.type_value) : row.type_value,
    amount: lowersGoods(row) ? toMajor(toMinor(discountOn(row, base))) : 0,
  };
}

function product(
  shop: Shop,
  { line, gross, own, share, orderPrice }: PricedLine,
  discounts: readonly DiscountRow[],
): Record<string, unknown> {
  const catalogue = shop.db.tables.products.get(line.product_id);
  const lineDiscount = toMinor(own + share);
  return {
    id: line.id,
    product_id: line.product_id,
    variant_id: line.variant_id,
    quantity: line.quantity,
    url: `https://sampleshop.example/product/${catalogue?.url_handle ?? ''}`,
    image: null,
    name: line.name,
    sku: line.sku,
    barcode: line.barcode,
    weight: line.weight,
    sale: line.sale === 'yes',
    digital: line.digital === 'yes',
    digital_files: [],
    tracked: line.tracked === 'yes',
    vendor: line.vendor_id === null ? null : { id: line.vendor_id, name: line.vendor_name },
    category: line.category_id === null ? null : { id: line.category_id, name: line.category_name },
    variant: parameters(line),
    unit: line.units,
    dimensions: { unit_system: 'metric', width: 0, height: 0, depth: 0 },
    options: shop.db.tables['order-products-options']
      .by('order_product_id', line.id)
      .map(({ id, name, value, price }) => ({ id, name, value, price: toMajor(price) })),
    tax_vat: line._vat === 0 ? null : { name: `ДДС ${line._vat}%`, rate: line._vat },
    discounts: discounts
      .filter((row) => row.id === line.order_discount_id)
      .map((row) => ({
        group: 'discount',
        id: row.id,
        name: row.name,
        code: row.code,
        amount: toMajor(lineDiscount),
      })),
    unit_line_price: toMajor(line.price),
    unit_line_discount_amount: toMajor(line.price - orderPrice),
    unit_line_price_total: toMajor(orderPrice),
    line_price: toMajor(toMinor(gross)),
    line_discount_amount: toMajor(lineDiscount),
    line_price_total: toMajor(toMinor(gross) - lineDiscount),
    has_modifications: false,
    modifications: [],
  };
}

function parameters(line: LineRow): { readonly name: string | null; readonly value: string }[] {
  const pairs = [
    [line.p1, line.v1],
    [line.p2, line.v2],
    [line.p3, line.v3],
  ] as const;
  return pairs.flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
}

function shipping(shop: Shop, order: OrderRow): Record<string, unknown>[] {
  const fulfilment = shop.db.tables['order-fulfillment'].by('order_id', order.id).at(-1);
  return shop.db.tables['order-shipping'].by('order_id', order.id).map((row) => ({
    id: row.id,
    status: order.status_fulfillment,
    provider_name: row.provider_name,
    provider_key: shop.db.tables['shipping-providers'].get(row.provider_id)?.provider_type ?? 'price',
    provider_amount: toMajor(row.order_amount),
    amount_with_vat: order.vat_included === 'yes',
    provider_insurance: toMajor(row.order_insurance),
    order_has_insurance: row.order_insurance !== 0,
    service_id: '1',
    service_name: 'До офис',
    geo_zone: row.geo_zone_name,
    desired_delivery_date: order.desired_delivery_date,
    waybill_id: row._waybill ?? fulfilment?.shipping_tracking_number ?? null,
    fulfilled_at: date(fulfilment?.date_fulfilled ?? null),
    delivery_at: fulfilment?.shipping_date_delivery ?? null,
    expedition_at: fulfilment?.shipping_date_expedition ?? null,
    products: [],
  }));
}

function address(row: AddressRow, billing: boolean): Record<string, unknown> {
  const company = {
    company: row.company_name !== '',
    company_name: row.company_name,
    company_registration_number: row.company_registration_number,
    company_vat: row.company_vat,
    company_person: row.company_person,
  };
  return {
    id: row.order_id * 2 + (billing ? 1 : 0),
    ...(billing ? company : {}),
    first_name: row.first_name,
    last_name: row.last_name,
    phone: row.phone,
    country: row.country_iso2,
    state: row.state_name,
    city: row.city_name,
    street: row.street_name,
    street_number: row.street_number,
    postal_code: row.post_code,
    additional_info: row.address1,
    formatted: formatAddress(row),
    gmap_address: '',
    lat: '',
    lng: '',
    office_id: row.integration === 'internal' ? '' : '4001',
    marketplace_id: '',
  };
}

function payment(row: PaymentRow): Record<string, unknown> {
  return {
    id: row.id,
    provider_reference_id: row.provider_reference_id,
    provider_name: row.provider_name,
    provider: row.provider,
    amount: toMajor(row.amount),
    status: row.payment_status,
    created_at: date(row.date_created),
    updated_at: date(row.date_modified),
  };
}
