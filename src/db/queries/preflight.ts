import type { ItemWalk } from '../../domain/preflight/item-walk.ts';
import type { Confirmation, Evidence, Standing } from '../../domain/preflight/evidence.ts';
import type { Queryable } from '../pool.ts';

/** Runs of a connection that are kept. */
const KEPT_RUNS = 100;

/** Stores what a run found out, and forgets the oldest runs. */
export async function storePreflight(
  database: Queryable,
  connectionId: string,
  startedAt: Date,
  evidence: Evidence,
): Promise<void> {
  await database.query({
    name: 'store-preflight',
    text: `with stored as (
             insert into preflight_run (connection_id, started_at, evidence)
             select id, $2, $3 from connection where id = $1)
           delete from preflight_run where connection_id = $1 and id <= (
             select id from preflight_run where connection_id = $1 order by id desc offset $4 limit 1)`,
    values: [connectionId, startedAt, JSON.stringify(evidence), KEPT_RUNS],
  });
}

/** The newest run; undefined while there is none. */
export async function lastPreflight(
  database: Queryable,
  connectionId: string,
): Promise<{ readonly finishedAt: Date; readonly evidence: Evidence } | undefined> {
  const { rows } = await database.query<{ finishedAt: Date; evidence: Evidence }>({
    name: 'last-preflight',
    text: `select finished_at as "finishedAt", evidence from preflight_run
           where connection_id = $1 order by id desc limit 1`,
    values: [connectionId],
  });
  return rows[0];
}

/** When the checks are under way, asked for, or why the last try failed. */
export async function preflightProgress(
  database: Queryable,
  connectionId: string,
): Promise<{ readonly running: boolean; readonly lastError: string | null }> {
  const { rows } = await database.query<{ running: boolean; lastError: string | null }>({
    name: 'preflight-progress',
    text: `select lease_until > clock_timestamp() or due_at <= clock_timestamp() as running, last_error as "lastError"
           from connection_duty where connection_id = $1 and duty = 'preflight'`,
    values: [connectionId],
  });
  return rows[0] ?? { running: false, lastError: null };
}

/** Writes down that a person looked something up; false: there is no such connection. */
export async function confirmCheck(
  database: Queryable,
  connectionId: string,
  code: string,
  by: string,
): Promise<void> {
  await database.query(
    `insert into preflight_confirmation (connection_id, code, confirmed_by) values ($1, $2, $3)
     on conflict (connection_id, code) do update
       set confirmed_by = excluded.confirmed_by, confirmed_at = clock_timestamp()`,
    [connectionId, code, by],
  );
}

/** Takes a confirmation back. */
export async function unconfirmCheck(database: Queryable, connectionId: string, code: string): Promise<void> {
  await database.query('delete from preflight_confirmation where connection_id = $1 and code = $2', [
    connectionId,
    code,
  ]);
}

/** Everything that the checks need beside what the vendors showed, but settings and lookups. */
export async function preflightStanding(
  database: Queryable,
  connectionId: string,
): Promise<Omit<Standing, 'mode' | 'settings' | 'lookups' | 'nowMs' | 'today'>> {
  const { rows } = await database.query<{
    confirmations: Record<string, Confirmation>;
    wanted: boolean;
    on: number;
    off: number;
    late: string[] | null;
    seen: boolean;
    match: { variants: number; unmatched: number } | null;
    foreign: number;
  }>({
    name: 'preflight-standing',
    text: `select
      (select coalesce(jsonb_object_agg(code, jsonb_build_object('by', confirmed_by, 'at', confirmed_at)), '{}')
       from preflight_confirmation where connection_id = $1) as confirmations,
      coalesce((select wanted from webhook_registration where connection_id = $1), false) as wanted,
      (select count(*)::int from webhook_subscription where connection_id = $1 and active) as "on",
      (select count(*)::int from webhook_subscription where connection_id = $1 and not active) as off,
      (select array_agg(duty order by duty) from connection_duty
       where connection_id = $1 and failures > 0 and coalesce(succeeded_at, '-infinity') < clock_timestamp() - interval '1 hour')
        as late,
      exists (select 1 from connection_duty where connection_id = $1 and succeeded_at is not null) as seen,
      (select jsonb_build_object('variants', count(*), 'unmatched', count(*) filter (where r.state not in
          ('synchronised', 'will_link', 'ignored', 'bundle', 'deleted_in_shop')))
       from match_row r where r.variant_key is not null and r.report_id = (
         select id from match_report where connection_id = $1 and finished_at is not null order by id desc limit 1)
       having count(*) > 0) as match,
      (select count(distinct shop_order_id)::int from foreign_document where connection_id = $1 and gone_at is null)
        as "foreign"`,
    values: [connectionId],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('a statement without rows');
  const { confirmations, wanted, on, off, late, seen, match } = row;
  return {
    confirmations,
    webhooks: { wanted, on, off },
    lateDuties: late ?? [],
    dutiesSeen: seen,
    match,
    foreignDocuments: row.foreign,
  };
}

/** Where the walk over the items stands; undefined: none is under way. */
export async function readItemWalk(database: Queryable, connectionId: string): Promise<ItemWalk | undefined> {
  const { rows } = await database.query<{ walk: ItemWalk | null }>({
    name: 'read-item-walk',
    text: 'select walk from connection_lookups where connection_id = $1',
    values: [connectionId],
  });
  return rows[0]?.walk ?? undefined;
}

/** Stores where the walk goes on. */
export async function storeItemWalk(
  database: Queryable,
  connectionId: string,
  walk: ItemWalk | null,
): Promise<void> {
  await database.query({
    name: 'store-item-walk',
    text: 'update connection_lookups set walk = $2 where connection_id = $1',
    values: [connectionId, walk === null ? null : JSON.stringify(walk)],
  });
}
