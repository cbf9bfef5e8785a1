import { describe, expect, it } from 'vitest';
import { type DocumentInput, desiredDocument } from '../../src/domain/order/desired-document.ts';
import type { ShopOrder } from '../../src/domain/order/shop-order.ts';
import { delivery, fee, input, line, linesOf, order, service, settings, vat } from './orders.ts';

const shirt = line('TB-M-GRN', '1', 2490);
const book = line('BOOK-1', '1', 2000);
const cups = line('CUP-01', '2', 960);
const to = (country: string, companyVat = ''): Partial<ShopOrder> => ({
  shippingAddress: { countryIso2: country },
  billingAddress: { countryIso2: country, companyVat },
});
const wishOf = (shopOrder: ShopOrder, more: Partial<DocumentInput> = {}) =>
  desiredDocument(input(shopOrder, more));
const warning = { settings: { ...settings, vatMismatch: 'warn' as const } };

describe('an order without VAT', () => {
  it('reverse charge: prices as charged, without VAT', () => {
    const wish = wishOf(
      order(2555, 'bwt', 'paid', [line('TB-M-GRN', '1', 2075)], {
        ...delivery(480),
        ...to('DE', 'DE811128135'),
      }),
    );
    expect(wish).toMatchObject({
      document: { nullVat: true, pricesWithVat: false },
      header: { net: 2555, vat: 0 },
      infos: [{ code: 'vat_not_charged', params: { reason: 'reverse_charge' } }],
    });
    expect(linesOf(wish)).toEqual(['TB-M-GRN 1 20.75', '9001 1 4.80']);
  });

  it('reverse charge: the shop shows prices with the VAT that it took off: 24.90 / 1.2 = 20.75', () => {
    const wish = wishOf(
      order(2555, 'bwt', 'paid', [shirt], { ...delivery(480), ...to('DE', 'DE811128135') }),
    );
    expect(linesOf(wish)).toEqual(['TB-M-GRN 1 20.75', '9001 1 4.80']);
    expect(wish).toMatchObject({ header: { net: 2555, vat: 0 } });
  });

  it('export', () => {
    const wish = wishOf(order(2490, 'bwt', 'paid', [shirt], { ...to('CH'), taxes: [vat('0', 0)] }));
    expect(wish).toMatchObject({
      document: { nullVat: true, pricesWithVat: false, lines: [{ price: '24.90' }] },
      infos: [{ params: { reason: 'export' } }],
    });
  });

  it('a company that is not registered for VAT: prices as they are, nothing taken off', () => {
    const warehouse = { ...input(order(0, '', '', [])).warehouse, isVatRegistered: false };
    expect(wishOf(order(2490, 'bwt', 'paid', [shirt]), { warehouse })).toMatchObject({
      document: { nullVat: true, pricesWithVat: false, lines: [{ price: '24.90' }] },
      header: { net: 2490, vat: 0 },
      infos: [],
    });
    expect(
      linesOf(wishOf(order(2490, 'bwt', 'paid', [shirt], { taxes: [vat('20', 415)] }), { warehouse })),
    ).toEqual(['vat_rate_mismatch']);
  });

  it.each([
    ['a buyer at home', to('BG')],
    ['a member state without a VAT number', to('DE')],
    ['a Bulgarian VAT number', to('DE', 'BG123456786')],
    [
      'a foreign firm that has the goods sent within Bulgaria',
      { ...to('DE', 'DE811128135'), shippingAddress: { countryIso2: 'BG' } },
    ],
  ])('is unclear with zero rows and %s', (_name, buyer) => {
    expect(linesOf(wishOf(order(2490, 'bwt', 'paid', [shirt], { ...buyer, taxes: [vat('0', 0)] })))).toEqual([
      'vat_unclear',
    ]);
  });

  it('a shop that shows no VAT at all sells at home as ever', () => {
    expect(wishOf(order(2490, 'bwt', 'paid', [shirt], to('BG')))).toMatchObject({
      document: { nullVat: false, pricesWithVat: true },
    });
  });

  it('VAT that was charged stays charged, wherever the goods go', () => {
    expect(
      wishOf(order(2490, 'bwt', 'paid', [shirt], { ...to('CH'), taxes: [vat('20', 415)] })),
    ).toMatchObject({
      document: { nullVat: false, pricesWithVat: true },
      header: { net: 2075, vat: 415 },
    });
  });
});

