import type { Shop } from '../shop.ts';
import type { ProductRow, VariantRow } from '../store/catalogue-rows.ts';

const ADDED = Date.UTC(2026, 2, 2, 8, 15);

/** A variant of the seed: SKU, price in cents, stock (null is unlimited), and its options. */
interface SeedVariant {
  readonly sku: string | null;
  readonly price: number;
  readonly quantity: number | null;
  readonly barcode?: string;
  readonly options?: readonly string[];
  readonly weight?: number;
}

interface SeedProduct {
  readonly id: number;
  readonly name: string;
  readonly handle: string;
  readonly category: number;
  readonly vendor?: number;
  readonly vat?: number;
  readonly parameters?: readonly string[];
  readonly variants: readonly SeedVariant[];
  readonly more?: Partial<ProductRow>;
  readonly unit?: string;
}

const simple = (
  sku: string | null,
  price: number,
  quantity: number | null,
  barcode?: string,
): SeedVariant[] => [{ sku, price, quantity, ...(barcode === undefined ? {} : { barcode }) }];

const CATEGORIES = [
  [12, 'Тениски', 'teniski'],
  [20, 'Чаши', 'chashi'],
  [21, 'Книги', 'knigi'],
  [22, 'Канцелария', 'kantselariya'],
  [23, 'Храни', 'hrani'],
  [24, 'Електроника', 'elektronika'],
  [25, 'Железария', 'zhelezariya'],
  [26, 'Подаръци', 'podaratsi'],
] as const;

const VENDORS = [
  [4, 'Бор ООД'],
  [5, 'Керамика Троян ЕООД'],
  [6, 'Издателство Балкан'],
  [7, 'Мандра Родопи АД'],
] as const;

const PRODUCTS: readonly SeedProduct[] = [
  {
    id: 812,
    name: 'Тениска Бор',
    handle: 'teniska-bor',
    category: 12,
    vendor: 4,
    parameters: ['Размер', 'Цвят'],
    variants: [
      {
        sku: 'TB-M-GRN',
        price: 2490,
        quantity: 117,
        barcode: '3800123450013',
        options: ['M', 'Зелен'],
        weight: 220,
      },
      {
        sku: 'TB-L-GRN',
        price: 2690,
        quantity: 40,
        barcode: '3800123450014',
        options: ['L', 'Зелен'],
        weight: 240,
      },
      { sku: 'TB-M-BLU', price: 2490, quantity: 25, options: ['M', 'Син'], weight: 220 },
      { sku: 'TB-L-BLU', price: 2690, quantity: 0, options: ['L', 'Син'], weight: 240 },
    ],
  },
  {
    id: 815,
    name: 'Керамична чаша',
    handle: 'keramichna-chasha',
    category: 20,
    vendor: 5,
    variants: [{ sku: 'CUP-01', price: 960, quantity: 85, barcode: '3800123450020', weight: 500 }],
  },
  {
    id: 820,
    name: 'Книга „Под игото“',
    handle: 'kniga-pod-igoto',
    category: 21,
    vendor: 6,
    vat: 9,
    variants: simple('BOOK-1', 2000, 60, '9789540900018'),
  },
  { id: 821, name: 'Химикалка', handle: 'himikalka', category: 22, variants: simple('PEN-1', 999, 300) },
  { id: 822, name: 'Батерия АА', handle: 'bateriya-aa', category: 24, variants: simple('BAT-3', 333, 900) },
  { id: 823, name: 'Винт 4x40', handle: 'vint-4x40', category: 25, variants: simple('SCR-440', 7, 12000) },
  {
    id: 824,
    name: 'Сирене краве',
    handle: 'sirene-krave',
    category: 23,
    vendor: 7,
    unit: 'кг',
    variants: simple('CHS-KG', 1890, 48.5),
  },
  { id: 825, name: 'Термочаша', handle: 'termochasha', category: 20, variants: simple('MUG-2', 1800, 33) },
  {
    id: 826,
    name: 'Вино Мерло 0.75',
    handle: 'vino-merlo',
    category: 23,
    variants: simple('WINE', 1250, 240, '3800200000017'),
  },
  {
    id: 827,
    name: 'Вино Мерло, кашон 6 бр.',
    handle: 'vino-merlo-6',
    category: 23,
    variants: simple('WINE-6', 6900, 40),
  },
  { id: 828, name: 'Мед липов 700 г', handle: 'med-lipov', category: 23, variants: simple('HNY', 1200, 75) },
  { id: 829, name: 'Чай билков', handle: 'chay-bilkov', category: 23, variants: simple('TEA', 800, 140) },
  { id: 830, name: 'Кутия подаръчна', handle: 'kutiya', category: 26, variants: simple('BOX', 250, 500) },
  { id: 831, name: 'Буркан 370 мл', handle: 'burkan', category: 26, variants: simple('JAR', 90, 800) },
  {
    id: 832,
    name: 'Подаръчен комплект',
    handle: 'podarachen-komplekt',
    category: 26,
    variants: simple('KIT-1', 2500, null),
    more: {
      product_type: 'bundle',
      _parts: [
        { variantId: 5228, quantity: 1 },
        { variantId: 5229, quantity: 2 },
      ],
    },
  },
  {
    id: 833,
    name: 'Ваучер за 50 евро',
    handle: 'vaucher-50',
    category: 26,
    variants: simple('GIFT-50', 5000, null),
    more: { digital: 'yes', shipping: 'no', product_type: 'digital' },
  },
  {
    id: 834,
    name: 'Гравиране по поръчка',
    handle: 'gravirane',
    category: 26,
    variants: simple('ENGRAVE', 1500, 0),
    more: { tracking: 'no' },
  },
  {
    id: 835,
    name: 'Плик подаръчен',
    handle: 'plik',
    category: 26,
    variants: simple('ENV-1', 120, 0),
    more: { continue_selling: 'yes' },
  },
  { id: 836, name: 'Свещ бяла', handle: 'svesht-byala', category: 26, variants: simple('CANDLE', 450, 60) },
  {
    id: 837,
    name: 'Свещ червена',
    handle: 'svesht-chervena',
    category: 26,
    variants: simple('CANDLE', 480, 45),
  },
  { id: 838, name: 'Пощенска картичка', handle: 'kartichka', category: 22, variants: simple(null, 150, 200) },
  {
    id: 839,
    name: 'Тениска Бор 2027 (чернова)',
    handle: 'teniska-bor-2027',
    category: 12,
    variants: simple('TB-2027', 2990, 0),
    more: { draft: 'yes', active: 'no' },
  },
];

