import type { Preset } from './presets.ts';

const GUEST = { email: 'gost@example.com', firstName: 'Калина', lastName: 'Стоева', guest: true } as const;
const COURIER = { provider: 'econt', price: '4.80' } as const;

/** Orders that tell a story in a demonstration. */
export const STORIES: Readonly<Record<string, Preset>> = {
  company: {
    title: 'Фирма с ЕИК и ДДС номер',
    total: 7950,
    order: {
      customer: { email: 'office@balkan-trade.example', firstName: 'Стоян', lastName: 'Николов' },
      billing: {
        ...{ company: 'Балкан Трейд ООД', eik: '131468980', vat: 'BG131468980', mol: 'Стоян Николов' },
        ...{ city: 'София', street: 'бул. България', number: '58', postCode: '1404' },
      },
      lines: [{ sku: 'TB-M-GRN', quantity: 3 }],
      shipping: COURIER,
      payment: 'bwt',
    },
  },
  guest: {
    title: 'Гост само с имейл, наложен платеж',
    total: 1440,
    order: { customer: GUEST, lines: [{ sku: 'CUP-01' }], shipping: COURIER, payment: 'cod' },
  },
  coupon: {
    title: 'Купон 10 %',
    total: 4962,
    order: {
      customer: GUEST,
      lines: [{ sku: 'TB-M-GRN', quantity: 2 }],
      discounts: [{ type: 'percent', value: 10, name: 'Август -10%', code: 'AVG10', discountId: 61 }],
      shipping: COURIER,
      payment: 'cod',
    },
  },
  flat: {
    title: 'Ръчна отстъпка 5.00',
    total: 1740,
    order: {
      customer: GUEST,
      lines: [{ sku: 'CUP-01', quantity: 2 }],
      discounts: [{ type: 'flat', value: '5.00', name: 'Ръчна отстъпка' }],
      shipping: { provider: 'pickup', price: '3.20' },
      payment: 'bwt',
    },
  },
  fee: {
    title: 'Доставка и такса наложен платеж',
    total: 3090,
    order: {
      customer: GUEST,
      lines: [{ sku: 'TB-M-GRN' }],
      fees: [{ name: 'Такса наложен платеж', amount: '1.20' }],
      shipping: COURIER,
      payment: 'cod',
    },
  },
  book: {
    title: 'Книга с 9 % ДДС',
    total: 2480,
    order: {
      customer: GUEST,
      lines: [{ sku: 'BOOK-1' }],
      shipping: COURIER,
      payment: 'stripe',
    },
  },
  fraction: {
    title: 'Сирене 1.250 кг',
    total: 2843,
    order: {
      customer: GUEST,
      lines: [{ sku: 'CHS-KG', quantity: '1.250' }],
      shipping: COURIER,
      payment: 'cod',
    },
  },
  variant: {
    title: 'Два варианта на тениската',
    total: 5660,
    order: {
      customer: GUEST,
      lines: [{ sku: 'TB-L-GRN' }, { sku: 'TB-M-BLU' }],
      shipping: COURIER,
      payment: 'cod',
    },
  },
  card: {
    title: 'С карта: чака потвърждение от банката',
    total: 2490,
    order: {
      customer: GUEST,
      lines: [{ sku: 'TB-M-GRN' }],
      shipping: { provider: 'pickup', price: 0 },
      payment: 'stripe',
    },
  },
  freeShipping: {
    title: 'Безплатна доставка за сметка на магазина',
    total: 4980,
    order: {
      customer: GUEST,
      lines: [{ sku: 'TB-M-GRN', quantity: 2 }],
      discounts: [
        { type: 'shipping', value: 0, name: 'Безплатна доставка', code: 'FREESHIP', discountId: 62 },
      ],
      shipping: COURIER,
      payment: 'cod',
    },
  },
};
