import { z } from 'zod';
import type { Decision } from '../answer.ts';
import { whereOf } from '../wire.ts';
import { wrongShape } from './decision.ts';
import { majorToMinor } from './fields.ts';
import { type Included, related, type Resource } from './jsonapi.ts';
import {
  addressRow,
  discountRow,
  lineRow,
  modificationRow,
  orderRow,
  paymentRow,
  shippingRow,
  taxRow,
  totalRow,
} from './order-schemas.ts';
import type {
  CloudcartOrder,
  OrderAddress,
  OrderDiscount,
  OrderLine,
  OrderModification,
  OrderPayment,
  OrderShipping,
  OrderTax,
  OrderTotal,
} from './order-types.ts';

/** Raised inside this file only; {@link toOrder} turns it into a decision. */
class Misfit extends Error {
  readonly where: string;

  constructor(where: string) {
    super(where);
    this.where = where;
  }
}

/**
 * Builds an order from a document that was read with all includes. Anything linked but missing, and any amount
 * that is not whole minor units, fails the whole order: half an order would be posted as if it were all of it.
 */
export function toOrder(
  resource: Resource,
  all: Included,
):
  | { readonly order: CloudcartOrder; readonly warnings: readonly string[] }
  | { readonly decision: Decision } {
  try {
    const warnings: string[] = [];
    return { order: build(resource, all, warnings), warnings };
  } catch (error) {
    if (error instanceof Misfit) return { decision: wrongShape('orders', error.where, false) };
    throw error;
  }
}

/** The lines of an order from a list; undefined when one is missing or cannot be read. */
export function toLines(resource: Resource, all: Included): readonly OrderLine[] | undefined {
  try {
    return related(resource, 'products', 'order-products', all, 'order_id')?.map(toLine);
  } catch (error) {
    if (error instanceof Misfit) return undefined;
    throw error;
  }
}

function build(resource: Resource, all: Included, warnings: string[]): CloudcartOrder {
  const row = read(resource, orderRow);
  const many = (name: string, type: string): readonly Resource[] => {
    const found = related(resource, name, type, all, 'order_id');
    if (found === undefined) throw new Misfit(`included.${type}`);
    return found;
  };
  const total = row.price_total ?? row.total;
  if (total === null) throw new Misfit('data.attributes.price_total');
  if (row.total !== null && row.total !== total) warnings.push('two_totals');
  if (!/^\d{1,20}$/.test(resource.id)) throw new Misfit('data.id');
  return {
    id: resource.id,
    status: row.status,
    draft: row.meta.is_draft === true,
    fulfilment: row.status_fulfillment,
    currency: row.currency,
    vatIncluded: row.vat_included,
    total,
    productsSubtotal: row.price_products_subtotal,
    subtotal: row.price_subtotal ?? row.subtotal,
    customer: {
      id: row.customer_id,
      groupId: row.customer_group_id,
      firstName: row.customer_first_name,
      lastName: row.customer_last_name,
      email: row.customer_email,
    },
    noteCustomer: row.note_customer,
    noteAdministrator: row.note_administrator,
    invoiceNumber: row.invoice_number,
    receiptNumber: row.receipt_number,
    creditNumber: row.credit_number,
    usn: row.usn,
    returnStatus: row.return_status,
    addedAt: row.date_added,
    updatedAt: row.updated_at,
    archivedAt: row.date_archived,
    lines: many('products', 'order-products').map(toLine),
    discounts: many('discounts', 'order-discount').map(toDiscount),
    modifications: many('modifications', 'order-modification').map(toModification),
    totals: many('totals', 'order-total').map(toTotal),
    taxes: many('taxes', 'order-tax').map(toTax),
    payment: many('payment', 'order-payment').map(toPayment).at(-1) ?? null,
    shipping:
      many('shipping', 'order-shipping')
        .map((entry) => toShipping(entry, all, warnings))
        .at(-1) ?? null,
    shippingAddress: many('shipping-address', 'order-shipping-address').map(toAddress).at(-1) ?? null,
    billingAddress: many('billing-address', 'order-billing-address').map(toAddress).at(-1) ?? null,
  };
}