describe('VAT of the shop and of the warehouse', () => {
  const nine = order(2490, 'bwt', 'paid', [shirt], { taxes: [vat('9', 206)] });

  it('another rate keeps the order back, or is told, as the merchant chose', () => {
    expect(wishOf(nine)).toMatchObject({
      problems: [{ code: 'vat_rate_mismatch', params: { sku: 'TB-M-GRN', warehouse: '20', shop: '9' } }],
    });
    // 24.90 at 20 % holds 4.15; the shop shows 2.06.
    expect(wishOf(nine, warning)).toMatchObject({
      kind: 'post',
      infos: [
        { code: 'vat_rate_differs' },
        { code: 'vat_amount_differs', params: { warehouse: '4.15', shop: '2.06' } },
      ],
    });
  });

  it('the rate of the line counts before those of the rows', () => {
    const taxes = [vat('20', 320), vat('9', 165)];
    const told = { ...cups, taxRate: '9' };
    expect(linesOf(wishOf(order(3920, 'bwt', 'paid', [book, told], { taxes })))).toEqual([
      'vat_rate_mismatch',
    ]);
  });

  it('two items with each other’s rates: no rate is wrong, the amount is', () => {
    // Warehouse: 20.00 at 9 % and 19.20 at 20 % hold 1.65 + 3.20. The shop: 3.33 + 1.59.
    const swapped = order(3920, 'bwt', 'paid', [book, cups], { taxes: [vat('20', 333), vat('9', 159)] });
    expect(wishOf(swapped)).toMatchObject({
      problems: [{ code: 'vat_amount_mismatch', params: { warehouse: '4.85', shop: '4.92' } }],
    });
  });

  it.each([
    ['delivery and fee', 305 + 320],
    ['neither', 205 + 320],
    ['delivery only', 285 + 320],
  ])('the rows may hold the VAT of %s', (_name, value) => {
    // 12.30 at 20 % holds 2.05, two cups 3.20, delivery of 4.80 0.80, a fee of 1.20 0.20.
    const mixed = order(3750, 'bwt', 'paid', [line('PEN-1', '1', 1230), cups], {
      ...delivery(480),
      taxes: [fee(120), vat('20', value)],
    });
    expect(wishOf(mixed).kind).toBe('post');
  });
});

describe('service items', () => {
  const byRate = {
    settings: {
      ...settings,
      serviceItems: {
        ...settings.serviceItems,
        byRate: { delivery: { '9': 9011 }, fee: { '9': 9013 } },
        feeByName: { Опаковка: 9014 },
      },
    },
    serviceItems: service({ 9001: '20', 9002: '20', 9003: '20', 9011: '9', 9013: '9', 9014: '9' }),
  };

  it('follow the one rate of the order', () => {
    const books = order(2600, 'bwt', 'paid', [book], { ...delivery(480), taxes: [fee(120)] });
    expect(linesOf(wishOf(books, byRate))).toEqual(['BOOK-1 1 20.00', '9011 1 4.80', '9013 1 1.20']);
    const mixed = order(4400, 'bwt', 'paid', [book, cups], delivery(480));
    expect(linesOf(wishOf(mixed, byRate))).toEqual(['BOOK-1 1 20.00', 'CUP-01 2 9.60', '9001 1 4.80']);
  });

  it('may stand for a fee of a certain name', () => {
    const wrapped = order(2220, 'bwt', 'paid', [book], {
      taxes: [fee(120), { ...fee(100), name: 'Опаковка' }],
    });
    expect(linesOf(wishOf(wrapped, byRate))).toEqual(['BOOK-1 1 20.00', '9013 1 1.20', '9014 1 1.00']);
  });

  it('that are not chosen, or are gone, keep the order back', () => {
    const gone = { settings: byRate.settings, serviceItems: service({ 9003: '20' }) };
    const books = order(2480, 'bwt', 'paid', [book], delivery(480));
    expect(wishOf(books, gone)).toMatchObject({
      problems: [{ code: 'service_item_missing', params: { purpose: 'delivery' } }],
    });
  });
});
