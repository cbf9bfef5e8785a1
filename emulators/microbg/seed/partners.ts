import type { Partner } from '../model.ts';

type SeedPartner = Partial<Partner> & Pick<Partner, 'id' | 'Name'>;

const PEOPLE = [
  ['Ана Демова', 'Русе', 'ул. Дунав 5', '+359888000111', 'ana@example.com'],
  ['Иван Петров', 'София', 'ж.к. Люлин 3', '+359888000112', 'ivan@example.com'],
  ['Мария Колева', 'Варна', 'ул. Приморска 12', '+359888000113', 'maria.koleva@example.com'],
  ['Георги Стоянов', 'Бургас', 'ул. Морска 2', '+359888000114', 'georgi@example.com'],
  ['Елена Тодорова', 'Стара Загора', 'бул. Руски 40', '+359888000115', 'elena@example.com'],
] as const;

/** Buyers, firms, suppliers; two with the same e-mail and one deleted, as real accounts have (E-8). */
const PARTNERS: readonly SeedPartner[] = [
  { id: 900, Name: 'Клиент на дребно', GroupId: 40 },
  { id: 901, Name: 'Уеб клиент', GroupId: 41 },
  ...PEOPLE.map(([Name, City, Address, Phone, eMail], index) => ({
    ...{ id: 917 + index, Name, MOL: Name, City, Address, Phone, eMail },
  })),
  {
    ...{ id: 930, Name: 'Хотел Балкан АД', MOL: 'Стефан Илиев', City: 'Пловдив', Address: 'бул. Тест 9' },
    ...{ Phone: '+359888000222', eMail: 'office@balkan.example', TaxID: '200000027', VatID: 'BG200000027' },
    ...{ GroupId: 42, PriceGroup: 1, Discount: 5 },
  },
  {
    ...{ id: 931, Name: 'Кафе Орфей ЕООД', MOL: 'Петър Демов', City: 'Смолян', eMail: 'orfey@example.com' },
    ...{ TaxID: '200000034', GroupId: 42, PriceGroup: 1 },
  },
  { id: 932, Name: 'Кафе Орфей 2', eMail: 'orfey@example.com', GroupId: 42 },
  { id: 933, Name: 'Стар партньор', eMail: 'old@example.com', Deleted: 1 },
  {
    ...{ id: 940, Name: 'Винарна Мелник ООД', City: 'Мелник', TaxID: '200000041', VatID: 'BG200000041' },
    ...{ GroupId: 43, PartnerType: 2 },
  },
];

/** Partners of a company. */
export function seedPartners(DateUpdated: string): Partner[] {
  return PARTNERS.map((each) => ({
    ...{ Code: String(each.id + 300), MOL: '', City: '', Address: '', Phone: '', eMail: '' },
    ...{ TaxID: '', VatID: '', PriceGroup: 2, Discount: 0, PartnerType: 1, CardNumber: '', GroupId: 41 },
    ...{ ContactPerson: '', PartnerNote: '', Deleted: 0 as const, DateUpdated },
    ...each,
  }));
}
