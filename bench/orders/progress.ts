import { DEMO_CONNECTION } from '../../tools/local/demo-connection.ts';
import { waitUntil } from '../../tools/local/process.ts';
import type { World } from './world.ts';

const WAIT_MS = 600_000;
const LOOK_EVERY_MS = 100;

/** Waits until all orders have come to a state. @throws with what they have come to instead. */
export async function waitForState(
  { pool }: World,
  ids: readonly string[],
  state: 'ordered' | 'sold',
): Promise<void> {
  const counts = async (): Promise<Record<string, number>> => {
    const { rows } = await pool.query<{ state: string; count: number }>({
      name: 'bench-states',
      text: `select state, count(*) from shop_order
             where connection_id = $1 and shop_order_id = any($2) group by state`,
      values: [DEMO_CONNECTION, ids],
    });
    return Object.fromEntries(rows.map((row) => [row.state, row.count]));
  };
  let seen: Record<string, number> = {};
  await waitUntil(
    `${ids.length} orders ${state}`,
    async () => {
      seen = await counts();
      if ((seen['blocked'] ?? 0) > 0) return true;
      return seen[state] === ids.length;
    },
    { timeoutMs: WAIT_MS, everyMs: LOOK_EVERY_MS },
  ).catch(() => undefined);
  if (seen[state] !== ids.length)
    throw new Error(`of ${ids.length} orders only these are ${state}: ${JSON.stringify(seen)}`);
}

/** When things happened to one order, milliseconds since 1970 by the database's clock. */
export interface Times {
  readonly orderId: string;
  /** The first delivery was received. */
  readonly heard: number;
  /** The document stood in the warehouse, read back. */
  readonly stood: number;
  /** The pass had ended: for a sale, the order is gone from the warehouse. */
  readonly done: number;
}

/**
 * Times of the deliveries and documents of orders since a moment, from inbox and journal. An order that is paid
 * before it was looked at becomes a sale at once: that is the document of both its deliveries.
 */
export async function timesOf(
  { pool }: World,
  ids: readonly string[],
  kind: 'order' | 'sale',
  since: Date,
): Promise<Times[]> {
  const { rows } = await pool.query<{ id: string; heard: number; stood: number; done: number }>(
    `with heard as (
       select entity_id as id, min(received_at) as at from webhook_delivery
       where connection_id = $1 and entity_id = any($2) and event = $3 and received_at >= $5 group by 1),
     stood as (
       select shop_order_id as id, min(at) as at from journal
       where connection_id = $1 and shop_order_id = any($2) and kind = 'live' and data ->> 'document' in ($4, 'sale') and at >= $5
       group by 1),
     done as (
       select shop_order_id as id, min(journal.at) as at from journal join stood on stood.id = shop_order_id
       where connection_id = $1 and kind = 'pass' and journal.at >= stood.at group by 1)
     select id, extract(epoch from heard.at)::float8 * 1000 as heard, extract(epoch from stood.at)::float8 * 1000 as stood,
            extract(epoch from done.at)::float8 * 1000 as done
     from heard join stood using (id) join done using (id)`,
    [DEMO_CONNECTION, ids, kind === 'order' ? 'order.created' : 'order.updated', kind, since],
  );
  if (rows.length !== ids.length)
    throw new Error(`the journal knows ${rows.length} of ${ids.length} documents of kind ${kind}`);
  return rows.map(({ id, ...times }) => ({ orderId: id, ...times }));
}

/** Passes that ended since a moment. */
export async function passesSince({ pool }: World, since: Date): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*) as count from journal where connection_id = $1 and kind = 'pass' and at >= $2`,
    [DEMO_CONNECTION, since],
  );
  return rows[0]?.count ?? 0;
}

export async function databaseTime({ pool }: World): Promise<Date> {
  const { rows } = await pool.query<{ now: Date }>('select clock_timestamp() as now');
  return rows[0]?.now ?? new Date();
}

/** From the first delivery to the end of the last pass, seconds. */
export function secondsOf(times: readonly Times[]): number {
  return (Math.max(...times.map(({ done }) => done)) - Math.min(...times.map(({ heard }) => heard))) / 1_000;
}

/** Milliseconds from delivery to document, sorted. */
export function latenciesOf(times: readonly Times[]): number[] {
  return times.map(({ heard, stood }) => stood - heard).sort((left, right) => left - right);
}

/** A percentile of sorted values, for instance `0.99`. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