/** Fills the catalogue: variants 2x2, bundle, unlimited, untracked, fractional, duplicate and empty SKUs (CloudCart API 10). */
export function seedCatalogue(shop: Shop): void {
  const { tables } = shop.db;
  for (const [id, name, url_handle] of CATEGORIES) {
    const dates = { created_at: ADDED, updated_at: ADDED };
    tables.categories.put({ id, name, url_handle, description: '', order: id, parent_id: null, ...dates });
  }
  for (const [id, name] of VENDORS) {
    tables.vendors.put({ id, name, url_handle: `vendor-${id}`, created_at: ADDED, updated_at: ADDED });
  }
  tables.units.put({
    ...{ id: 1, parent_id: null, name: 'килограм', short_name: 'кг', multiple_name: 'килограма' },
    ...{ steps: 1, decimals: 3, storefront_name: 'кг' },
  });
  seedParameters(shop);
  for (const product of PRODUCTS) seedProduct(shop, product);
  shop.db.startIds('products', 900);
  shop.db.startIds('variants', 5400);
  shop.db.startIds('categories', 40);
  shop.db.startIds('vendors', 20);
}

function seedParameters(shop: Shop): void {
  const { tables } = shop.db;
  const parameters = [
    [7, 'Размер', ['M', 'L']],
    [8, 'Цвят', ['Зелен', 'Син']],
  ] as const;
  let option = 30;
  for (const [id, name, values] of parameters) {
    tables['variant-parameters'].put({
      id,
      name,
      display_type: 'select',
      sort: id,
      visible: 1,
      in_listing: 1,
    });
    for (const value of values) {
      option += 1;
      tables['variant-options'].put({ id: option, name: value, parameter_id: id, sort: option, visible: 1 });
    }
  }
  shop.db.startIds('variant-parameters', 20);
  shop.db.startIds('variant-options', 60);
}

function seedProduct(shop: Shop, product: SeedProduct): void {
  const prices = product.variants.map((variant) => variant.price);
  const [p1 = null, p2 = null] = product.parameters ?? [];
  shop.db.tables.products.put({
    id: product.id,
    name: product.name,
    url_handle: product.handle,
    ...{ active: 'yes', draft: 'no', digital: 'no', sale: 'no', new: 'no', tracking: 'yes', shipping: 'yes' },
    continue_selling: 'no',
    minimum: 1,
    threshold: null,
    ...{ description: '', short_description: '', seo_title: product.name, seo_description: '' },
    sort_order: product.id,
    ...{ p1, p2, p3: null },
    ...{ p1_id: p1 === null ? null : 7, p2_id: p2 === null ? null : 8, p3_id: null },
    category_id: product.category,
    vendor_id: product.vendor ?? null,
    price_from: Math.min(...prices),
    price_to: Math.max(...prices),
    product_type: product.variants.length > 1 ? 'multiple' : 'simple',
    views: product.id % 97,
    date_added: ADDED,
    date_modified: ADDED,
    _vat: product.vat ?? 20,
    _parts: null,
    _deleted: false,
    ...product.more,
  });
  for (const [index, variant] of product.variants.entries()) {
    shop.db.tables.variants.put(seedVariant(shop, product, variant, index));
  }
}

/** Ids as in the documentation: 5102 and on for the shirt, 5207 for the cup, 5200 + n for the others. */
function seedVariant(shop: Shop, product: SeedProduct, variant: SeedVariant, index: number): VariantRow {
  const id = product.id === 812 ? 5102 + index : product.id === 815 ? 5207 : 4400 + product.id;
  const [v1 = null, v2 = null] = variant.options ?? [];
  const optionId = (name: string | null): number | null =>
    shop.db.tables['variant-options'].all().find((option) => option.name === name)?.id ?? null;
  return {
    id,
    item_id: product.id,
    sku: variant.sku,
    barcode: variant.barcode ?? null,
    price: variant.price,
    delivery_price: 0,
    weight: variant.weight ?? 150,
    quantity: variant.quantity,
    minimum: 1,
    ...{ v1, v2, v3: null, v1_id: optionId(v1), v2_id: optionId(v2), v3_id: null },
    unit_id: product.unit === undefined ? null : 1,
    unit_name: product.unit === undefined ? null : 'килограм',
    unit_short_name: product.unit ?? null,
    unit_value_formatted: null,
  };
}
