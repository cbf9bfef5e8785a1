import { describe, expect, it } from 'vitest';
import { type DocumentInput, desiredDocument } from '../../src/domain/order/desired-document.ts';
import type { ShopOrder } from '../../src/domain/order/shop-order.ts';
import { input, item, line, linesOf, order, settings, wholeOrder } from './orders.ts';

const paid = (total: number, lines: ShopOrder['lines'], more: Partial<ShopOrder> = {}) =>
  order(total, 'bwt', 'paid', lines, more);
const kit = { ...line('KIT-1', '1', 2500), productType: 'bundle' };
const parts = [line('HNY', '1', 0), line('TEA', '2', 0)];

function ratio(text: string, quantityPrecision = 3): Partial<DocumentInput> {
  const { items, warehouse } = input(order(0, '', '', []));
  return {
    items: { ...items, 'sku:WINE-6': { ...item('WINE-6'), ratio: text } },
    warehouse: { ...warehouse, quantityPrecision },
  };
}

describe('an extra code with a ratio', () => {
  it.each([
    ['six for 59.41: 5 x 9.90 + 9.91', '1', 5941, '6', ['WINE-6 5 9.90', 'WINE-6 1 9.91']],
    ['half a pack of 59.42: 2 x 9.90 + 9.91', '0.5', 5942, '6', ['WINE-6 2 9.90', 'WINE-6 1 9.91']],
    ['a ratio with a fraction: 2.5 for 59.40', '1', 5940, '2.5', ['WINE-6 2.500 23.76']],
  ])('%s', (_name, quantity, price, text, expected) => {
    const wine = paid(price * Number(quantity), [line('WINE-6', quantity, price)]);
    expect(linesOf(desiredDocument(input(wine, ratio(text))))).toEqual(expected);
  });

  it.each([
    ['more decimals than the warehouse has', '0.355', ratio('1', 2)],
    ['a ratio of nothing', '1', ratio('0')],
    ['a ratio that is no number', '1', ratio('x')],
    ['a third of a unit', '0.333', ratio('0.333')],
  ])('%s keeps the order back', (_name, quantity, more) => {
    const wine = paid(1000 * Number(quantity), [line('WINE-6', quantity, 1000)]);
    expect(desiredDocument(input(wine, more))).toMatchObject({
      problems: [{ code: 'quantity_not_postable', params: { sku: 'WINE-6' } }],
    });
  });
});

describe('lines', () => {
  it('a gift is a line of price zero, because it moves stock', () => {
    expect(
      linesOf(desiredDocument(input(paid(2490, [line('TB-M-GRN', '1', 2490), line('PEN-1', '1', 0)])))),
    ).toEqual(['TB-M-GRN 1 24.90', 'PEN-1 1 0.00']);
  });

  it('a line of no quantity is none, with or without an item', () => {
    expect(
      linesOf(desiredDocument(input(paid(2490, [line('TB-M-GRN', '1', 2490), line('GONE', '0', 100)])))),
    ).toEqual(['TB-M-GRN 1 24.90']);
  });

  it('a product that two lines miss is named once', () => {
    const twice = paid(200, [line('GONE', '1', 100), { ...line('GONE', '1', 100), id: '2' }]);
    expect(linesOf(desiredDocument(input(twice)))).toEqual(['sku_not_matched']);
  });

  it.each([
    ['lines.TB-M-GRN.quantity', { quantity: 'NaN' }],
    ['lines.TB-M-GRN.quantity', { quantity: '-1' }],
    ['lines.TB-M-GRN.quantity', { quantity: '1e3' }],
    ['lines.TB-M-GRN.price', { price: Number.NaN }],
    ['lines.TB-M-GRN.price', { orderPrice: 0.5 }],
    ['lines.TB-M-GRN', { quantity: '999999', price: 100_000_000 }],
  ])('nonsense is named: %s %j', (said, change) => {
    expect(desiredDocument(input(paid(2490, [{ ...line('TB-M-GRN', '1', 2490), ...change }])))).toMatchObject(
      {
        problems: [{ code: 'shop_order_unreadable', params: { said } }],
      },
    );
  });
});

describe('a bundle', () => {
  it('G22 shares its price after a discount, too: 22.50 as 12.00 : 16.00 is 9.64 and 12.86', () => {
    const reduced = paid(2250, [{ ...kit, orderPrice: 2250 }, ...parts], {
      discounts: [wholeOrder('percent', '10')],
    });
    const wish = desiredDocument(
      input(reduced, {
        partPrices: { 'sku:HNY': 1200, 'sku:TEA': 800 },
        settings: { ...settings, discountMode: 'spread' },
      }),
    );
    expect(linesOf(wish)).toEqual(['HNY 1 9.64', 'TEA 2 6.43']);
  });

  it('whose parts have no known price cannot be divided; one part takes it all', () => {
    expect(linesOf(desiredDocument(input(paid(2500, [kit, ...parts]))))).toEqual([
      'bundle_part_price_unknown',
      'bundle_part_price_unknown',
    ]);
    expect(linesOf(desiredDocument(input(paid(2500, [kit, line('HNY', '2', 0)]))))).toEqual(['HNY 2 12.50']);
  });

  it('ends where the next priced line begins', () => {
    const both = paid(3460, [kit, line('HNY', '1', 0), line('CUP-01', '1', 960)]);
    expect(linesOf(desiredDocument(input(both)))).toEqual(['HNY 1 25.00', 'CUP-01 1 9.60']);
  });
});
