import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DocumentInput, type Wish, desiredDocument } from '../../src/domain/order/desired-document.ts';
import { verifyPosted } from '../../src/domain/order/verify.ts';
import { input, line, order, vat } from '../domain/orders.ts';
import { arbitraryOrder, arbitrarySettings } from './hostile.ts';
import { type Choices, consistentOrder, merchantInput, rounded, scaled } from './shop.ts';

const runs = { numRuns: 1_000 * Number(process.env['TEST_SCALE'] ?? 1) };

type Posted = Wish & { kind: 'post' };

/** VAT of the test items in percent; the oracle computes with scaled integers of its own. */
const rateOfItem = (itemId: number): bigint => ([3, 9011, 9012].includes(itemId) ? 9n : 20n);

/** What the buyer pays for the posted lines, in cents, rounded once. */
function grossCents({ document }: Posted): number {
  let exact = 0n; // 10^-20 of a major unit: price and quantity 10^-9 each, VAT 10^-2
  for (const each of document.lines) {
    const onTop = document.pricesWithVat || document.nullVat ? 0n : rateOfItem(each.itemId);
    exact += scaled(each.price) * scaled(each.quantity) * (100n + onTop);
  }
  return rounded(exact, 10n ** 18n);
}

/** What the document must come to. */
function expectedTotal(total: number, currency: string | null): number {
  return currency === 'BGN' ? rounded(BigInt(total) * 100_000n, 195_583n) : total;
}

/** The document as a warehouse shows it: unit prices without VAT and VAT per unit, seven decimals each. */
function readBack({ document }: Posted): Parameters<typeof verifyPosted>[2] {
  const fine = 10n ** 18n;
  const seven = (value: bigint): string => (rounded(value, 10n ** 11n) / 1e7).toFixed(7);
  let net = 0n;
  let vatSum = 0n;
  const lines = document.lines.map((each) => {
    const rate = document.nullVat ? 0n : rateOfItem(each.itemId);
    const price = scaled(each.price) * 10n ** 9n;
    const netPrice = document.pricesWithVat ? (price * 100n) / (100n + rate) : price;
    const vatOut = (netPrice * rate) / 100n;
    net += netPrice * scaled(each.quantity);
    vatSum += vatOut * scaled(each.quantity);
    return {
      itemId: each.itemId,
      quantity: each.quantity,
      priceOut: seven(netPrice),
      vatOut: seven(vatOut),
      taxRate: String(rate),
    };
  });
  const cents = (sum: bigint): string => (rounded(sum / 10n ** 9n, fine / 100n) / 100).toFixed(2);
  const { type, objectId, paymentTypeId } = document;
  return {
    operType: type,
    partnerId: 1,
    objectId,
    paymentTypeId,
    amount: cents(net),
    amountVat: cents(vatSum),
    lines,
  };
}

describe('the desired document', () => {
  it("comes to the shop's total to the cent, or a problem names why there is none", () => {
    const posted = new Map<string, number>();
    const seen = new Map<string, number>();
    const count = (map: Map<string, number>, chosen: Choices): void => {
      for (const [name, value] of Object.entries(chosen)) {
        if (typeof value === 'string') map.set(`${name}=${value}`, (map.get(`${name}=${value}`) ?? 0) + 1);
      }
    };
    fc.assert(
      fc.property(consistentOrder, merchantInput, ({ chosen, order: shopOrder }, merchant) => {
        const given = input(shopOrder, merchant);
        const registered = chosen.vat !== 'not_registered';
        const wish = desiredDocument({
          ...given,
          warehouse: { ...given.warehouse, isVatRegistered: registered },
        });
        count(seen, chosen);
        if (wish.kind !== 'post') {
          expect(wish.kind === 'blocked' && wish.problems.length > 0).toBe(true);
          return;
        }
        count(posted, chosen);
        const total = expectedTotal(shopOrder.total, shopOrder.currency);
        expect(wish.total).toBe(total);
        expect(grossCents(wish)).toBe(total);
        expect(Math.abs(wish.header.net + wish.header.vat - total)).toBeLessThanOrEqual(1);
        const prediction = { partnerId: 1, rates: wish.rates, total };
        expect(verifyPosted(wish.document, prediction, readBack(wish))).toMatchObject({ ok: true });
      }),
      runs,
    );
    // The property says nothing if hardly anything is posted, under any answer to any question.
    const shares = [...seen].map(([name, all]) => [name, (posted.get(name) ?? 0) / all] as const);
    expect(shares.filter(([, share]) => share < 0.5)).toEqual([]);
  });

  it('never throws, never posts a wrong total, and says the same twice, whatever the order looks like', () => {
    fc.assert(
      fc.property(arbitraryOrder, arbitrarySettings, (shopOrder, settings) => {
        const given: DocumentInput = input(shopOrder, { settings });
        const wish = desiredDocument(given);
        expect(desiredDocument(structuredClone(given))).toEqual(wish);
        if (wish.kind !== 'post') return;
        expect(grossCents(wish)).toBe(expectedTotal(shopOrder.total, shopOrder.currency));
        const numbers = wish.document.lines.flatMap((each) => [each.price, each.quantity]);
        expect(numbers.filter((text) => !/^-?\d+(\.\d+)?$/.test(text))).toEqual([]);
      }),
      runs,
    );
  });

  it('the shop’s VAT row is neither added nor taken away', () => {
    const plain = order(1200, 'bwt', 'paid', [line('CUP-01', '1', 1200)]);
    const wish = desiredDocument(input(plain));
    expect(desiredDocument(input({ ...plain, taxes: [vat('20', 200)] }))).toEqual(wish);
  });
});
