import { isPersonalNumber } from '../personal-number.ts';

/** What a customer typed into the field for the company number (ЕИК). */
export type CompanyNumber =
  | { readonly kind: 'none' }
  | { readonly kind: 'valid'; readonly number: string }
  /** Ten digits are a personal number (ЕГН, ЛНЧ): it is kept nowhere, not even in this result. */
  | { readonly kind: 'personal' }
  | { readonly kind: 'invalid' };

/**
 * Reads a company number: blanks, "BG" and "ЕИК" around it are dropped. Bulgarian numbers have 9 digits, or 13
 * for a branch, which stays a branch. Foreign numbers have no check digit that we know.
 */
export function readCompanyNumber(text: string, countryIso2: string): CompanyNumber {
  const stripped = text
    .replaceAll(/[\s.\-/:№]/g, '')
    .replace(/^(ЕИК|EIK|БУЛСТАТ|BULSTAT|ЕГН|EGN|ЛНЧ|LNCH)/iu, '')
    .replace(/^(BG|БГ)/iu, '');
  if (stripped === '') return { kind: 'none' };
  const bulgarian = countryIso2 === '' || countryIso2.toUpperCase() === 'BG';
  if (/^\d{10}$/.test(stripped) && (bulgarian || isPersonalNumber(stripped))) return { kind: 'personal' };
  if (!bulgarian)
    return /^[\p{L}\d]{4,20}$/u.test(stripped) ? { kind: 'valid', number: stripped } : { kind: 'invalid' };
  return hasValidCheckDigits(stripped) ? { kind: 'valid', number: stripped } : { kind: 'invalid' };
}

/** Check digits of the Bulstat register: 9 digits, and 4 more for a branch. */
function hasValidCheckDigits(number: string): boolean {
  if (!/^(\d{9}|\d{13})$/.test(number)) return false;
  const digits = Array.from(number, Number);
  if (checkDigit(digits.slice(0, 8), [1, 2, 3, 4, 5, 6, 7, 8], [3, 4, 5, 6, 7, 8, 9, 10]) !== digits[8])
    return false;
  return number.length === 9 || checkDigit(digits.slice(8, 12), [2, 7, 3, 5], [4, 9, 5, 7]) === digits[12];
}

/** Weighted sum modulo 11; where that gives 10, the second weights decide, and 10 again means 0. */
function checkDigit(
  digits: readonly number[],
  weights: readonly number[],
  second: readonly number[],
): number {
  const remainder = (by: readonly number[]): number =>
    digits.reduce((total, digit, index) => total + digit * (by[index] ?? 0), 0) % 11;
  const first = remainder(weights);
  return first < 10 ? first : remainder(second) % 10;
}

/** Member states of the Union, as countries (`GR`). */
const memberStates = new Set(
  'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE'.split(' '),
);

/** Prefixes of VAT numbers within the Union: Greece writes `EL`, Northern Ireland `XI`. */
export const euroVatPrefixes: ReadonlySet<string> = new Set([
  ...[...memberStates].filter((country) => country !== 'GR'),
  'EL',
  'XI',
]);

/** Is this country (ISO code) a member state? */
export function isEuCountry(countryIso2: string): boolean {
  return memberStates.has(countryIso2.toUpperCase());
}

/** VAT number with its prefix; undefined when there is none, or when it holds a personal number. */
export function readVatNumber(text: string, countryIso2: string): string | undefined {
  const stripped = text
    .replaceAll(/[\s.\-/]/g, '')
    .toUpperCase()
    .replace(/^БГ/u, 'BG');
  const country = countryIso2.toUpperCase();
  const foreign = country !== '' && country !== 'BG';
  if (/^(BG)?\d{10}$/.test(stripped) && !(foreign && !isPersonalNumber(stripped.slice(-10))))
    return undefined;
  if (/^BG\d{9}$/.test(stripped)) return stripped;
  if (/^\d{9}$/.test(stripped) && !foreign) return `BG${stripped}`;
  if (!foreign) return undefined;
  const prefix = country === 'GR' ? 'EL' : country;
  const full = /^\d/.test(stripped) ? `${prefix}${stripped}` : stripped;
  return /^[A-Z]{2}[A-Z\d]{2,13}$/.test(full) && !full.startsWith('BG') ? full : undefined;
}
