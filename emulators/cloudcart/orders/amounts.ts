import type { DiscountRow, LineRow } from '../store/order-rows.ts';

/** Leva in euro at the fixed rate, half up to cents (CloudCart API 5.8). */
export function toEuro(minor: number): number {
  return Number(roundDiv(BigInt(minor) * 100_000n, 195_583n));
}

/** Thousandths of a minor unit: price times a quantity with three decimals is exact in them. */
export type Milli = bigint;

/** Divides and rounds half away from zero. */
export function roundDiv(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n !== denominator < 0n;
  const [n, d] = [numerator < 0n ? -numerator : numerator, denominator < 0n ? -denominator : denominator];
  const rounded = (n * 2n + d) / (d * 2n);
  return negative ? -rounded : rounded;
}

/** A quantity in thousandths; quantities have three decimals at most (CloudCart API 4.2). */
export function thousandths(quantity: number): bigint {
  return BigInt(Math.round(quantity * 1000));
}

/** Whole minor units of thousandths. */
export function toMinor(milli: Milli): number {
  return Number(roundDiv(milli, 1000n));
}

/** Price of a line before discounts. */
export function grossOf(line: Pick<LineRow, 'price' | 'quantity'>): Milli {
  return BigInt(line.price) * thousandths(line.quantity);
}

/** A percentage of an amount; rates have two decimals at most. */
export function percentOf(milli: Milli, percent: number): Milli {
  return roundDiv(milli * BigInt(Math.round(percent * 100)), 10_000n);
}

/** `24.9` for 2490: what deliveries write (CloudCart API 6.6). Exact, for cents survive a double. */
export function toMajor(minor: number): number {
  return minor / 100;
}

/** `24.90` for 2490. */
export function decimalText(minor: number): string {
  const digits = String(Math.abs(minor)).padStart(3, '0');
  return `${minor < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Does this row lower the price of goods? Free shipping does not; children repeat their parent (CloudCart API 4.7). */
export function lowersGoods(discount: DiscountRow): boolean {
  return discount.discount_type !== 'shipping' && discount.parent_id === null;
}

/** Is the value a percentage, rather than money? */
export function isPercent(discount: DiscountRow): boolean {
  return discount.discount_type === 'percent' || discount.discount_type.startsWith('payment-percent');
}

/** What a discount takes off its base; each discount has its own base, they do not add up (CloudCart API 5.7). */
export function discountOn(discount: DiscountRow, base: Milli): Milli {
  if (isPercent(discount)) return percentOf(base, discount.type_value);
  const flat = BigInt(discount.type_value) * 1000n;
  return flat < base ? flat : base;
}

/** Prices of one line after its own discounts and its part of the distributed ones. */
export interface PricedLine {
  readonly line: LineRow;
  readonly gross: Milli;
  /** Discounts that belong to this line. */
  readonly own: Milli;
  /** Part of the discounts of the whole order that was worked into the price. */
  readonly share: Milli;
  readonly orderPrice: number;
}

/** Prices the lines of an order (CloudCart API 5.7, steps 1 and 2). */
export function priceLines(lines: readonly LineRow[], discounts: readonly DiscountRow[]): PricedLine[] {
  const base = lines.reduce((sum, line) => sum + grossOf(line), 0n);
  const whole = discounts.filter(
    (row) => lowersGoods(row) && row.order_product_id === null && row._distributed,
  );
  return lines.map((line) => {
    const gross = grossOf(line);
    const own = discounts
      .filter((row) => lowersGoods(row) && row.order_product_id === line.id)
      .reduce((sum, row) => sum + discountOn(row, gross), 0n);
    const share = whole.reduce((sum, row) => sum + partOf(row, gross, base), 0n);
    const quantity = thousandths(line.quantity);
    const orderPrice = quantity === 0n ? line.price : Number(roundDiv(gross - own - share, quantity));
    return { line, gross, own, share, orderPrice };
  });
}

function partOf(discount: DiscountRow, gross: Milli, base: Milli): Milli {
  if (base === 0n) return 0n;
  if (isPercent(discount)) return percentOf(gross, discount.type_value);
  return roundDiv(discountOn(discount, base) * gross, base);
}

/** Discounts of the whole order, in minor units. */
export function wholeOrderDiscount(lines: readonly LineRow[], discounts: readonly DiscountRow[]): number {
  const base = lines.reduce((sum, line) => sum + grossOf(line), 0n);
  return discounts
    .filter((row) => lowersGoods(row) && row.order_product_id === null)
    .reduce((sum, row) => sum + toMinor(discountOn(row, base)), 0);
}

/** VAT inside a gross amount, or on top of a net one (CloudCart API 5.7). */
export function vatOf(minor: bigint, percent: number, included: boolean): number {
  const rate = BigInt(Math.round(percent * 100));
  return Number(roundDiv(minor * rate, included ? 10_000n + rate : 10_000n));
}
