import type { Shop } from '../../shop.ts';
import type { CustomerAddressRow, CustomerRow } from '../../store/catalogue-rows.ts';
import type { YesNo } from '../../store/order-rows.ts';
import type { AnyRow } from '../../store/table.ts';
import { badParameter, invalid } from '../errors.ts';
import { linkTo, plainAttributes, type Resource, rowsOf } from '../resource.ts';
import type { WriteBody } from '../write-body.ts';
import { optionalTextOf, requiredTextOf, yesNoOf } from './attribute-values.ts';

const READ_ONLY = [
  'group_id',
  'default_address_id',
  'default_billing_address_id',
  'date_added',
  'updated_at',
  'date_banned',
];
const TEXTS = ['first_name', 'last_name', 'alternative_phone', 'note'];
const FLAGS = ['active', 'banned', 'is_activated', 'marketing', 'newsletter'];
/** Written over the API and of no consequence here. */
const IGNORED = ['password', 'banned_reason', 'email_confirmed', 'imported', 'timezone_id'];
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

function changesOf(shop: Shop, body: WriteBody, own: number | undefined): Partial<CustomerRow> {
  body.refuse(READ_ONLY);
  body.refuseUnknown([...TEXTS, ...FLAGS, ...IGNORED, 'email', ...READ_ONLY], shop.switches.unknownAttribute);
  const changes: Record<string, unknown> = {};
  for (const name of TEXTS) {
    if (body.has(name)) changes[name] = optionalTextOf(name, body.attributes[name]);
  }
  for (const name of FLAGS) {
    if (body.has(name)) changes[name] = yesNoOf(name, body.attributes[name]);
  }
  if (body.has('email')) {
    const email = requiredTextOf('email', body.attributes['email']);
    if (!EMAIL.test(email))
      throw invalid('/data/attributes/email', 'The email must be a valid email address.');
    const taken = shop.db.tables.customers.by('email', email).some((row) => row.id !== own);
    if (taken) throw invalid('/data/attributes/email', 'The email has already been taken.');
    changes['email'] = email;
  }
  return changes;
}

function create(shop: Shop, body: WriteBody): AnyRow {
  requiredTextOf('email', body.attributes['email']);
  const yes: YesNo = 'yes';
  const no: YesNo = 'no';
  const row = shop.db.tables.customers.put({
    id: shop.db.nextId('customers'),
    ...{ email: '', first_name: '', last_name: '', alternative_phone: null, note: null, group_id: 1 },
    ...{ active: yes, banned: no, is_activated: no, marketing: no, newsletter: no },
    ...{ default_address_id: null, default_billing_address_id: null, date_banned: null },
    ...{ date_added: shop.now(), updated_at: shop.now() },
    ...changesOf(shop, body, undefined),
  });
  shop.emit({ event: 'customer.created', entityId: row.id });
  return row;
}

/** Customers (CloudCart API 4.19). A deletion is hard and leaves orders with a dangling id. */
const customers: Resource = {
  type: 'customers',
  table: 'customers',
  methods: ['GET', 'POST', 'PATCH', 'DELETE'],
  dates: { date_added: 'plain', updated_at: 'plain', date_banned: 'plain' },
  relations: {
    group: linkTo('customer-groups', 'group_id'),
    'shipping-addresses': rowsOf('customer-shipping-address', 'customer_id'),
    'billing-addresses': rowsOf('customer-billing-address', 'customer_id'),
    orders: rowsOf('orders', 'customer_id'),
  },
  includes: ['group', 'shipping-addresses', 'billing-addresses', 'orders'],
  sorts: ['id', 'first_name', 'last_name', 'email', 'date_added', 'updated_at', 'date_banned'],
  filters: {
    email: (row, value) => {
      if (!EMAIL.test(value)) throw badParameter('filter[email]', 'The email must be a valid email address.');
      return row['email'] === value;
    },
  },
  singleFilters: ['email'],
  create,
  update: (shop, row, body) => {
    const id = Number(row.id);
    shop.db.tables.customers.update(id, { ...changesOf(shop, body, id), updated_at: shop.now() });
    shop.emit({ event: 'customer.updated', entityId: id });
  },
  remove: (shop, row) => {
    shop.db.tables.customers.delete(row.id);
    shop.emit({ event: 'customer.deleted', entityId: Number(row.id) });
  },
};

