import { z } from 'zod';
import { canonicalDecimal } from './json.ts';

/**
 * Field schemas of the border. Both vendors send numbers as text, booleans as 0/1, `null`, `""` or nothing for
 * "no value", so every field takes all of these. Input is the output of `parseLossless`: numbers are text already.
 */

function absent(value: unknown): boolean {
  // PHP writes `false` or an empty array where others write null.
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    value === false ||
    (Array.isArray(value) && value.length === 0)
  );
}

function scalar(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value === true ? '1' : undefined;
}

function field<T>(none: T, read: (text: string) => T | undefined, expected: string) {
  return z
    .unknown()
    .optional()
    .transform((value, context): T => {
      if (absent(value)) return none;
      const plain = scalar(value);
      const result = plain === undefined ? undefined : read(plain);
      if (result !== undefined) return result;
      context.addIssue({ code: 'custom', message: `expected ${expected}` });
      return z.NEVER;
    });
}

function integer(text: string): number | undefined {
  const match = /^\s*([+-]?\d{1,16})(?:\.0+)?\s*$/.exec(text);
  const value = match?.[1] === undefined ? Number.NaN : Number(match[1]);
  return Number.isSafeInteger(value) ? value : undefined;
}

/** Text as it stands, `""` when absent. */
export const text = field<string>('', (value) => value, 'text');

/** Text, or null when absent or blank. */
export const optionalText = field<string | null>(
  null,
  (value) => (value.trim() === '' ? null : value),
  'text',
);

/** Whole number, or null when absent. */
export const optionalInt = field<number | null>(null, integer, 'a whole number');

/** Positive id; anything else makes the row unusable. */
export const id = z.unknown().transform((value, context): number => {
  const result = typeof value === 'string' ? integer(value) : undefined;
  if (result !== undefined && result > 0) return result;
  context.addIssue({ code: 'custom', message: 'expected an id' });
  return z.NEVER;
});

/** Canonical decimal text, or null when absent. */
export const optionalDecimal = field<string | null>(null, canonicalDecimal, 'a decimal');

/** Canonical decimal text, `0` when absent. */
export const decimal = field<string>('0', canonicalDecimal, 'a decimal');

/** Where and why a value failed, without the value itself: it may be personal data. */
export function whereOf(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'the top';
  return issue.path.length === 0 ? 'the top' : issue.path.map(String).join('.');
}

/**
 * A list, however PHP wrote it: an array, an object with number keys (an array with gaps), or nothing.
 * Returns undefined for anything else.
 */
export function listOf(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null || value === false || value === '') return [];
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object') return undefined;
  const entries = Object.entries(value);
  return entries.every(([key]) => /^\d+$/.test(key)) ? entries.map(([, member]) => member) : undefined;
}

/** A nested list of rows, see {@link listOf}. */
export function rows<T extends z.ZodType>(row: T) {
  return z
    .unknown()
    .optional()
    .transform((value, context): readonly unknown[] => {
      const list = listOf(value);
      if (list !== undefined) return list;
      context.addIssue({ code: 'custom', message: 'expected a list' });
      return z.NEVER;
    })
    .pipe(z.array(row));
}
