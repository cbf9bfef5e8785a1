import { describe, expect, it } from 'vitest';
import { type DocumentInput, desiredDocument } from '../../src/domain/order/desired-document.ts';
import type { ShopOrder } from '../../src/domain/order/shop-order.ts';
import { delivery, fee, input, line, linesOf, order, settings, vat, wholeOrder } from './orders.ts';

const shirt = line('TB-M-GRN', '1', 2490);
const cod = { name: 'Такса наложен платеж', rate: null, value: 120, type: null };
const shipping = (charged: number | null, more: { providerAmount?: number; insurance?: number } = {}) => ({
  shipping: { providerName: 'Еконт', charged, providerAmount: null, insurance: 0, ...more },
});
const modified = (value: number, quantity: string) => ({
  modifications: [{ name: 'Правило', type: 'price_override', value, quantity }],
});
const totalRow = (code: string, value: number, title = code) => ({ totals: [{ code, title, value }] });

interface Case {
  readonly name: string;
  readonly total: number;
  readonly lines?: ShopOrder['lines'];
  readonly more: Partial<ShopOrder>;
  readonly expected: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: 'U-21 insurance beside the delivery: 24.90 + 4.80 + 0.35',
    total: 3005,
    more: delivery(480, 35),
    expected: ['TB-M-GRN 1 24.90', '9001 1 5.15'],
  },
  {
    name: 'U-21 insurance inside the delivery: 24.90 + 4.80',
    total: 2970,
    more: delivery(480, 35),
    expected: ['TB-M-GRN 1 24.90', '9001 1 4.80'],
  },
  {
    name: 'U-21 the charge stands in a total row only',
    total: 2970,
    more: { ...shipping(null, { providerAmount: 520 }), ...totalRow('shipping', 480) },
    expected: ['TB-M-GRN 1 24.90', '9001 1 4.80'],
  },
  {
    name: 'U-21 the charge is the price of the courier',
    total: 3010,
    more: shipping(null, { providerAmount: 520 }),
    expected: ['TB-M-GRN 1 24.90', '9001 1 5.20'],
  },
  {
    name: 'U-21 the seller pays the courier',
    total: 2490,
    more: shipping(null, { providerAmount: 520 }),
    expected: ['TB-M-GRN 1 24.90'],
  },
  {
    name: 'free shipping, although the charge is still shown',
    total: 2490,
    more: { ...shipping(480), discounts: [wholeOrder('shipping', '0')] },
    expected: ['TB-M-GRN 1 24.90'],
  },
  {
    name: 'U-19 surcharges beside the price: 24.90 + 2.00',
    total: 2690,
    lines: [{ ...shirt, surcharge: 200 }],
    more: {},
    expected: ['TB-M-GRN 1 26.90'],
  },
  {
    name: 'U-19 surcharges inside the price',
    total: 2490,
    lines: [{ ...shirt, surcharge: 200 }],
    more: {},
    expected: ['TB-M-GRN 1 24.90'],
  },
  ...['100', '1', '1.00'].map((value): Case => ({
    name: `U-23 flat discount of a line, written ${value}: 24.90 - 1.00`,
    total: 2390,
    lines: [{ ...shirt, id: '5' }],
    more: { discounts: [{ ...wholeOrder('flat', value), lineId: 5 }] },
    expected: ['TB-M-GRN 1 23.90'],
  })),
  {
    name: 'a discount of a line that tells no amount: the shop’s price after discounts',
    total: 2000,
    lines: [{ ...shirt, id: '5', orderPrice: 2000 }],
    more: { discounts: [{ ...wholeOrder('fixed', '20'), lineId: 5 }] },
    expected: ['TB-M-GRN 1 20.00'],
  },
  {
    name: 'children on lines count, their parent does not: 24.90 - 10 %',
    total: 2241,
    lines: [{ ...shirt, id: '5', orderPrice: 2241 }],
    more: {
      discounts: [
        { ...wholeOrder('percent', '10'), id: '7' },
        { ...wholeOrder('percent', '10'), lineId: 5, parentId: 7 },
      ],
    },
    expected: ['TB-M-GRN 1 22.41'],
  },
  {
    name: 'U-24 modifications are a record of edits: 2 x 24.90',
    total: 4980,
    lines: [line('TB-M-GRN', '2', 2490)],
    more: modified(-200, '2'),
    expected: ['TB-M-GRN 2 24.90'],
  },
  {
    name: 'U-24 a modification takes its amount off once: 49.80 - 2.00',
    total: 4780,
    lines: [line('TB-M-GRN', '2', 2490)],
    more: modified(-200, '2'),
    expected: ['TB-M-GRN 2 24.90', '9002 1 -2.00'],
  },
  {
    name: 'U-24 a modification takes its amount off per unit: 49.80 - 4.00',
    total: 4580,
    lines: [line('TB-M-GRN', '2', 2490)],
    more: modified(-200, '2'),
    expected: ['TB-M-GRN 2 24.90', '9002 1 -4.00'],
  },
  {
    name: 'U-24 a modification that adds stands on the fee item: 24.90 + 1.50',
    total: 2640,
    more: modified(150, '1'),
    expected: ['TB-M-GRN 1 24.90', '9003 1 1.50'],
  },
  {
    name: 'U-25 rows that do not say what they are: the one with a rate is VAT, the other a fee',
    total: 2610,
    more: {
      taxes: [
        { ...vat('20', 415), isVat: null },
        { ...cod, isVat: null },
      ],
    },
    expected: ['TB-M-GRN 1 24.90', '9003 1 1.20'],
  },
  {
    name: 'U-25 a fee that shows a rate and does not say what it is',
    total: 2610,
    more: { taxes: [{ ...cod, rate: '20', isVat: null }] },
    expected: ['TB-M-GRN 1 24.90', '9003 1 1.20'],
  },
  {
    name: 'U-26 fees in total rows only',
    total: 2610,
    more: totalRow('cod_fee', 120),
    expected: ['TB-M-GRN 1 24.90', '9003 1 1.20'],
  },
  {
    name: 'U-26 the same fee in both tables counts once',
    total: 2610,
    more: { taxes: [fee(120)], ...totalRow('fee', 120, 'Такса') },
    expected: ['TB-M-GRN 1 24.90', '9003 1 1.20'],
  },
  {
    name: 'U-26 one fee here, another there: 24.90 + 1.20 + 0.50',
    total: 2660,
    more: { taxes: [fee(120)], ...totalRow('gift_wrap', 50) },
    expected: ['TB-M-GRN 1 24.90', '9003 1 1.70'],
  },
  ...[1000, -1000].map((value): Case => ({
    name: `U-27 a discount that only a total row shows, written ${value}`,
    total: 1490,
    more: totalRow('discount', value),
    expected: ['TB-M-GRN 1 24.90', '9002 1 -10.00'],
  })),
  {
    name: 'U-27 a total row of an unknown code that takes off: a voucher of 5.00',
    total: 1990,
    more: totalRow('voucher', -500),
    expected: ['TB-M-GRN 1 24.90', '9002 1 -5.00'],
  },
  {
    name: 'net shop, delivery with VAT that the rows leave out: 41.50 + 8.30 + 4.80',
    total: 5460,
    lines: [line('TB-M-GRN', '2', 2075)],
    more: { ...delivery(480), vatIncluded: false, taxes: [vat('20', 830, 'additional')] },
    expected: ['TB-M-GRN 2 20.75', '9001 1 4.00'],
  },
  {
    name: 'net shop, delivery with VAT that the rows repeat: 41.50 + 9.10 + 4.00',
    total: 5460,
    lines: [line('TB-M-GRN', '2', 2075)],
    more: { ...delivery(480), vatIncluded: false, taxes: [vat('20', 910, 'additional')] },
    expected: ['TB-M-GRN 2 20.75', '9001 1 4.00'],
  },
];

