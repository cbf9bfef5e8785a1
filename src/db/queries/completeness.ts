import { type AlarmLimits, defaultAlarmLimits } from '../../domain/connection/alarms.ts';
import type { Queryable } from '../pool.ts';

/** How the shop and the warehouse of a connection stand to each other, as far as we know both. */
export interface ConnectionFigures {
  readonly id: string;
  readonly name: string;
  readonly mode: 'off' | 'observe' | 'live';
  readonly stoppedReason: string | null;
  /** Why nothing is written until the ledger was compared with the warehouse, a code; null: it is confirmed. */
  readonly ledgerReason: string | null;
  /** Orders of the shop that we ever heard of and that are ours. */
  readonly orders: number;
  /** Of those: an order or a sale of ours stands in the warehouse, or its sale was returned. */
  readonly documented: number;
  /** Of those: nothing is to stand for them. */
  readonly withoutDocument: number;
  /** Heard of, by a webhook or by the sweep, and not looked at since. */
  readonly waiting: number;
  readonly blocked: number;
  readonly conflict: number;
  /** Orders that nobody is at, that should have a document and have none, or the other way about. Not 0: a fault. */
  readonly difference: number;
  /** Documents of the newest comparison that are ours and that the ledger does not know. */
  readonly unknownDocuments: number;
  readonly oldestWaitingAt: Date | null;
  /** Last time that an order was looked at and nothing was in its way. */
  readonly lastOrderAt: Date | null;
  /** Last time that any order was looked at. */
  readonly lastReadAt: Date | null;
  readonly lastDeliveryAt: Date | null;
  readonly lastSweepAt: Date | null;
  readonly lastWatchdogAt: Date | null;
  readonly lastVerificationAt: Date | null;
  readonly lastExportAt: Date | null;
  readonly exportPaused: boolean;
  /** What looked wrong in the warehouse and waits for a person. */
  readonly exportFindings: number;
  /** Since when something is expected of it: it was created, or its mode changed last. */
  readonly watchedSince: Date;
  readonly webhooksWanted: boolean;
  readonly webhooksOff: number;
  readonly webhookRepairs: number;
  readonly alarmLimits: AlarmLimits;
  /** The database's clock. */
  readonly now: Date;
}

/** Figures of one connection, or of all, from one statement: they belong to the same moment. */
export async function readFigures(
  database: Queryable,
  connectionId: string | undefined,
): Promise<ConnectionFigures[]> {
  const { rows } = await database.query<ConnectionFigures>({
    name: 'read-figures',
    text: `with chosen as (select * from connection where $1::text is null or id = $1),
           standing as (
             select distinct d.connection_id, d.shop_order_id from document d join chosen c on c.id = d.connection_id
             where d.kind in ('order', 'sale') and d.state in ('live', 'returned')),
           heard as (
             select connection_id, shop_order_id, min(since) as since from (
               select connection_id, entity_id as shop_order_id, received_at as since from webhook_delivery
               where closed_at is null and connection_id in (select id from chosen)
               union all
               select connection_id, shop_order_id, created_at from shop_order
               where state = 'new' and connection_id in (select id from chosen)) each
             group by connection_id, shop_order_id),
           figure as (
             select o.connection_id,
               count(*) filter (where ours) as orders,
               count(*) filter (where ours and documented) as documented,
               count(*) filter (where ours and not documented and state in ('none', 'withdrawn')) as without_document,
               count(*) filter (where state = 'blocked') as blocked,
               count(*) filter (where state = 'conflict') as conflict,
               count(*) filter (where settled and documented <> (state in ('ordered', 'sold', 'returned'))) as difference,
               max(last_read_at) filter (where ours and state in ('none', 'ordered', 'sold', 'withdrawn', 'returned')) as last_order_at,
               max(last_read_at) as last_read_at
             from (select o.connection_id, o.state, nullif(o.last_read_at, to_timestamp(0)) as last_read_at,
                          o.state not in ('ignored', 'foreign') as ours, s.shop_order_id is not null as documented,
                          o.state in ('none', 'ordered', 'sold', 'withdrawn', 'returned', 'ignored') and o.due_at is null
                            and o.lease_until <= clock_timestamp() and h.shop_order_id is null as settled
                   from shop_order o join chosen c on c.id = o.connection_id
                   left join standing s using (connection_id, shop_order_id)
                   left join heard h using (connection_id, shop_order_id)) o
             group by o.connection_id),
           wait as (
             select connection_id, count(*) as orders, min(since) as oldest from heard group by connection_id),
           duty as (
             select connection_id, max(succeeded_at) filter (where duty = 'sweep') as sweep,
                    max(succeeded_at) filter (where duty = 'watchdog') as watchdog,
                    max(succeeded_at) filter (where duty = 'verification') as verification
             from connection_duty where connection_id in (select id from chosen) group by connection_id),
           hook as (
             select connection_id, count(*) filter (where not active) as off, max(repairs) as repairs
             from webhook_subscription where connection_id in (select id from chosen) group by connection_id)
           select c.id, c.name, c.mode, c.stopped_reason as "stoppedReason",
             (select case when e.place <> ledger_place() then 'place' when e.confirmed_at is null then e.reason end
              from ledger_epoch e where e.connection_id = c.id) as "ledgerReason",
             coalesce(f.orders, 0) as orders, coalesce(f.documented, 0) as documented,
             coalesce(f.without_document, 0) as "withoutDocument", coalesce(w.orders, 0) as waiting,
             coalesce(f.blocked, 0) as blocked, coalesce(f.conflict, 0) as conflict, coalesce(f.difference, 0) as difference,
             w.oldest as "oldestWaitingAt", f.last_order_at as "lastOrderAt", f.last_read_at as "lastReadAt",
             (select max(received_at) from unnest(array['order.created', 'order.updated', 'order.deleted']) of_order,
                lateral (select max(received_at) as received_at from webhook_delivery
                         where connection_id = c.id and event = of_order) last) as "lastDeliveryAt",
             duty.sweep as "lastSweepAt", duty.watchdog as "lastWatchdogAt",
             duty.verification as "lastVerificationAt",
             (select max(finished_at) from (select finished_at from stock_cycle where connection_id = c.id and state = 'finished'
                order by id desc limit 1) last) as "lastExportAt",
             exists (select from stock_export where connection_id = c.id and paused_at is not null) as "exportPaused",
             (select count(*) from stock_finding where connection_id = c.id and state = 'open') as "exportFindings", coalesce(jsonb_array_length(v.unknown), 0) as "unknownDocuments",
             greatest(c.created_at, (select max(at) from journal
               where connection_id = c.id and shop_order_id is null and kind = 'mode')) as "watchedSince",
             coalesce(r.wanted, false) as "webhooksWanted", coalesce(hook.off, 0) as "webhooksOff",
             coalesce(hook.repairs, 0) as "webhookRepairs", s.settings -> 'alarmAfterMinutes' as "alarmLimits",
             clock_timestamp() as now
           from chosen c
           join connection_settings s on s.connection_id = c.id and s.version = c.settings_version
           left join figure f on f.connection_id = c.id left join wait w on w.connection_id = c.id
           left join duty on duty.connection_id = c.id left join hook on hook.connection_id = c.id
           left join verification v on v.connection_id = c.id
           left join webhook_registration r on r.connection_id = c.id
           order by c.id`,
    values: [connectionId ?? null],
  });
  // Settings of an older version lack the limits, or some of them.
  return rows.map((row) => ({ ...row, alarmLimits: { ...defaultAlarmLimits, ...row.alarmLimits } }));
}
