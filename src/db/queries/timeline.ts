import type { Queryable } from '../pool.ts';
import type { OrderKey } from './orders.ts';

/** One thing that happened to an order. `data` of what was sent holds the document's content, so personal data. */
interface TimelineEntry {
  readonly at: Date;
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** What the same document was last sent as; null for a first save and for everything that is no save. */
  readonly before: unknown;
}

/** Entries of one answer at most; an order has some tens of them in its life. */
const LONGEST = 2_000;

/**
 * Everything that happened to an order, oldest first, in one statement: deliveries, the journal (decisions, intents
 * and what became of them, what operators did), problems opened and resolved. The newest {@link LONGEST} are answered.
 */
export async function timelineOf(database: Queryable, key: OrderKey): Promise<TimelineEntry[]> {
  const result = await database.query<TimelineEntry>({
    name: 'timeline',
    text: `with entry as (
             select received_at as at, 0 as source, id, 'delivery' as kind, null::jsonb as before,
                    jsonb_build_object('event', event, 'status', hint -> 'status', 'headerOk', header_ok) as data
             from webhook_delivery where connection_id = $1 and entity_id = $2 and event like 'order.%'
             union all
             select at, 1, id, kind,
                    case when kind = 'sent' then lag(data -> 'content') over
                      (partition by kind, data ->> 'document', data ->> 'extId' order by id) end,
                    data
             from journal where connection_id = $1 and shop_order_id = $2
             union all
             select first_seen_at, 2, id, 'problem_opened', null,
                    jsonb_build_object('code', code, 'severity', severity, 'params', params)
             from problem where connection_id = $1 and shop_order_id = $2
             union all
             select resolved_at, 3, id, 'problem_resolved', null, jsonb_build_object('code', code, 'params', params)
             from problem where connection_id = $1 and shop_order_id = $2 and resolved_at is not null),
           newest as (select * from entry order by at desc, source desc, id desc limit ${LONGEST})
           select at, kind, data, before from newest order by at, source, id`,
    values: [key.connectionId, key.shopOrderId],
  });
  return result.rows;
}
