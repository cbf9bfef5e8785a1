import { z } from 'zod';
import {
  type RowFilter,
  type RowSort,
  type RowView,
  listRows,
} from '../../../db/queries/catalogue/match-views.ts';
import type { Pool } from '../../../db/pool.ts';
import { searchKey } from '../../../domain/catalogue/report-row.ts';
import { matchNotes, matchStates } from '../../../domain/catalogue/match-states.ts';
import { noteWords, stateWords } from '../../../domain/catalogue/match-texts.ts';
import { CsvStream } from '../csv.ts';
import { ApiFailure } from '../failure.ts';

const sorts = ['name', '-name', 'code', '-code'] as const satisfies readonly RowSort[];

/** What narrows and sorts the rows, for pages and for files. */
export const rowFilter = {
  state: z.enum(matchStates).optional(),
  note: z.enum(matchNotes).optional(),
  changed: z.enum(['true', 'false']).optional(),
  search: z.string().max(200).optional(),
  sort: z.enum(sorts).default('name'),
};

type AskedFilter = z.output<z.ZodObject<typeof rowFilter>>;

/** Words of a search at most. */
const WORDS = 5;

function toFilter({ state, note, changed, search = '' }: AskedFilter): RowFilter {
  const words = searchKey(search)
    .split(/\s+/u)
    .filter((word) => word !== '');
  return { state, note, changed: changed === 'true', words: words.slice(0, WORDS) };
}

/** What is shown of a connection's report. */
export interface ShownReport {
  readonly id: number;
  readonly priceList: number | null;
}

/** A page of rows. @throws {ApiFailure} for a cursor that is not one of ours. */
export async function rowsPage(
  pool: Pool,
  report: ShownReport,
  asked: AskedFilter & { readonly after?: string | undefined; readonly limit: number },
) {
  const { sort, limit } = asked;
  const after = asked.after === undefined ? undefined : readPlace(sort, asked.after);
  const rows = await listRows(pool, report.id, toFilter(asked), {
    ...{ sort, after, limit, priceList: report.priceList },
  });
  const last = rows.at(-1);
  return {
    rows: rows.map(shownRow),
    next: last === undefined || rows.length < limit ? null : writePlace(sort, last),
  };
}

/** Without `sortKey`, which only says where a page ends, and what else a row of the table holds. */
function shownRow(view: RowView) {
  const { rowKey, state, notes, previous, changed, matchedBy, ratio, detail, shop, item, suggestedItem } =
    view;
  return {
    ...{ row: rowKey, state, notes, previous, changed, matchedBy, ratio, detail },
    ...{ shop, item, suggestedItem },
  };
}

/** Rows of one statement, while a file is written. */
const FILE_BATCH = 2_000;
const COLUMNS = [
  ...['състояние', 'бележки', 'продукт', 'варианти', 'SKU', 'баркод', 'цена в магазина'],
  ...['код в склада', 'баркод в склада', 'стока', 'цена в склада', 'предложение', 'преди', 'ред'],
];

/** All rows that pass the filter as a file for Excel, read while it is sent. */
export function rowsFile(pool: Pool, name: string, report: ShownReport, asked: AskedFilter): CsvStream {
  return new CsvStream(name, COLUMNS, fileRows(pool, report, asked));
}

async function* fileRows(
  pool: Pool,
  report: ShownReport,
  asked: AskedFilter,
): AsyncGenerator<readonly unknown[]> {
  for (let after: RowView | undefined; ;) {
    const rows = await listRows(pool, report.id, toFilter(asked), {
      ...{ sort: asked.sort, after, limit: FILE_BATCH, priceList: report.priceList },
    });
    for (const row of rows) yield fileRow(row);
    if (rows.length < FILE_BATCH) return;
    after = rows.at(-1);
  }
}

function fileRow({ state, notes, shop, item, suggestedItem, previous, rowKey }: RowView): readonly unknown[] {
  return [
    stateWords[state].bg,
    notes.map((note) => noteWords[note].bg).join('; '),
    ...[shop?.name ?? '', shop?.options ?? '', shop?.sku ?? '', shop?.barcode ?? ''],
    shop?.price === null || shop === null ? '' : (shop.price / 100).toFixed(2),
    ...[item?.code ?? '', item?.barcode ?? '', item?.name ?? '', item?.price ?? ''],
    suggestedItem === null ? '' : `${suggestedItem.code} ${suggestedItem.name}`,
    previous === null ? '' : stateWords[previous as keyof typeof stateWords].bg,
    rowKey,
  ];
}

const place = z.tuple([z.enum(sorts), z.string().max(200), z.string().max(100)]);

function writePlace(sort: RowSort, { sortKey, rowKey }: RowView): string {
  return Buffer.from(JSON.stringify([sort, sortKey, rowKey])).toString('base64url');
}

function readPlace(sort: RowSort, text: string): { sortKey: string; rowKey: string } {
  try {
    const [of, sortKey, rowKey] = place.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    if (of === sort) return { sortKey, rowKey };
  } catch {
    // Answered below.
  }
  throw new ApiFailure(400, 'invalid_input', 'The request is not valid', {
    'query.after': 'must be the cursor of a page with this sort order',
  });
}
