import type { AddCode, Item, Measure, TaxGroup } from '../model.ts';

export const MEASURES: readonly Measure[] = [
  { id: 6, Name: 'Бр.' },
  { id: 7, Name: 'Кг' },
  { id: 8, Name: 'Литър' },
  { id: 108, Name: 'Кашон 6' },
  { id: 109, Name: 'Стек 24' },
];

/** 1 = 20 %, 2 = 9 %, 3 = 0 % (micro.bg API 3.2). */
export const TAX_GROUPS: readonly TaxGroup[] = [
  { TaxGroup: 1, Name: 'ДДС(Б) 20%', TaxValue: 20 },
  { TaxGroup: 2, Name: 'ДДС(Г) 9%', TaxValue: 9 },
  { TaxGroup: 3, Name: 'ДДС(А) 0%', TaxValue: 0 },
];

/** An item of the seed; price with VAT on the retail list, stock of the central warehouse. */
export interface SeedItem extends Partial<Omit<Item, 'PriceOut'>> {
  readonly Code: string;
  readonly Name: string;
  readonly GroupId: number;
  readonly price: number;
  readonly stock: number;
}

/** Groups of items, see `seed/company.ts`. */
export const GROUP = {
  clothes: 201,
  cups: 202,
  books: 203,
  office: 204,
  food: 205,
  wine: 206,
  electronics: 207,
  hardware: 208,
  gifts: 209,
} as const;

const add = (MeasureId: number, Code: string, CodeType: number, Ratio: number): AddCode => ({
  ...{ MeasureId, Code, CodeType, Ratio },
});

const service = (id: number, Name: string): SeedItem => ({
  ...{ id, Code: String(id), Name, GroupId: 100, price: 0, stock: 0, NotStorable: 1 as const },
});

/** Service items for what is no goods; id and code are the same number. */
const SERVICES: readonly SeedItem[] = [
  service(9001, 'Доставка'),
  service(9002, 'Търговска отстъпка'),
  service(9003, 'Такса'),
  { ...service(9004, 'Закръгление'), TaxGroup: 1 },
  { ...service(9005, 'Доставка 9%'), TaxGroup: 2 },
  { ...service(9006, 'Търговска отстъпка 9%'), TaxGroup: 2 },
];

/** What the shop sells, under its codes. */
const SHOP_GOODS: readonly SeedItem[] = [
  ...[
    ['TB-M-GRN', 'Тениска Бор M/Зелен', 24.9, 117, '3800123450013'],
    ['TB-L-GRN', 'Тениска Бор L/Зелен', 26.9, 40, '3800123450014'],
    ['TB-M-BLU', 'Тениска Бор M/Син', 24.9, 25, ''],
    ['TB-L-BLU', 'Тениска Бор L/Син', 26.9, 0, ''],
    ['TB-2027', 'Тениска Бор 2027', 29.9, 0, ''],
  ].map(([Code, Name, price, stock, Barcode]) => ({
    ...{ Code: String(Code), Name: String(Name), price: Number(price), stock: Number(stock) },
    ...{ Barcode: String(Barcode), GroupId: GROUP.clothes },
  })),
  {
    Code: 'CUP-01',
    Name: 'Керамична чаша',
    GroupId: GROUP.cups,
    price: 9.6,
    stock: 85,
    Barcode: '3800123450020',
  },
  { Code: 'MUG-2', Name: 'Термочаша', GroupId: GROUP.cups, price: 18, stock: 33 },
  {
    ...{ Code: 'BOOK-1', Name: 'Книга „Под игото“', GroupId: GROUP.books, price: 20, stock: 60 },
    ...{ TaxGroup: 2, Barcode: '9789540900018' },
  },
  { Code: 'PEN-1', Name: 'Химикалка', GroupId: GROUP.office, price: 9.99, stock: 300 },
  { Code: 'BAT-3', Name: 'Батерия АА', GroupId: GROUP.electronics, price: 3.33, stock: 900 },
  { Code: 'SCR-440', Name: 'Винт 4x40', GroupId: GROUP.hardware, price: 0.07, stock: 12_000 },
  { Code: 'CHS-KG', Name: 'Сирене краве', GroupId: GROUP.food, price: 18.9, stock: 48.5, MeasureId: 7 },
  {
    ...{ Code: 'WINE', Name: 'Вино Мерло 0.75', GroupId: GROUP.wine, price: 12.5, stock: 240 },
    ...{ Barcode: '3800200000017', PriceIn: 4.1066667 },
    AddCodes: [add(108, 'WINE-6', 1, 6), add(108, '3800200000062', 2, 6)],
  },
  { Code: 'HNY', Name: 'Мед липов 700 г', GroupId: GROUP.food, price: 12, stock: 75 },
  { Code: 'TEA', Name: 'Чай билков', GroupId: GROUP.food, price: 8, stock: 140 },
  { Code: 'BOX', Name: 'Кутия подаръчна', GroupId: GROUP.gifts, price: 2.5, stock: 500 },
  { Code: 'JAR', Name: 'Буркан 370 мл', GroupId: GROUP.gifts, price: 0.9, stock: 800 },
  { Code: 'ENV-1', Name: 'Плик подаръчен', GroupId: GROUP.gifts, price: 1.2, stock: -4 },
  {
    ...{ Code: 'GIFT-50', Name: 'Ваучер за 50 евро', GroupId: GROUP.gifts, price: 50, stock: 0 },
    NotStorable: 1,
  },
  {
    ...{ Code: 'ENGRAVE', Name: 'Гравиране по поръчка', GroupId: GROUP.gifts, price: 15, stock: 0 },
    NotStorable: 1,
  },
];

