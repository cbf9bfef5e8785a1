import { LEVS_PER_EURO } from '../fixed-rate.ts';
import {
  type Rational,
  add,
  compare,
  divide,
  multiply,
  parseDecimal,
  roundHalfUp,
  whole,
  zero,
} from '../rational.ts';

/** Everything that the published price follows from. */
export interface PriceInput {
  /** Price lists 1 to 10 of the item at index 0 to 9, decimal text; null: the answer has no such price. */
  readonly lists: readonly (string | null)[];
  /** The list of the setting, 1 to 10: never a `PriceGroup`, which may be off by one. */
  readonly list: number;
  /** The lists were read with VAT (micro.bg API 3.5: the mode is always asked for). */
  readonly listsWithVat: boolean;
  /** The shop keeps its prices with VAT. No API tells (U-48), so it is a setting. */
  readonly shopWithVat: boolean;
  /** VAT rate of the item in percent, decimal text; null: not known. */
  readonly taxRate: string | null;
  /** Base units in one unit of the shop's variant: the lists hold the price of one base unit. */
  readonly ratio: string;
  readonly warehouseCurrency: string;
  readonly shopCurrency: string;
  /** Prices are converted between lev and euro at the fixed rate. */
  readonly convertBgn: boolean;
  /** What the shop asks now, minor units; null: not known. */
  readonly former: number | null;
}

/** Why the shop keeps the price that it has. */
export type PriceRefusal =
  | 'no_price'
  /** Zero or negative, or less than half a cent. A list that is not kept holds zeros. */
  | 'not_positive'
  | 'no_tax_rate'
  | 'currency_mismatch'
  /** Ten times the former price and more, or a tenth and less: a misplaced point until a person accepts it. */
  | 'implausible'
  | 'too_large';

export type PublishedPrice =
  | { readonly kind: 'price'; readonly minor: number }
  /** `minor` is the price that was refused, as far as it could be worked out. */
  | { readonly kind: 'refused'; readonly reason: PriceRefusal; readonly minor: number | null };

/** A change by this factor is a misplaced decimal point sooner than a decision. */
const IMPLAUSIBLE_FACTOR = 10;
/** Minor units; what is above is no price of a thing. */
const MAX_PRICE = 1_000_000_000_00;

/**
 * The base price of a variant in minor units (CloudCart API 7.4); its sale price is none of ours. The sum stays exact to
 * the end: list price x ratio, with or without VAT as the shop has it, converted; then it is rounded once, half up to
 * the cent.
 */
export function publishedPrice(input: PriceInput): PublishedPrice {
  const price = parseDecimal(input.lists[input.list - 1] ?? '');
  const ratio = parseDecimal(input.ratio);
  if (price === undefined || ratio === undefined) return refused('no_price');
  if (compare(price, zero) <= 0 || compare(ratio, zero) <= 0) return refused('not_positive');
  const vat = vatFactor(input);
  if (vat === undefined) return refused('no_tax_rate');
  const currency = currencyFactor(input);
  if (currency === undefined) return refused('currency_mismatch');
  const exact = [ratio, vat, currency, whole(100)].reduce(multiply, price);
  if (compare(exact, whole(MAX_PRICE)) > 0) return refused('too_large');
  const minor = roundHalfUp(exact);
  if (minor <= 0) return refused('not_positive', minor);
  return isImplausible(minor, input.former) ? refused('implausible', minor) : { kind: 'price', minor };
}

function refused(reason: PriceRefusal, minor: number | null = null): PublishedPrice {
  return { kind: 'refused', reason, minor };
}

/** From the VAT mode of the lists to that of the shop; where both agree no rate is needed. */
function vatFactor({ listsWithVat, shopWithVat, taxRate }: PriceInput): Rational | undefined {
  if (listsWithVat === shopWithVat) return whole(1);
  const rate = parseDecimal(taxRate ?? '');
  if (rate === undefined || compare(rate, zero) < 0) return undefined;
  const gross = add(whole(1), divide(rate, whole(100)));
  return shopWithVat ? gross : divide(whole(1), gross);
}

/** Only lev and euro have a rate that does not move. */
function currencyFactor({ warehouseCurrency, shopCurrency, convertBgn }: PriceInput): Rational | undefined {
  if (warehouseCurrency === shopCurrency) return whole(1);
  const levs = parseDecimal(LEVS_PER_EURO);
  if (!convertBgn || levs === undefined) return undefined;
  if (warehouseCurrency === 'BGN' && shopCurrency === 'EUR') return divide(whole(1), levs);
  return warehouseCurrency === 'EUR' && shopCurrency === 'BGN' ? levs : undefined;
}

/** A variant without a price, or at zero, has nothing to compare with. */
function isImplausible(minor: number, former: number | null): boolean {
  if (former === null || former <= 0) return false;
  return minor >= former * IMPLAUSIBLE_FACTOR || minor * IMPLAUSIBLE_FACTOR <= former;
}
