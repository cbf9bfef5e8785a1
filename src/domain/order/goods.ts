import { type Problem, problem } from '../problems.ts';
import { type Rational, compare, multiply, parseDecimal, roundHalfUp, whole, zero } from '../rational.ts';
import { type DocumentItem, type Posting, apportion } from './lines.ts';
import { quantityOf } from './money.ts';
import { type ShopLine, type ShopOrder, variantKey } from './shop-order.ts';

/** A line of goods with what it weighs when a discount or a kit is divided: the shop's price after discounts. */
export interface GoodsPosting extends Posting {
  readonly sku: string;
  readonly weight: Rational;
}

export type ItemsByVariant = Readonly<Record<string, DocumentItem>>;

/** Current shop prices of the parts of bundles, minor units by variant. */
export type PartPrices = Readonly<Record<string, number>>;

/** Goods of an order with their items: bundles become their parts, unless the bundle itself is linked (U-49). */
export function goodsOf(
  order: ShopOrder,
  totals: readonly Rational[],
  items: ItemsByVariant,
  partPrices: PartPrices,
): { readonly postings: readonly GoodsPosting[]; readonly problems: readonly Problem[] } {
  const postings: GoodsPosting[] = [];
  const problems: Problem[] = [];
  const post = (line: ShopLine, total: Rational): void => {
    const item = items[variantKey(line)];
    if (item === undefined) {
      problems.push(problem('sku_not_matched', { sku: line.sku.trim() || line.id }));
      return;
    }
    const quantity = quantityOf(line);
    postings.push({
      item,
      quantity,
      total,
      sku: line.sku,
      weight: multiply(whole(line.orderPrice), quantity),
    });
  };
  for (let index = 0; index < order.lines.length; index += 1) {
    const line = order.lines[index];
    const total = totals[index];
    if (line === undefined || total === undefined) continue;
    if (line.productType !== 'bundle') {
      post(line, total);
      continue;
    }
    const parts = partsOf(order.lines, index);
    index += parts.length;
    if (items[variantKey(line)] !== undefined) post(line, total);
    else if (parts.length === 0) problems.push(problem('bundle_without_parts', { sku: line.sku }));
    else postParts(parts, total, partPrices, post);
  }
  return { postings, problems };
}

/** The parts of a bundle are the lines of no price right behind it. */
function partsOf(lines: readonly ShopLine[], wrapper: number): ShopLine[] {
  const rest = lines.slice(wrapper + 1);
  const end = rest.findIndex(
    (line) => line.price !== 0 || line.orderPrice !== 0 || line.productType === 'bundle',
  );
  return end < 0 ? rest : rest.slice(0, end);
}

function postParts(
  parts: readonly ShopLine[],
  total: Rational,
  prices: PartPrices,
  post: (line: ShopLine, total: Rational) => void,
): void {
  const weights = parts.map((part) => multiply(whole(prices[variantKey(part)] ?? 0), quantityOf(part)));
  const shares = apportion(roundHalfUp(total), weights);
  parts.forEach((part, index) =>
    post({ ...part, orderPrice: prices[variantKey(part)] ?? 0 }, whole(shares[index] ?? 0)),
  );
}

/** Compares the items' VAT with the rates that the shop shows; a difference is never a matter of rounding. */
export function vatProblems(order: ShopOrder, postings: readonly GoodsPosting[]): Problem[] {
  const rates = order.taxes
    .filter((tax) => tax.isVat !== false)
    .flatMap((tax) => (tax.rate === null ? [] : [tax.rate]));
  const shown = rates.map((rate) => parseDecimal(rate)).filter((rate) => rate !== undefined);
  if (shown.length === 0) return [];
  return postings
    .filter(({ item }) => !shown.some((rate) => compare(rate, parseDecimal(item.taxRate) ?? zero) === 0))
    .map(({ item, sku }) =>
      problem('vat_rate_mismatch', { sku, warehouse: item.taxRate, shop: rates.join(', ') }),
    );
}
