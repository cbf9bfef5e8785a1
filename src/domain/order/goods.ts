import { type Problem, problem } from '../problems.ts';
import {
  type Rational,
  compare,
  isWhole,
  multiply,
  parseDecimal,
  roundHalfUp,
  whole,
  zero,
} from '../rational.ts';
import { type DocumentItem, type Posting, apportion } from './lines.ts';
import { quantityOf } from './money.ts';
import { MAX_AMOUNT } from './readable.ts';
import { type ShopLine, type ShopOrder, variantKey } from './shop-order.ts';
import { rateOf } from './vat.ts';

/** A line of goods with what it weighs when a discount or a kit is divided: the shop's price after discounts. */
export interface GoodsPosting extends Posting {
  readonly sku: string;
  readonly weight: Rational;
  /** VAT that the shop shows for this very line. */
  readonly shopRate: Rational | undefined;
}

export type ItemsByVariant = Readonly<Record<string, DocumentItem>>;

/** Current shop prices of the parts of bundles, minor units by variant. */
export type PartPrices = Readonly<Record<string, number>>;

/** What goods become postings with. */
export interface GoodsFacts {
  readonly items: ItemsByVariant;
  readonly partPrices: PartPrices;
  /** Decimals of a quantity in the warehouse (`QntPercision`). */
  readonly quantityPrecision: number;
}

/** Goods of an order with their items: bundles become their parts, unless the bundle itself is linked (U-49). */
export function goodsOf(
  order: ShopOrder,
  totals: readonly Rational[],
  facts: GoodsFacts,
): { readonly postings: readonly GoodsPosting[]; readonly problems: readonly Problem[] } {
  const found: (GoodsPosting | Problem)[] = [];
  for (let index = 0; index < order.lines.length; index += 1) {
    const line = order.lines[index];
    const total = totals[index];
    if (line === undefined || total === undefined) continue;
    const parts = line.productType === 'bundle' ? partsOf(order.lines, index) : [];
    index += parts.length;
    if (line.productType !== 'bundle' || facts.items[variantKey(line)] !== undefined) {
      found.push(...postingOf(line, total, facts));
    } else if (parts.length === 0) {
      found.push(problem('bundle_without_parts', { sku: line.sku.trim() || line.id }));
    } else {
      found.push(...partPostings(parts, total, facts));
    }
  }
  const problems = found.filter((each): each is Problem => 'code' in each);
  return { postings: found.filter((each): each is GoodsPosting => 'item' in each), problems };
}

/** A line with its item; nothing for a line of no quantity, which is no line in the warehouse. */
function postingOf(line: ShopLine, total: Rational, facts: GoodsFacts): (GoodsPosting | Problem)[] {
  const quantity = quantityOf(line);
  const sku = line.sku.trim() || line.id;
  if (compare(quantity, zero) === 0) return [];
  const item = facts.items[variantKey(line)];
  if (item === undefined) return [problem('sku_not_matched', { sku })];
  const ratio = parseDecimal(item.ratio) ?? zero;
  const base = multiply(quantity, ratio);
  const smallest = whole(10 ** Math.min(Math.max(facts.quantityPrecision, 0), 3));
  if (compare(base, zero) <= 0 || !isWhole(multiply(base, smallest)) || compare(ratio, whole(1_000_000)) > 0)
    return [
      problem('quantity_not_postable', { sku, quantity: line.quantity.slice(0, 20), ratio: item.ratio }),
    ];
  const weight = multiply(whole(line.orderPrice), quantity);
  return [{ item, quantity, total, sku, weight, shopRate: rateOf(line.taxRate) }];
}

/** The parts of a bundle are the lines of no price right behind it. */
function partsOf(lines: readonly ShopLine[], wrapper: number): ShopLine[] {
  const rest = lines.slice(wrapper + 1);
  const end = rest.findIndex(
    (line) => line.price !== 0 || line.orderPrice !== 0 || line.productType === 'bundle',
  );
  return end < 0 ? rest : rest.slice(0, end);
}

/** Parts carry the price of their bundle by what they cost now; a single part needs no price for that. */
function partPostings(
  parts: readonly ShopLine[],
  total: Rational,
  facts: GoodsFacts,
): (GoodsPosting | Problem)[] {
  const prices = parts.map((part) => facts.partPrices[variantKey(part)] ?? (parts.length === 1 ? 1 : -1));
  const unpriced = parts.filter((_part, index) => !isPrice(prices[index]));
  if (unpriced.length > 0)
    return unpriced.map((part) => problem('bundle_part_price_unknown', { sku: part.sku.trim() || part.id }));
  const weights = parts.map((part, index) => multiply(whole(prices[index] ?? 0), quantityOf(part)));
  const shares = apportion(roundHalfUp(total), weights);
  return parts.flatMap((part, index) =>
    postingOf({ ...part, orderPrice: prices[index] ?? 0 }, whole(shares[index] ?? 0), facts),
  );
}

function isPrice(price: number | undefined): boolean {
  return price !== undefined && Number.isSafeInteger(price) && price >= 0 && price <= MAX_AMOUNT;
}
