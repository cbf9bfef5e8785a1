import { cleanText } from './text.ts';

/**
 * Personal numbers of people in Bulgaria (ЕГН, and ЛНЧ of foreigners) have ten digits. They may be typed into any
 * field and are kept nowhere (CloudCart API 4.6, trap 47).
 */
const MASK = '***';

/** Ten digits, perhaps in groups, that are no part of a longer number. */
const tenDigits = /(?<![\d+])\d(?:[ -]?\d){9}(?!\d)/g;

/** Text with personal numbers masked: a valid ЕГН wherever it stands, and any ten digits that stand alone. */
export function withoutPersonalNumbers(text: string, mask = MASK): string {
  const masked = text.replaceAll(tenDigits, (found, at: number) => {
    const digits = found.replaceAll(/\D/g, '');
    const alone =
      digits === found &&
      !/[\p{L}\d_]/u.test(text.charAt(at - 1)) &&
      !/[\p{L}\d_]/u.test(text.charAt(at + found.length));
    return alone || isPersonalNumber(digits) ? mask : found;
  });
  return cleanText(masked);
}

/** Does a valid ЕГН stand in the text? Ten digits that are none, such as a phone, do not count. */
export function hasPersonalNumber(text: string): boolean {
  return [...text.matchAll(tenDigits)].some(([found]) => isPersonalNumber(found.replaceAll(/\D/g, '')));
}

/** Is this a valid ЕГН: a possible date of birth, and the check digit of the other nine? */
export function isPersonalNumber(digits: string): boolean {
  if (!/^\d{10}$/.test(digits)) return false;
  const month = Number(digits.slice(2, 4)) % 20;
  const day = Number(digits.slice(4, 6));
  // 20 is added to the month for births before 1900, 40 for births from 2000 on.
  if (Number(digits.slice(2, 4)) > 52 || month < 1 || month > 12 || day < 1 || day > 31) return false;
  const weights = [2, 4, 8, 5, 10, 9, 7, 3, 6];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0);
  return (sum % 11) % 10 === Number(digits[9]);
}
