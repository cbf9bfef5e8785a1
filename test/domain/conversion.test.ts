import { describe, expect, it } from 'vitest';
import { desiredDocument } from '../../src/domain/order/desired-document.ts';
import type { ShopOrder } from '../../src/domain/order/shop-order.ts';
import { delivery, input, line, linesOf, nameOf, order, settings, wholeOrder } from './orders.ts';

const converting = { settings: { ...settings, convertBgn: true } };
const inLevs = (total: number, lines: ShopOrder['lines'], more: Partial<ShopOrder> = {}) =>
  order(total, 'bwt', 'paid', lines, { currency: 'BGN', ...more });
const codes = ['TB-M-GRN', 'CUP-01', 'PEN-1', 'BAT-3', 'HNY', 'TEA', 'CHS-KG'];

describe('an order in levs', () => {
  it('converts the total, then every line: 97.40 -> 49.80, 9.39 -> 4.80, 106.79 -> 54.60', () => {
    const wish = desiredDocument(
      input(inLevs(10679, [line('TB-M-GRN', '2', 4870)], delivery(939)), converting),
    );
    expect(linesOf(wish)).toEqual(['TB-M-GRN 2 24.90', '9001 1 4.80']);
    expect(wish).toMatchObject({
      total: 5460,
      header: { net: 4550, vat: 910 },
      document: { note: 'CloudCart #10457 · 106.79 BGN (1 EUR = 1.95583 BGN)' },
      infos: [{ code: 'bgn_converted', params: { bgn: '106.79', eur: '54.60', rate: '1.95583' } }],
    });
  });

  it('converts the discount like any line: 100.00 -> 51.13, 10.00 -> 5.11, 90.00 -> 46.02', () => {
    const reduced = inLevs(9000, [line('TB-M-GRN', '1', 10_000, 9000)], {
      discounts: [wholeOrder('percent', '10')],
    });
    expect(linesOf(desiredDocument(input(reduced, converting)))).toEqual([
      'TB-M-GRN 1 51.13',
      '9002 1 -5.11',
    ]);
  });

  it('a total that is no multiple of the quantity becomes two lines: 10.00 -> 5.11 = 1.70 + 1.70 + 1.71', () => {
    const three = inLevs(1000, [{ ...line('BAT-3', '3', 350, 333), id: '5' }], {
      discounts: [{ ...wholeOrder('flat', '0.50'), lineId: 5 }],
    });
    expect(linesOf(desiredDocument(input(three, converting)))).toEqual(['BAT-3 2 1.70', 'BAT-3 1 1.71']);
  });

  it('three lines of 1.01 are 0.52 each, together a cent more than 3.03 -> 1.55: a rounding line', () => {
    const three = inLevs(
      303,
      codes.slice(0, 3).map((code) => line(code, '1', 101)),
    );
    expect(linesOf(desiredDocument(input(three, converting)))).toEqual([
      ...codes.slice(0, 3).map((code) => `${code} 1 0.52`),
      '9002 1 -0.01',
    ]);
  });

  it('seven such lines are three cents off 7.07 -> 3.61: the goods take them', () => {
    const wish = desiredDocument(
      input(
        inLevs(
          707,
          codes.map((code) => line(code, '1', 101)),
        ),
        converting,
      ),
    );
    if (wish.kind !== 'post') throw new Error(JSON.stringify(wish));
    const prices = wish.document.lines.map((each) => Number(each.price) * 100);
    expect(wish.document.lines.map((each) => nameOf(each.itemId))).toEqual(codes);
    expect(prices.reduce((all, price) => all + price, 0)).toBeCloseTo(361, 6);
  });

  it.each([
    ['the merchant did not ask for it', 'BGN', settings],
    ['the currency is another', 'RON', converting.settings],
  ])('stays where it is when %s', (_name, currency, chosen) => {
    const wish = desiredDocument(
      input(order(2490, 'bwt', 'paid', [line('TB-M-GRN', '1', 2490)], { currency }), { settings: chosen }),
    );
    expect(wish).toMatchObject({
      problems: [{ code: 'currency_mismatch', params: { order: currency, warehouse: 'EUR' } }],
    });
  });
});
