import type { Queryable } from '../../pool.ts';
import type { ExportLease } from './export-lease.ts';

/** Begins a cycle's row; ones that a dead worker left running are abandoned. */
export async function beginCycle(
  database: Queryable,
  { connectionId }: ExportLease,
): Promise<{ readonly id: number; readonly askedBy: string }> {
  const { rows } = await database.query<{ id: number; asked_by: string }>({
    name: 'begin-cycle',
    text: `with given_up as (
             update stock_cycle set state = 'abandoned', finished_at = clock_timestamp()
             where connection_id = $1 and state = 'running'),
           asked as (
             update stock_export set asked_at = null where connection_id = $1 and asked_at is not null returning 1)
           insert into stock_cycle (connection_id, asked_by)
           values ($1, case when exists (select from asked) then 'person' else 'schedule' end) returning id, asked_by`,
    values: [connectionId],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('a cycle was begun and did not come back');
  return { id: row.id, askedBy: row.asked_by };
}

/** Ends a cycle's row with its figures. */
export async function endCycle(
  database: Queryable,
  id: number,
  end: { readonly state: 'finished' | 'stopped'; readonly reason: string | null; readonly figures: object },
): Promise<void> {
  await database.query({
    name: 'end-cycle',
    text: `update stock_cycle set state = $2, reason = $3, figures = $4, finished_at = clock_timestamp()
           where id = $1 and state = 'running'`,
    values: [id, end.state, end.reason, JSON.stringify(end.figures)],
  });
}

/** Counts of what waits, and prices that differ: what the guard of prices judges. */
export async function countDirty(
  database: Queryable,
  connectionId: string,
): Promise<{
  readonly left: number;
  readonly oldest: Date | null;
  readonly pricesKnown: number;
  readonly pricesChanged: number;
}> {
  const { rows } = await database.query<{
    left: number;
    oldest: Date | null;
    prices_known: number;
    prices_changed: number;
  }>({
    name: 'count-dirty',
    text: `select count(*) filter (where dirty_since is not null) as left, min(dirty_since) as oldest,
             count(*) filter (where wanted_price is not null and shown_price is not null) as prices_known,
             count(*) filter (where wanted_price <> shown_price) as prices_changed
           from stock_sku where connection_id = $1`,
    values: [connectionId],
  });
  const [row] = rows;
  return {
    left: row?.left ?? 0,
    oldest: row?.oldest ?? null,
    pricesKnown: row?.prices_known ?? 0,
    pricesChanged: row?.prices_changed ?? 0,
  };
}

/** Forgets cycles and writes of long ago, some at a time. */
export async function forgetOldCycles(
  database: Queryable,
  connectionId: string,
  days: number,
): Promise<void> {
  for (const [table, column] of [
    ['stock_cycle', 'started_at'],
    ['stock_write', 'at'],
  ])
    await database.query(
      `delete from ${table} where id in (select id from ${table} where connection_id = $1
         and ${column} < clock_timestamp() - make_interval(days => $2) limit 5000)`,
      [connectionId, days],
    );
}
