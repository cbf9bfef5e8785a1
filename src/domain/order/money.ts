import {
  type Rational,
  absolute,
  add,
  compare,
  divide,
  isWhole,
  multiply,
  parseDecimal,
  roundHalfUp,
  subtract,
  sum,
  whole,
  zero,
} from '../rational.ts';
import { MAX_AMOUNT } from './readable.ts';
import {
  type Reading,
  type VatOwed,
  deliveryAmounts,
  discountRows,
  isExtra,
  isFeeRow,
  isFlat,
  isPercent,
  readingsOf,
} from './readings.ts';
import type { ShopDiscount, ShopLine, ShopOrder } from './shop-order.ts';

/** How the shop's total is made up, in minor units of the order's own VAT mode. */
export interface Explanation {
  readonly reading: Reading;
  /** What was paid for goods. */
  readonly goods: Rational;
  /** Delivery and its insurance: one line in the warehouse. */
  readonly delivery: Rational;
  readonly fees: readonly Fee[];
  /** Discount on the whole order; zero without one. */
  readonly discount: Rational;
  /** Goods before the whole-order discount, per line and in the order of the lines. */
  readonly lineTotals: readonly Rational[];
}

/** A charge that is neither goods nor delivery. */
export interface Fee {
  readonly name: string;
  /** Minor units, positive. */
  readonly amount: number;
}

/** VAT that the rule must know while it explains: of the delivery item, and of the items of the lines. */
export interface Rates {
  readonly delivery: Rational;
  readonly ofLine: (line: ShopLine) => Rational;
}

/** The largest difference that rounding alone can make without any discount, in minor units. */
const ROUNDING = whole(2);

/**
 * Every way to read the order under which its total adds up, the usual way first. Readings that come to the same
 * document are told apart by nobody; the caller joins them.
 */
export function explainTotal(order: ShopOrder, vat: VatOwed, rates: Rates): Explanation[] {
  const sums = {
    inside: sumsOf(order, { surcharges: 'inside' }),
    beside: sumsOf(order, { surcharges: 'beside' }),
  };
  const known = new Map<string, readonly Rational[] | undefined>();
  return readingsOf(order, vat).flatMap((reading) => {
    const key = `${reading.surcharges} ${reading.flat} ${reading.zeroVat}`;
    if (!known.has(key)) known.set(key, lineTotalsOf(order, reading, rates));
    const lineTotals = known.get(key);
    const explanation = lineTotals && explainBy(order, reading, rates, lineTotals, sums[reading.surcharges]);
    return explanation === undefined ? [] : [explanation];
  });
}

function explainBy(
  order: ShopOrder,
  reading: Reading,
  rates: Rates,
  lineTotals: readonly Rational[],
  sums: Sums,
): Explanation | undefined {
  const { fees, reduction } = extrasOf(order, reading) ?? {};
  if (fees === undefined || reduction === undefined) return undefined;
  const charged = deliveryAmounts(order).get(reading.delivery) ?? 0;
  const insurance = reading.insurance === 'beside' ? (order.shipping?.insurance ?? 0) : 0;
  const shown = whole(charged + insurance);
  if (compare(shown, zero) < 0) return undefined;
  const delivery = reading.deliveryVat === 'net' ? shown : withoutVat(shown, rates.delivery);
  const paid = reading.deliveryVat === 'gross_in_rows' ? delivery : shown;
  const vatRows = order.taxes.filter((tax) => !isFeeRow(tax, reading));
  const onTop = reading.prices === 'net' ? vatRows.reduce((all, tax) => all + tax.value, 0) : 0;
  const feeSum = fees.reduce((all, fee) => all + fee.amount, 0);
  const goods = subtract(whole(order.total - feeSum - onTop), paid);
  if (compare(goods, zero) < 0) return undefined;
  const discount = explainDifference(order, reading, { ...sums, before: sum(lineTotals), goods, reduction });
  return discount && { reading, goods, delivery, fees, discount, lineTotals };
}

/** Sums over the lines. */
interface Sums {
  /** At the prices before any discount, and after all of them. */
  readonly full: Rational;
  readonly after: Rational;
  /** What rounding per unit can make of a discount: half a cent a unit, and two cents. */
  readonly tolerance: Rational;
}

function sumsOf({ lines }: ShopOrder, { surcharges }: Pick<Reading, 'surcharges'>): Sums {
  const surcharge = (line: ShopLine): number => (surcharges === 'beside' ? (line.surcharge ?? 0) : 0);
  return {
    full: sum(lines.map((line) => multiply(whole(line.price + surcharge(line)), quantityOf(line)))),
    after: sum(lines.map((line) => multiply(whole(line.orderPrice + surcharge(line)), quantityOf(line)))),
    tolerance: add(divide(sum(lines.map(quantityOf)), whole(2)), ROUNDING),
  };
}

function lineTotalsOf(order: ShopOrder, reading: Reading, rates: Rates): Rational[] | undefined {
  const totals = order.lines
    .map((line) => lineTotal(line, order.discounts, reading, rates))
    .filter((total) => total !== undefined);
  return totals.length === order.lines.length ? totals : undefined;
}

/** Quantity of a line; zero when the shop's text is no number. */
export function quantityOf(line: ShopLine): Rational {
  return parseDecimal(line.quantity) ?? zero;
}

