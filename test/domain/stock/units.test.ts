import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitsOf, unitsTaken } from '../../../src/domain/stock/units.ts';

const order = (status: string, fulfilment: string | null = 'not_fulfilled', draft = false) => ({
  ...{ status, fulfilment, draft },
});
const both = ['pending', 'paid'] as const;

describe('has the shop taken the units (CloudCart API 5.1)', () => {
  it.each<[string, boolean, boolean]>([
    // Status, taken where the shop decrements with the order, taken where it does with the payment.
    ['pending', true, false],
    ['authorized', true, true],
    ['paid', true, true],
    ['completed', true, true],
    ['cancelled', false, false],
    ['refunded', false, false],
    ['voided', false, false],
    ['timeouted', false, false],
    ['failed', false, false],
    ['chargebacked', false, false],
    ['disputed', false, false],
  ])('%s: %s with the order, %s with the payment', (status, withOrder, withPayment) => {
    expect(unitsTaken(order(status), 'pending')).toBe(withOrder);
    expect(unitsTaken(order(status), 'paid')).toBe(withPayment);
  });

  it.each(both)(
    'shipped takes them whatever was paid, and nothing that was put back: decrement at %s',
    (at) => {
      for (const status of ['pending', 'authorized', 'paid', 'completed', 'order-in-preparation'])
        expect(unitsTaken(order(status, 'fulfilled'), at)).toBe(true);
      for (const status of ['cancelled', 'refunded', 'voided', 'failed'])
        expect(unitsTaken(order(status, 'fulfilled'), at)).toBe(false);
    },
  );

  it.each(both)('a status of the merchant moves nothing: it stays as it was; decrement at %s', (at) => {
    fc.assert(
      fc.property(fc.string(), (slug) => {
        expect(unitsTaken(order(`order-${slug}`), at)).toBeNull();
        expect(unitsTaken(order(`order-${slug}`, null), at)).toBeNull();
      }),
    );
  });

  it.each(both)('a draft takes nothing: decrement at %s', (at) => {
    expect(unitsTaken(order('paid', 'fulfilled', true), at)).toBe(false);
  });
});

describe('what an order takes of each variant', () => {
  const line = (variantKey: string, quantity: string, tracked: boolean | null = true) => ({
    ...{ variantKey, quantity, tracked },
  });

  it('adds up lines of one variant to the thousandth, and leaves out what the shop does not track', () => {
    const lines = [line('a', '0.1'), line('b', '2', null), line('a', '0.2'), line('c', '5', false)];
    expect(unitsOf(lines, true)).toEqual([
      { variantKey: 'a', quantity: '0.3', taken: true },
      { variantKey: 'b', quantity: '2', taken: true },
    ]);
  });

  it('the sum over variants is the sum over tracked lines, however they are split', () => {
    const anyLine = fc.record({
      variantKey: fc.constantFrom('a', 'b', 'c'),
      quantity: fc.integer({ min: 1, max: 50_000 }).map((thousandths) => String(thousandths / 1_000)),
      tracked: fc.constantFrom(true, false, null),
    });
    const thousandths = (all: readonly { readonly quantity: string }[]): number =>
      all.reduce((sum, { quantity }) => sum + Math.round(Number(quantity) * 1_000), 0);
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 12 }), fc.boolean(), (lines, taken) => {
        const units = unitsOf(lines, taken);
        expect(thousandths(units)).toBe(thousandths(lines.filter(({ tracked }) => tracked !== false)));
        expect(new Set(units.map(({ variantKey }) => variantKey)).size).toBe(units.length);
        expect(units.every((each) => each.taken === taken)).toBe(true);
      }),
    );
  });
});
