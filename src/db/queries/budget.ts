import type { Queryable } from '../pool.ts';

/** Classes of use, the most urgent first. Only orders may use the reserve. */
export type BudgetClass = 'orders' | 'operator' | 'export' | 'report';

/** The window of the shop's limit: the shop counts the last minute (CloudCart API 2.1). */
export const WINDOW_MS = 60_000;
/** From this limit on there is nothing to save, and a log of every call would only cost. */
const PLENTY = 5_000;

/** Calls that only orders may make: bursts of orders must not wait for an export. */
export function reserveOf(limit: number): number {
  return Math.max(2, Math.ceil(limit / 10));
}

export interface Grant {
  /** End of the charge as stored now; names the charge when it is settled. Null: not charged. */
  readonly charge: string | null;
}

/**
 * Asks for one call to the shop. A call is charged from its start until a minute after its answer, because
 * the shop's window slides: anything shorter causes refusals, anything coarser wastes half (measured).
 * @returns the grant, or how long to wait before asking again, in milliseconds.
 */
export async function takeCall(
  database: Queryable,
  shopHost: string,
  budgetClass: BudgetClass,
  deadlineMs: number,
): Promise<Grant | { readonly waitMs: number }> {
  const result = await database.query<{ charge: string | null; granted: boolean; wait: number | null }>({
    name: 'take-call',
    text: `with asked as (
             insert into shop_budget (shop_host) values ($1) on conflict (shop_host) do nothing),
           granted as (
             update shop_budget b set charges =
               case when rate_limit >= $5::int then '{}'
                    else array(select c from unnest(charges) c where c > clock_timestamp())
                         || (clock_timestamp() + make_interval(secs => ($3::float8 + $4::float8) / 1000.0)) end
             where shop_host = $1 and paused_until <= clock_timestamp() and rate_limit > 0
               and (rate_limit >= $5::int or
                    (select count(*) from unnest(b.charges) c where c > clock_timestamp())
                    < rate_limit - 1 - least(foreign_use, rate_limit - 2)
                      - case when $2 = 'orders' then 0 else greatest(2, ceil(rate_limit / 10.0)) end)
             returning charges[array_upper(charges, 1)]::text as charge)
           select true as granted, charge, null::float8 as wait from granted
           union all
           select false, null, (extract(epoch from greatest(
             paused_until,
             coalesce((select min(c) from unnest(charges) c where c > clock_timestamp()), clock_timestamp()))
             - clock_timestamp()) * 1000)::float8
           from shop_budget where shop_host = $1 and not exists (select 1 from granted)`,
    values: [shopHost, budgetClass, deadlineMs, WINDOW_MS, PLENTY],
  });
  const row = result.rows[0];
  if (row?.granted === true) return { charge: row.charge };
  // No row: this statement created it; the next one will see it.
  return { waitMs: row === undefined ? 0 : Math.max(20, row.wait ?? 0) };
}

/** What an answer of the shop said about the budget. */
export interface CallEnd {
  readonly limit: number | null;
  readonly remaining: number | null;
  /** Set after a 429: nobody may call before. */
  readonly pauseMs: number | null;
}

/**
 * Settles a call: its charge now ends a minute from now. What the shop counts beyond our own calls is
 * foreign use (another app with the same key, a person at the panel).
 */
export async function settleCall(
  database: Queryable,
  shopHost: string,
  grant: Grant,
  end: CallEnd,
): Promise<void> {
  if (grant.charge === null && end.pauseMs === null && end.limit === null) return;
  await database.query({
    name: 'settle-call',
    text: `update shop_budget b set
             charges = case when $2::timestamptz is null then charges
                            else array_replace(charges, $2::timestamptz, clock_timestamp() + make_interval(secs => $6::float8 / 1000.0)) end,
             rate_limit = coalesce($3::int, rate_limit),
             foreign_use = case when $3::int is null or $4::int is null then foreign_use
               else greatest(0, $3::int - $4::int - (select count(*)::int from unnest(b.charges) c where c > clock_timestamp())) end,
             paused_until = case when $5::float8 is null then paused_until
               else greatest(paused_until, clock_timestamp() + make_interval(secs => $5::float8 / 1000.0)) end
           where shop_host = $1`,
    values: [shopHost, grant.charge, end.limit, end.remaining, end.pauseMs, WINDOW_MS],
  });
}
