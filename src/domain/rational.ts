/**
 * Exact fractions. Money is split, discounted and taxed before it is rounded once; a float would round on the
 * way, and a decimal type cannot hold a third.
 */
export interface Rational {
  readonly numerator: bigint;
  /** Always positive. */
  readonly denominator: bigint;
}

export const zero: Rational = { numerator: 0n, denominator: 1n };

function fraction(numerator: bigint, denominator: bigint): Rational {
  const sign = denominator < 0n ? -1n : 1n;
  const divisor = gcd(numerator < 0n ? -numerator : numerator, denominator * sign) || 1n;
  return { numerator: (numerator * sign) / divisor, denominator: (denominator * sign) / divisor };
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

/** A whole number. @throws on a fraction: amounts of money are whole minor units. */
export function whole(value: number): Rational {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${value}`);
  return { numerator: BigInt(value), denominator: 1n };
}

/** Reads a decimal such as `-12.350`; undefined when the text is none. At most 30 digits are believed. */
export function parseDecimal(text: string): Rational | undefined {
  const match = /^([+-]?)(\d{1,20})(?:\.(\d{1,10}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const decimals = match[3] ?? '';
  const digits = BigInt(`${match[2]}${decimals}`);
  return fraction(match[1] === '-' ? -digits : digits, 10n ** BigInt(decimals.length));
}

export function add(a: Rational, b: Rational): Rational {
  return fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function subtract(a: Rational, b: Rational): Rational {
  return add(a, { numerator: -b.numerator, denominator: b.denominator });
}

export function multiply(a: Rational, b: Rational): Rational {
  return fraction(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** @throws when `b` is zero. */
export function divide(a: Rational, b: Rational): Rational {
  if (b.numerator === 0n) throw new RangeError('division by zero');
  return fraction(a.numerator * b.denominator, a.denominator * b.numerator);
}

export function absolute(value: Rational): Rational {
  return value.numerator < 0n ? { ...value, numerator: -value.numerator } : value;
}

export function sum(all: readonly Rational[]): Rational {
  return all.reduce(add, zero);
}

export function compare(a: Rational, b: Rational): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

export function isWhole(value: Rational): boolean {
  return value.denominator === 1n;
}

/** The largest whole number that is not larger. */
export function floor(value: Rational): number {
  const quotient = value.numerator / value.denominator;
  const exact = quotient * value.denominator === value.numerator;
  return Number(value.numerator < 0n && !exact ? quotient - 1n : quotient);
}

/** Rounds to a whole number, halves away from zero: how both vendors round money (micro.bg API 6.6). */
export function roundHalfUp(value: Rational): number {
  return Number(roundExactly(value));
}

function roundExactly(value: Rational): bigint {
  const negative = value.numerator < 0n;
  const absolute = negative ? -value.numerator : value.numerator;
  const rounded = (2n * absolute + value.denominator) / (2n * value.denominator);
  return negative ? -rounded : rounded;
}

/** Decimal text with `decimals` digits after the point, rounded half up. */
export function toDecimal(value: Rational, decimals: number): string {
  const scaled = roundExactly(multiply(value, { numerator: 10n ** BigInt(decimals), denominator: 1n }));
  const digits = String(scaled < 0n ? -scaled : scaled).padStart(decimals + 1, '0');
  const sign = scaled < 0n ? '-' : '';
  return decimals === 0
    ? `${sign}${digits}`
    : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** Minor units as decimal text of major units: 2490 -> `24.90`. */
export function minorToDecimal(minor: number): string {
  return toDecimal(divide(whole(minor), whole(100)), 2);
}