function withoutVat(amount: Rational, rate: Rational): Rational {
  return divide(amount, add(whole(1), divide(rate, whole(100))));
}

/** Fees, and what lowers the total without being a discount row: negative rows of any kind. */
function extrasOf(
  order: ShopOrder,
  reading: Reading,
): { readonly fees: readonly Fee[]; readonly reduction: Rational } | undefined {
  const rows: Fee[] = [];
  // Fees that only total rows show leave no room for a row of the tax table that is read as one.
  if (
    reading.fees === 'total_rows' &&
    order.taxes.some((tax) => tax.isVat === null && isFeeRow(tax, reading))
  )
    return undefined;
  if (reading.fees !== 'total_rows') {
    const fees = order.taxes.filter((tax) => isFeeRow(tax, reading));
    rows.push(...fees.map((tax) => ({ name: tax.name, amount: tax.value })));
  }
  if (reading.fees !== 'tax_rows') {
    rows.push(...order.totals.filter(isExtra).map((row) => ({ name: row.title, amount: row.value })));
  }
  if (reading.modifications !== 'record') {
    for (const { name, value, quantity } of order.modifications) {
      const times =
        reading.modifications === 'per_unit' ? (parseDecimal(quantity ?? '') ?? whole(1)) : whole(1);
      rows.push({ name, amount: roundHalfUp(multiply(whole(value), times)) });
    }
  }
  if (rows.some(({ amount }) => Math.abs(amount) > MAX_AMOUNT)) return undefined;
  const reduction = rows.reduce((all, { amount }) => all - Math.min(amount, 0), 0);
  return { fees: rows.filter(({ amount }) => amount > 0), reduction: whole(reduction) };
}

/**
 * A discount that names a line belongs to that line's price. Where a row does not tell how much, the shop's own
 * figure for the line does.
 */
function lineTotal(
  line: ShopLine,
  discounts: readonly ShopDiscount[],
  reading: Reading,
  rates: Rates,
): Rational | undefined {
  const surcharge = reading.surcharges === 'beside' ? (line.surcharge ?? 0) : 0;
  const full = multiply(whole(line.price + surcharge), quantityOf(line));
  const charged = multiply(whole(line.orderPrice + surcharge), quantityOf(line));
  let left = full;
  for (const discount of discounts.filter((each) => isOfLine(each, line))) {
    const amount = amountOf(discount, left, reading) ?? subtract(left, charged);
    if (compare(amount, zero) < 0 || compare(amount, left) > 0) return undefined;
    left = subtract(left, amount);
  }
  if (reading.zeroVat === 'as_charged') return left;
  return whole(roundHalfUp(withoutVat(left, rates.ofLine(line))));
}

function isOfLine(discount: ShopDiscount, line: ShopLine): boolean {
  return discount.lineId !== null && String(discount.lineId) === line.id && discount.type !== 'shipping';
}

/** Amount of a discount on `base`; undefined when the row does not tell it, negative when it cannot be so. */
function amountOf(discount: ShopDiscount, base: Rational, reading: Reading): Rational | undefined {
  const value = parseDecimal(discount.value ?? '');
  if (value === undefined) return undefined;
  if (isPercent(discount.type)) return multiply(base, divide(value, whole(100)));
  if (!isFlat(discount.type)) return undefined;
  const amount = reading.flat === 'minor' ? value : multiply(value, whole(100));
  // Half a cent off is no discount: the unit was read wrong.
  return isWhole(amount) ? amount : whole(-1);
}

/** The discount on the whole order that makes the difference, zero for mere rounding, undefined for neither. */
function explainDifference(
  order: ShopOrder,
  reading: Reading,
  sums: Sums & { readonly before: Rational; readonly goods: Rational; readonly reduction: Rational },
): Rational | undefined {
  const difference = subtract(sums.before, sums.goods);
  const fits = discountsShown(order, reading, sums)
    .map((shown) => add(shown, sums.reduction))
    .some((shown) => compare(shown, zero) > 0 && within(difference, shown, sums.tolerance));
  if (fits && compare(difference, zero) > 0) return difference;
  return within(difference, zero, ROUNDING) ? zero : undefined;
}

/** Everything in the order that may tell the size of its discount. A free-shipping row is none. */
function discountsShown(
  order: ShopOrder,
  reading: Reading,
  { before, full, after }: Sums & { readonly before: Rational },
): Rational[] {
  const rows = order.discounts.filter((row) => isOfWholeOrder(row, order.discounts));
  const ofBase = (base: Rational): Rational => sum(rows.map((row) => amountOf(row, base, reading) ?? zero));
  const shown = whole(discountRows(order));
  return [
    zero,
    subtract(full, after),
    subtract(before, after),
    ofBase(before),
    ofBase(full),
    shown,
    subtract(shown, subtract(full, before)),
  ];
}

/** Children of a discount count with their parent, unless they name lines: then they count, and it does not. */
function isOfWholeOrder(row: ShopDiscount, all: readonly ShopDiscount[]): boolean {
  if (row.lineId !== null || row.parentId !== null || row.type === 'shipping') return false;
  return !all.some(
    (other) => other.lineId !== null && row.id !== undefined && String(other.parentId) === row.id,
  );
}

function within(a: Rational, b: Rational, tolerance: Rational): boolean {
  return compare(absolute(subtract(a, b)), tolerance) <= 0;
}
