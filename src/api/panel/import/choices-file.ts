import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { RowChange } from '../../../db/queries/catalogue/import-items.ts';
import { ApiFailure } from '../failure.ts';

/** Columns that an upload may have; others are ignored, so that the downloaded file can be sent back. */
const row = z.object({
  variant: z
    .string()
    .regex(/^variant:[0-9]{1,18}$/, 'must be the row of a variant, for instance variant:5102'),
  selected: z
    .enum(['yes', 'no', 'да', 'не', ''], 'must be yes or no')
    .optional()
    .transform((text) => (text === undefined || text === '' ? undefined : text === 'yes' || text === 'да')),
  vat: z
    .string()
    .regex(/^(\d{1,2}([.,]\d{1,2})?)?$/, 'must be a percentage, for instance 20')
    .optional()
    .transform((text) => (text === undefined || text === '' ? undefined : text.replace(',', '.'))),
  measure: z
    .string()
    .regex(/^\d{0,15}$/, 'must be the number of a measure')
    .optional()
    .transform((text) => (text === undefined || text === '' ? undefined : Number(text))),
  group: z
    .string()
    .regex(/^\d{0,15}$/, 'must be the number of a group')
    .optional()
    .transform((text) => (text === undefined || text === '' ? undefined : Number(text))),
});

/** Wrong lines that an answer names at most. */
const MOST_LINES = 20;

/**
 * Choices for rows, from a CSV file as it was downloaded or as Excel saves it (comma or semicolon).
 * @throws {ApiFailure} naming each wrong line and field; nothing is to be saved then.
 */
export function readChoices(text: string): RowChange[] {
  const records = parsed(text);
  const wrong: Record<string, string> = {};
  const seen = new Set<string>();
  const changes: RowChange[] = [];
  for (const { record, info } of records) {
    const result = row.safeParse(record);
    if (!result.success) {
      for (const { path, message } of result.error.issues)
        wrong[`line ${info.lines}, ${path.join('.')}`] = message;
      continue;
    }
    const { variant, selected, vat, measure, group } = result.data;
    if (seen.has(variant)) wrong[`line ${info.lines}, variant`] = 'stands in the file twice';
    seen.add(variant);
    changes.push({ variantKey: variant, selected, taxRate: vat, measureId: measure, groupId: group });
  }
  refuse(wrong);
  return changes;
}

interface Record_ {
  readonly record: Readonly<Record<string, string>>;
  readonly info: { readonly lines: number };
}

function parsed(text: string): readonly Record_[] {
  try {
    const records = parse(text, {
      ...{
        bom: true,
        columns: true,
        delimiter: [',', ';', '\t'],
        trim: true,
        skip_empty_lines: true,
        info: true,
      },
      max_record_size: 100_000,
    }) as unknown as Record_[];
    if (records[0] !== undefined && !('variant' in records[0].record))
      refuse({ 'line 1, variant': 'the column is missing' });
    return records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return refuse({ [`line ${Number(error['lines'] ?? 1)}`]: error.message });
  }
}

function refuse(wrong: Readonly<Record<string, string>>): never[] {
  const all = Object.entries(wrong);
  if (all.length === 0) return [];
  throw new ApiFailure(
    400,
    'invalid_csv',
    'The file is not valid; nothing was saved',
    Object.fromEntries(all.slice(0, MOST_LINES)),
  );
}
