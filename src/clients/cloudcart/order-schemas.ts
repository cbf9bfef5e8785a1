import { z } from 'zod';
import { decimal, optionalDecimal, optionalInt, optionalText, text } from '../wire.ts';
import { minorUnits, yesNo } from './fields.ts';

/** Attributes of an order and of what belongs to it (CloudCart API 4.1 to 4.11). Unknown ones are kept. */

/** Appended attributes of an order; their set is open. */
const metaRow = z.looseObject({ is_draft: yesNo });

/** Order; both sets of money names are accepted (U-13). */
export const orderRow = z.looseObject({
  status: z.string().min(1),
  status_fulfillment: optionalText,
  currency: optionalText,
  vat_included: yesNo,
  price_total: minorUnits,
  price_products_subtotal: minorUnits,
  price_subtotal: minorUnits,
  total: minorUnits,
  subtotal: minorUnits,
  customer_id: optionalInt,
  customer_group_id: optionalInt,
  customer_first_name: text,
  customer_last_name: text,
  customer_email: text,
  note_customer: text,
  note_administrator: text,
  invoice_number: optionalText,
  invoice_date: optionalText,
  receipt_number: optionalText,
  credit_number: optionalText,
  usn: optionalText,
  abandoned: yesNo,
  return_status: optionalText,
  date_added: optionalText,
  updated_at: optionalText,
  date_archived: optionalText,
  meta: z
    .unknown()
    .optional()
    .transform((meta) => metaRow.safeParse(meta).data ?? { is_draft: null }),
});

/** What a list shows of an order. What cannot be read is absent: one broken order must not hide the others. */
export const headerRow = z.looseObject({
  status: z.string().catch(''),
  status_fulfillment: optionalText.catch(null),
  currency: optionalText.catch(null),
  price_total: minorUnits.catch(null),
  total: minorUnits.catch(null),
  date_added: optionalText.catch(null),
  updated_at: optionalText.catch(null),
  date_archived: optionalText.catch(null),
});

/** Sold line (CloudCart API 4.2). */
export const lineRow = z.looseObject({
  product_id: optionalInt,
  variant_id: optionalInt,
  name: text,
  sku: text,
  barcode: text,
  quantity: decimal,
  price: minorUnits,
  order_price: minorUnits,
  order_discount_id: optionalInt,
  order_fulfillment_id: optionalInt,
  p1: text,
  v1: text,
  p2: text,
  v2: text,
  p3: text,
  v3: text,
  category_id: optionalInt,
  vendor_id: optionalInt,
  product_type: optionalText,
  digital: yesNo,
  tracked: yesNo,
});

/** Free-form option of a line (CloudCart API 4.3). */
export const lineOptionRow = z.looseObject({
  order_product_id: optionalInt,
  name: text,
  value: text,
  price: minorUnits,
  discount_price: minorUnits,
  quantity: optionalDecimal,
});

/** Payment (CloudCart API 4.4). `provider_data` may hold secrets of the gateway and is not mapped. */
export const paymentRow = z.looseObject({
  provider: text,
  provider_name: text,
  amount: minorUnits,
  status: text,
  payment_status: optionalText,
});

/** Shipping (CloudCart API 4.5, U-21). */
export const shippingRow = z.looseObject({
  provider_id: optionalInt,
  provider_name: text,
  provider_amount: minorUnits,
  provider_insurance: minorUnits,
  order_amount: z.unknown().optional(),
  order_amount_input: z.unknown().optional(),
  order_has_insurance: yesNo,
  order_insurance: minorUnits,
});

/** Address of an order, both kinds (CloudCart API 4.6). */
export const addressRow = z.looseObject({
  first_name: text,
  last_name: text,
  phone: text,
  company_name: text,
  company_vat: text,
  company_registration_number: text,
  company_person: text,
  country_iso2: text,
  country_name: text,
  city_name: text,
  state_name: text,
  street_name: text,
  street_number: text,
  post_code: text,
  address1: text,
  formatted: text,
  integration: text,
});

/** Discount; it has no resulting amount (CloudCart API 4.7), the unit of `type_value` is open (U-23). */
export const discountRow = z.looseObject({
  discount_id: optionalInt,
  order_product_id: optionalInt,
  parent_id: optionalInt,
  name: text,
  code: optionalText,
  discount_type: text,
  type_value: optionalDecimal,
  order_over: optionalDecimal,
});

/** Manual adjustment or cart rule (CloudCart API 4.8, U-24). */
export const modificationRow = z.looseObject({
  name: text,
  type: text,
  value: minorUnits,
  quantity: optionalDecimal,
});

/** Tax or fee, under either set of names (CloudCart API 4.9, U-25, U-26). */
export const taxRow = z.looseObject({
  name: optionalText,
  tax_name: optionalText,
  rate: optionalDecimal,
  tax: optionalDecimal,
  value: minorUnits,
  order_amount: minorUnits,
  type: optionalText,
  tax_type: optionalText,
  vat: yesNo,
  tax_vat: yesNo,
});

/** Total; codes are an open set (CloudCart API 4.10, U-27). */
export const totalRow = z.looseObject({
  code: text,
  title: text,
  value: minorUnits,
  sort_order: optionalInt,
});

/** Fulfilment (CloudCart API 4.11). */
export const fulfilmentRow = z.looseObject({
  order_id: optionalInt,
  shipping_provider: optionalText,
  shipping_tracking_url: optionalText,
  shipping_tracking_number: optionalText,
  shipping_date_delivery: optionalText,
  shipping_date_expedition: optionalText,
  date_fulfilled: optionalText,
});
