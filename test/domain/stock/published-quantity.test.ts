import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type OrderClaim,
  type StockInput,
  publishedQuantity,
  verdictOf,
} from '../../../src/domain/stock/published-quantity.ts';

const READ = 1_000_000;
const plain: StockInput = {
  objects: [{ objectId: 1, quantity: '10' }],
  readStartedAtMs: READ,
  buffer: '0',
  holdBack: false,
  warehouseReserves: false,
  claims: [],
  ratio: '1',
  fractional: false,
};
const claim: OrderClaim = {
  shopOrderId: '7',
  quantity: '2',
  decrementedInShop: true,
  writtenOffAtMs: null,
  orderedAtMs: null,
};
const quantity = (changes: Partial<StockInput>) => publishedQuantity({ ...plain, ...changes }).quantity;

describe('what the shop may offer', () => {
  it.each<[string, Partial<StockInput>, string]>([
    [
      'the sum over the objects',
      { objects: [plain.objects[0] as never, { objectId: 2, quantity: '2.5' }] },
      '12',
    ],
    [
      'parts of a unit where the shop sells them',
      { objects: [{ objectId: 1, quantity: '2.5' }], fractional: true },
      '2.5',
    ],
    ['never rounded up', { objects: [{ objectId: 1, quantity: '2.9999' }], fractional: true }, '2.999'],
    ['less the buffer', { buffer: '3' }, '7'],
    ['nothing below zero', { objects: [{ objectId: 1, quantity: '-4' }] }, '0'],
    ['whole packs of six', { objects: [{ objectId: 1, quantity: '17' }], ratio: '6' }, '2'],
    ['less what the shop sold and the warehouse does not know', { claims: [claim] }, '8'],
    [
      'what was written off before the read counts no more',
      { claims: [{ ...claim, writtenOffAtMs: READ - 1 }] },
      '10',
    ],
    ['what was written off while it was read counts', { claims: [{ ...claim, writtenOffAtMs: READ }] }, '8'],
    [
      'a sale of which nobody knows whether it landed counts, wherever the shop stands',
      { claims: [{ ...claim, decrementedInShop: false, writtenOffAtMs: 'unknown' }] },
      '8',
    ],
    ['no more than the shop takes', { objects: [{ objectId: 1, quantity: '60000000' }] }, '50000000'],
    [
      'an open order that the shop does not count',
      { claims: [{ ...claim, decrementedInShop: false, orderedAtMs: 1 }] },
      '10',
    ],
    [
      'the same, held back',
      { holdBack: true, claims: [{ ...claim, decrementedInShop: false, orderedAtMs: 1 }] },
      '8',
    ],
    [
      'an order that the warehouse reserves itself',
      { warehouseReserves: true, claims: [{ ...claim, orderedAtMs: 1 }] },
      '10',
    ],
    [
      'reserved while it was read',
      { warehouseReserves: true, claims: [{ ...claim, orderedAtMs: READ }] },
      '8',
    ],
    [
      'a sale in place of the order, reserved before',
      { warehouseReserves: true, claims: [{ ...claim, orderedAtMs: 1, writtenOffAtMs: READ }] },
      '8',
    ],
  ])('%s', (_name, changes, expected) => expect(quantity(changes)).toBe(expected));

  it('the sum can be explained', () => {
    const { available, terms } = publishedQuantity({ ...plain, buffer: '1', claims: [claim] });
    expect(available).toBe('7');
    expect(terms).toEqual([
      { kind: 'object', about: '1', quantity: '10' },
      { kind: 'buffer', about: '', quantity: '-1' },
      { kind: 'in_flight', about: '7', quantity: '-2' },
    ]);
  });

  it('refuses what is no quantity', () => {
    expect(() => quantity({ buffer: 'many' })).toThrow('not a quantity: many');
  });
});

const decimal = (max: number) =>
  fc
    .tuple(fc.integer({ min: 0, max }), fc.integer({ min: 0, max: 999 }))
    .map(([a, b]) => `${a}.${String(b).padStart(3, '0')}`);
const moment = fc.option(fc.integer({ min: READ - 5, max: READ + 5 }), { nil: null });
const claims = fc.array(
  fc.record({
    shopOrderId: fc.integer({ min: 1, max: 99 }).map(String),
    quantity: decimal(20),
    decrementedInShop: fc.boolean(),
    writtenOffAtMs: fc.oneof(moment, fc.constant('unknown' as const)),
    orderedAtMs: moment,
  }),
  { maxLength: 6 },
);
const inputs: fc.Arbitrary<StockInput> = fc.record({
  objects: fc.array(fc.record({ objectId: fc.integer({ min: 1, max: 5 }), quantity: decimal(60) }), {
    maxLength: 4,
  }),
  readStartedAtMs: fc.constant(READ),
  buffer: decimal(5),
  holdBack: fc.boolean(),
  warehouseReserves: fc.boolean(),
  claims,
  ratio: fc.constantFrom('1', '6', '0.5', '2.25'),
  fractional: fc.boolean(),
});

describe('for any input', () => {
  it('the terms are the sum, and it is never below zero nor above what was read', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const { quantity: offered, available, terms } = publishedQuantity(input);
        const sum = terms.reduce((all, { quantity: each }) => all + Math.round(Number(each) * 1000), 0);
        expect(sum).toBe(Math.round(Number(available) * 1000));
        expect(Number(offered)).toBeGreaterThanOrEqual(0);
        expect(Number(offered) * Number(input.ratio)).toBeLessThanOrEqual(
          Math.max(0, Number(available)) + 1e-9,
        );
        if (!input.fractional) expect(Number.isInteger(Number(offered))).toBe(true);
      }),
    );
  });

  it('one more order never raises it, and each line counts once', () => {
    fc.assert(
      fc.property(inputs, claims, (input, more) => {
        const before = Number(publishedQuantity(input).quantity);
        const after = Number(publishedQuantity({ ...input, claims: [...input.claims, ...more] }).quantity);
        expect(after).toBeLessThanOrEqual(before);
        const counted = input.claims.filter((one) =>
          ['in_flight', 'held_back'].includes(verdictOf(one, input)),
        );
        const { terms } = publishedQuantity(input);
        expect(
          terms.filter(({ quantity: each, kind }) => each.startsWith('-') && kind !== 'buffer'),
        ).toHaveLength(counted.filter(({ quantity: each }) => Number(each) > 0).length);
      }),
    );
  });

  it('holding back never offers more', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const held = Number(publishedQuantity({ ...input, holdBack: true }).quantity);
        expect(held).toBeLessThanOrEqual(Number(publishedQuantity({ ...input, holdBack: false }).quantity));
      }),
    );
  });
});
