import {
  type Rational,
  absolute,
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
import type { WarehouseDocument } from './desired-document.ts';

/** What was predicted beside the document itself. */
export interface Prediction {
  readonly partnerId: number;
  /** VAT in percent of every item. */
  readonly rates: Readonly<Record<number, string>>;
  /** Minor units. */
  readonly total: number;
}

/** An operation as it was read back; decimals are text, null where the key was missing (micro.bg API 3.7). */
export interface PostedOperation {
  readonly operType: number;
  readonly partnerId: number | null;
  readonly objectId: number | null;
  readonly paymentTypeId: number | null;
  /** Header totals without VAT, and of VAT. */
  readonly amount: string | null;
  readonly amountVat: string | null;
  readonly lines: readonly PostedLine[];
}

export interface PostedLine {
  readonly itemId: number;
  readonly quantity: string;
  /** Per unit, without VAT. */
  readonly priceOut: string | null;
  readonly vatOut: string | null;
  readonly taxRate: string | null;
}

/** Codes are stable: `type`, `partner`, `object`, `payment_type`, `line_count`, `quantity:<itemId>`, `vat_rate:<itemId>`, `gross`, `header`. */
export type Verification =
  | {
      readonly ok: true;
      /** The header's own rounding differs by a cent, which is no fault. */ readonly headerDiffers: boolean;
    }
  | { readonly ok: false; readonly differences: readonly string[] };

const cent = divide(whole(1), whole(100));
const halfCent = divide(cent, whole(2));
/** What the vendor's rounding of a unit price and its VAT can make, per unit: seven decimals are seen (micro.bg API 3.7). */
const noisePerUnit = divide(whole(1), whole(10_000_000));
/** Rounding noise of a whole document is believed up to here: below half a cent. */
const mostNoise = divide(whole(49), whole(10_000));

/** Compares a document that was read back with what was posted: what the buyer pays must be there, to the cent. */
export function verifyPosted(
  document: WarehouseDocument,
  predicted: Prediction,
  posted: PostedOperation,
): Verification {
  const differences: string[] = [];
  const expect = (fine: boolean, code: string): void => void (fine || differences.push(code));
  expect(posted.operType === document.type, 'type');
  expect(posted.partnerId === predicted.partnerId, 'partner');
  expect(posted.objectId === document.objectId, 'object');
  expect(posted.paymentTypeId === document.paymentTypeId, 'payment_type');
  expect(posted.lines.length === document.lines.length, 'line_count');
  const items = new Set([...document.lines, ...posted.lines].map((line) => line.itemId));
  for (const itemId of [...items].toSorted((a, b) => a - b)) {
    const mine = document.lines.filter((line) => line.itemId === itemId);
    const theirs = posted.lines.filter((line) => line.itemId === itemId);
    expect(compare(quantityOf(mine), quantityOf(theirs)) === 0, `quantity:${itemId}`);
    const rate = parseDecimal(predicted.rates[itemId] ?? '');
    expect(
      theirs.every((line) => hasRate(line, rate, document.nullVat)),
      `vat_rate:${itemId}`,
    );
  }
  const total = multiply(whole(predicted.total), cent);
  expect(isPostedTotal(posted.lines, document.nullVat, predicted.total), 'gross');
  const header = headerOf(posted);
  const off = header === undefined ? undefined : absolute(subtract(header, total));
  expect(off !== undefined && compare(off, cent) <= 0, 'header');
  if (differences.length > 0 || off === undefined) return { ok: false, differences };
  return { ok: true, headerDiffers: compare(off, zero) !== 0 };
}

/** Do these lines come to the total, in minor units? */
export function isPostedTotal(lines: readonly PostedLine[], nullVat: boolean, total: number): boolean {
  const grosses = lines.map((line) => grossOfLine(line, nullVat));
  return (
    grosses.every((gross) => gross !== undefined) && isTotal(grosses, lines, multiply(whole(total), cent))
  );
}

function quantityOf(lines: readonly { readonly quantity: string }[]): Rational {
  return sum(lines.map((line) => parseDecimal(line.quantity) ?? zero));
}

/**
 * Is the item's VAT what was predicted? A document without VAT may still show the item's own rate on its lines. A line
 * that does not show its rate is held to its VAT per unit.
 */
function hasRate(line: PostedLine, rate: Rational | undefined, nullVat: boolean): boolean {
  if (rate === undefined) return false;
  if (line.taxRate !== null) {
    const shown = parseDecimal(line.taxRate);
    return shown !== undefined && (nullVat || compare(shown, rate) === 0);
  }
  const price = parseLong(line.priceOut);
  const vat = parseLong(line.vatOut);
  if (price === undefined || vat === undefined) return false;
  const wanted = nullVat ? zero : multiply(price, divide(rate, whole(100)));
  return compare(absolute(subtract(vat, wanted)), multiply(noisePerUnit, whole(10))) <= 0;
}

/** Gross of a line; where it does not show its VAT, that follows from the rate. */
export function grossOfLine(line: PostedLine, nullVat: boolean): Rational | undefined {
  const price = parseLong(line.priceOut);
  const quantity = parseDecimal(line.quantity);
  const rate = parseDecimal(line.taxRate ?? '');
  if (price === undefined || quantity === undefined) return undefined;
  const byRate = nullVat ? zero : rate && multiply(price, divide(rate, whole(100)));
  const vat = line.vatOut === null ? byRate : parseLong(line.vatOut);
  return vat && multiply(add(price, vat), quantity);
}

/** Is the sum, rounded once to cents, the total? The vendor's unit prices are themselves rounded a little. */
function isTotal(
  grosses: readonly (Rational | undefined)[],
  lines: readonly PostedLine[],
  total: Rational,
): boolean {
  const gross = sum(grosses.filter((each) => each !== undefined));
  const units = sum(lines.map((line) => absolute(parseDecimal(line.quantity) ?? zero)));
  const noise = multiply(units, noisePerUnit);
  const allowed = add(halfCent, compare(noise, mostNoise) < 0 ? noise : mostNoise);
  return compare(absolute(subtract(gross, total)), allowed) <= 0;
}

function headerOf({ amount, amountVat }: PostedOperation): Rational | undefined {
  const net = parseLong(amount);
  const vat = parseLong(amountVat);
  return net === undefined || vat === undefined ? undefined : add(net, vat);
}

/** A decimal of the vendor; more digits than we believe in are cut, far below any noise that matters. */
function parseLong(text: string | null): Rational | undefined {
  return text === null ? undefined : parseDecimal(text.replace(/(\.\d{10})\d+$/, '$1'));
}
