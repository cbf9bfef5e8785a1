import Big from 'big.js';

/**
 * Exact decimals with a private precision: nothing else in the process can change it.
 * Thirty places are far beyond any price, so a quotient like 9.99 / 1.2 lands on the right side of a half.
 */
export const Dec = Big();
Dec.DP = 30;
Dec.RM = Dec.roundHalfUp;

/** An exact decimal of {@link Dec}. */
export type Decimal = Big;

/** Zero, shared: decimals are immutable. */
export const ZERO: Decimal = new Dec(0);

/** Rounds half away from zero to `places` decimals, as invoices do. */
export function round(value: Decimal, places: number): Decimal {
  return value.round(places, Dec.roundHalfUp);
}

/** The JSON number of a decimal, at most `places` decimals. */
export function toNumber(value: Decimal, places = 10): number {
  return Number(round(value, places).toString());
}

/** Adds two stored numbers as decimals: 0.1 + 0.2 is 0.3. */
export function addNumbers(left: number, right: number): number {
  if (Number.isInteger(left) && Number.isInteger(right)) return left + right;
  return Number(new Dec(left).plus(right).toString());
}

/** Multiplies two stored numbers as decimals. */
export function multiplyNumbers(left: number, right: number): number {
  if (Number.isInteger(left) && Number.isInteger(right)) return left * right;
  return Number(new Dec(left).times(right).toString());
}
