import {
  type Rational,
  absolute,
  add,
  compare,
  divide,
  floor,
  isWhole,
  minorToDecimal,
  multiply,
  parseDecimal,
  roundHalfUp,
  subtract,
  sum,
  toDecimal,
  whole,
  zero,
} from '../rational.ts';

/** A line to write: the price is per base unit, in the VAT mode of the document (micro.bg API 3.7). */
export interface DocumentLine {
  readonly itemId: number;
  /** Decimal text, base units. */
  readonly quantity: string;
  /** Decimal text, major units, always sent: an omitted price takes a price list. */
  readonly price: string;
  readonly note?: string;
}

/** A warehouse item as far as a document needs it. */
export interface DocumentItem {
  readonly itemId: number;
  /** VAT in percent: the request carries none, the item decides (micro.bg API 6.6). */
  readonly taxRate: string;
  /** Base units per unit sold: 6 for the extra code of a six-pack. */
  readonly ratio: string;
}

/** An amount of money for a quantity of an item. */
export interface Posting {
  readonly item: DocumentItem;
  readonly quantity: Rational;
  /** Minor units; may have a fraction, because only the whole document is rounded. */
  readonly total: Rational;
}

/** Most decimals of a price; quantities have at most three. */
const PRICE_DECIMALS = 6;
const hundredth = divide(whole(1), whole(100));

/**
 * The lines of a posting. A total that is not quantity x whole cents becomes two lines of the same item, a cent
 * apart. A fractional quantity is not split; its price gets as many decimals as it takes.
 */
export function linesOf({ item, quantity, total }: Posting): DocumentLine[] {
  const base = multiply(quantity, parseDecimal(item.ratio) ?? whole(1));
  if (compare(base, zero) === 0) return [];
  const unit = divide(total, base);
  const line = (count: Rational, price: string): DocumentLine => ({
    itemId: item.itemId,
    quantity: isWhole(count) ? toDecimal(count, 0) : toDecimal(count, 3),
    price,
  });
  if (isWhole(unit)) return [line(base, minorToDecimal(Number(unit.numerator)))];
  if (!isWhole(base)) return [line(base, exactPrice(base, total))];
  const low = floor(unit);
  const dearer = whole(roundHalfUp(total) - low * Number(base.numerator));
  const cheaper = subtract(base, dearer);
  const lines = [line(cheaper, minorToDecimal(low)), line(dearer, minorToDecimal(low + 1))];
  return lines.filter((each) => each.quantity !== '0');
}

/** The shortest price that comes back to the total within a hundredth of a cent, so that many lines do not add up to one. */
function exactPrice(quantity: Rational, total: Rational): string {
  const unit = divide(divide(total, quantity), whole(100));
  for (let decimals = 2; decimals < PRICE_DECIMALS; decimals += 1) {
    const price = toDecimal(unit, decimals);
    const back = multiply(multiply(parseDecimal(price) ?? zero, quantity), whole(100));
    if (compare(absolute(subtract(back, total)), hundredth) <= 0) return price;
  }
  return toDecimal(unit, PRICE_DECIMALS);
}

/** Divides whole cents over weights; what is left over goes to the largest remainders, the first one of equals. */
export function apportion(amount: number, weights: readonly Rational[]): number[] {
  const all = sum(weights);
  const even = compare(all, zero) === 0;
  const shares = weights.map((weight) =>
    multiply(whole(amount), even ? divide(whole(1), whole(weights.length)) : divide(weight, all)),
  );
  const parts = shares.map(floor);
  let left = amount - parts.reduce((total, part) => total + part, 0);
  const byRemainder = shares
    .map((share, index) => ({ index, remainder: subtract(share, whole(parts[index] ?? 0)) }))
    .toSorted((a, b) => compare(b.remainder, a.remainder) || a.index - b.index);
  for (const { index } of byRemainder) {
    if (left <= 0) break;
    parts[index] = (parts[index] ?? 0) + 1;
    left -= 1;
  }
  return parts;
}

/** Exact gross of lines in minor units: what the buyer pays, before the one rounding (sum of (net + VAT) x quantity). */
export function grossOf(
  lines: readonly DocumentLine[],
  rateOf: (itemId: number) => Rational,
  pricesWithVat: boolean,
): Rational {
  return lines.reduce((total, line) => {
    const amount = multiply(parseDecimal(line.price) ?? zero, parseDecimal(line.quantity) ?? zero);
    const gross = pricesWithVat
      ? amount
      : multiply(amount, add(whole(1), divide(rateOf(line.itemId), whole(100))));
    return add(total, multiply(gross, whole(100)));
  }, zero);
}

/** Header totals as micro.bg computes them: net and VAT are each rounded once per document (micro.bg API 6.6). */
export function headerOf(
  lines: readonly DocumentLine[],
  rateOf: (itemId: number) => Rational,
  pricesWithVat: boolean,
): { readonly net: number; readonly vat: number } {
  let net = zero;
  let vat = zero;
  for (const line of lines) {
    const rate = divide(rateOf(line.itemId), whole(100));
    const gross = grossOf([line], rateOf, pricesWithVat);
    const lineNet = divide(gross, add(whole(1), rate));
    net = add(net, lineNet);
    vat = add(vat, subtract(gross, lineNet));
  }
  return { net: roundHalfUp(net), vat: roundHalfUp(vat) };
}
