import { type Rational, compare, roundHalfUp, subtract, sum, whole, zero } from '../rational.ts';
import type { GoodsPosting } from './goods.ts';
import { apportion } from './lines.ts';
import { type ServicePosting, type Services, negativeLinesAllowed, serviceItem } from './services.ts';
import { rateOf, unique } from './vat.ts';

/** Why a discount on the whole order is shown as it is. */
export type DiscountReason =
  | 'none'
  | 'own_line'
  /** Goods of several VAT rates, with a discount item for each. */
  | 'own_line_per_rate'
  /** The merchant wants it so. */
  | 'spread'
  /** No discount item carries the VAT rate of the goods. */
  | 'spread_no_item_of_rate'
  /** The payment type prints a receipt, and nobody has seen one with a negative line. */
  | 'spread_fiscal'
  /** The warehouse refuses lines that lower the total. */
  | 'spread_refused'
  /** A cent would have to be taken off on a line that may not be written. */
  | 'spread_rounding';

/** Where a discount stands. */
export interface DiscountPlan {
  readonly reason: DiscountReason;
  /** Lines of its own; none when it is spread over the goods. */
  readonly postings: readonly ServicePosting[];
}

/**
 * Plans a discount on the whole order. A line of its own stands only where it carries the VAT of the discounted
 * goods and where it may be written; goods of several rates take one line each, else the discount is spread.
 */
export function planDiscount(
  services: Services,
  paymentTypeId: number,
  amounts: { readonly discount: Rational; readonly goods: Rational },
  postings: readonly GoodsPosting[],
  withoutVat: boolean,
): DiscountPlan {
  const { settings } = services;
  const { discount } = amounts;
  if (compare(discount, zero) === 0) return { reason: 'none', postings: [] };
  const spread = (reason: DiscountReason): DiscountPlan => ({ reason, postings: [] });
  if (settings.discountMode === 'spread') return spread('spread');
  if (settings.negativeLines === 'refused') return spread('spread_refused');
  if (!negativeLinesAllowed(settings, paymentTypeId)) return spread('spread_fiscal');
  const off = whole(-roundHalfUp(discount));
  if (withoutVat) {
    const item = serviceItem(services, 'discount', undefined);
    return item === undefined
      ? spread('spread_no_item_of_rate')
      : { reason: 'own_line', postings: [{ item, amount: off }] };
  }
  const rates = unique(postings.map(({ item }) => rateOf(item.taxRate) ?? zero));
  const items = rates.map((rate) => {
    const item = serviceItem(services, 'discount', rate);
    return item !== undefined && compare(rateOf(item.taxRate) ?? whole(-1), rate) === 0 ? item : undefined;
  });
  const known = items.filter((item) => item !== undefined);
  if (known.length < rates.length || known[0] === undefined) return spread('spread_no_item_of_rate');
  if (known.length === 1) return { reason: 'own_line', postings: [{ item: known[0], amount: off }] };
  const shares = sharesByRate(postings, rates, amounts);
  return shares === undefined
    ? spread('spread_no_item_of_rate')
    : {
        reason: 'own_line_per_rate',
        postings: known
          .map((item, index) => ({ item, amount: whole(-(shares[index] ?? 0)) }))
          .filter(({ amount }) => compare(amount, zero) !== 0)
          .toSorted((a, b) => a.item.itemId - b.item.itemId),
      };
}

/** The discount of each rate: what its goods cost before, less their share of what was paid. */
function sharesByRate(
  postings: readonly GoodsPosting[],
  rates: readonly Rational[],
  { discount, goods }: { readonly discount: Rational; readonly goods: Rational },
): number[] | undefined {
  const groups = rates.map((rate) =>
    postings.filter(({ item }) => compare(rateOf(item.taxRate) ?? zero, rate) === 0),
  );
  const before = groups.map((group) => sum(group.map(({ total }) => total)));
  const paid = apportion(
    roundHalfUp(goods),
    groups.map((group) => sum(group.map(({ weight }) => weight))),
  );
  const exact = before.map((total, index) => subtract(total, whole(paid[index] ?? 0)));
  if (exact.some((share) => compare(share, zero) < 0)) return undefined;
  return apportion(roundHalfUp(discount), exact);
}
