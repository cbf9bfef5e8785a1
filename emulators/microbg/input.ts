import { Dec, type Decimal } from './decimal.ts';
import { Refusal } from './refusal.ts';
import type { Flag } from './model.ts';

/** An object whose fields nobody has checked yet. */
export type Bag = Readonly<Record<string, unknown>>;

/** The value as an object, `{}` when it is anything else (`[]` and null included). */
export function asBag(value: unknown): Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : {};
}

/** A missing value: absent, null or an empty string. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** A flag: 1, "1" and true say yes, everything else (2 included) says no (micro.bg API 1.7). */
export function asFlag(value: unknown): Flag {
  return value === 1 || value === '1' || value === true ? 1 : 0;
}

/** Whole number of a field, undefined when absent. Refuses anything else. */
export function optionalInt(bag: Bag, field: string): number | undefined {
  const value = bag[field];
  if (isAbsent(value)) return undefined;
  const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw new Refusal(`_EMU_INVALID_${field}`);
  return number;
}

/** Whole number of a field; refuses when it is absent. */
export function requiredInt(bag: Bag, field: string): number {
  const value = optionalInt(bag, field);
  if (value === undefined) throw new Refusal(`_EMU_REQUIRED_${field}`);
  return value;
}

/** Exact decimal of a field, undefined when absent. Numbers and numeric text with a dot are decimals. */
export function optionalDecimal(bag: Bag, field: string): Decimal | undefined {
  const value = bag[field];
  if (isAbsent(value)) return undefined;
  const isNumber = typeof value === 'number' && Number.isFinite(value);
  const isText = typeof value === 'string' && /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(value);
  if (!isNumber && !isText) throw new Refusal(`_EMU_INVALID_${field}`);
  return new Dec(value);
}

/** Text of a field, undefined when absent or null; numbers become their digits. */
export function optionalText(bag: Bag, field: string): string | undefined {
  const value = bag[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw new Refusal(`_EMU_INVALID_${field}`);
}

/** Text of a field; refuses when it is absent or blank. */
export function requiredText(bag: Bag, field: string): string {
  const value = optionalText(bag, field);
  if (value === undefined || value.trim() === '') throw new Refusal(`_EMU_REQUIRED_${field}`);
  return value;
}

/** List of whole numbers, undefined when absent. */
export function optionalIntList(bag: Bag, field: string): number[] | undefined {
  const value = bag[field];
  if (isAbsent(value)) return undefined;
  if (!Array.isArray(value)) throw new Refusal(`_EMU_INVALID_${field}`);
  return value.map((entry) => requiredInt({ [field]: entry }, field));
}