const ADDRESS_TEXTS = [
  ...['first_name', 'last_name', 'phone', 'phone_country_iso2', 'country_iso2', 'city_name', 'state_name'],
  ...['street_name', 'street_number', 'post_code', 'company_name', 'company_vat'],
];

function addressTexts(body: WriteBody): Record<string, unknown> {
  const changes: Record<string, unknown> = {};
  for (const name of ADDRESS_TEXTS)
    if (body.has(name)) changes[name] = optionalTextOf(name, body.attributes[name]);
  // Taken but never shown again (CloudCart API 4.20).
  if (body.has('company_bulstat'))
    changes['_company_bulstat'] = optionalTextOf('company_bulstat', body.attributes['company_bulstat']);
  if (body.has('company_mol'))
    changes['_company_mol'] = optionalTextOf('company_mol', body.attributes['company_mol']);
  return changes;
}

const PAIRS = [
  ['phone', 'phone_country_iso2'],
  ['company_name', 'company_vat'],
] as const;

/** Fields that are required only together (CloudCart API 4.20). */
function checkPairs(address: Readonly<Record<string, unknown>>): void {
  for (const [left, right] of PAIRS) {
    if (Boolean(address[left]) === Boolean(address[right])) continue;
    const missing = address[left] ? right : left;
    const text = `The ${missing.replaceAll('_', ' ')} field is required.`;
    throw invalid(`/data/attributes/${missing}`, text);
  }
}

function addressResource(kind: 'billing' | 'shipping'): Resource {
  const table = `customer-${kind}-address` as const;
  const required =
    kind === 'billing'
      ? ['first_name', 'last_name', 'country_iso2', 'city_name', 'street_name']
      : ADDRESS_TEXTS.filter((name) => !name.startsWith('company') && name !== 'state_name');
  const defaultColumn = kind === 'billing' ? 'default_billing_address_id' : 'default_address_id';
  return {
    type: table,
    table,
    methods: ['GET', 'POST', 'PATCH', 'DELETE'],
    attributes: (row, shop) => {
      const address = row as CustomerAddressRow;
      const shown = plainAttributes(row, shop);
      const phone = address.phone?.replaceAll(/\s/g, '').replace(/^0/, '+359') ?? null;
      const fullName = `${address.first_name} ${address.last_name}`;
      return {
        ...shown,
        full_name: fullName,
        country_name: 'България',
        country_iso3: 'BGR',
        phone_e164: phone,
      };
    },
    sorts: kind === 'billing' ? ['id'] : ['id', 'customer_id', 'country_iso2'],
    relations: { customer: linkTo('customers', 'customer_id') },
    create: (shop, body) => {
      for (const name of required)
        requiredTextOf(name, body.attributes[name], name.endsWith('_name') ? 2 : 1);
      const customer = shop.db.tables.customers.get(body.link('customer', 'customers'));
      if (customer === undefined)
        throw invalid('/data/relationships/customer', 'The customer field is required.');
      const empty = Object.fromEntries(ADDRESS_TEXTS.map((name) => [name, null]));
      const row = { ...empty, _company_bulstat: null, _company_mol: null, ...addressTexts(body) };
      checkPairs(row);
      const id = shop.db.nextId(table);
      if (customer[defaultColumn] === null)
        shop.db.tables.customers.update(customer.id, { [defaultColumn]: id });
      return shop.db.generic(table).put({ ...row, id, customer_id: customer.id });
    },
    update: (shop, row, body) => {
      const after = { ...row, ...addressTexts(body) };
      checkPairs(after);
      shop.db.generic(table).put(after);
    },
    remove: (shop, row) => {
      const isDefault =
        shop.db.tables.customers.get(row['customer_id'] as number)?.[defaultColumn] === row.id;
      const text = `Cannot delete customer default ${kind === 'billing' ? 'billing ' : ''}address.`;
      if (isDefault) throw invalid('/data', text);
      shop.db.generic(table).delete(row.id);
    },
  };
}

/** Customers and their addresses. */
export const customerResources: readonly Resource[] = [
  customers,
  addressResource('billing'),
  addressResource('shipping'),
];
