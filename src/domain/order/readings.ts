import { compare, parseDecimal, zero } from '../rational.ts';
import type { ShopOrder, ShopTax } from './shop-order.ts';

/**
 * How the open questions of the shop's data are answered. The list is fixed; exactly one combination of answers
 * must explain the total of an order. `U-nn` are the questions of the CloudCart API reference.
 */
export interface Reading {
  /** Prices of an order that does not say whether they contain VAT (U-48). */
  readonly prices: 'gross' | 'net';
  /** Rows of the tax table that do not say what they are (U-25). */
  readonly taxRows: 'by_rate' | 'by_name' | 'vat' | 'fee';
  /** Where fees stand: tax rows, total rows, some here and some there (U-26, U-27). */
  readonly fees: 'tax_rows' | 'total_rows' | 'both';
  /** Where the charge for delivery stands (U-21). */
  readonly delivery: 'charged' | 'total_row' | 'courier' | 'none';
  /** Insurance is charged beside the delivery, or contained in it (U-21). */
  readonly insurance: 'beside' | 'inside';
  /** Delivery of a net order: without VAT, with VAT that the rows leave out, or with VAT that they repeat. */
  readonly deliveryVat: 'net' | 'gross' | 'gross_in_rows';
  /** Surcharges of options: within the line's price, or beside it (U-19). */
  readonly surcharges: 'inside' | 'beside';
  /** Unit of a flat discount (U-23). */
  readonly flat: 'major' | 'minor';
  /** Modifications: a record of edits, an amount, an amount per unit (U-24). */
  readonly modifications: 'record' | 'amount' | 'per_unit';
  /** Prices of an order that owes no VAT: as they were charged, or still with the VAT that was taken off. */
  readonly zeroVat: 'as_charged' | 'taken_off';
}

/** What is known of the order's VAT before it is read. */
export interface VatOwed {
  readonly owesVat: boolean;
  /** None is owed, and the shop may have taken it off prices that it still shows with it. */
  readonly maybeTakenOff: boolean;
}

type Question = keyof Reading;
type Answers = { readonly [Q in Question]: readonly Reading[Q][] };

/** Every reading of an order: all answers to the questions that it raises, the usual answer first. */
export function readingsOf(order: ShopOrder, vat: VatOwed): Reading[] {
  const answers = answersOf(order, vat);
  let readings: Partial<Reading>[] = [{}];
  for (const question of questions) {
    readings = readings.flatMap((reading) =>
      answers[question].map((answer) => ({ ...reading, [question]: answer })),
    );
  }
  return readings as Reading[];
}

const questions = [
  'prices',
  'taxRows',
  'fees',
  'delivery',
  'insurance',
  'deliveryVat',
  'surcharges',
  'flat',
  'modifications',
  'zeroVat',
] as const satisfies readonly Question[];

/** A question that the order does not raise has one answer. */
function answersOf(order: ShopOrder, { owesVat, maybeTakenOff }: VatOwed): Answers {
  const vatSum = order.taxes.reduce((sum, tax) => sum + (tax.isVat === false ? 0 : Math.abs(tax.value)), 0);
  const net = order.vatIncluded === false;
  const maybeNet = order.vatIncluded === null && vatSum > 0 && owesVat;
  const insured = (order.shipping?.insurance ?? 0) !== 0;
  const surcharged = order.lines.some((line) => (line.surcharge ?? 0) !== 0);
  const unclear = order.taxes.some((tax) => tax.isVat === null && tax.value !== 0);
  const modified = order.modifications.some((each) => each.value !== 0);
  return {
    prices: net ? ['net'] : maybeNet ? ['gross', 'net'] : ['gross'],
    taxRows: unclear ? ['by_rate', 'by_name', 'vat', 'fee'] : ['by_rate'],
    fees: order.totals.some(isExtra) ? ['tax_rows', 'total_rows', 'both'] : ['tax_rows'],
    delivery: [...deliveryAmounts(order).keys()],
    insurance: insured ? ['beside', 'inside'] : ['beside'],
    deliveryVat: (net || maybeNet) && owesVat ? ['net', 'gross', 'gross_in_rows'] : ['net'],
    surcharges: surcharged ? ['inside', 'beside'] : ['inside'],
    flat: order.discounts.some(hasFlatAmount) ? ['major', 'minor'] : ['major'],
    modifications: modified ? ['record', 'amount', 'per_unit'] : ['record'],
    zeroVat: maybeTakenOff ? ['as_charged', 'taken_off'] : ['as_charged'],
  };
}

