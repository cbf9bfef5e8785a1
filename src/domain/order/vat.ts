import type { ConnectionSettings } from '../connection/settings.ts';
import { euroVatPrefixes, isEuCountry, readVatNumber } from '../partner/company-number.ts';
import { type Problem, problem } from '../problems.ts';
import {
  type Rational,
  absolute,
  add,
  compare,
  divide,
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
import type { GoodsPosting } from './goods.ts';
import { type Reading, type VatOwed, isFeeRow } from './readings.ts';
import type { ShopOrder, ShopTax } from './shop-order.ts';

/** Whether the order owes VAT, and if not, why. `unclear`: the shop charged none, and the order does not say why. */
export type VatTreatment = 'charged' | 'not_registered' | 'reverse_charge' | 'export' | 'unclear';

/**
 * Reads the VAT treatment of an order: VAT that the shop shows is charged. Without any it is an export, a sale to
 * a company of another member state that gave its VAT number (CloudCart API 5.7), or a shop that shows no VAT.
 */
export function vatTreatment(order: ShopOrder, isVatRegistered: boolean): VatTreatment {
  if (!isVatRegistered) return 'not_registered';
  if (order.taxes.some((tax) => saysVat(tax) && tax.value !== 0)) return 'charged';
  const billing = order.billingAddress?.countryIso2 ?? '';
  const destination = (order.shippingAddress?.countryIso2 || billing).toUpperCase();
  if (destination !== '' && !isEuCountry(destination)) return 'export';
  const vatNumber = readVatNumber(order.billingAddress?.companyVat ?? '', billing) ?? '';
  const foreign = destination !== '' && destination !== 'BG' && !vatNumber.startsWith('BG');
  if (foreign && euroVatPrefixes.has(vatNumber.slice(0, 2))) return 'reverse_charge';
  return order.total > 0 && order.taxes.some(isZeroRow) ? 'unclear' : 'charged';
}

/** No VAT on the document: prices are sent without it, so that nothing is taken off them (micro.bg API 6.6). */
export function isWithoutVat(treatment: VatTreatment): boolean {
  return treatment !== 'charged' && treatment !== 'unclear';
}

/** What the treatment says to whoever reads the total. */
export function vatOwed(treatment: VatTreatment): VatOwed {
  const maybeTakenOff = treatment === 'reverse_charge' || treatment === 'export';
  return { owesVat: !isWithoutVat(treatment), maybeTakenOff };
}

function saysVat(tax: ShopTax): boolean {
  return tax.isVat === true || (tax.isVat === null && (rateOf(tax.rate) ?? zero).numerator !== 0n);
}

function isZeroRow(tax: ShopTax): boolean {
  const rate = rateOf(tax.rate);
  return tax.isVat !== false && tax.value === 0 && (rate === undefined || rate.numerator === 0n);
}

/** A rate in percent; undefined when the text is none, or none that a rate can be. */
export function rateOf(text: string | null | undefined): Rational | undefined {
  const rate = parseDecimal(text ?? '');
  return rate === undefined || compare(rate, zero) < 0 || compare(rate, whole(100)) > 0 ? undefined : rate;
}

/** A rate as it names things: `20`, `9`, `5.5`. */
export function rateName(rate: Rational): string {
  return toDecimal(rate, 2).replace(/\.?0+$/, '') || '0';
}

/** Rates that the VAT rows of the order show, each once. */
export function ratesShown(order: ShopOrder, reading: Reading): Rational[] {
  const rates = order.taxes
    .filter((tax) => !isFeeRow(tax, reading))
    .map((tax) => rateOf(tax.rate))
    .filter((rate) => rate !== undefined);
  return unique(rates);
}

export function unique(rates: readonly Rational[]): Rational[] {
  return rates.filter((rate, index) => rates.findIndex((other) => compare(other, rate) === 0) === index);
}

/**
 * Compares the items' VAT with the shop's: with the rate of the line where a webhook told it, else with the rates
 * of the VAT rows. A difference is never a matter of rounding; the merchant may choose to be told only.
 */
export function vatProblems(
  order: ShopOrder,
  postings: readonly GoodsPosting[],
  reading: Reading,
  treatment: VatTreatment,
  { vatMismatch }: ConnectionSettings,
): Problem[] {
  if (treatment === 'not_registered' && order.taxes.some((tax) => saysVat(tax) && tax.value !== 0)) {
    const shop = ratesShown(order, reading).map(rateName).join(', ') || '?';
    return [differs(vatMismatch, { sku: '*', warehouse: '0', shop })];
  }
  if (isWithoutVat(treatment)) return [];
  if (treatment === 'unclear') {
    const taxed = postings.some(({ item }) => (rateOf(item.taxRate) ?? whole(1)).numerator !== 0n);
    return taxed ? [problem('vat_unclear')] : [];
  }
  const shown = ratesShown(order, reading);
  return postings.flatMap(({ item, sku, shopRate }) => {
    const own = rateOf(item.taxRate);
    if (own === undefined)
      return [
        problem('vat_rate_mismatch', { sku, warehouse: '?', shop: shown.map(rateName).join(', ') || '?' }),
      ];
    const wanted = shopRate === undefined ? shown : [shopRate];
    if (wanted.length === 0 || wanted.some((rate) => compare(rate, own) === 0)) return [];
    const shop = wanted.map(rateName).join(', ');
    return [differs(vatMismatch, { sku, warehouse: rateName(own), shop })];
  });
}

function differs(mode: ConnectionSettings['vatMismatch'], params: Problem['params']): Problem {
  return problem(mode === 'block' ? 'vat_rate_mismatch' : 'vat_rate_differs', params);
}

/** What a document says of VAT: its goods, and the lines that the shop may or may not count in its VAT rows. */
export interface VatOfDocument {
  readonly goods: Rational;
  readonly delivery: Rational;
  readonly fees: Rational;
  readonly lines: number;
}

/**
 * Compares the VAT that a gross order shows with that of the document, in minor units. The shop may leave delivery
 * and fees out of its rows (CloudCart API 4.9), and it rounds per rate or per line: half a cent each is allowed.
 */
export function vatAmountProblem(
  order: ShopOrder,
  reading: Reading,
  vat: VatOfDocument,
  mode: ConnectionSettings['vatMismatch'],
): Problem | undefined {
  const rows = order.taxes.filter((tax) => !isFeeRow(tax, reading) && rateOf(tax.rate) !== undefined);
  if (rows.length === 0) return undefined;
  const shown = whole(rows.reduce((all, tax) => all + tax.value, 0));
  const allowed = add(divide(whole(vat.lines + rows.length), whole(2)), whole(1));
  const { goods, delivery, fees } = vat;
  const readings = [sum([goods, delivery, fees]), add(goods, delivery), add(goods, fees), goods];
  if (readings.some((each) => compare(absolute(subtract(each, shown)), allowed) <= 0)) return undefined;
  return problem(mode === 'block' ? 'vat_amount_mismatch' : 'vat_amount_differs', {
    warehouse: minorToDecimal(roundHalfUp(readings[0] ?? zero)),
    shop: minorToDecimal(roundHalfUp(shown)),
  });
}

/** VAT within a gross amount. */
export function vatWithin(gross: Rational, rate: Rational): Rational {
  return multiply(gross, divide(rate, add(rate, whole(100))));
}
