import type { PlaceInput } from './place-input.ts';
import type { Preset } from './presets.ts';

const COMPANY: Pick<PlaceInput, 'customer' | 'billing'> = {
  customer: { email: 'maria.koleva@example.com', firstName: 'Мария', lastName: 'Колева' },
  billing: { company: 'Пример Трейд ЕООД', eik: '123456786', vat: 'BG123456786', mol: 'Мария Колева' },
};

const GUEST: Pick<PlaceInput, 'customer'> = {
  customer: { email: 'ivan@example.com', firstName: 'Иван', lastName: 'Гостев', guest: true },
};

const COURIER = { provider: 'econt', price: '4.80' } as const;
const PICK_UP = { provider: 'pickup', price: 0 } as const;
const SHIRTS = { sku: 'TB-M-GRN', quantity: 2, price: '24.90' } as const;
const CUP = { sku: 'CUP-01', quantity: 1, price: '9.60' } as const;
const COUPON = { type: 'percent', value: 10, name: 'Август -10%', code: 'AVG10', discountId: 61 } as const;

const KIT: PlaceInput = {
  ...GUEST,
  lines: [{ sku: 'KIT-1', price: '25.00' }],
  shipping: COURIER,
  payment: 'stripe',
  status: 'paid',
  bundleLines: 'wrapper',
};

/** The golden orders: examples whose documents are worked out by hand, to the cent. */
export const GOLDEN: Readonly<Record<string, Preset>> = {
  G01: {
    title: 'Фирма с ЕИК, банков превод',
    total: 6420,
    order: { ...COMPANY, lines: [SHIRTS, CUP], shipping: COURIER, payment: 'bwt' },
  },
  G02: {
    title: 'Купон 10 % в цените, такса наложен платеж',
    total: 5946,
    order: {
      ...COMPANY,
      lines: [SHIRTS, CUP],
      discounts: [COUPON],
      fees: [{ name: 'Такса наложен платеж', amount: '1.20' }],
      shipping: COURIER,
      payment: 'cod',
      note: 'Моля, обадете се преди доставка',
    },
  },
  G04: {
    title: 'Ръчна отстъпка 10.00 върху цялата поръчка, гост',
    total: 5420,
    order: {
      ...GUEST,
      lines: [SHIRTS, CUP],
      discounts: [{ type: 'flat', value: '10.00', name: 'Ръчна отстъпка' }],
      shipping: COURIER,
      payment: 'bwt',
      status: 'paid',
    },
  },
  G05: {
    title: 'Книга 9 % и чаши 20 %, купон 10 %',
    total: 4008,
    order: {
      ...GUEST,
      lines: [
        { sku: 'BOOK-1', quantity: 1, price: '20.00', vat: 9 },
        { ...CUP, quantity: 2 },
      ],
      discounts: [COUPON],
      shipping: COURIER,
      payment: 'stripe',
      status: 'paid',
    },
  },
  G08: {
    title: 'Химикалка 9.99, вземане от магазина',
    total: 999,
    order: {
      ...GUEST,
      lines: [{ sku: 'PEN-1', price: '9.99' }],
      shipping: PICK_UP,
      payment: 'stripe',
      status: 'paid',
    },
  },
  G09a: {
    title: 'Три батерии за 10.00 без ред за отстъпка',
    total: 1000,
    order: {
      ...GUEST,
      lines: [{ sku: 'BAT-3', quantity: 3, price: '3.33' }],
      shipping: PICK_UP,
      payment: 'bwt',
      status: 'paid',
      rounding: '0.01',
    },
  },
  G09b: {
    title: 'Три батерии за 10.00, отстъпка 0.50 на реда',
    total: 1000,
    order: {
      ...GUEST,
      lines: [
        {
          sku: 'BAT-3',
          quantity: 3,
          price: '3.50',
          discount: { type: 'flat', value: '0.50', name: 'Отстъпка на реда' },
        },
      ],
      shipping: PICK_UP,
      payment: 'bwt',
      status: 'paid',
    },
  },
  G09c: {
    title: 'Три батерии за 10.00, отстъпка 0.50 на поръчката',
    total: 1000,
    order: {
      ...GUEST,
      lines: [{ sku: 'BAT-3', quantity: 3, price: '3.50' }],
      discounts: [{ type: 'flat', value: '0.50', name: 'Отстъпка', distributed: true }],
      shipping: PICK_UP,
      payment: 'bwt',
      status: 'paid',
    },
  },
  G11: {
    title: 'Сирене 0.350 кг, наложен платеж без такса',
    total: 1142,
    order: {
      ...GUEST,
      lines: [{ sku: 'CHS-KG', quantity: '0.350', price: '18.90' }],
      shipping: COURIER,
      payment: 'cod',
    },
  },
  G12: {
    title: 'Цени без ДДС, фирма, такса наложен платеж',
    total: 5580,
    order: {
      ...COMPANY,
      vatIncluded: false,
      lines: [{ sku: 'TB-M-GRN', quantity: 2, price: '20.75' }],
      fees: [{ name: 'Такса наложен платеж', amount: '1.00' }],
      shipping: { provider: 'econt', price: '4.00' },
      payment: 'cod',
    },
  },
  G17: {
    title: 'ЕГН в полето за ЕИК',
    total: 2970,
    order: {
      customer: { email: 'petya@example.com', firstName: 'Петя', lastName: 'Илиева' },
      billing: { company: 'Петя Илиева', eik: '7523169263', vat: 'BG7523169263' },
      lines: [{ sku: 'TB-M-GRN', price: '24.90' }],
      shipping: COURIER,
      payment: 'cod',
    },
  },
  G19: {
    title: 'Плащане, което не е свързано: Mokka',
    total: 3450,
    order: {
      ...GUEST,
      lines: [{ sku: 'TB-M-GRN', price: '24.90' }, CUP],
      shipping: PICK_UP,
      payment: 'mokka',
      status: 'paid',
    },
  },
  G22: {
    title: 'Подаръчен комплект с части',
    total: 2980,
    order: KIT,
  },
  G22b: {
    title: 'Подаръчен комплект, свързан с артикул от склада',
    total: 2980,
    order: KIT,
  },
  G22c: {
    title: 'Подаръчен комплект на един ред, без части',
    total: 2980,
    order: { ...KIT, bundleLines: 'single' },
  },
  G23: {
    title: 'Платена поръчка, която после се променя и връща',
    total: 5460,
    order: { ...GUEST, lines: [SHIRTS], shipping: COURIER, payment: 'bwt', status: 'paid' },
    steps: [
      {
        action: 'edit',
        body: {
          lines: {
            change: [{ line: 'TB-M-GRN', quantity: 1 }],
            add: [{ sku: 'CUP-01', quantity: 1, price: '9.60' }],
          },
        },
        total: 3930,
      },
      { action: 'refund', body: {}, total: 3930 },
    ],
  },
};
