import type { Pool, Queryable } from '../../pool.ts';
import { type MatchRow, rowColumns } from './reports.ts';

/** A row with what it is sorted and found by. */
export interface NewMatchRow extends MatchRow {
  readonly nameKey: string;
  readonly codeKey: string;
  readonly search: string;
}

/** The report before this one, whose rows are still there; null: there is none. */
export async function reportBefore(database: Queryable, connectionId: string): Promise<number | null> {
  const { rows } = await database.query<{ id: number }>({
    name: 'report-before',
    text: `select id from match_report where connection_id = $1 and state = 'finished' order by id desc limit 1`,
    values: [connectionId],
  });
  return rows[0]?.id ?? null;
}

/** The reports whose rows are kept up to date: the one that everybody reads, and the one that is being worked out. */
export async function reportsToKeep(
  database: Queryable,
  connectionId: string,
): Promise<{ readonly current: number | null; readonly next: number | null }> {
  const { rows } = await database.query<{ current: number | null; next: number | null }>({
    name: 'reports-to-keep',
    // A report that has no rows yet will see the change when it comes to compare.
    text: `select max(id) filter (where state = 'finished') as current,
             max(id) filter (where state = 'running'
               and exists (select from match_row r where r.report_id = match_report.id)) as next
           from match_report where connection_id = $1`,
    values: [connectionId],
  });
  return rows[0] ?? { current: null, next: null };
}

/** Rows of some variants, as far as the report has them. */
export async function rowsOf(
  database: Queryable,
  reportId: number,
  rowKeys: readonly string[],
): Promise<MatchRow[]> {
  const { rows } = await database.query<MatchRow>({
    name: 'match-rows-of',
    text: `select ${rowColumns} from match_row where report_id = $1 and row_key = any($2)`,
    values: [reportId, rowKeys],
  });
  return rows;
}

/** Counts the states and notes of a report's rows anew, after some of them changed. */
export async function countAnew(database: Queryable, reportId: number): Promise<void> {
  await database.query({
    name: 'count-match-rows',
    text: `update match_report set figures = figures || jsonb_build_object(
             'states', (select coalesce(jsonb_object_agg(state, n), '{}') from (
                select state, count(*) as n from match_row where report_id = $1 group by state) s),
             'notes', (select coalesce(jsonb_object_agg(note, n), '{}') from (
                select note, count(*) as n from match_row, unnest(notes) note where report_id = $1 group by note) s))
           where id = $1 and state = 'finished'`,
    values: [reportId],
  });
}

/** Removes what a worker that died had worked out. */
export async function clearRows(database: Queryable, reportId: number): Promise<void> {
  await database.query({
    name: 'clear-match-rows',
    text: 'delete from match_row where report_id = $1',
    values: [reportId],
  });
}

/** Adds rows, or replaces them, each beside what the report before says of it. */
export async function writeRows(
  database: Queryable,
  {
    id,
    before,
    connectionId,
  }: { readonly id: number; readonly before: number | null; readonly connectionId: string },
  rows: readonly NewMatchRow[],
): Promise<void> {
  await database.query({
    name: 'write-match-rows',
    text: `insert into match_row as known (report_id, row_key, connection_id, variant_key, warehouse_item_id, ratio,
             matched_by, state, notes, detail, suggested_item_id, previous, changed, name_key, code_key, search)
           select $1, s."rowKey", $3, s."variantKey", s."itemId", s.ratio, s."matchedBy", s.state, s.notes, s.detail,
             s."suggestedItemId", p.state,
             $2::bigint is not null and (p.state, p.warehouse_item_id) is distinct from (s.state, s."itemId"),
             s."nameKey", s."codeKey", s.search
           from json_to_recordset($4::json) as s ("rowKey" text, "variantKey" text, "itemId" bigint, ratio text,
             "matchedBy" text, state text, notes text[], detail jsonb, "suggestedItemId" bigint, "nameKey" text,
             "codeKey" text, search text)
           left join match_row p on p.report_id = $2 and p.row_key = s."rowKey"
           on conflict (report_id, row_key) do update
             set variant_key = excluded.variant_key, warehouse_item_id = excluded.warehouse_item_id, ratio = excluded.ratio,
                 matched_by = excluded.matched_by, state = excluded.state, notes = excluded.notes, detail = excluded.detail,
                 suggested_item_id = excluded.suggested_item_id,
                 -- A row that changes between two reports remembers what the report before said.
                 previous = case when $2::bigint = $1 then known.previous else excluded.previous end,
                 changed = case when $2::bigint = $1 then known.changed or excluded.changed else excluded.changed end,
                 name_key = excluded.name_key, code_key = excluded.code_key, search = excluded.search`,
    values: [id, before, connectionId, JSON.stringify(rows)],
  });
}

/** What a report came to. */
export interface ReportFigures {
  readonly variants: number;
  readonly items: number;
  /** Requests that its walk took. */
  readonly shopRequests: number;
  readonly warehouseRequests: number;
  readonly states: Readonly<Record<string, number>>;
  readonly notes: Readonly<Record<string, number>>;
}

/**
 * Ends a report in one statement, with its figures and what changed against the report before: from now on its rows are
 * what everybody reads. False, and nothing happens, when it is no longer under way.
 */
export async function finishReport(
  pool: Pool,
  { id, before }: { readonly id: number; readonly before: number | null },
  figures: ReportFigures,
): Promise<boolean> {
  const { rows } = await pool.query<{ changed: number; appeared: number }>({
    name: 'changes-of-report',
    text: `select count(*) filter (where previous is not null) as changed, count(*) filter (where previous is null) as appeared
           from match_row where report_id = $1 and changed`,
    values: [id],
  });
  const vanished = await pool.query<{ vanished: number }>({
    name: 'vanished-from-report',
    text: `select count(*) as vanished from match_row p where p.report_id = $2
             and not exists (select from match_row r where r.report_id = $1 and r.row_key = p.row_key)`,
    values: [id, before],
  });
  const changes =
    before === null
      ? null
      : {
          changed: rows[0]?.changed ?? 0,
          appeared: rows[0]?.appeared ?? 0,
          vanished: vanished.rows[0]?.vanished ?? 0,
        };
  const finished = await pool.query({
    name: 'finish-report',
    text: `update match_report set state = 'finished', finished_at = clock_timestamp(), figures = $2, progress = null
           where id = $1 and state = 'running'`,
    values: [id, JSON.stringify({ ...figures, changes })],
  });
  return finished.rowCount === 1;
}

/** Rows of one statement: readers of the new report do not wait for it. */
const REMOVED_AT_ONCE = 20_000;

/** Removes the rows of reports that nobody reads any more; their figures stay. Statistics of the new ones make its pages fast. */
export async function removeOldRows(
  database: Queryable,
  connectionId: string,
  current: number,
): Promise<void> {
  for (;;) {
    const removed = await database.query({
      name: 'remove-old-match-rows',
      text: `delete from match_row where (report_id, row_key) in (
               select r.report_id, r.row_key from match_row r join match_report m on m.id = r.report_id
               where m.connection_id = $1 and m.id < $2 limit ${REMOVED_AT_ONCE})`,
      values: [connectionId, current],
    });
    if ((removed.rowCount ?? 0) < REMOVED_AT_ONCE) break;
  }
  await database.query('analyze match_row');
}
