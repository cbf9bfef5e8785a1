import type { Call } from '../call.ts';
import { isAbsent, optionalInt, optionalText } from '../input.ts';
import { Refusal } from '../refusal.ts';
import type { Table } from '../table.ts';
import { isRealDate, normaliseDate } from '../walltime.ts';

/** A code as the wire writes it: a number when it is all digits (E-9). */
export function wireCode(code: string): number | string {
  return /^\d{1,15}$/.test(code) ? Number(code) : code;
}

/** Refuses a new code of other signs than digits, if such are not taken. Staff may give any. */
export function checkCodeSigns({ switches, actor }: Call, code: string): void {
  if (actor !== null && switches.alphanumericCodes === 'refuse' && !/^\d*$/.test(code))
    throw new Refusal('_EMU_INVALID_Code');
}

/** Reads a date; undefined when absent. The vendor takes impossible days, unless a switch says otherwise. */
export function optionalDate(call: Call, from: 'parameters' | 'data', field: string): string | undefined {
  return dateOf(call, optionalText(call[from], field), field);
}

/** Checks the text of a date, see {@link optionalDate}. */
export function dateOf(call: Call, text: string | undefined, field: string): string | undefined {
  if (isAbsent(text)) return undefined;
  const date = normaliseDate(text ?? '');
  if (date === undefined) throw new Refusal(`_EMU_INVALID_${field}`);
  if (call.switches.impossibleDates === 'refuse' && !isRealDate(date))
    throw new Refusal(`_EMU_INVALID_${field}`);
  return date;
}

/** Page size of a list: asked for, capped silently, or the default (E-11). */
export function limitOf(call: Call): number {
  const asked = optionalInt(call.parameters, 'limit') ?? 0;
  return Math.min(asked > 0 ? asked : call.switches.defaultLimit, call.switches.maxLimit);
}

/** Rows of one page by ascending id that pass the filter (E-11); `narrowed` are those an index found, if one did. */
export function page<T extends { readonly id: number }>(
  call: Call,
  table: Table<T>,
  passes: (row: T) => boolean,
  narrowed?: readonly T[],
): T[] {
  const limit = limitOf(call);
  const id = optionalInt(call.parameters, 'Id');
  const cursor = optionalInt(call.parameters, 'fromId') ?? 0;
  const first = call.switches.fromIdInclusive ? cursor : cursor + 1;
  if (id !== undefined) {
    const row = table.get(id);
    return row && row.id >= first && passes(row) ? [row] : [];
  }
  const rows: T[] = [];
  for (const row of narrowed ?? table.from(first)) {
    if (rows.length === limit) break;
    if (row.id >= first && passes(row)) rows.push(row);
  }
  return call.switches.pageOrder === 'descending' ? rows.reverse() : rows;
}

/** The filter `fromDate` on a column, and on `Deleted` (E-11). */
export function changedSince<T extends { readonly Deleted: 0 | 1; readonly DateUpdated: string }>(
  call: Call,
): (row: T) => boolean {
  const since = optionalDate(call, 'parameters', 'fromDate') ?? '';
  return (row) => row.DateUpdated >= since && (row.Deleted === 0 || call.switches.listDeleted);
}
