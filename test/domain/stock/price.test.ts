import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PriceInput, publishedPrice } from '../../../src/domain/stock/price.ts';

const plain: PriceInput = {
  lists: ['7.2', '9.9', '0', null],
  list: 2,
  listsWithVat: true,
  shopWithVat: true,
  taxRate: '20',
  ratio: '1',
  warehouseCurrency: 'EUR',
  shopCurrency: 'EUR',
  convertBgn: false,
  former: null,
};
const of = (price: string, changes: Partial<PriceInput> = {}): PriceInput => ({
  ...plain,
  lists: [price],
  list: 1,
  ...changes,
});

describe('the price in the shop', () => {
  it.each<[string, PriceInput, number]>([
    ['is that of the chosen list', plain, 990],
    ['without VAT for a net shop', { ...plain, shopWithVat: false }, 825],
    ['with VAT for a gross shop', { ...plain, listsWithVat: false }, 1188],
    ['half a cent goes up', of('1.005'), 101],
    ['less than half a cent goes down', of('1.0049999'), 100],
    ['net from 9 %: 10.00 / 1.09 = 9.1743', of('10', { shopWithVat: false, taxRate: '9' }), 917],
    ['a pack of six', { ...plain, ratio: '6' }, 5940],
    ['a pack is rounded once, not per unit', of('0.333', { ratio: '3' }), 100],
    ['no rate is needed where both keep prices alike', { ...plain, taxRate: null }, 990],
    [
      'levs to euro: 19.99 / 1.95583 = 10.2207',
      of('19.99', { warehouseCurrency: 'BGN', convertBgn: true }),
      1022,
    ],
    ['euro to levs: 10 x 1.95583', of('10', { shopCurrency: 'BGN', convertBgn: true }), 1956],
    ['just below ten times the former', of('9.99', { former: 100 }), 999],
    ['just above a tenth of the former', of('1.01', { former: 1000 }), 101],
    ['a former price of zero says nothing', of('500', { former: 0 }), 50_000],
  ])('%s', (_name, input, minor) => expect(publishedPrice(input)).toEqual({ kind: 'price', minor }));

  it.each<[string, PriceInput, string, number | null]>([
    ['a list that is not there', { ...plain, list: 9 }, 'no_price', null],
    ['a list without a price', { ...plain, list: 4 }, 'no_price', null],
    ['no number', of('free'), 'no_price', null],
    ['zero', { ...plain, list: 3 }, 'not_positive', null],
    ['negative', of('-3'), 'not_positive', null],
    ['less than half a cent', of('0.0049'), 'not_positive', 0],
    ['VAT without a rate', { ...plain, taxRate: null, shopWithVat: false }, 'no_tax_rate', null],
    ['another currency', { ...plain, warehouseCurrency: 'BGN' }, 'currency_mismatch', null],
    [
      'a currency without a fixed rate',
      { ...plain, warehouseCurrency: 'RON', convertBgn: true },
      'currency_mismatch',
      null,
    ],
    ['ten times the former', of('10', { former: 100 }), 'implausible', 1000],
    ['a tenth of the former', of('1', { former: 1000 }), 'implausible', 100],
    ['no price of a thing', of('99999999999999999999'), 'too_large', null],
  ])('stays as it is: %s', (_name, input, reason, minor) =>
    expect(publishedPrice(input)).toEqual({ kind: 'refused', reason, minor }),
  );
});

const cents = fc.integer({ min: 1, max: 10_000_000 });
const text = (minor: number): string => (minor / 100).toFixed(2);
const rates = fc.constantFrom('0', '9', '20');
const minorOf = (input: PriceInput): number => {
  const price = publishedPrice(input);
  return price.kind === 'price' ? price.minor : 0;
};

describe('for any price', () => {
  it('whole cents arrive as they are when nothing is converted', () => {
    fc.assert(
      fc.property(cents, (minor) => {
        expect(minorOf(of(text(minor)))).toBe(minor);
      }),
    );
  });

  it('VAT taken off is within half a cent of the exact price', () => {
    fc.assert(
      fc.property(cents, rates, (minor, taxRate) => {
        const net = minorOf(of(text(minor), { shopWithVat: false, taxRate }));
        // 100 x gross = (100 + rate) x net, each side a whole number; off by at most half of (100 + rate).
        const off = Math.abs(100 * minor - (100 + Number(taxRate)) * net);
        expect(2 * off).toBeLessThanOrEqual(100 + Number(taxRate));
      }),
    );
  });

  it('VAT put on is within half a cent, and never lower', () => {
    fc.assert(
      fc.property(cents, rates, (minor, taxRate) => {
        const gross = minorOf(of(text(minor), { listsWithVat: false, taxRate }));
        expect(2 * Math.abs(100 * gross - (100 + Number(taxRate)) * minor)).toBeLessThanOrEqual(100);
        expect(gross).toBeGreaterThanOrEqual(minor);
      }),
    );
  });

  it('euro to levs and back is the same price', () => {
    fc.assert(
      fc.property(cents, (minor) => {
        const levs = minorOf(of(text(minor), { shopCurrency: 'BGN', convertBgn: true }));
        expect(minorOf(of(text(levs), { warehouseCurrency: 'BGN', convertBgn: true }))).toBe(minor);
      }),
    );
  });

  it('a dearer list is never cheaper in the shop', () => {
    const modes = fc.record({ listsWithVat: fc.boolean(), shopWithVat: fc.boolean(), taxRate: rates });
    fc.assert(
      fc.property(cents, cents, modes, (a, b, mode) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(minorOf(of(text(low), mode))).toBeLessThanOrEqual(minorOf(of(text(high), mode)));
      }),
    );
  });

  it('nothing is ten times what it was, or a tenth, unless a person accepts it', () => {
    fc.assert(
      fc.property(cents, cents, (minor, former) => {
        const wild = minor >= 10 * former || 10 * minor <= former;
        expect(publishedPrice(of(text(minor), { former })).kind).toBe(wild ? 'refused' : 'price');
      }),
    );
  });
});
