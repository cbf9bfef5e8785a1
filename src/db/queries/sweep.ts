import type { SweepProgress } from '../../domain/completeness/sweep.ts';
import { sweepStart } from '../../domain/completeness/sweep.ts';
import type { Queryable } from '../pool.ts';
import type { TakenDuty } from './duties.ts';

/** An order as a list of the shop shows it. Null: the shop does not say. */
export interface SweptOrder {
  readonly id: string;
  readonly updatedAt: string | null;
  readonly status: string;
  readonly fulfilment: string | null;
  readonly total: number | null;
  readonly currency: string | null;
  /** Not older than the start date: an order that we never heard of becomes ours. */
  readonly ours: boolean;
}

/** What was handed over of a page. */
export interface HandedOver {
  /** Known orders that look otherwise than at their last read. */
  readonly changed: number;
  /** Orders that we never heard of. */
  readonly found: number;
}

/** Where the sweep of a shop stands. An earlier start date begins from the start. */
export async function readSweepProgress(
  database: Queryable,
  connectionId: string,
  since: string,
): Promise<SweepProgress> {
  const result = await database.query<SweepProgress>({
    name: 'read-sweep-progress',
    text: `select watermark, bound, page, newest, sight, total,
             (extract(epoch from watermark_since) * 1000)::float8 as "sinceMs",
             (extract(epoch from began_at) * 1000)::float8 as "beganMs"
           from sweep_progress where connection_id = $1 and since <= $2`,
    values: [connectionId, since],
  });
  return result.rows[0] ?? sweepStart;
}

/**
 * Hands the differences of a page over and stores how far the sweep came, in one statement.
 * Guarantees: the watermark never passes a difference that was not handed over; an order is due at once where the
 * shop shows something else than the last read, and the same sight is handed over once. Undefined, and nothing
 * changed, when the sweep was given to another process.
 */
export async function storeSweptPage(
  database: Queryable,
  taken: TakenDuty,
  orders: readonly SweptOrder[],
  reached: { readonly progress: SweepProgress; readonly since: string } | null,
): Promise<HandedOver | undefined> {
  const { progress, since } = reached ?? {};
  const result = await database.query<{ ours: number; changed: number; found: number }>({
    name: 'store-swept-page',
    text: `with ours as (
             select from connection_duty where connection_id = $1 and duty = $2 and fence = $3 for update),
           seen as (
             select s.*, concat_ws('|', s.updated_at, s.status, s.fulfilment, s.total, s.currency) as key
             from ours, jsonb_to_recordset($4::jsonb) as s
               (id text, updated_at text, status text, fulfilment text, total bigint, currency text, ours boolean)),
           changed as (
             update shop_order o set due_at = clock_timestamp(), due_reason = 'sweep', asked_at = clock_timestamp(),
               swept_key = s.key
             from seen s where o.connection_id = $1 and o.shop_order_id = s.id and o.swept_key is distinct from s.key
               and (s.status is distinct from o.shop_status
                    or coalesce(s.updated_at, o.shop_updated_at) is distinct from o.shop_updated_at
                    or coalesce(s.fulfilment, o.shop_fulfilment) is distinct from o.shop_fulfilment
                    or coalesce(s.total, o.shop_total) is distinct from o.shop_total
                    or coalesce(s.currency, o.shop_currency) is distinct from o.shop_currency)
             returning o.shop_order_id),
           found as (
             insert into shop_order (connection_id, shop_order_id, due_at, due_reason, asked_at, swept_key)
             select $1, s.id, clock_timestamp(), 'sweep', clock_timestamp(), s.key from seen s where s.ours
             on conflict (connection_id, shop_order_id) do nothing returning shop_order_id),
           noted as (
             insert into journal (connection_id, shop_order_id, kind, data)
             select $1, s.id, 'sweep', jsonb_strip_nulls(jsonb_build_object('found', f.shop_order_id is not null,
               'status', s.status, 'fulfilment', s.fulfilment, 'updatedAt', s.updated_at, 'total', s.total))
             from seen s left join changed c on c.shop_order_id = s.id left join found f on f.shop_order_id = s.id
             where c.shop_order_id is not null or f.shop_order_id is not null),
           moved as (
             insert into sweep_progress as p (connection_id, watermark, bound, page, newest, sight, total, since,
               watermark_since, began_at)
             select $1, $5, $6, $7, $8, $9, $10, $11, to_timestamp($12::float8 / 1000.0), to_timestamp($13::float8 / 1000.0) from ours where $11::text is not null
             on conflict (connection_id) do update set watermark = excluded.watermark, bound = excluded.bound,
               page = excluded.page, newest = excluded.newest, sight = excluded.sight, total = excluded.total,
               since = excluded.since, watermark_since = excluded.watermark_since, began_at = excluded.began_at,
               updated_at = clock_timestamp())
           select (select count(*) from ours) as ours, (select count(*) from changed) as changed,
                  (select count(*) from found) as found`,
    values: [
      taken.connectionId,
      taken.duty,
      taken.fence,
      JSON.stringify(orders.map(({ updatedAt, ...order }) => ({ ...order, updated_at: updatedAt }))),
      progress?.watermark ?? null,
      progress?.bound ?? null,
      progress?.page ?? 1,
      progress?.newest ?? null,
      progress?.sight ?? null,
      progress?.total ?? null,
      since ?? null,
      progress?.sinceMs ?? null,
      progress?.beganMs ?? null,
    ],
  });
  const row = result.rows[0];
  return row === undefined || row.ours === 0 ? undefined : { changed: row.changed, found: row.found };
}

/**
 * Takes open orders whose gateway may have changed them without telling anybody, at most `limit`: the younger an order, the more
 * often it is looked at. A look by anybody counts.
 */
export async function takeSilentOrders(
  database: Queryable,
  connectionId: string,
  providers: readonly string[],
  limit: number,
): Promise<string[]> {
  const pauseByAge = `case when o.created_at > clock_timestamp() - interval '30 minutes' then interval '1 minute'
    when o.created_at > clock_timestamp() - interval '6 hours' then interval '10 minutes'
    when o.created_at > clock_timestamp() - interval '3 days' then interval '1 hour' else interval '1 day' end`;
  const result = await database.query<{ shop_order_id: string }>({
    name: 'take-silent-orders',
    text: `update shop_order set silent_read_at = clock_timestamp()
           where connection_id = $1 and shop_order_id in (
             select o.shop_order_id from shop_order o
             where o.connection_id = $1 and o.shop_provider = any($2) and o.state in ('new', 'ordered', 'blocked')
               and o.paid_seen_at is null and greatest(o.silent_read_at, o.last_read_at) < clock_timestamp() - ${pauseByAge}
             order by greatest(o.silent_read_at, o.last_read_at) + ${pauseByAge} limit $3)
           returning shop_order_id`,
    values: [connectionId, providers, limit],
  });
  return result.rows.map((row) => row.shop_order_id);
}
