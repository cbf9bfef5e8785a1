import type { ConnectionSettings } from '../connection/settings.ts';
import { LEVS_PER_EURO } from '../fixed-rate.ts';
import { type Problem, problem } from '../problems.ts';
import { type Rational, divide, minorToDecimal, parseDecimal, roundHalfUp, whole } from '../rational.ts';
import type { ShopOrder } from './shop-order.ts';

/** How amounts of the order become amounts of the document. */
export interface Conversion {
  /** Amounts change: each is rounded half up to whole cents by itself. */
  readonly converts: boolean;
  readonly amount: (minor: Rational) => Rational;
  /** What the note says of it; empty where nothing is converted. */
  readonly note: string;
  readonly infos: readonly Problem[];
}

/** The order's currency is the warehouse's, or levs that the merchant wants converted to euro; else a problem. */
export function conversionOf(
  order: ShopOrder,
  warehouseCurrency: string,
  { convertBgn }: ConnectionSettings,
): Conversion | Problem {
  const currency = order.currency ?? warehouseCurrency;
  if (currency === warehouseCurrency) {
    return { converts: false, amount: (minor) => minor, note: '', infos: [] };
  }
  if (!(convertBgn && currency === 'BGN' && warehouseCurrency === 'EUR')) {
    return problem('currency_mismatch', { order: currency, warehouse: warehouseCurrency });
  }
  const rate = parseDecimal(LEVS_PER_EURO) ?? whole(1);
  const amount = (minor: Rational): Rational => whole(roundHalfUp(divide(minor, rate)));
  const bgn = minorToDecimal(order.total);
  const eur = minorToDecimal(roundHalfUp(amount(whole(order.total))));
  return {
    converts: true,
    amount,
    note: `${bgn} BGN (1 EUR = ${LEVS_PER_EURO} BGN)`,
    infos: [problem('bgn_converted', { bgn, eur, rate: LEVS_PER_EURO })],
  };
}
