import type { MatchNote, MatchState } from '../../../domain/catalogue/match-states.ts';
import type { MatchedBy } from '../items.ts';
import type { Queryable } from '../../pool.ts';

/** A variant of the shop, or an item that only the warehouse has, in a report. */
export interface MatchRow {
  /** `variant:{id}` or `item:{id}`. */
  readonly rowKey: string;
  /** Null for what only the warehouse has. */
  readonly variantKey: string | null;
  /** The linked item, or the one that will be linked. */
  readonly itemId: number | null;
  /** Base units in one unit of the variant, decimal text. */
  readonly ratio: string | null;
  readonly matchedBy: MatchedBy | null;
  readonly state: MatchState;
  readonly notes: readonly MatchNote[];
  /** What the state is about, for instance the other rows with this code. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** An item that may be meant. Never applied by itself. */
  readonly suggestedItemId: number | null;
}

/** The report that everybody reads: the newest finished one. Undefined: there is none yet. */
export async function currentReport(
  database: Queryable,
  connectionId: string,
): Promise<{ readonly id: number; readonly startedAt: Date; readonly finishedAt: Date } | undefined> {
  const result = await database.query<{ id: number; startedAt: Date; finishedAt: Date }>({
    name: 'current-report',
    text: `select id, started_at as "startedAt", finished_at as "finishedAt" from match_report
           where connection_id = $1 and state = 'finished' order by id desc limit 1`,
    values: [connectionId],
  });
  return result.rows[0];
}

/** Columns of a {@link MatchRow}. */
export const rowColumns = `row_key as "rowKey", variant_key as "variantKey", warehouse_item_id as "itemId", ratio,
  matched_by as "matchedBy", state, notes, detail, suggested_item_id as "suggestedItemId"`;

/** Rows of a report in the order of their keys, of any state or of some; for work that goes through all of them. */
export async function reportRows(
  database: Queryable,
  reportId: number,
  {
    states,
    after,
    limit,
  }: { readonly states: readonly MatchState[] | null; readonly after: string; readonly limit: number },
): Promise<MatchRow[]> {
  const result = await database.query<MatchRow>({
    name: 'report-rows',
    text: `select ${rowColumns} from match_row
           where report_id = $1 and row_key > $2 and ($3::text[] is null or state = any($3)) order by row_key limit $4`,
    values: [reportId, after, states, limit],
  });
  return result.rows;
}
