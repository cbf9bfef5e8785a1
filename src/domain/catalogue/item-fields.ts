import { LEVS_PER_EURO } from '../fixed-rate.ts';
import { add, compare, divide, multiply, parseDecimal, toDecimal, whole, zero } from '../rational.ts';
import { cleanText } from '../text.ts';

/** micro.bg documents no length of names and codes; these fit into every field of documents and labels. */
export const LONGEST_NAME = 200;
const LONGEST_CODE = 50;
/** Decimals of a price that was converted: fewer would not come back to the shop's cents. */
const CONVERTED_DECIMALS = 4;
const ELLIPSIS = '…';

/**
 * The name of a variant's item: the product's name and the values of its options. What is too long is cut in the
 * product's name, because the options tell the variants apart. Empty where the shop has no name.
 */
export function itemName(
  variant: { readonly productName: string; readonly options: string },
  longest = LONGEST_NAME,
): { readonly name: string; readonly cut: boolean } {
  const product = cleanText(variant.productName);
  if (product === '') return { name: '', cut: false };
  const options = cleanText(variant.options);
  const name = options === '' ? product : `${product} ${options}`;
  if (name.length <= longest) return { name, cut: false };
  const tail = options === '' ? '' : ` ${options}`;
  const room = longest - tail.length - ELLIPSIS.length;
  // Options alone can be too long as well; then the whole is cut at its end.
  const short = room >= 20 ? `${whole16(product, room)}${ELLIPSIS}${tail}` : `${whole16(name, longest - 1)}…`;
  return { name: short, cut: true };
}

/** The first so many places of a text, without half a character at the end. */
function whole16(text: string, places: number): string {
  return text
    .slice(0, places)
    .replace(/\p{Cs}$/u, '')
    .trimEnd();
}

/** The SKU as an item's code; null where micro.bg cannot be expected to keep it. */
export function usableCode(sku: string): string | null {
  const code = sku.trim();
  return code !== '' && code.length <= LONGEST_CODE && cleanText(code) === code ? code : null;
}

/** A code of digits only is what every account takes. */
export function isPlainCode(code: string): boolean {
  return /^\d+$/.test(code);
}

/** Does micro.bg take the price lists of a write with VAT? `company`: as the account keeps them. */
export type PriceWriteMode = 'company' | 'with' | 'without';

/** What the price of a new item follows from. */
export interface NewPriceInput {
  /** Minor units as the shop keeps them; null: none. */
  readonly minor: number | null;
  readonly shopWithVat: boolean;
  /** VAT of the item in percent, decimal text. */
  readonly taxRate: string;
  /** Null: the shop did not say, then it is the warehouse's. */
  readonly shopCurrency: string | null;
  readonly warehouseCurrency: string;
  readonly convertBgn: boolean;
}

/** A price of a new item, decimal text in the warehouse's currency. */
export interface NewPrice {
  readonly withVat: string;
  readonly withoutVat: string;
}

/**
 * The price of one unit in both VAT modes. In the shop's own mode it is exact; the other one is rounded half up to four
 * decimals, from which the shop's cents follow again. Null: no price, or in a currency that is not converted.
 */
export function newItemPrice(input: NewPriceInput): NewPrice | null {
  const { minor, shopWithVat, shopCurrency, warehouseCurrency, convertBgn } = input;
  const rate = parseDecimal(input.taxRate);
  if (minor === null || minor <= 0 || rate === undefined || compare(rate, zero) < 0) return null;
  const own = divide(whole(minor), whole(100));
  const currency = currencyFactor(shopCurrency ?? warehouseCurrency, warehouseCurrency, convertBgn);
  if (currency === null) return null;
  const price = multiply(own, currency.factor);
  const gross = add(whole(1), divide(rate, whole(100)));
  const same = trimmed(toDecimal(price, currency.exact ? 2 : CONVERTED_DECIMALS));
  const other = trimmed(
    toDecimal(shopWithVat ? divide(price, gross) : multiply(price, gross), CONVERTED_DECIMALS),
  );
  return shopWithVat ? { withVat: same, withoutVat: other } : { withVat: other, withoutVat: same };
}

function currencyFactor(from: string, to: string, convertBgn: boolean) {
  if (from === to) return { factor: whole(1), exact: true };
  const levs = parseDecimal(LEVS_PER_EURO);
  if (!convertBgn || levs === undefined) return null;
  if (from === 'BGN' && to === 'EUR') return { factor: divide(whole(1), levs), exact: false };
  return from === 'EUR' && to === 'BGN' ? { factor: levs, exact: false } : null;
}

function trimmed(decimal: string): string {
  return decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
}

/** Are two decimal texts the same number? */
export function isSameDecimal(left: string, right: string): boolean {
  const [a, b] = [parseDecimal(left), parseDecimal(right)];
  return a !== undefined && b !== undefined && compare(a, b) === 0;
}
