import { z } from 'zod';
import type { Answer } from '../answer.ts';
import { optionalInt, optionalText, text } from '../wire.ts';
import type { Caller, PageRef, ShopPage } from './call.ts';
import { yesNo } from './fields.ts';
import { readRow, readRows, type Row } from './rows.ts';

const customerRow = z.looseObject({
  email: text,
  first_name: text,
  last_name: text,
  group_id: optionalInt,
  updated_at: optionalText,
});

const addressRow = z.looseObject({
  first_name: text,
  last_name: text,
  phone_e164: text,
  country_iso2: text,
  city_name: text,
  street_name: text,
  street_number: text,
  post_code: text,
  company_name: text,
  company_vat: text,
});

const paymentProviderRow = z.looseObject({ provider: text, title: text, active: yesNo });

const shippingProviderRow = z.looseObject({ name: text, active: yesNo, provider_type: text });

const firstPage: PageRef = { number: 1, size: 100 };

/** Reads a customer; may be gone while orders still name it (CloudCart API 4.1). */
export async function getCustomer(
  caller: Caller,
  customerId: string,
): Promise<Answer<Row<typeof customerRow>>> {
  return readRow(caller, `customers/${encodeURIComponent(customerId)}`, customerRow);
}

/** Finds a customer by e-mail; a single-record filter (CloudCart API 3.2, U-09). */
export async function findCustomer(caller: Caller, email: string): Promise<Answer<Row<typeof customerRow>>> {
  return readRow(caller, 'customers', customerRow, { filter: { email } });
}

/**
 * Lists addresses of a customer's book. They never show the ЕИК (CloudCart API 4.20): documents use the address of
 * the order.
 */
export async function listCustomerAddresses(
  caller: Caller,
  kind: 'billing' | 'shipping',
  customerId: string,
  page: PageRef = firstPage,
): Promise<Answer<ShopPage<Row<typeof addressRow>>>> {
  const filter = { customer_id: customerId };
  return readRows(caller, `customer-${kind}-address`, addressRow, { filter, page });
}

/** Lists payment methods; the id is the code that orders carry (CloudCart API 4.21). */
export async function listPaymentProviders(
  caller: Caller,
  page: PageRef = firstPage,
): Promise<Answer<ShopPage<Row<typeof paymentProviderRow>>>> {
  return readRows(caller, 'payment-providers', paymentProviderRow, { page });
}

/** Lists shipping methods (CloudCart API 4.21). */
export async function listShippingProviders(
  caller: Caller,
  page: PageRef = firstPage,
): Promise<Answer<ShopPage<Row<typeof shippingProviderRow>>>> {
  return readRows(caller, 'shipping-providers', shippingProviderRow, { page });
}
