import { readDate } from '../../clock.ts';
import { formatAddress } from '../../orders/addresses.ts';
import { decimalText } from '../../orders/amounts.ts';
import { Refusal, type Shop } from '../../shop.ts';
import type { AddressRow, DiscountRow, OrderRow, ShippingRow, TaxRow } from '../../store/order-rows.ts';
import type { AnyRow } from '../../store/table.ts';
import { badParameter, invalid } from '../errors.ts';
import { linkTo, plainAttributes, type Resource, rowsOf } from '../resource.ts';
import { updateOrder } from './order-write.ts';

const ORDER_DATES = {
  date_added: 'plain',
  updated_at: 'plain',
  date_archived: 'plain',
  invoice_date: 'plain',
  receipt_date: 'plain',
  credit_date: 'plain',
} as const;

function orderAttributes(row: AnyRow, shop: Shop): Record<string, unknown> {
  const order = row as unknown as OrderRow;
  const {
    price_products_subtotal,
    price_subtotal,
    price_total,
    tax,
    discount,
    shipping_price,
    return_status,
    ...rest
  } = plainAttributes(row, shop, ORDER_DATES);
  const names = shop.switches.orderMoneyNames;
  return {
    ...rest,
    ...(names === 'total' ? {} : { price_products_subtotal, price_subtotal, price_total }),
    ...(names === 'price'
      ? {}
      : { total: price_total, subtotal: price_products_subtotal, tax, discount, shipping_price }),
    ...(shop.switches.returnStatusInRest ? { return_status } : {}),
    status_fulfillment: fulfilment(shop, order),
  };
}

/** `fulfilled` has other names where the shop knows five values (U-35). */
function fulfilment(shop: Shop, order: OrderRow): string {
  const shipped = shop.switches.fulfilmentValues === '5' && order.status_fulfillment === 'fulfilled';
  if (!shipped) return order.status_fulfillment;
  return order.status === 'completed' ? 'delivered' : 'shipped';
}

function bound(name: 'start_date' | 'end_date', column: string) {
  return (row: AnyRow, value: string, shop: Shop): boolean => {
    const endOfDay = name === 'end_date' && shop.switches.endDate === 'endOfDay';
    const ms = readDate(value, shop.switches.dateZone, endOfDay);
    if (ms === undefined) throw badParameter(`filter[${name}]`, `The ${name} is not a valid date.`);
    return name === 'start_date' ? Number(row[column]) >= ms : Number(row[column]) <= ms;
  };
}

function shippingOf(orderId: number | string, shop: Shop): ShippingRow | undefined {
  return shop.db.tables['order-shipping'].by('order_id', orderId)[0];
}

const orders: Resource = {
  type: 'orders',
  table: 'orders',
  methods: ['GET', 'PATCH'],
  dates: ORDER_DATES,
  attributes: orderAttributes,
  includes: [
    'products',
    'payment',
    'discounts',
    'modifications',
    'totals',
    'taxes',
    'shipping',
    'shipping.provider',
    'shipping-address',
    'billing-address',
  ],
  relations: {
    products: rowsOf('order-products', 'order_id'),
    discounts: rowsOf('order-discount', 'order_id'),
    modifications: rowsOf('order-modification', 'order_id'),
    totals: visibleRows('order-total'),
    taxes: visibleRows('order-tax'),
    payment: lastRow('order-payment'),
    shipping: lastRow('order-shipping'),
    'shipping-address': lastRow('order-shipping-address'),
    'billing-address': lastRow('order-billing-address'),
  },
  sorts: ['id', 'date_added', 'updated_at', 'date_archived'],
  moreColumns: [
    'date_locking',
    'moderator_id',
    'manual',
    'locale',
    'cart_id',
    'campaign_id',
    'subscriber_id',
  ],
  filters: {
    start_date: bound('start_date', 'date_added'),
    end_date: bound('end_date', 'date_added'),
    geo_zone_id: (row, value, shop) => String(shippingOf(row.id, shop)?.geo_zone_id ?? '') === value,
    geo_zone_name: (row, value, shop) => (shippingOf(row.id, shop)?.geo_zone_name ?? '') === value,
  },
  appends: ['meta'],
  // A draft shows itself here only (CloudCart API 5.5).
  meta: (row) => ({ is_draft: row['_draft'] === true ? 'yes' : 'no' }),
  listed: (row, shop) =>
    (row['_draft'] !== true || shop.switches.draftsInList) &&
    (row['date_archived'] === null || shop.switches.archivedInList),
  update: (shop, row, body) => {
    try {
      updateOrder(shop, row as unknown as OrderRow, body);
    } catch (error) {
      if (error instanceof Refusal) throw invalid(error.pointer ?? '/data', error.message);
      throw error;
    }
  },
};

