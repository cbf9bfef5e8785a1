import { describe, expect, it } from 'vitest';
import { type DocumentInput, desiredDocument } from '../../src/domain/order/desired-document.ts';
import type { ConnectionSettings } from '../../src/domain/connection/settings.ts';
import { delivery, input, line, linesOf, order, service, settings, wholeOrder } from './orders.ts';

const coupon = order(
  5346,
  'bwt',
  'paid',
  [line('TB-M-GRN', '2', 2490, 2241), line('CUP-01', '1', 960, 864)],
  {
    discounts: [wholeOrder('percent', '10')],
  },
);
const mixed = order(
  4008,
  'stripe',
  'paid',
  [line('BOOK-1', '1', 2000, 1800), line('CUP-01', '2', 960, 864)],
  {
    ...delivery(480),
    discounts: [wholeOrder('percent', '10')],
  },
);
const changed = (some: Partial<ConnectionSettings>): Partial<DocumentInput> => ({
  settings: { ...settings, ...some },
});
const spread = ['TB-M-GRN 2 22.41', 'CUP-01 1 8.64'];

describe('a discount on the whole order', () => {
  it.each([
    ['own_line', changed({}), ['TB-M-GRN 2 24.90', 'CUP-01 1 9.60', '9002 1 -5.94']],
    [
      'own_line',
      changed({ negativeLines: 'quantity' }),
      ['TB-M-GRN 2 24.90', 'CUP-01 1 9.60', '9002 -1 5.94'],
    ],
    ['spread', changed({ discountMode: 'spread' }), spread],
    ['spread_refused', changed({ negativeLines: 'refused' }), spread],
    ['spread_fiscal', changed({ fiscalPaymentTypes: [2] }), spread],
    [
      'own_line',
      changed({ fiscalPaymentTypes: [2], negativeLinesConfirmed: true }),
      ['TB-M-GRN 2 24.90', 'CUP-01 1 9.60', '9002 1 -5.94'],
    ],
    [
      'spread_no_item_of_rate',
      changed({ serviceItems: { ...settings.serviceItems, discount: null } }),
      spread,
    ],
  ] as const)('%s', (reason, more, expected) => {
    const wish = desiredDocument(input(coupon, more));
    expect(linesOf(wish)).toEqual(expected);
    expect(wish).toMatchObject({ discountReason: reason, total: 5346, header: { net: 4455, vat: 891 } });
  });

  it('stands on a line of its own for every rate that has an item: 2.00 at 9 %, 1.92 at 20 %', () => {
    const wish = desiredDocument(
      input(mixed, {
        ...changed({ serviceItems: { ...settings.serviceItems, byRate: { discount: { '9': 9012 } } } }),
        serviceItems: service({ 9001: '20', 9002: '20', 9003: '20', 9012: '9' }),
      }),
    );
    expect(linesOf(wish)).toEqual([
      'BOOK-1 1 20.00',
      'CUP-01 2 9.60',
      '9002 1 -1.92',
      '9012 1 -2.00',
      '9001 1 4.80',
    ]);
    // The same VAT as when it is spread: G05.
    expect(wish).toMatchObject({ discountReason: 'own_line_per_rate', header: { net: 3491, vat: 517 } });
  });

  it('that no row and no price explains is no discount', () => {
    const silent = order(5346, 'bwt', 'paid', [line('TB-M-GRN', '2', 2490), line('CUP-01', '1', 960)]);
    expect(linesOf(desiredDocument(input(silent)))).toEqual(['total_mismatch']);
  });
});

describe('a cent of rounding', () => {
  const less = order(1001, 'bwt', 'paid', [line('BAT-3', '3', 334)]);
  const more = order(1000, 'bwt', 'paid', [line('BAT-3', '3', 333)]);

  it('goes on the discount item, on the fee item, or on an item of its own', () => {
    const own = {
      ...changed({ serviceItems: { ...settings.serviceItems, rounding: 9004 } }),
      serviceItems: service({ 9001: '20', 9002: '20', 9003: '20', 9004: '20' }),
    };
    expect(linesOf(desiredDocument(input(less)))).toEqual(['BAT-3 3 3.34', '9002 1 -0.01']);
    expect(linesOf(desiredDocument(input(less, own)))).toEqual(['BAT-3 3 3.34', '9004 1 -0.01']);
    expect(linesOf(desiredDocument(input(more)))).toEqual(['BAT-3 3 3.33', '9003 1 0.01']);
    expect(desiredDocument(input(more, own))).toMatchObject({
      document: { lines: [{}, { itemId: 9004, quantity: '1', price: '0.01', note: 'Закръгление' }] },
    });
  });

  it('is spread over the goods where no line may take it off: 3.33 + 2 x 3.34 = 10.01', () => {
    const wish = desiredDocument(input(less, changed({ fiscalPaymentTypes: [2] })));
    expect(linesOf(wish)).toEqual(['BAT-3 1 3.33', 'BAT-3 2 3.34']);
    expect(wish).toMatchObject({ discountReason: 'spread_rounding' });
  });

  it('needs an item', () => {
    const without = changed({ serviceItems: { ...settings.serviceItems, fee: null } });
    expect(desiredDocument(input(more, without))).toMatchObject({
      problems: [{ code: 'service_item_missing', params: { purpose: 'rounding' } }],
    });
  });

  it('of more than two is a fault', () => {
    expect(linesOf(desiredDocument(input({ ...more, total: 1002 })))).toEqual(['total_mismatch']);
  });
});
