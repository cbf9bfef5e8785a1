import { describe, expect, it } from 'vitest';
import { desiredDocument } from '../../src/domain/order/desired-document.ts';
import type { ShopOrder } from '../../src/domain/order/shop-order.ts';
import { type PostedOperation, verifyPosted } from '../../src/domain/order/verify.ts';
import { delivery, input, line, order } from './orders.ts';

const shirts = order(
  6420,
  'bwt',
  'pending',
  [line('TB-M-GRN', '2', 2490), line('CUP-01', '1', 960)],
  delivery(480),
);

/** What the warehouse shows of G01. */
const posted: PostedOperation = {
  operType: 19,
  partnerId: 917,
  objectId: 2,
  paymentTypeId: 2,
  amount: '53.5',
  amountVat: '10.70',
  lines: [
    { itemId: 1, quantity: '2', priceOut: '20.75', vatOut: '4.15', taxRate: '20' },
    { itemId: 2, quantity: '1.000', priceOut: '8', vatOut: '1.6', taxRate: '20.00' },
    { itemId: 9001, quantity: '1', priceOut: '4', vatOut: '0.8', taxRate: '20' },
  ],
};

function verify(shopOrder: ShopOrder, operation: PostedOperation, more = {}) {
  const wish = desiredDocument(input(shopOrder, more));
  if (wish.kind !== 'post') throw new Error(JSON.stringify(wish));
  return verifyPosted(wish.document, { partnerId: 917, rates: wish.rates, total: wish.total }, operation);
}

function withLine(
  index: number,
  change: Partial<PostedOperation['lines'][number]>,
): Partial<PostedOperation> {
  return { lines: posted.lines.map((each, at) => (at === index ? { ...each, ...change } : each)) };
}

describe('a document that was read back', () => {
  it('is the posted one, in whatever spelling and order of lines', () => {
    const reversed = { ...posted, lines: posted.lines.toReversed() };
    expect([verify(shirts, posted), verify(shirts, reversed)]).toEqual([
      { ok: true, headerDiffers: false },
      { ok: true, headerDiffers: false },
    ]);
  });

  it.each([
    ['type', { operType: 2 }],
    ['partner', { partnerId: 918 }],
    ['partner', { partnerId: null }],
    ['object', { objectId: 1 }],
    ['payment_type', { paymentTypeId: null }],
    ['header', { amountVat: '10.72' }],
    ['header', { amount: null }],
    ['vat_rate:2', withLine(1, { taxRate: '9' })],
    ['gross', withLine(1, { vatOut: '1.62' })],
    ['gross', withLine(1, { priceOut: null, taxRate: '20' })],
  ] as const)('differs in %s: %j', (code, change) => {
    expect(verify(shirts, { ...posted, ...change })).toEqual({ ok: false, differences: [code] });
  });

  it('names everything that differs', () => {
    expect(verify(shirts, { ...posted, ...withLine(0, { quantity: '3' }) })).toEqual({
      ok: false,
      differences: ['quantity:1', 'gross'],
    });
    expect(verify(shirts, { ...posted, lines: posted.lines.slice(0, 2) })).toEqual({
      ok: false,
      differences: ['line_count', 'quantity:9001', 'gross'],
    });
    const strange = { itemId: 77, quantity: '0', priceOut: '0', vatOut: '0', taxRate: '20' };
    expect(verify(shirts, { ...posted, lines: [...posted.lines, strange] })).toEqual({
      ok: false,
      differences: ['line_count', 'vat_rate:77'],
    });
  });

  it('may leave out VAT or its rate where the other tells it', () => {
    expect(verify(shirts, { ...posted, ...withLine(0, { vatOut: null }) })).toMatchObject({ ok: true });
    expect(verify(shirts, { ...posted, ...withLine(0, { taxRate: null }) })).toMatchObject({ ok: true });
    expect(verify(shirts, { ...posted, ...withLine(0, { taxRate: null, vatOut: '1.87' }) })).toEqual({
      ok: false,
      differences: ['vat_rate:1', 'gross'],
    });
  });

  it('G08: a header of 10.00 for 9.99 is the warehouse’s own rounding', () => {
    const pen = order(999, 'stripe', 'paid', [line('PEN-1', '1', 999)]);
    const one = { ...posted, operType: 2, paymentTypeId: 3 };
    const lines = [{ itemId: 4, quantity: '1', priceOut: '8.325', vatOut: '1.665', taxRate: '20' }];
    expect(verify(pen, { ...one, lines, amount: '8.33', amountVat: '1.67' })).toEqual({
      ok: true,
      headerDiffers: true,
    });
    expect(verify(pen, { ...one, lines, amount: '8.33', amountVat: '1.66' })).toEqual({
      ok: true,
      headerDiffers: false,
    });
  });

  it('G11: 0.350 x 18.90 + 4.80 is 11.415, and the noise of the seventh decimal does not make it 11.41', () => {
    const cheese = order(1142, 'cod', 'pending', [line('CHS-KG', '0.350', 1890)], delivery(480));
    const kilo = { itemId: 6, quantity: '0.35', priceOut: '15.7499999', vatOut: '3.1499999', taxRate: '20' };
    const lines = [kilo, ...posted.lines.slice(2)];
    const one = { ...posted, paymentTypeId: 9, lines, amount: '9.51', amountVat: '1.90' };
    expect(verify(cheese, one)).toEqual({ ok: true, headerDiffers: true });
    // A cent more per kilo is 0.0035 in all: more than noise.
    const dearer = { ...one, lines: [{ ...kilo, priceOut: '15.7333' }, ...posted.lines.slice(2)] };
    expect(verify(cheese, dearer)).toEqual({ ok: false, differences: ['gross'] });
  });

  it('without VAT may show the rate of the item, but no VAT', () => {
    const warehouse = { ...input(shirts).warehouse, isVatRegistered: false };
    const pen = order(999, 'stripe', 'paid', [line('PEN-1', '1', 999)]);
    const one = { ...posted, operType: 2, paymentTypeId: 3, amount: '9.99', amountVat: '0' };
    const shown = { itemId: 4, quantity: '1', priceOut: '9.99', vatOut: '0', taxRate: '20' };
    expect(verify(pen, { ...one, lines: [shown] }, { warehouse })).toMatchObject({ ok: true });
    expect(verify(pen, { ...one, lines: [{ ...shown, vatOut: '2' }] }, { warehouse })).toEqual({
      ok: false,
      differences: ['gross'],
    });
  });
});
