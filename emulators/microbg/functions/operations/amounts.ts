import { Dec, type Decimal, round, toNumber, ZERO } from '../../decimal.ts';
import type { Switches } from '../../switches.ts';

/** How a document is priced (micro.bg API 6.6). */
export interface PriceTerms {
  /** Entered prices contain VAT. */
  readonly withVat: boolean;
  /** No VAT is charged: `NullVat` 1, or the company is not registered. */
  readonly noVat: boolean;
  /** Without VAT, a price that contains it loses it. */
  readonly reduces: boolean;
  /** Decimals of the account's amounts. */
  readonly places: number;
  readonly rounding: Switches['documentRounding'];
}

/** A line as far as its money goes: entered price before the discount, both in percent where they are rates. */
export interface PricedLine {
  readonly qtty: Decimal;
  readonly price: Decimal;
  readonly discount: Decimal;
  readonly rate: Decimal;
}

interface Parts {
  readonly net: Decimal;
  readonly vat: Decimal;
}

/** Net and VAT of an amount of entered money. */
function split(terms: PriceTerms, entered: Decimal, rate: Decimal): Parts {
  const factor = rate.plus(100);
  if (terms.noVat) {
    const net = terms.withVat && terms.reduces ? entered.times(100).div(factor) : entered;
    return { net, vat: ZERO };
  }
  if (!terms.withVat) return { net: entered, vat: entered.times(rate).div(100) };
  const net = entered.times(100).div(factor);
  return { net, vat: entered.minus(net) };
}

function discounted({ price, discount }: PricedLine): Decimal {
  return price.times(new Dec(100).minus(discount)).div(100);
}

/** `PriceOut` and `VatOut` of a line: per unit, after the discount, not rounded to cents (micro.bg API 3.7). */
export function unitParts(
  terms: PriceTerms,
  line: PricedLine,
  decimals: number,
): { net: number; vat: number } {
  const entered = discounted(line);
  const { net, vat } = split(terms, entered, line.rate);
  const shownNet = round(net, decimals);
  // With VAT inside the price, both parts together are still exactly that price.
  const shownVat = terms.withVat && !terms.noVat ? entered.minus(shownNet) : vat;
  return { net: toNumber(shownNet, decimals), vat: toNumber(shownVat, Math.max(decimals, 10)) };
}

/** `Amount` and `AmountVat` of a document (micro.bg API 6.6, Q-27). */
export function documentTotals(
  terms: PriceTerms,
  lines: readonly PricedLine[],
): { readonly Amount: number; readonly AmountVat: number } {
  const { places } = terms;
  let net = ZERO;
  let vat = ZERO;
  if (terms.rounding === 'per-line') {
    for (const line of lines) {
      const parts = split(terms, discounted(line).times(line.qtty), line.rate);
      net = net.plus(round(parts.net, places));
      vat = vat.plus(round(parts.vat, places));
    }
  } else {
    for (const [rate, entered] of sumsByRate(lines)) {
      const parts = split(terms, entered, new Dec(rate));
      net = net.plus(parts.net);
      vat = vat.plus(parts.vat);
    }
  }
  const Amount = round(net, places);
  const AmountVat =
    terms.rounding === 'gross-first' ? round(net.plus(vat), places).minus(Amount) : round(vat, places);
  return { Amount: Number(Amount.toString()), AmountVat: Number(AmountVat.toString()) };
}

/** One division for each rate: a sum that lies on half a cent stays there. */
function sumsByRate(lines: readonly PricedLine[]): Map<string, Decimal> {
  const sums = new Map<string, Decimal>();
  for (const line of lines) {
    const rate = line.rate.toString();
    sums.set(rate, (sums.get(rate) ?? ZERO).plus(discounted(line).times(line.qtty)));
  }
  return sums;
}
