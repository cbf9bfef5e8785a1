import Big from 'big.js';

/**
 * JSON without floating point. Amounts with seven decimals and sixteen-digit codes must survive reading and
 * writing unchanged, and a JavaScript number keeps neither.
 */

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
    return { value: JSON.parse(quoteNumbers(trimmed)) };
  } catch {
    return undefined;
  }
}

const QUOTE = 34;
const BACKSLASH = 92;

/** Valid JSON with every number in quotes. Lists of goods are megabytes: a pattern takes five times as long. */
function quoteNumbers(json: string): string {
  const pieces: string[] = [];
  let copied = 0;
  for (let at = 0; at < json.length; at += 1) {
    const sign = json.codePointAt(at) ?? 0;
    if (sign === QUOTE) at = endOfString(json, at);
    else if (isDigit(sign) || sign === MINUS) {
      const from = at;
      while (isOfNumber(json.codePointAt(at + 1) ?? 0)) at += 1;
      pieces.push(json.slice(copied, from), '"', json.slice(from, at + 1), '"');
      copied = at + 1;
    }
  }
  pieces.push(json.slice(copied));
  return pieces.join('');
}

/** Where the string that begins here has its closing quote. */
function endOfString(json: string, from: number): number {
  let end = json.indexOf('"', from + 1);
  while (isEscaped(json, end)) end = json.indexOf('"', end + 1);
  return end;
}

/** An odd number of backslashes before a quote makes it a part of the text. */
function isEscaped(json: string, at: number): boolean {
  let before = at - 1;
  while (json.codePointAt(before) === BACKSLASH) before -= 1;
  return (at - before) % 2 === 0;
}

const MINUS = 45;

function isDigit(sign: number): boolean {
  return sign >= 48 && sign <= 57;
}

/** Digits, point, exponent and its sign. */
function isOfNumber(sign: number): boolean {
  return isDigit(sign) || sign === 46 || sign === 69 || sign === 101 || sign === 43 || sign === MINUS;
}

const canonicalShape = /^(?:0|-?[1-9]\d{0,19}|-?(?:[1-9]\d{0,19}|0)\.\d{0,19}[1-9])$/;
const decimalShape = /^[+-]?\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,2})?$/;

/**
 * Canonical text of a decimal: no exponent, no plus sign, no superfluous zeros, `0` for minus zero.
 * Returns undefined when the text is not a decimal with a dot.
 */
export function canonicalDecimal(text: string): string | undefined {
  // Most are: lists of goods hold a million of them.
  if (canonicalShape.test(text)) return text;
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
