import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BulkLimits,
  type ShopCall,
  type VariantWrite,
  planWrites,
} from '../../../src/domain/stock/bulk-plan.ts';

const scale = Number(process.env['TEST_SCALE'] ?? 1);

const LIMITS: BulkLimits = { idsPerCall: 500, variantsPerProductCall: 500 };

/** What an executed plan leaves in the shop, by variant. */
function carriedOut(calls: readonly ShopCall[]): Map<string, { quantity?: number; price?: number }> {
  const shop = new Map<string, { quantity?: number; price?: number }>();
  const set = (id: string, change: { quantity?: number; price?: number }): void => {
    shop.set(id, { ...shop.get(id), ...change });
  };
  for (const call of calls)
    for (const { variantId, quantity, price } of call.writes)
      if (call.kind === 'quantity') set(variantId, { quantity: call.quantity });
      else if (call.kind === 'price') set(variantId, { price: call.price });
      else
        set(variantId, {
          ...(quantity === undefined ? {} : { quantity: Number(quantity) }),
          ...(price === undefined ? {} : { price }),
        });
  return shop;
}

/** The fewest requests, by trying every choice of products and numbers; the rest goes one by one. */
function fewest(writes: readonly VariantWrite[]): number {
  const products = [...new Set(writes.map(({ productId }) => productId))];
  const names = (write: VariantWrite): string[] => [
    ...(write.quantity === undefined ? [] : [`q${Number(write.quantity)}`]),
    ...(write.price === undefined ? [] : [`p${write.price}`]),
  ];
  const requests = [...products.map((id) => `product ${id}`), ...new Set(writes.flatMap(names))];
  let best = Number.POSITIVE_INFINITY;
  for (let choice = 0; choice < 2 ** requests.length; choice += 1) {
    const made = new Set(requests.filter((_, index) => (choice >> index) % 2 === 1));
    const alone = writes.filter(
      (write) => !made.has(`product ${write.productId}`) && !names(write).every((name) => made.has(name)),
    );
    best = Math.min(best, made.size + alone.length);
  }
  return best;
}

const someWrites = fc
  .array(
    fc.record({
      product: fc.integer({ min: 1, max: 4 }),
      quantity: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
      price: fc.option(fc.integer({ min: 100, max: 102 }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 9 },
  )
  .map((all) =>
    all.map(({ product, quantity, price }, index): VariantWrite => ({
      variantId: String(index + 1),
      productId: String(product),
      ...(quantity === undefined && price !== undefined ? {} : { quantity: String(quantity ?? 0) }),
      ...(price === undefined ? {} : { price }),
    })),
  );

describe('a plan of requests', () => {
  it('writes everything, and no plan needs fewer requests', () => {
    fc.assert(
      fc.property(someWrites, (writes) => {
        const calls = planWrites(writes, LIMITS);
        expect(carriedOut(calls)).toEqual(
          carriedOut(writes.map((write) => ({ kind: 'variant', writes: [write] }))),
        );
        expect(calls).toHaveLength(fewest(writes));
      }),
      { numRuns: 300 * scale },
    );
  });

  it('10,000 quantities of 2,000 products with 50 different numbers need 50 requests, in less than two seconds', () => {
    const writes = Array.from({ length: 10_000 }, (_, index): VariantWrite => ({
      variantId: String(index),
      productId: String(Math.floor(index / 5)),
      quantity: String((index * 7) % 50),
    }));
    const calls = planWrites(writes, LIMITS);
    expect(calls).toHaveLength(50);
    expect(carriedOut(calls).size).toBe(10_000);
  });

  it('where every number is different, the variants of a product go together', () => {
    const writes = Array.from({ length: 40 }, (_, index): VariantWrite => ({
      variantId: String(index),
      productId: String(Math.floor(index / 4)),
      quantity: String(index),
      price: 1_000 + index,
    }));
    expect(planWrites(writes, LIMITS).map(({ kind }) => kind)).toEqual(
      Array.from({ length: 10 }, () => 'product'),
    );
  });

  it('fractions go one by one: quantities of the bulk interface are whole', () => {
    const writes = ['1.5', '2', '0.250', '3.000'].map((quantity, index) => ({
      ...{ variantId: String(index), productId: '1', quantity },
    }));
    const calls = planWrites(writes, LIMITS);
    const alone = calls.filter(({ kind }) => kind === 'variant').map(({ writes: [write] }) => write.quantity);
    expect(alone).toEqual(['1.5', '0.250']);
    expect(calls).toHaveLength(3);
  });

  it('no request holds more than it may, and the request with the most urgent write goes first', () => {
    const writes = Array.from({ length: 25 }, (_, index): VariantWrite => ({
      variantId: String(index),
      productId: String(index),
      quantity: index === 0 ? '0' : '7',
    }));
    const calls = planWrites(writes, { idsPerCall: 10, variantsPerProductCall: 10 });
    expect(calls.map(({ writes: all }) => all.length)).toEqual([1, 10, 10, 4]);
    expect(calls[0]?.writes[0].quantity).toBe('0');
  });
});
