import type { CompanyData } from '../company.ts';
import type {
  BankAccount,
  CompanySettings,
  Group,
  Item,
  PaymentType,
  StorageObject,
  User,
} from '../model.ts';
import { seedPartners } from './partners.ts';
import { GROUP, MEASURES, seedItem, type SeedItem, TAX_GROUPS } from './items.ts';

/** What makes one seeded company another than the next. */
export interface CompanySeed {
  readonly key: string;
  readonly settings: Partial<CompanySettings> & Pick<CompanySettings, 'CompanyName' | 'Inn' | 'TaxNo'>;
  readonly items: readonly SeedItem[];
  /** Wall time of the seed. */
  readonly now: string;
}

const USERS: readonly User[] = [
  { id: 1, Name: 'Ива Демо' },
  { id: 2, Name: 'Борис Склад' },
  { id: 4, Name: 'Онлайн магазин' },
];

const OBJECTS: readonly StorageObject[] = [
  { id: 2, Name: 'Централен склад', Address: 'София, ул. Примерна 1', PriceGroup: 2, Deleted: 0 },
  { id: 3, Name: 'Магазин Пловдив', Address: 'Пловдив, бул. Тест 7', PriceGroup: 2, Deleted: 0 },
  { id: 5, Name: 'Склад едро', Address: 'София, Илиянци', PriceGroup: 1, Deleted: 0 },
];

const ACCOUNTS: readonly BankAccount[] = [
  {
    ...{ id: 12, BankName: 'Демо Банк', Bic: 'DEMOBGSF', Iban: 'BG00DEMO00000000000000' },
    ...{ CurrencyCode: 'EUR', Deleted: 0 },
  },
];

const PAYMENT_TYPES: readonly PaymentType[] = [
  { id: 1, Name: 'В брой', PaymentMethod: 1, FiscalMode: 1, Deleted: 0 },
  { id: 2, Name: 'Банков път', PaymentMethod: 2, FiscalMode: 3, Deleted: 0 },
  { id: 3, Name: 'С карта', PaymentMethod: 3, FiscalMode: 1, Deleted: 0 },
  { id: 4, Name: 'Ваучер', PaymentMethod: 4, FiscalMode: 2, Deleted: 0 },
  { id: 9, Name: 'Наложен платеж', PaymentMethod: 2, FiscalMode: 3, Deleted: 0 },
];

const top = (id: number, Name: string, Path: string): Group => ({ id, Name, Path, parentId: 0 });

const ITEM_GROUPS: readonly Group[] = [
  top(100, 'Служебна група', '-1'),
  top(GROUP.clothes, 'Облекло', 'AAA'),
  top(GROUP.cups, 'Чаши', 'AAB'),
  top(GROUP.books, 'Книги', 'AAC'),
  top(GROUP.office, 'Канцелария', 'AAD'),
  top(GROUP.food, 'Храни', 'AAE'),
  { id: GROUP.wine, Name: 'Вина', Path: 'AAEAAA', parentId: GROUP.food },
  top(GROUP.electronics, 'Електроника', 'AAF'),
  top(GROUP.hardware, 'Железария', 'AAG'),
  top(GROUP.gifts, 'Подаръци', 'AAH'),
];

const PARTNER_GROUPS: readonly Group[] = [
  top(40, 'Служебна група', '-1'),
  top(41, 'Онлайн клиенти', 'AAA'),
  top(42, 'Фирми', 'AAB'),
  top(43, 'Доставчици', 'AAC'),
];

/** First id of the goods; service items have ids of their own from 9001 on. */
const FIRST_ITEM = 8001;

/** A company with a catalogue, partners and stock, and no documents yet (E-8). */
export function companyData(seed: CompanySeed): CompanyData {
  let lastId = FIRST_ITEM - 1;
  const items = seed.items.map((each): Item => seedItem(each, each.id ?? (lastId += 1), seed.now));
  const stock = seed.items.flatMap((each, index) => {
    const itemId = items[index]?.id ?? 0;
    if (each.stock === 0) return [];
    const shop = Math.max(0, Math.floor(each.stock / 5));
    return [
      { objectId: 2, itemId, qtty: each.stock },
      { objectId: 3, itemId, qtty: shop },
    ];
  });
  return {
    key: seed.key,
    settings: {
      ...{ CountryCode: 'BG', City: 'София', currencyCode: 'EUR', Address: 'ул. Примерна 1' },
      ContactPerson: 'Ива Демо',
      PaymentToDate: `${Number(seed.now.slice(0, 4)) + 1}-12-31 23:59:59`,
      ...{
        Percision: 2,
        QntPercision: 3,
        PricesWithVat: 1,
        AllowNegativeQnt: 1,
        AutoProduction: 0,
        IsVat: 1,
      },
      ...seed.settings,
    },
    users: USERS,
    applications: [],
    objects: OBJECTS,
    bankAccounts: ACCOUNTS,
    paymentTypes: PAYMENT_TYPES,
    taxGroups: TAX_GROUPS,
    measures: MEASURES,
    groups: { Items: ITEM_GROUPS, Partners: PARTNER_GROUPS },
    partners: seedPartners(seed.now),
    items,
    ...{ operations: [], payments: [], invoices: [], history: [] },
    stock,
    counters: {
      ...{ item: Math.max(9100, lastId), itemCode: 7000, partner: 950, partnerCode: 1300, group: 300 },
      ...{ operation: 81_499, payment: 104_400, invoice: 7000, document: 411 },
      ...{ acct1: 21, acct2: 639, acct19: 211 },
    },
  };
}