function visibleRows(type: 'order-total' | 'order-tax') {
  const relation = rowsOf(type, 'order_id');
  return {
    ...relation,
    ids: (row: AnyRow, shop: Shop) =>
      shop.db
        .generic(type)
        .by('order_id', row.id)
        .filter((each) => feeShown(each, shop))
        .map((each) => each.id),
  };
}

function lastRow(
  type: 'order-payment' | 'order-shipping' | 'order-shipping-address' | 'order-billing-address',
) {
  return {
    type,
    many: false,
    ids: (row: AnyRow, shop: Shop) =>
      shop.db
        .generic(type)
        .by('order_id', row.id)
        .slice(-1)
        .map((each) => each.id),
  };
}

/** Fees are tax rows, total rows or both, as switched (U-26). */
function feeShown(row: AnyRow, shop: Shop): boolean {
  if (row['vat'] === 'no') return shop.switches.feesIn !== 'totals';
  return row['code'] !== 'fee' || shop.switches.feesIn !== 'taxes';
}

function taxAttributes(row: AnyRow, shop: Shop): Record<string, unknown> {
  const tax = row as unknown as TaxRow;
  const { order_id, class_id, tax_id } = tax;
  if (shop.switches.taxNaming === 'name') return plainAttributes(row, shop);
  return {
    ...{ order_id, class_id, tax_id, tax_name: tax.name, tax: tax.rate, tax_type: tax.type },
    ...{ tax_shipping: 'no', tax_vat: tax.vat, order_amount: tax.value },
  };
}

function discountAttributes(row: AnyRow, shop: Shop): Record<string, unknown> {
  const discount = row as unknown as DiscountRow;
  const attributes = plainAttributes(row, shop);
  const money = discount.discount_type !== 'percent' && discount.discount_type !== 'shipping';
  if (!money || shop.switches.discountValueUnit === 'cents') return attributes;
  return { ...attributes, type_value: discount.type_value / 100 };
}

function totalAttributes(row: AnyRow, shop: Shop): Record<string, unknown> {
  const attributes = plainAttributes(row, shop);
  if (row['code'] !== 'discount' || shop.switches.discountTotalSign === 'positive') return attributes;
  return { ...attributes, value: -Number(row['value']) };
}

function shippingAttributes(row: AnyRow, shop: Shop): Record<string, unknown> {
  const shipping = row as unknown as ShippingRow;
  const currency = shop.db.tables.orders.get(shipping.order_id)?.currency ?? shop.settings.currency;
  const { order_amount, order_insurance, ...rest } = plainAttributes(row, shop);
  return {
    ...rest,
    ...(shop.switches.rawOrderAmount ? { order_amount } : {}),
    order_amount_formatted: `${decimalText(shipping.order_amount)} ${currency}`,
    order_amount_input: decimalText(shipping.order_amount),
    provider_amount_formatted: `${decimalText(shipping.provider_amount)} ${currency}`,
    provider_insurance_formatted: `${decimalText(shipping.provider_insurance)} ${currency}`,
    order_has_insurance: shipping.order_insurance === 0 ? 'no' : 'yes',
    order_insurance,
  };
}

