import type { Queryable } from '../pool.ts';

/** Most quarantined deliveries kept per connection (and for unknown connections together). */
export const QUARANTINE_KEPT = 500;

/** What a delivery says about its order. A hint only: the order is always read before anything is done. */
export interface DeliveryHint {
  readonly status?: string;
}

export interface Delivery {
  readonly connectionId: string;
  readonly event: string;
  readonly entityId: string;
  readonly hint: DeliveryHint;
  readonly body: Buffer;
  /** False when CloudCart lost our header (a PATCH of a webhook may wipe it, U-40). */
  readonly headerOk: boolean;
  /** Nobody processes this event: stored as received and closed at once. */
  readonly closed: boolean;
}

/** Most deliveries of one statement; each number is a prepared statement of its own. */
export const MAX_DELIVERIES_AT_ONCE = 32;

/** Stores deliveries, all or none. Guarantee: once this resolves, the events survive any crash. */
export async function storeDeliveries(database: Queryable, deliveries: readonly Delivery[]): Promise<void> {
  const rows = deliveries.map((_, index) => {
    const at = (column: number): string => `$${index * 7 + column}`;
    return `(${at(1)}::text, ${at(2)}::text, ${at(3)}::text, ${at(4)}::jsonb, ${at(5)}::bytea, ${at(6)}::boolean,
             case when ${at(7)}::boolean then now() end)`;
  });
  await database.query({
    name: `store-deliveries-${deliveries.length}`,
    text: `insert into webhook_delivery (connection_id, event, entity_id, hint, body, header_ok, closed_at)
           values ${rows.join(', ')}`,
    values: deliveries.flatMap((delivery) => [
      delivery.connectionId,
      delivery.event,
      delivery.entityId,
      JSON.stringify(delivery.hint),
      delivery.body,
      delivery.headerOk,
      delivery.closed,
    ]),
  });
}

export interface QuarantinedDelivery {
  readonly connectionId: string | null;
  readonly reason: string;
  readonly event: string | null;
  readonly bodyStart: Buffer;
  readonly bodyBytes: number;
  readonly bodySha256: Buffer;
  /** The shop may have reported something in it. */
  readonly mayBeNews: boolean;
}

/**
 * Stores a delivery that cannot be trusted or read. The oldest give way: a flood cannot fill the disk. One that may be
 * news brings the next sweep forward, which reads the shop itself; never to less than a minute after the last one.
 */
export async function quarantineDelivery(database: Queryable, delivery: QuarantinedDelivery): Promise<void> {
  await database.query({
    name: 'quarantine-delivery',
    text: `with added as (
             insert into webhook_quarantine (connection_id, reason, event, body_start, body_bytes, body_sha256)
             values ($1, $2, $3, $4, $5, $6) returning id),
           hastened as (
             update connection_duty set due_at = greatest(clock_timestamp(), started_at + interval '1 minute')
             where connection_id = $1 and duty = 'sweep' and $8
               and due_at > greatest(clock_timestamp(), started_at + interval '1 minute'))
           delete from webhook_quarantine
           where id in (select id from webhook_quarantine where connection_id is not distinct from $1
                        order by id desc offset $7)`,
    values: [
      delivery.connectionId,
      delivery.reason,
      delivery.event,
      delivery.bodyStart,
      delivery.bodyBytes,
      delivery.bodySha256,
      QUARANTINE_KEPT - 1,
      delivery.mayBeNews,
    ],
  });
}

/** An order that a workflow should look at, with everything that was heard of it. */
export interface OrderHint {
  readonly connectionId: string;
  readonly shopOrderId: string;
  readonly deliveries: readonly {
    readonly id: number;
    readonly event: string;
    readonly status: string | null;
  }[];
  readonly knownStatus: string | null;
  /** When the newest of them was received, by the database's clock, milliseconds since 1970. */
  readonly heardAtMs: number;
}

/**
 * Takes unsignalled deliveries of live and observed connections, at most `limit`, and marks them as signalled.
 * Guarantee: two relays never take the same delivery; an order with an unanswered hint is not hinted again
 * (a run of a workflow takes at most 10,000 signals). A relay that dies after this call is made good by
 * {@link takeStaleHints}.
 */
