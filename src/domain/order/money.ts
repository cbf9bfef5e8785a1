import {
  type Rational,
  add,
  compare,
  divide,
  multiply,
  parseDecimal,
  subtract,
  sum,
  whole,
  zero,
} from '../rational.ts';
import type { ShopDiscount, ShopLine, ShopOrder, ShopTax } from './shop-order.ts';

/** How the shop's total is made up, in minor units of the order's own VAT mode. */
export interface Explanation {
  /** What was paid for goods. */
  readonly goods: Rational;
  /** Delivery and its insurance: one line in the warehouse. */
  readonly delivery: number;
  readonly fees: number;
  /** Discount on the whole order; zero without one. */
  readonly discount: Rational;
  /** Goods before the whole-order discount, per line and in the order of the lines. */
  readonly lineTotals: readonly Rational[];
}

/** Which open question of the shop's data was answered how; remembered with the connection. */
export interface Reading {
  /** Rows of the tax table that do not say what they are: VAT, or a fee (U-26). */
  readonly unclearTax: 'vat' | 'fee';
  /** Insurance is charged beside the delivery, or contained in it (U-21). */
  readonly insurance: 'beside' | 'inside';
}

const readings: readonly Reading[] = [
  { unclearTax: 'vat', insurance: 'beside' },
  { unclearTax: 'vat', insurance: 'inside' },
  { unclearTax: 'fee', insurance: 'beside' },
  { unclearTax: 'fee', insurance: 'inside' },
];

/** The largest difference that rounding alone can make without any discount, in minor units. */
const ROUNDING = whole(2);

/**
 * Every way to read the order under which its total adds up. One: that is it. None: the total cannot be
 * explained. Several that differ: a person must say which. Readings that come to the same are one.
 */
export function explainTotal(order: ShopOrder): Explanation[] {
  const found = new Map<string, Explanation>();
  for (const reading of readings) {
    const explanation = explainBy(order, reading);
    if (explanation === undefined) continue;
    const key = `${explanation.delivery} ${explanation.fees} ${explanation.goods.numerator}/${explanation.goods.denominator}`;
    if (!found.has(key)) found.set(key, explanation);
  }
  return [...found.values()];
}

function explainBy(order: ShopOrder, reading: Reading): Explanation | undefined {
  const net = order.vatIncluded === false;
  const isFee = (tax: ShopTax): boolean => (tax.isVat === null ? reading.unclearTax === 'fee' : !tax.isVat);
  const total = (taxes: readonly ShopTax[]): number => taxes.reduce((all, tax) => all + tax.value, 0);
  const fees = total(order.taxes.filter(isFee));
  const vatOnTop = net ? total(order.taxes.filter((tax) => !isFee(tax))) : 0;
  const charged = order.shipping?.charged ?? 0;
  const insurance = reading.insurance === 'beside' ? (order.shipping?.insurance ?? 0) : 0;
  const delivery = charged + insurance;
  const goods = whole(order.total - delivery - fees - vatOnTop);
  if (compare(goods, zero) < 0) return undefined;
  const lineTotals = order.lines.map((line) => lineTotal(line, order.discounts));
  const difference = subtract(sum(lineTotals), goods);
  const discount = explainDifference(order, lineTotals, difference);
  return discount === undefined ? undefined : { goods, delivery, fees, discount, lineTotals };
}

/** Quantity of a line; zero when the shop's text is no number, which the total then cannot explain. */
export function quantityOf(line: ShopLine): Rational {
  return parseDecimal(line.quantity) ?? zero;
}

/** A discount that names a line belongs to that line's price. Children of a discount count with their parent. */
function lineTotal(line: ShopLine, discounts: readonly ShopDiscount[]): Rational {
  const full = multiply(whole(line.price), quantityOf(line));
  const own = discounts.filter((discount) => discount.lineId !== null && String(discount.lineId) === line.id);
  if (own.length === 0) return full;
  // The shop's own figure for the line decides when it already holds the discount.
  const charged = multiply(whole(line.orderPrice), quantityOf(line));
  const reduced = own.reduce((left, discount) => subtract(left, amountOf(discount, left, charged)), full);
  return compare(reduced, zero) < 0 ? zero : reduced;
}

/** Amount of a discount on `base`. A flat one is in minor or major units: the one nearer to what was charged (U-23). */
function amountOf(discount: ShopDiscount, base: Rational, charged: Rational): Rational {
  const value = discount.value === null ? undefined : parseDecimal(discount.value);
  if (value === undefined) return zero;
  if (discount.type === 'percent') return multiply(base, divide(value, whole(100)));
  if (discount.type !== 'flat') return zero;
  const candidates = [value, multiply(value, whole(100))];
  const wanted = subtract(base, charged);
  return candidates.toSorted((a, b) => compare(distance(a, wanted), distance(b, wanted)))[0] ?? zero;
}

/** The discount on the whole order that makes the difference, zero for mere rounding, undefined for neither. */
function explainDifference(
  order: ShopOrder,
  lineTotals: readonly Rational[],
  difference: Rational,
): Rational | undefined {
  const rows = order.discounts.filter(
    (discount) => discount.lineId === null && discount.parentId === null && discount.type !== 'shipping',
  );
  const spread = sum(
    order.lines.map((line) => multiply(whole(line.price - line.orderPrice), quantityOf(line))),
  );
  const ownDiscounts = order.discounts.some((discount) => discount.lineId !== null);
  if (rows.length === 0 && (ownDiscounts || compare(spread, zero) === 0)) {
    return within(difference, zero, ROUNDING) ? zero : undefined;
  }
  const tolerance = add(divide(sum(order.lines.map(quantityOf)), whole(2)), ROUNDING);
  const candidates = [spread, ...discountAmounts(rows, sum(lineTotals))];
  if (compare(difference, zero) < 0) return within(difference, zero, ROUNDING) ? zero : undefined;
  return candidates.some((candidate) => within(difference, candidate, tolerance)) ? difference : undefined;
}

function discountAmounts(rows: readonly ShopDiscount[], base: Rational): Rational[] {
  let inMinor = zero;
  let inMajor = zero;
  for (const row of rows) {
    const value = row.value === null ? undefined : parseDecimal(row.value);
    if (value === undefined) continue;
    const percent = row.type === 'percent' || row.type.startsWith('payment-');
    inMinor = add(inMinor, percent ? multiply(base, divide(value, whole(100))) : value);
    inMajor = add(inMajor, percent ? multiply(base, divide(value, whole(100))) : multiply(value, whole(100)));
  }
  return [inMinor, inMajor];
}

function distance(a: Rational, b: Rational): Rational {
  const difference = subtract(a, b);
  return compare(difference, zero) < 0 ? subtract(zero, difference) : difference;
}

function within(a: Rational, b: Rational, tolerance: Rational): boolean {
  return compare(distance(a, b), tolerance) <= 0;
}