/** What only the warehouse knows: other codes, odd stock, a deleted one, a composite one. */
const ODDITIES: readonly SeedItem[] = [
  { Code: 'CANDLE-W', Name: 'Свещ бяла', GroupId: GROUP.gifts, price: 4.5, stock: 60 },
  { Code: 'CANDLE-R', Name: 'Свещ червена', GroupId: GROUP.gifts, price: 4.8, stock: 45 },
  { Code: 'ЧАЙ-МЕНТА', Name: 'Чай мента', GroupId: GROUP.food, price: 3.2, stock: 19 },
  { Code: '00412', Name: 'Тефтер А5', GroupId: GROUP.office, price: 5.4, stock: 12 },
  { Code: 'OLD-1', Name: 'Календар 2025', GroupId: GROUP.office, price: 6, stock: 0, Deleted: 1 },
  {
    Code: 'OLIVE-KG',
    Name: 'Маслини на килограм',
    GroupId: GROUP.food,
    price: 11.4,
    stock: -2.5,
    MeasureId: 7,
  },
  {
    ...{ Code: 'WATER-24', Name: 'Минерална вода 0.5 л', GroupId: GROUP.food, price: 0.6, stock: 960 },
    AddCodes: [add(109, '7701', 1, 24), add(109, '3800500000240', 2, 24)],
  },
];

interface Family {
  readonly name: string;
  readonly group: number;
  readonly price: number;
  readonly kinds: readonly string[];
  readonly forms: readonly string[];
}