/** Columns of an address but the named ones, which the other kind of address has (CloudCart API 4.6). */
function addressWithout(row: AnyRow, shop: Shop, without: readonly string[]): Record<string, unknown> {
  const shown = plainAttributes(row, shop);
  for (const column of without) delete shown[column];
  return { ...shown, formatted: formatAddress(row as unknown as AddressRow) };
}

function shippingAddress(row: AnyRow, shop: Shop): Record<string, unknown> {
  const address = row as unknown as AddressRow;
  return {
    ...addressWithout(row, shop, ['company_registration_number', 'company_person']),
    companyYesNo: address.company_name === '' ? 'no' : 'yes',
    latitude: null,
    longitude: null,
    text: `${address.street_name} ${address.street_number}, ${address.post_code} ${address.city_name}`,
  };
}

function billingAddress(row: AnyRow, shop: Shop): Record<string, unknown> {
  return addressWithout(row, shop, ['address1', 'integration']);
}

const order = linkTo('orders', 'order_id');

/** Orders and everything that belongs to one (CloudCart API 4.1 to 4.11). */
export const orderResources: readonly Resource[] = [
  orders,
  {
    type: 'order-products',
    table: 'order-products',
    methods: ['GET'],
    attributes: (row, shop) => {
      const { product_type, ...rest } = plainAttributes(row, shop);
      return shop.switches.lineProductType ? { ...rest, product_type } : rest;
    },
    relations: { order, options: rowsOf('order-products-options', 'order_product_id') },
    includes: ['order', 'options'],
    sorts: [
      ...['order_id', 'quantity', 'product_id', 'variant_id', 'name', 'weight', 'price', 'order_price'],
      ...['vendor_id', 'vendor_name', 'category_id', 'category_name'],
    ],
  },
  {
    type: 'order-products-options',
    table: 'order-products-options',
    methods: ['GET'],
    relations: { order_product: linkTo('order-products', 'order_product_id') },
  },
  {
    type: 'order-discount',
    table: 'order-discount',
    methods: ['GET'],
    attributes: discountAttributes,
    relations: { order, discount: linkTo('discounts', 'discount_id') },
    includes: ['order', 'discount'],
  },
  {
    type: 'order-modification',
    table: 'order-modification',
    methods: ['GET'],
    relations: { order },
    includes: ['order'],
  },
  {
    type: 'order-payment',
    table: 'order-payment',
    methods: ['GET'],
    dates: { date_created: 'plain', date_modified: 'plain' },
    relations: { order },
    includes: ['order'],
    moreColumns: ['date_added'],
    filters: { start_date: bound('start_date', 'date_created'), end_date: bound('end_date', 'date_created') },
  },
  {
    type: 'order-tax',
    table: 'order-tax',
    methods: ['GET'],
    attributes: taxAttributes,
    visible: feeShown,
    relations: { order },
    includes: ['order'],
  },
  {
    type: 'order-total',
    table: 'order-total',
    methods: ['GET'],
    attributes: totalAttributes,
    visible: feeShown,
    relations: { order },
    includes: ['order'],
  },
  {
    type: 'order-shipping',
    table: 'order-shipping',
    methods: ['GET'],
    attributes: shippingAttributes,
    relations: { order, provider: linkTo('shipping-providers', 'provider_id') },
    includes: ['order', 'provider'],
  },
  {
    type: 'order-shipping-address',
    table: 'order-shipping-address',
    methods: ['GET'],
    attributes: shippingAddress,
    relations: { order },
    includes: ['order'],
  },
  {
    type: 'order-billing-address',
    table: 'order-billing-address',
    methods: ['GET'],
    attributes: billingAddress,
    relations: { order },
    includes: ['order'],
  },
];