/** Rows that say which they are keep their meaning; the others are read. */
export function isFeeRow(tax: ShopTax, { taxRows }: Reading): boolean {
  if (tax.isVat !== null) return !tax.isVat;
  if (taxRows === 'by_rate') return (parseDecimal(tax.rate ?? '') ?? zero).numerator === 0n;
  if (taxRows === 'by_name') return !/ддс|dds|vat|tva|mwst/i.test(tax.name);
  return taxRows === 'fee';
}

const knownTotals = new Set([
  'subtotal',
  'productssubtotal',
  'shipping',
  'delivery',
  'discount',
  'discounts',
  'tax',
  'taxes',
  'vat',
  'total',
  'grandtotal',
]);

function plainCode(code: string): string {
  return code.toLowerCase().replaceAll(/[^a-z]/g, '');
}

/** A total row of a code that we do not know: a fee, or a reduction (U-27). */
export function isExtra(row: ShopOrder['totals'][number]): boolean {
  return row.value !== 0 && !knownTotals.has(plainCode(row.code));
}

/** What the discount rows of the totals come to, whichever sign they carry (U-27). */
export function discountRows(order: ShopOrder): number {
  const rows = order.totals.filter((row) => plainCode(row.code).startsWith('discount'));
  return rows.reduce((sum, row) => sum + Math.abs(row.value), 0);
}

/** What delivery may have cost, by where it stands; places that say the same count once (U-21). */
export function deliveryAmounts(order: ShopOrder): ReadonlyMap<Reading['delivery'], number> {
  const { shipping } = order;
  const rows = order.totals.filter((row) => ['shipping', 'delivery'].includes(plainCode(row.code)));
  const free = order.discounts.some((discount) => discount.type === 'shipping');
  const charged = shipping?.charged ?? null;
  const candidates: [Reading['delivery'], number | null][] = [
    ['charged', charged],
    ['total_row', rows.length === 0 ? null : rows.reduce((sum, row) => sum + row.value, 0)],
    ['courier', charged === null ? (shipping?.providerAmount ?? null) : null],
    ['none', charged === null || free ? 0 : null],
  ];
  const amounts = new Map<Reading['delivery'], number>();
  for (const [place, amount] of candidates) {
    if (amount !== null && ![...amounts.values()].includes(amount)) amounts.set(place, amount);
  }
  return amounts;
}

/** Does the row give an amount of money, in a unit that has to be read (U-23)? */
function hasFlatAmount({ type, value }: ShopOrder['discounts'][number]): boolean {
  const amount = parseDecimal(value ?? '');
  return isFlat(type) && amount !== undefined && compare(amount, zero) !== 0;
}

/** `flat`, and the flat discounts of payment methods (CloudCart API 4.7). */
export function isFlat(type: string): boolean {
  return type === 'flat' || (type.startsWith('payment-') && /flat|fixed|amount/.test(type));
}

/** `percent`, and all other discounts of payment methods. */
export function isPercent(type: string): boolean {
  return type === 'percent' || (type.startsWith('payment-') && !isFlat(type));
}

/**
 * Names what several readings have in common: for each question the answers that all of them together give,
 * without the questions that any answer serves. `flat=major;insurance=inside`, or `plain`.
 */
export function nameOfReadings(mine: readonly Reading[], all: readonly Reading[]): string {
  const parts = questions.flatMap((question) => {
    const answers = new Set(mine.map((reading) => reading[question]));
    const possible = new Set(all.map((reading) => reading[question]));
    return answers.size === possible.size ? [] : [`${question}=${[...answers].toSorted().join('|')}`];
  });
  return parts.length === 0 ? 'plain' : parts.toSorted().join(';');
}

/** Does a reading agree with the answers that are remembered? What is not remembered does not matter. */
export function agreesWith(reading: string, hint: string): boolean {
  const answers = answersByQuestion(reading);
  return [...answersByQuestion(hint)].every(([question, remembered]) => {
    const given = answers.get(question);
    return given === undefined || given.some((answer) => remembered.includes(answer));
  });
}

/** The remembered answers with those of one more order. What was remembered first stays. */
export function rememberReading(hint: string | null, reading: string): string | null {
  const answers = new Map([...answersByQuestion(reading), ...answersByQuestion(hint ?? '')]);
  const parts = [...answers].map(([question, given]) => `${question}=${given.join('|')}`);
  return parts.length === 0 ? hint : parts.toSorted().join(';');
}

function answersByQuestion(text: string): Map<string, readonly string[]> {
  const pairs = text
    .split(';')
    .map((part) => part.split('='))
    .filter((pair) => pair.length === 2);
  return new Map(pairs.map(([question = '', answers = '']) => [question, answers.split('|')]));
}