function read<S extends z.ZodType>(resource: Resource, schema: S): z.output<S> {
  const parsed = schema.safeParse(resource.attributes);
  if (!parsed.success) throw new Misfit(`${resource.type}.${whereOf(parsed.error)}`);
  return parsed.data;
}

/** An amount that the order cannot do without. */
function needed(amount: number | null, where: string): number {
  if (amount === null) throw new Misfit(where);
  return amount;
}

/** Maps a sold line (CloudCart API 4.2). Throws inside {@link toOrder} only. */
function toLine(resource: Resource): OrderLine {
  const row = read(resource, lineRow);
  const price = needed(row.price ?? row.order_price, 'order-products.price');
  const pairs = [
    { name: row.p1, value: row.v1 },
    { name: row.p2, value: row.v2 },
    { name: row.p3, value: row.v3 },
  ];
  return {
    id: resource.id,
    productId: row.product_id,
    variantId: row.variant_id,
    name: row.name,
    sku: row.sku,
    barcode: row.barcode,
    quantity: row.quantity,
    price,
    orderPrice: row.order_price ?? price,
    discountId: row.order_discount_id,
    fulfilmentId: row.order_fulfillment_id,
    options: pairs.filter((pair) => pair.value !== ''),
    productType: row.product_type,
    digital: row.digital,
    tracked: row.tracked,
  };
}

function toDiscount(resource: Resource): OrderDiscount {
  const row = read(resource, discountRow);
  return {
    id: resource.id,
    discountId: row.discount_id,
    lineId: row.order_product_id,
    parentId: row.parent_id,
    name: row.name,
    code: row.code,
    type: row.discount_type,
    value: row.type_value,
  };
}

function toModification(resource: Resource): OrderModification {
  const row = read(resource, modificationRow);
  return { id: resource.id, name: row.name, type: row.type, value: row.value ?? 0, quantity: row.quantity };
}

function toTotal(resource: Resource): OrderTotal {
  const row = read(resource, totalRow);
  return { id: resource.id, code: row.code, title: row.title, value: row.value ?? 0 };
}

function toTax(resource: Resource): OrderTax {
  const row = read(resource, taxRow);
  return {
    id: resource.id,
    name: row.name ?? row.tax_name ?? '',
    rate: row.rate ?? row.tax,
    value: needed(row.value ?? row.order_amount, 'order-tax.value'),
    type: row.type ?? row.tax_type,
    isVat: row.vat ?? row.tax_vat,
  };
}

/** Maps a payment row (CloudCart API 4.4). */
function toPayment(resource: Resource): OrderPayment {
  const row = read(resource, paymentRow);
  return {
    id: resource.id,
    provider: row.provider,
    providerName: row.provider_name,
    amount: row.amount,
    status: row.payment_status ?? row.status,
  };
}

/** Maps a shipping row; the charged amount has two possible places (U-21). */
function toShipping(resource: Resource, all: Included, warnings: string[]): OrderShipping {
  const row = read(resource, shippingRow);
  const provider = related(resource, 'provider', 'shipping-providers', all, 'none')?.at(0);
  const type = provider?.attributes['provider_type'];
  const raw = typeof row.order_amount === 'string' ? row.order_amount : '';
  const column = /^\d{1,15}$/.test(raw) ? Number(raw) : undefined;
  const input = majorToMinor(row.order_amount_input);
  if (column !== undefined && input !== undefined && column !== input) warnings.push('two_shipping_amounts');
  return {
    id: resource.id,
    providerId: row.provider_id,
    providerName: row.provider_name,
    providerType: typeof type === 'string' && type !== '' ? type : null,
    charged: input ?? column ?? null,
    providerAmount: row.provider_amount,
    insurance: row.order_has_insurance === false ? 0 : (row.order_insurance ?? 0),
  };
}

function toAddress(resource: Resource): OrderAddress {
  const row = read(resource, addressRow);
  return {
    firstName: row.first_name,
    lastName: row.last_name,
    phone: row.phone,
    companyName: row.company_name,
    companyVat: row.company_vat,
    companyRegistrationNumber: row.company_registration_number,
    companyPerson: row.company_person,
    countryIso2: row.country_iso2,
    country: row.country_name,
    city: row.city_name,
    state: row.state_name,
    street: row.street_name,
    streetNumber: row.street_number,
    postCode: row.post_code,
    note: row.address1,
  };
}