describe('every open question of the shop’s data, under each of its answers', () => {
  it.each(cases)('$name', ({ total, lines = [shirt], more, expected }) => {
    expect(linesOf(desiredDocument(input(order(total, 'bwt', 'paid', lines, more))))).toEqual(expected);
  });

  it('an order that does not say whether its prices contain VAT is read by its total', () => {
    const taxes = [vat('20', 830)];
    const net = desiredDocument(
      input(order(4980, 'bwt', 'paid', [line('TB-M-GRN', '2', 2075)], { vatIncluded: null, taxes })),
    );
    const gross = desiredDocument(
      input(order(4980, 'bwt', 'paid', [line('TB-M-GRN', '2', 2490)], { vatIncluded: null, taxes })),
    );
    expect([net, gross]).toMatchObject([
      { document: { pricesWithVat: false }, header: { net: 4150, vat: 830 } },
      { document: { pricesWithVat: true }, header: { net: 4150, vat: 830 } },
    ]);
  });
});

/** 59.40 less 10 % is 53.46; with 0.05 of insurance both readings are within the rounding of three units. */
const ambiguous = order(5829, 'bwt', 'paid', [line('TB-M-GRN', '2', 2490), line('CUP-01', '1', 960)], {
  ...delivery(480, 5),
  discounts: [wholeOrder('percent', '10')],
});
const hinted = (readingHint: string | null): Partial<DocumentInput> => ({
  settings: { ...settings, readingHint },
});

describe('a total with two explanations', () => {
  it('is a person’s choice as long as nothing is remembered, and tells what there is to choose', () => {
    expect(desiredDocument(input(ambiguous))).toEqual({
      kind: 'blocked',
      problems: [
        {
          code: 'ambiguous_total',
          params: { total: '58.29', ways: 2, readings: 'insurance=beside / insurance=inside' },
        },
      ],
    });
  });

  it.each([
    ['insurance=beside', ['9002 1 -5.96', '9001 1 4.85']],
    ['flat=minor;insurance=inside', ['9002 1 -5.91', '9001 1 4.80']],
  ])('is decided by what is remembered: %s', (hint, expected) => {
    const wish = desiredDocument(input(ambiguous, hinted(hint)));
    expect(linesOf(wish).slice(2)).toEqual(expected);
    expect(wish).toMatchObject({
      reading: hint.split(';').at(-1),
      infos: [{ code: 'reading_used' }],
    });
  });

  it('is not decided by an answer to another question', () => {
    expect(desiredDocument(input(ambiguous, hinted('flat=minor'))).kind).toBe('blocked');
  });

  it('U-13 is decided by a subtotal of the shop, whichever of both it is', () => {
    for (const subtotals of [{ subtotal: 5349 }, { productsSubtotal: 5349 }]) {
      const wish = desiredDocument(input({ ...ambiguous, ...subtotals }));
      expect(linesOf(wish).slice(2)).toEqual(['9002 1 -5.91', '9001 1 4.80']);
    }
  });

  it('a remembered reading never makes up an explanation', () => {
    const wrong = { ...ambiguous, total: 5000 };
    expect(desiredDocument(input(wrong, hinted('insurance=inside')))).toMatchObject({
      problems: [{ code: 'total_mismatch', params: { explained: '59.40 + 4.85 = 64.25' } }],
    });
  });
});
