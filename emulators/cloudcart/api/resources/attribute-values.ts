import { invalid } from '../errors.ts';

const words = (name: string): string => name.replaceAll('_', ' ');

/** Whole minor units or another whole number, null when absent. */
export function moneyOrNull(name: string, value: unknown): number | null {
  if (value === null || value === '') return null;
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number))
    throw invalid(`/data/attributes/${name}`, `The ${words(name)} must be an integer.`);
  return number;
}

/** Quantity with three decimals; null is unlimited (CloudCart API 4.14). Not clamped, 50 000 000 at most. */
export function quantityOf(name: string, value: unknown): number | null {
  if (value === null || value === '') return null;
  const number = typeof value === 'string' && /^-?\d{1,12}(\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number))
    throw invalid(`/data/attributes/${name}`, `The ${words(name)} must be a number.`);
  if (number > 50_000_000)
    throw invalid(`/data/attributes/${name}`, `The ${words(name)} may not be greater than 50000000.`);
  return Math.round(number * 1000) / 1000;
}

/** Text of 191 characters at most, null when absent. */
export function optionalTextOf(name: string, value: unknown): string | null {
  if (value === null || value === '') return null;
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string')
    throw invalid(`/data/attributes/${name}`, `The ${words(name)} must be a string.`);
  if (text.length > 191)
    throw invalid(`/data/attributes/${name}`, `The ${words(name)} may not be greater than 191 characters.`);
  return text;
}

/** Text that has to be there, of `least` characters and more. */
export function requiredTextOf(name: string, value: unknown, least = 1): string {
  const text = optionalTextOf(name, value);
  if (text === null) throw invalid(`/data/attributes/${name}`, `The ${words(name)} field is required.`);
  if (text.length < least)
    throw invalid(`/data/attributes/${name}`, `The ${words(name)} must be at least ${least} characters.`);
  return text;
}

/** `yes` or `no`. */
export function yesNoOf(name: string, value: unknown): 'yes' | 'no' {
  if (value === 'yes' || value === 1 || value === true) return 'yes';
  if (value === 'no' || value === 0 || value === false) return 'no';
  throw invalid(`/data/attributes/${name}`, `The selected ${words(name)} is invalid.`);
}
