/** How a command tells what it found: a table or lines for people, one line of JSON for machines. */
export interface Output {
  readonly json: boolean;
  readonly language: 'bg' | 'en';
  /** Where people read. */
  readonly write: (text: string) => void;
  /** Progress, only where somebody is watching; undefined otherwise. */
  readonly redraw: ((line: string) => void) | undefined;
}

/** A column: its heading and what stands in it. */
export type Column<T> = readonly [heading: string, value: (row: T) => unknown];

/** Rows as an aligned table, or whatever `whole` is as JSON. */
export function showTable<T>(
  output: Output,
  whole: unknown,
  rows: readonly T[],
  columns: readonly Column<T>[],
  none: string,
): void {
  if (output.json) return showJson(output, whole);
  if (rows.length === 0) return output.write(`${none}\n`);
  const cells = [
    columns.map(([heading]) => heading),
    ...rows.map((row) => columns.map(([, value]) => cell(value(row)))),
  ];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => (line[index] ?? '').length)));
  for (const line of cells)
    output.write(
      `${line.map((text, index) => text.padEnd(index === line.length - 1 ? 0 : (widths[index] ?? 0))).join('  ')}\n`,
    );
}

/** Names and values below one another. */
export function showFields(
  output: Output,
  whole: unknown,
  fields: readonly (readonly [name: string, value: unknown])[],
): void {
  if (output.json) return showJson(output, whole);
  const width = Math.max(...fields.map(([name]) => name.length));
  for (const [name, value] of fields) output.write(`${name.padEnd(width)}  ${cell(value)}\n`);
}

/** A sentence, or the answer as JSON. */
export function showDone(output: Output, whole: unknown, sentence: string): void {
  if (output.json) showJson(output, whole);
  else output.write(`${sentence}\n`);
}

export function showJson(output: Output, whole: unknown): void {
  output.write(`${JSON.stringify(whole)}\n`);
}

function cell(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(cell).join(', ');
  if (typeof value !== 'string') return JSON.stringify(value);
  // Whoever named a product may have typed anything: nothing of it may steer the terminal.
  // oxlint-disable-next-line no-control-regex
  return value.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

/** `1234` minor units as `12.34 EUR`. */
export function money(minor: number | null | undefined, currency: string | null | undefined): string {
  if (minor === null || minor === undefined) return '–';
  return `${(minor / 100).toFixed(2)} ${currency ?? ''}`.trimEnd();
}

/** An instant as `2026-11-29 05:00` in the time zone of the machine. */
export function time(iso: string | null | undefined): string {
  if (iso === null || iso === undefined) return '–';
  const at = new Date(iso);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `[#####-----]  50 %  500 of 1000  12/s  41 s left` */
export function progressLine(progress: {
  readonly done: number;
  readonly total: number;
  readonly perSecond?: number | null | undefined;
  readonly secondsLeft?: number | null | undefined;
}): string {
  const { done, total, perSecond, secondsLeft } = progress;
  const share = total === 0 ? 1 : Math.min(1, done / total);
  const full = Math.round(share * 30);
  const parts = [
    `[${'#'.repeat(full)}${'-'.repeat(30 - full)}]`,
    `${String(Math.floor(share * 100)).padStart(3)} %`,
    `${done} of ${total}`,
    ...(perSecond === null || perSecond === undefined ? [] : [`${perSecond.toFixed(1)}/s`]),
    ...(secondsLeft === null || secondsLeft === undefined ? [] : [`${Math.ceil(secondsLeft)} s left`]),
  ];
  return parts.join('  ');
}
