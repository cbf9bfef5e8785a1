import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Wish, desiredDocument } from '../../src/domain/order/desired-document.ts';
import { describeProblem, isBlocking, problem, problemCodes } from '../../src/domain/problems.ts';
import type { ShopOrder } from '../../src/domain/order/shop-order.ts';
import { fee, input, line, order, vat, wholeOrder } from '../domain/orders.ts';

const runs = { numRuns: 1_000 * Number(process.env['TEST_SCALE'] ?? 1) };

/** VAT of the test items in percent; the oracle computes with scaled integers of its own. */
const rate = (itemId: number): bigint => (itemId === 3 ? 9n : 20n);

/** A decimal as an integer of 10^-9 units. */
function scaled(text: string): bigint {
  const [integer = '0', decimals = ''] = text.replace('-', '').split('.');
  const digits = BigInt(integer + decimals.padEnd(9, '0'));
  return text.startsWith('-') ? -digits : digits;
}

/** What the buyer pays for the posted lines, in cents, rounded once. */
function grossCents(wish: Wish & { kind: 'post' }): number {
  let exact = 0n; // 10^-20 of a major unit: price and quantity 10^-9 each, VAT 10^-2
  for (const each of wish.document.lines) {
    const factor = wish.document.pricesWithVat ? 100n : 100n + rate(each.itemId);
    exact += scaled(each.price) * scaled(each.quantity) * factor;
  }
  const unit = 10n ** 18n;
  const rounded = (2n * (exact < 0n ? -exact : exact) + unit) / (2n * unit);
  return Number(exact < 0n ? -rounded : rounded);
}

const lines = fc.array(
  fc.record({
    sku: fc.constantFrom('TB-M-GRN', 'CUP-01', 'BOOK-1', 'PEN-1', 'BAT-3', 'CHS-KG'),
    quantity: fc.oneof(
      fc.integer({ min: 1, max: 20 }).map(String),
      fc.integer({ min: 1, max: 9_999 }).map((n) => (n / 1000).toFixed(3)),
    ),
    price: fc.integer({ min: 0, max: 50_000 }),
  }),
  { minLength: 1, maxLength: 6 },
);

/** An order whose total follows from its parts, as the shop computes it. */
const consistent = fc
  .record({
    lines,
    percent: fc.constantFrom(0, 0, 5, 10, 33),
    shipping: fc.integer({ min: 0, max: 2_000 }),
    insurance: fc.constantFrom(0, 0, 35),
    fees: fc.constantFrom(0, 120),
    status: fc.constantFrom('pending', 'paid'),
  })
  .map(({ lines: wanted, percent, shipping, insurance, fees, status }): ShopOrder => {
    const reduced = (price: number): number => Math.round((price * (100 - percent)) / 100);
    const exact = wanted.map(({ quantity, price }) => Number(scaled(quantity) / 1_000_000n) * reduced(price));
    const goods = Math.round(exact.reduce((all, each) => all + each, 0) / 1000);
    return order(
      goods + shipping + insurance + fees,
      'bwt',
      status,
      wanted.map(({ sku, quantity, price }, index) => ({
        ...line(sku, quantity, price, reduced(price)),
        id: String(index + 1),
      })),
      {
        shipping: { providerName: 'Еконт', charged: shipping, providerAmount: null, insurance },
        taxes: fees === 0 ? [] : [fee(fees)],
        discounts: percent === 0 ? [] : [wholeOrder('percent', String(percent))],
      },
    );
  });

/** Anything that the type accepts, however little sense it makes. */
const arbitrary = fc
  .record({
    lines: fc.array(
      fc.record({
        sku: fc.constantFrom('TB-M-GRN', 'BOOK-1', 'KIT-1', 'nothing', ''),
        quantity: fc.oneof(fc.constantFrom('0', '', 'x', '-1', '1e9', '0.001'), fc.nat(100).map(String)),
        price: fc.integer({ min: -100, max: 100_000 }),
        orderPrice: fc.integer({ min: -100, max: 100_000 }),
        productType: fc.constantFrom(null, 'bundle', 'simple'),
      }),
      { maxLength: 5 },
    ),
    total: fc.integer({ min: -1_000, max: 1_000_000 }),
    discounts: fc.array(
      fc.record({
        lineId: fc.constantFrom(null, 1, 2),
        parentId: fc.constantFrom(null, 7),
        type: fc.constantFrom('flat', 'percent', 'shipping', 'fixed', 'payment-card-x', 'unheard'),
        value: fc.constantFrom(null, '', '10', '-3', '99999', 'x'),
      }),
      { maxLength: 3 },
    ),
    taxes: fc.array(
      fc.record({
        name: fc.string(),
        rate: fc.constantFrom(null, '20', '9', 'x'),
        value: fc.integer({ min: -100, max: 10_000 }),
        type: fc.constantFrom(null, 'included', 'additional'),
        isVat: fc.constantFrom(null, true, false),
      }),
      { maxLength: 3 },
    ),
    vatIncluded: fc.constantFrom(null, true, false),
    status: fc.constantFrom('pending', 'paid', 'cancelled', 'disputed', 'order-x'),
  })
  .map(({ lines: wanted, total, discounts, taxes, vatIncluded, status }) =>
    order(
      total,
      'bwt',
      status,
      wanted.map((each, index) => ({
        ...line(each.sku, each.quantity, each.price),
        ...each,
        id: String(index + 1),
      })),
      { discounts, taxes, vatIncluded },
    ),
  );

describe('the desired document', () => {
  it("comes to the shop's total to the cent, or a problem names why there is none", () => {
    let posted = 0;
    fc.assert(
      fc.property(consistent, (shopOrder) => {
        const wish = desiredDocument(input(shopOrder));
        if (wish.kind !== 'post') {
          expect(wish.kind === 'blocked' && wish.problems.length > 0).toBe(true);
          return;
        }
        posted += 1;
        expect(grossCents(wish)).toBe(shopOrder.total);
        expect(Math.abs(wish.header.net + wish.header.vat - shopOrder.total)).toBeLessThanOrEqual(1);
      }),
      runs,
    );
    // The property says nothing if hardly anything is posted.
    expect(posted).toBeGreaterThan(runs.numRuns * 0.6);
  });

  it('never throws, never posts a wrong total, and says the same twice, whatever the order looks like', () => {
    fc.assert(
      fc.property(arbitrary, (shopOrder) => {
        const wish = desiredDocument(input(shopOrder));
        expect(desiredDocument(structuredClone(input(shopOrder)))).toEqual(wish);
        if (wish.kind === 'post') expect(grossCents(wish)).toBe(shopOrder.total);
      }),
      runs,
    );
  });

  it('the shop’s VAT row is neither added nor taken away', () => {
    const plain = order(1200, 'bwt', 'paid', [line('CUP-01', '1', 1200)]);
    const wish = desiredDocument(input(plain));
    expect(desiredDocument(input({ ...plain, taxes: [vat('20', 200)] }))).toEqual(wish);
  });

  it('what is only worth knowing does not keep an order from its document', () => {
    expect(isBlocking(problem('personal_number_ignored'))).toBe(false);
    expect(isBlocking(problem('total_mismatch'))).toBe(true);
  });

  it('every problem has a text and a way out in both languages', () => {
    for (const code of problemCodes) {
      for (const language of ['bg', 'en'] as const) {
        const { text, mend } = describeProblem({ code, params: {} }, language);
        expect(text.length + mend.length).toBeGreaterThan(20);
        expect(/[а-я]/i.test(mend)).toBe(language === 'bg');
      }
    }
  });
});
