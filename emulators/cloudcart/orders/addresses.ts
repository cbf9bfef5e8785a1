import type { Shop } from '../shop.ts';
import type { AddressRow, OrderRow } from '../store/order-rows.ts';
import type { AddressInput, PlaceOrder } from './place-input.ts';

/** Saves an address of an order; its id is that of the order (CloudCart API 4.1). What is missing is the buyer's. */
export function saveAddress(
  shop: Shop,
  table: 'order-billing-address' | 'order-shipping-address',
  order: OrderRow,
  given: AddressInput,
  input?: Pick<PlaceOrder, 'customer' | 'shipping'>,
): AddressRow {
  const old = shop.db.tables[table].get(order.id);
  const city = given.city ?? old?.city_name ?? 'Пловдив';
  return shop.db.tables[table].put({
    id: order.id,
    order_id: order.id,
    first_name: given.firstName ?? old?.first_name ?? order.customer_first_name,
    last_name: given.lastName ?? old?.last_name ?? order.customer_last_name,
    phone: given.phone ?? old?.phone ?? input?.customer.phone ?? '+359888000111',
    company_name: given.company ?? old?.company_name ?? '',
    company_vat: given.vat ?? old?.company_vat ?? '',
    company_registration_number: given.eik ?? old?.company_registration_number ?? '',
    company_person: given.mol ?? old?.company_person ?? '',
    country_iso2: given.country ?? old?.country_iso2 ?? 'BG',
    country_name: given.countryName ?? old?.country_name ?? 'България',
    city_name: city,
    state_name: given.state ?? old?.state_name ?? city,
    state_iso2: old?.state_iso2 ?? 'BG-16',
    street_name: given.street ?? old?.street_name ?? 'ул. Примерна',
    street_number: given.number ?? old?.street_number ?? '7',
    post_code: given.postCode ?? old?.post_code ?? '4000',
    address1: given.note ?? old?.address1 ?? '',
    integration: input?.shipping?.office === undefined ? (old?.integration ?? 'internal') : 'econt',
    _verbatim: old?._verbatim ?? null,
  });
}

/** One line for people. */
export function formatAddress(row: AddressRow): string {
  const name = `${row.first_name} ${row.last_name}`.trim();
  const who = row.company_name === '' ? name : `${row.company_name} (${row.company_vat || name})`;
  return `${who}, ${row.street_name} ${row.street_number}, ${row.city_name}, ${row.post_code}, ${row.country_name}`;
}
