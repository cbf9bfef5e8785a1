import type { Queryable } from '../pool.ts';

/**
 * Classes of use. Only `orders` may use the whole reserve. `prompt` is what should not wait: second looks at orders, sweeps,
 * variants that an order touched, checks; after a burst of orders it may use half of the reserve. `export` and `report` have much
 * to do: they spread it over the minute.
 */
export type BudgetClass = 'orders' | 'prompt' | 'export' | 'report';

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
 * Orders always get one call through when nothing else is charged: a limit of 0 or a wrong estimate of foreign
 * use would otherwise never be corrected by an answer.
 * An export and a report take the first quarter of the minute's calls at once, and each spreads what is left over the time until the
 * window gives calls back. Used up in the first seconds, it would leave nothing to a `prompt` call for the rest of the minute.
 * @param now Virtual time of a simulation; the database's clock when absent.
 * @returns the grant, or how long to wait before asking again, in milliseconds.
 */
export async function takeCall(
  database: Queryable,
  shopHost: string,
  budgetClass: BudgetClass,
  deadlineMs: number,
  now: Date | null = null,
): Promise<Grant | { readonly waitMs: number }> {
  const clock = 'coalesce($6::timestamptz, clock_timestamp())';
  const result = await database.query<{ charge: string | null; granted: boolean; wait: number | null }>({
    name: 'take-call',
    text: `with asked as (
             insert into shop_budget (shop_host) values ($1) on conflict (shop_host) do nothing),
           plenty as (
             select from shop_budget where shop_host = $1 and paused_until <= ${clock} and rate_limit >= $5::int),
           granted as (
             update shop_budget b set charges = array(select c from unnest(charges) c where c > ${clock})
                         || (${clock} + make_interval(secs => ($3::float8 + $4::float8) / 1000.0)),
               export_at = case when $2 = 'export' then ${clock} else export_at end,
               report_at = case when $2 = 'report' then ${clock} else report_at end
             where shop_host = $1 and paused_until <= ${clock} and rate_limit < $5::int and ${mayCallAt(clock)} <= ${clock}
             returning charges[array_upper(charges, 1)]::text as charge)
           select true as granted, charge, null::float8 as wait from granted
           union all
           select true, null, null from plenty
           union all
           select false, null, (extract(epoch from greatest(
             paused_until, ${clock}, case when rate_limit < $5::int then ${mayCallAt(clock)} end) - ${clock}) * 1000)::float8
           from shop_budget b where shop_host = $1 and not exists (select 1 from granted)
             and not exists (select 1 from plenty)`,
    values: [shopHost, budgetClass, deadlineMs, WINDOW_MS, PLENTY, now],
  });
  const row = result.rows[0];
  if (row?.granted === true) return { charge: row.charge };
  // No row: this statement created it; the next one will see it.
  return { waitMs: row === undefined ? 0 : Math.max(20, row.wait ?? 0) };
}

/** SQL: from when on the class `$2` may make a call, as far as the window is known; `b` is the row of the shop. */
function mayCallAt(clock: string): string {
  return `(select case
             when own >= places then coalesce(least(own_end, others_end), ${clock} + interval '1 second')
             when $2 not in ('export', 'report') or own < floor(places / 4.0) then '-infinity'
             else case $2 when 'export' then b.export_at else b.report_at end
                  + (least(own_end, others_end) - ${clock}) / (places - own)::float8 end
           from (select own, own_end, others_end,
                   case $2 when 'orders' then greatest(1, b.rate_limit - 1 - others)
                     when 'prompt' then b.rate_limit - 1 - others - ceil(greatest(2, ceil(b.rate_limit / 10.0)) / 2)
                     else b.rate_limit - 1 - others - greatest(2, ceil(b.rate_limit / 10.0)) end as places
                 from (select count(*) as own, min(c) as own_end from unnest(b.charges) c where c > ${clock}) o,
                      (select count(*) as others, min(c) as others_end from unnest(b.foreign_charges) c where c > ${clock}) f) w)`;
}

/** Gives a call back that was granted and not made. */
export async function returnCall(database: Queryable, shopHost: string, { charge }: Grant): Promise<void> {
  if (charge === null) return;
  await database.query({
    name: 'return-call',
    text: `update shop_budget set charges = charges[:array_position(charges, $2::timestamptz) - 1]
             || charges[array_position(charges, $2::timestamptz) + 1:]
           where shop_host = $1 and array_position(charges, $2::timestamptz) is not null`,
    values: [shopHost, charge],
  });
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
 * foreign use (another app with the same key, a person at the panel). Calls under way count as ours although the
 * shop may not have seen them yet: taking them for foreign would waste their number for a minute.
 * @param now Virtual time of a simulation; the database's clock when absent.
 */
export async function settleCall(
  database: Queryable,
  shopHost: string,
  grant: Grant,
  end: CallEnd,
  now: Date | null = null,
): Promise<void> {
  const newLimit = end.limit !== null && end.limit < PLENTY;
  if (grant.charge === null && end.pauseMs === null && !newLimit) return;
  const clock = 'coalesce($7::timestamptz, clock_timestamp())';
  // One less than the limit passes, so `Remaining` 0 means that limit - 1 were counted (CloudCart API 2.1).
  const foreign = `greatest(0, $3::int - 1 - $4::int - (select count(*)::int from unnest(b.charges) c where c > ${clock}))`;
  await database.query({
    name: 'settle-call',
    text: `update shop_budget b set
             charges = case when array_position(charges, $2::timestamptz) is null then charges
               else charges[:array_position(charges, $2::timestamptz) - 1]
                    || charges[array_position(charges, $2::timestamptz) + 1:]
                    || (${clock} + make_interval(secs => $6::float8 / 1000.0)) end,
             rate_limit = coalesce($3::int, rate_limit),
             foreign_charges = case when $3::int is null or $4::int is null then foreign_charges
               else array(select c from (
                 select c, false as fresh from unnest(b.foreign_charges) c where c > ${clock}
                 union all
                 select ${clock} + make_interval(secs => $6::float8 / 1000.0), true from generate_series(1, ${foreign})) known
                 order by fresh, c desc limit ${foreign}) end,
             paused_until = case when $5::float8 is null then paused_until
               else greatest(paused_until, ${clock} + make_interval(secs => $5::float8 / 1000.0)) end
           where shop_host = $1`,
    values: [shopHost, grant.charge, end.limit, end.remaining, end.pauseMs, WINDOW_MS, now],
  });
}