export async function takeUnsignalled(
  database: Queryable,
  limit: number,
  resendMs: number,
): Promise<OrderHint[]> {
  const result = await database.query<HintRow>({
    name: 'take-unsignalled',
    text: `with candidate as (
             select d.id from webhook_delivery d join connection c on c.id = d.connection_id and c.mode <> 'off'
             where d.closed_at is null and d.signalled_at is null
               and not exists (select 1 from webhook_delivery o
                               where o.connection_id = d.connection_id and o.entity_id = d.entity_id
                                 and o.closed_at is null
                                 and o.signalled_at > clock_timestamp() - make_interval(secs => $2 / 1000.0))
             order by d.id limit $1 for update of d skip locked),
           taken as (
             update webhook_delivery set signalled_at = clock_timestamp() where id in (select id from candidate)
             returning id, connection_id, entity_id, event, hint ->> 'status' as status,
                       (extract(epoch from received_at) * 1000)::float8 as heard_at)
           select taken.*, shop_order.shop_status as known_status from taken
           left join shop_order on shop_order.connection_id = taken.connection_id
                               and shop_order.shop_order_id = taken.entity_id
           order by taken.id`,
    values: [limit, resendMs],
  });
  return groupByOrder(result.rows);
}

/** Takes open deliveries whose hint got no answer for `resendMs`: the signal or its pass was lost. */
export async function takeStaleHints(
  database: Queryable,
  limit: number,
  resendMs: number,
): Promise<OrderHint[]> {
  const result = await database.query<HintRow>({
    name: 'take-stale-hints',
    text: `with candidate as (
             select d.id from webhook_delivery d join connection c on c.id = d.connection_id and c.mode <> 'off'
             where d.closed_at is null and d.signalled_at < clock_timestamp() - make_interval(secs => $2 / 1000.0)
             order by d.signalled_at limit $1 for update of d skip locked)
           update webhook_delivery set signalled_at = clock_timestamp() where id in (select id from candidate)
           returning id, connection_id, entity_id, event, hint ->> 'status' as status, null as known_status,
                     (extract(epoch from received_at) * 1000)::float8 as heard_at`,
    values: [limit, resendMs],
  });
  return groupByOrder(result.rows);
}

/** Gives deliveries back whose signal did not reach Temporal. */
export async function giveBack(database: Queryable, deliveryIds: readonly number[]): Promise<void> {
  if (deliveryIds.length === 0) return;
  await database.query(
    'update webhook_delivery set signalled_at = null where id = any($1) and closed_at is null',
    [deliveryIds],
  );
}

/**
 * Takes orders that are due for a look without an event. They stay due `resendMs` later unless a pass
 * clears or moves the date: a lost hint is repeated.
 */
export async function takeDueOrders(
  database: Queryable,
  limit: number,
  resendMs: number,
): Promise<{ connectionId: string; shopOrderId: string; reason: string }[]> {
  const result = await database.query<{
    connection_id: string;
    shop_order_id: string;
    due_reason: string | null;
  }>({
    name: 'take-due-orders',
    text: `update shop_order set due_at = clock_timestamp() + make_interval(secs => $2 / 1000.0), hinted_at = clock_timestamp()
           where (connection_id, shop_order_id) in (
             select o.connection_id, o.shop_order_id from shop_order o
             join connection c on c.id = o.connection_id and c.mode <> 'off'
             where o.due_at <= clock_timestamp() order by o.due_at limit $1 for update of o skip locked)
           returning connection_id, shop_order_id, due_reason`,
    values: [limit, resendMs],
  });
  return result.rows.map((row) => ({
    connectionId: row.connection_id,
    shopOrderId: row.shop_order_id,
    reason: row.due_reason ?? 'recheck',
  }));
}

interface HintRow {
  id: number;
  connection_id: string;
  entity_id: string;
  event: string;
  status: string | null;
  known_status: string | null;
  heard_at: number;
}

function groupByOrder(rows: readonly HintRow[]): OrderHint[] {
  const groups = new Map<
    string,
    OrderHint & { deliveries: { id: number; event: string; status: string | null }[]; heardAtMs: number }
  >();
  for (const row of rows) {
    const key = `${row.connection_id} ${row.entity_id}`;
    const group = groups.get(key) ?? {
      connectionId: row.connection_id,
      shopOrderId: row.entity_id,
      deliveries: [],
      knownStatus: row.known_status,
      heardAtMs: row.heard_at,
    };
    group.heardAtMs = Math.max(group.heardAtMs, row.heard_at);
    group.deliveries.push({ id: row.id, event: row.event, status: row.status });
    groups.set(key, group);
  }
  return [...groups.values()];
}
