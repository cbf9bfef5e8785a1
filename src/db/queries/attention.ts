import type { Queryable } from '../pool.ts';

/** Which orders that wait for a cause to be mended; what is absent does not narrow. */
export interface BlockedFilter {
  readonly connection?: string | undefined;
  readonly code?: string | undefined;
  readonly order?: string | undefined;
}

interface AttentionGroup {
  readonly code: string;
  readonly severity: 'blocking' | 'info';
  readonly orders: number;
  readonly oldest: Date;
  /** Its oldest orders, with what each problem is about. */
  readonly first: readonly {
    readonly connection: string;
    readonly order: string;
    readonly since: string;
    readonly params: Readonly<Record<string, string | number>>;
  }[];
}

/** Open problems by code, blocking ones first, then by how many orders have them; with the 20 oldest of each. */
export async function attentionGroups(
  database: Queryable,
  connection: string | undefined,
): Promise<AttentionGroup[]> {
  const result = await database.query<AttentionGroup>({
    name: 'attention-groups',
    text: `with open as (
             select *, row_number() over (partition by code, severity order by first_seen_at, id) as place
             from problem where resolved_at is null and ($1::text is null or connection_id = $1))
           select code, severity, count(distinct (connection_id, shop_order_id)) as orders, min(first_seen_at) as oldest,
                  jsonb_agg(jsonb_build_object('connection', connection_id, 'order', shop_order_id,
                    'since', first_seen_at, 'params', params) order by place) filter (where place <= 20) as first
           from open group by code, severity
           order by severity, orders desc, code`,
    values: [connection ?? null],
  });
  return result.rows;
}

/**
 * Makes blocked orders due at once, any number of them; the relay carries them. Each gets a line in its journal.
 * Orders of a connection that is off or stopped are left alone: no pass would come of it. Answers how many.
 */
export async function retryBlocked(
  database: Queryable,
  { connection, code, order }: BlockedFilter,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<number> {
  const result = await database.query({
    name: 'retry-blocked',
    text: `with woken as (
             update shop_order o set due_at = clock_timestamp(), due_reason = 'operator'
             from connection c
             where c.id = o.connection_id and c.mode <> 'off' and c.stopped_reason is null
               and ($1::text is null or o.connection_id = $1) and ($3::text is null or o.shop_order_id = $3)
               and exists (select 1 from problem p
                           where p.connection_id = o.connection_id and p.shop_order_id = o.shop_order_id
                             and p.resolved_at is null and p.severity = 'blocking'
                             and ($2::text is null or p.code = $2))
             returning o.connection_id, o.shop_order_id)
           insert into journal (connection_id, shop_order_id, kind, data)
           select connection_id, shop_order_id, 'operator',
                  jsonb_build_object('action', 'retry', 'by', $4::text, 'reason', $5::text)
           from woken`,
    values: [connection ?? null, code ?? null, order ?? null, by, reason],
  });
  return result.rowCount ?? 0;
}
