import Big from 'big.js';

/**
 * JSON without floating point. Amounts with seven decimals and sixteen-digit codes must survive reading and
 * writing unchanged, and a JavaScript number keeps neither.
 */

/** Strings as one piece (so that digits inside them stay), then numeric literals. */
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs;

/**
 * Parses JSON text; every number comes back as the text it was written with. The border schemas accept text
 * for numbers anyway, because both vendors sometimes send it.
 * Returns undefined when the text is not JSON.
 */
export function parseLossless(text: string): { readonly value: unknown } | undefined {
  const trimmed = text.replace(/^\uFEFF/, '').trim();
  try {
    // The first parse only judges the grammar: quoting would make `01` valid.
    JSON.parse(trimmed);
    const quoted = trimmed.replace(token, (piece) => (piece.startsWith('"') ? piece : `"${piece}"`));
    return { value: JSON.parse(quoted) };
  } catch {
    return undefined;
  }
}

const decimalShape = /^[+-]?\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,2})?$/;

/**
 * Canonical text of a decimal: no exponent, no plus sign, no superfluous zeros, `0` for minus zero.
 * Returns undefined when the text is not a decimal with a dot.
 */
export function canonicalDecimal(text: string): string | undefined {
  const trimmed = text.trim();
  if (!decimalShape.test(trimmed)) return undefined;
  const value = new Big(trimmed.replace(/^\+/, ''));
  return value.eq(0) ? '0' : value.toFixed();
}

/** A number literal to be written into JSON exactly as its text says. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    const canonical = canonicalDecimal(text);
    if (canonical === undefined) throw new TypeError('not a decimal');
    this.text = canonical;
  }
}

/** Serialises plain data; undefined properties are left out, {@link JsonNumber} becomes a bare literal. */
export function stringifyLossless(value: unknown): string {
  if (value instanceof JsonNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(stringifyLossless).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => `${JSON.stringify(key)}:${stringifyLossless(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}
