import Big from 'big.js';
import { z } from 'zod';
import { canonicalDecimal } from '../json.ts';

/**
 * `yes`/`no`, `1`/`0`, `true`/`false`; null when absent or something else (CloudCart API 4, U-22, U-39).
 * Numbers arrive as text.
 */
export const yesNo = z
  .unknown()
  .optional()
  .transform((value): boolean | null => {
    if (value === true || value === 'yes' || value === '1' || value === 'true') return true;
    if (value === false || value === 'no' || value === '0' || value === 'false') return false;
    return null;
  });

/**
 * REST money: a whole number of minor units (CloudCart API 4), null when absent. `59.46` is refused: read as cents
 * it would be wrong a hundredfold.
 */
export const minorUnits = z
  .unknown()
  .optional()
  .transform((value, context): number | null => {
    if (value === undefined || value === null || value === '') return null;
    const text = typeof value === 'string' ? value.trim() : '';
    if (/^-?\d{1,15}(?:\.0+)?$/.test(text)) return Number(text) + 0;
    context.addIssue({ code: 'custom', message: 'expected whole minor units' });
    return z.NEVER;
  });

/**
 * Money in major units, as webhooks and display fields write it (CloudCart API 6.6, U-21): `4.8`, `"4.80"`,
 * `"4,80"`. Returns minor units; undefined when it is no amount or has fractions of a cent.
 */
export function majorToMinor(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const decimal = canonicalDecimal(/^-?\d+,\d{1,2}$/.test(value.trim()) ? value.replace(',', '.') : value);
  if (decimal === undefined) return undefined;
  const minor = new Big(decimal).times(100);
  const whole = Number(minor.toFixed(0));
  return minor.eq(minor.round(0)) && Number.isSafeInteger(whole) ? whole : undefined;
}
