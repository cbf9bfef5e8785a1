import type { Shop } from '../shop.ts';

/** A person in the shop's book; ЕИК with valid check digits, ЕГН where somebody mistook the field. */
export interface SeedPerson {
  readonly id: number;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly phone: string;
  readonly city: string;
  readonly postCode: string;
  readonly street: string;
  readonly number: string;
  readonly company?: {
    readonly name: string;
    readonly eik: string;
    readonly vat: string;
    readonly mol: string;
  };
}

/** Customers of the seed: registered people, a company with VAT number, one with ЕИК only (CloudCart API 10). */
export const PEOPLE: readonly SeedPerson[] = [
  {
    ...{ id: 771, email: 'maria.koleva@example.com', firstName: 'Мария', lastName: 'Колева' },
    ...{ phone: '+359888000111', city: 'Пловдив', postCode: '4000', street: 'ул. Примерна', number: '7' },
    company: { name: 'Пример Трейд ЕООД', eik: '123456786', vat: 'BG123456786', mol: 'Мария Колева' },
  },
  {
    ...{ id: 772, email: 'georgi.dimitrov@example.com', firstName: 'Георги', lastName: 'Димитров' },
    ...{ phone: '+359887123456', city: 'София', postCode: '1000', street: 'бул. Витоша', number: '48' },
  },
  {
    ...{ id: 773, email: 'elena.petrova@example.com', firstName: 'Елена', lastName: 'Петрова' },
    ...{ phone: '0899 555 010', city: 'Варна', postCode: '9000', street: 'ул. Драгоман', number: '12' },
    company: { name: 'Морски бриз ООД', eik: '175074752', vat: '', mol: 'Елена Петрова' },
  },
  {
    ...{ id: 774, email: 'petya@example.com', firstName: 'Петя', lastName: 'Илиева' },
    ...{
      phone: '+359898222333',
      city: 'Бургас',
      postCode: '8000',
      street: 'ул. Александровска',
      number: '101',
    },
  },
  {
    ...{ id: 775, email: 'stoyan.nikolov@example.com', firstName: 'Стоян', lastName: 'Николов' },
    ...{ phone: '+359877444555', city: 'Русе', postCode: '7000', street: 'ул. Николаевска', number: '3' },
  },
];

const STAMP = Date.UTC(2026, 0, 12, 9);

/** Puts customers and their addresses into the book (CloudCart API 4.19, 4.20). */
export function seedCustomers(shop: Shop): void {
  const { tables } = shop.db;
  tables['customer-groups'].put({ id: 1, name: 'Default' });
  tables['customer-groups'].put({ id: 2, name: 'Guests' });
  tables['customer-groups'].put({ id: 3, name: 'Търговци на едро' });
  for (const person of PEOPLE) {
    tables.customers.put({
      ...{ id: person.id, email: person.email, first_name: person.firstName, last_name: person.lastName },
      ...{ alternative_phone: null, note: null, active: 'yes', banned: 'no', is_activated: 'yes' },
      ...{ marketing: 'no', newsletter: 'no', group_id: 1 },
      ...{ default_address_id: person.id, default_billing_address_id: person.id - 353 },
      ...{ date_added: STAMP, updated_at: STAMP, date_banned: null },
    });
    const common = {
      ...{ customer_id: person.id, first_name: person.firstName, last_name: person.lastName },
      ...{ phone: person.phone, phone_country_iso2: 'BG', country_iso2: 'BG', city_name: person.city },
      ...{ state_name: person.city, street_name: person.street, street_number: person.number },
      post_code: person.postCode,
    };
    tables['customer-shipping-address'].put({
      ...common,
      ...{ id: person.id, company_name: null, company_vat: null, _company_bulstat: null, _company_mol: null },
    });
    tables['customer-billing-address'].put({
      ...common,
      id: person.id - 353,
      company_name: person.company?.name ?? null,
      company_vat: person.company?.vat ?? null,
      _company_bulstat: person.company?.eik ?? null,
      _company_mol: person.company?.mol ?? null,
    });
  }
  shop.db.startIds('customers', 800);
  shop.db.startIds('customer-shipping-address', 800);
  shop.db.startIds('customer-billing-address', 500);
  shop.db.startIds('customer-groups', 3);
}