const FAMILIES: readonly Family[] = [
  {
    ...{ name: 'Вино', group: GROUP.wine, price: 8.4 },
    kinds: [
      'Мерло',
      'Каберне',
      'Мавруд',
      'Шардоне',
      'Димят',
      'Тамянка',
      'Розе',
      'Мелник 55',
      'Гъмза',
      'Траминер',
    ],
    forms: ['реколта 2021', 'реколта 2022', 'реколта 2023', 'реколта 2024'],
  },
  {
    ...{ name: 'Мед', group: GROUP.food, price: 7.2 },
    kinds: ['акациев', 'липов', 'манов', 'букет', 'слънчогледов'],
    forms: ['250 г', '450 г', '900 г'],
  },
  {
    ...{ name: 'Чай', group: GROUP.food, price: 2.9 },
    kinds: ['липа', 'лайка', 'мурсалски', 'шипка', 'мащерка', 'зелен'],
    forms: ['20 пакетчета', '50 г насипен', '100 г насипен'],
  },
  {
    ...{ name: 'Тетрадка', group: GROUP.office, price: 1.6 },
    kinds: ['малък формат', 'голям формат', 'спирала'],
    forms: ['редове 40 л.', 'редове 60 л.', 'квадратчета 40 л.', 'квадратчета 60 л.', 'бели листа'],
  },
  {
    ...{ name: 'Тениска', group: GROUP.clothes, price: 17.5 },
    kinds: ['Рила', 'Пирин', 'Родопи', 'Стара планина'],
    forms: ['S бяла', 'M бяла', 'L бяла', 'XL бяла', 'S черна', 'M черна', 'L черна', 'XL черна'],
  },
  {
    ...{ name: 'Винт', group: GROUP.hardware, price: 0.04 },
    kinds: ['3x20', '3x30', '4x30', '4x50', '5x50', '5x70', '6x80', '6x100'],
    forms: ['цинк', 'месинг', 'черен', 'неръждаем'],
  },
  {
    ...{ name: 'Чаша', group: GROUP.cups, price: 6.8 },
    kinds: ['Троян', 'Етъра', 'Копривщица', 'Банско', 'Созопол'],
    forms: ['200 мл', '300 мл', '400 мл', 'комплект 2 бр.', 'комплект 6 бр.'],
  },
  {
    ...{ name: 'Кабел', group: GROUP.electronics, price: 4.9 },
    kinds: ['USB-C', 'HDMI', 'мрежов', 'удължител', 'аудио 3.5'],
    forms: ['0.5 м', '1 м', '2 м', '3 м', '5 м'],
  },
  {
    ...{ name: 'Сапун', group: GROUP.gifts, price: 3.4 },
    kinds: ['лавандула', 'роза', 'мед и мляко', 'зехтин', 'катран'],
    forms: ['80 г', '100 г', 'кутия 3 бр.', 'кутия 6 бр.'],
  },
  {
    ...{ name: 'Книга', group: GROUP.books, price: 12.4 },
    kinds: ['„Бай Ганьо“', '„Железният светилник“', '„Тютюн“', '„Време разделно“', '„Балкански легенди“'],
    forms: ['меки корици', 'твърди корици', 'колекционерско издание'],
  },
];

/** Shelf goods with running codes: with them every list has several pages. */
function shelfGoods(): SeedItem[] {
  let code = 5600;
  return FAMILIES.flatMap(({ name, group, price, kinds, forms }) =>
    kinds.flatMap((kind, row) =>
      forms.map((form, column): SeedItem => {
        code += 1;
        const cents = Math.max(4, Math.round(price * (100 + row * 7 + column * 12)));
        return {
          Code: String(code),
          Name: `${name} ${kind}, ${form}`,
          GroupId: group,
          price: cents / 100,
          stock: (code * 7) % 90,
          Barcode: `380000${String(code).padStart(7, '0')}`,
          ...(group === GROUP.books ? { TaxGroup: 2 } : {}),
        };
      }),
    ),
  );
}

/** All items of the demo company. */
export function demoItems(): readonly SeedItem[] {
  return [...SHOP_GOODS, ...ODDITIES, ...shelfGoods(), ...SERVICES];
}

/** A complete item: every price list differs, lists hold prices with VAT. */
export function seedItem(seed: SeedItem, id: number, DateUpdated: string): Item {
  const { price, stock: _stock, ...given } = seed;
  const list = (percent: number): number => Math.round(price * percent) / 100;
  return {
    id,
    Barcode: '',
    NotStorable: 0,
    TaxGroup: 1,
    MeasureId: 6,
    PriceIn: Number(((price * 0.5) / 1.2).toFixed(7)),
    PriceOut: [list(80), price, ...[95, 93, 91, 89, 87, 85, 83, 78].map(list)],
    Description: '',
    WarrantyMonths: given.GroupId === GROUP.electronics ? 24 : 0,
    WarrantyDays: 0,
    Deleted: 0,
    DateUpdated,
    AddCodes: [],
    recipe: [],
    ...given,
  };
}
