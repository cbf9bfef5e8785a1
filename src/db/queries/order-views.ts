import type { Queryable } from '../pool.ts';
import type { OrderKey } from './orders.ts';

/** An order as lists show it. Totals are minor units. */
interface OrderRow {
  readonly connection: string;
  readonly order: string;
  readonly state: string;
  readonly shopStatus: string | null;
  readonly total: number | null;
  readonly currency: string | null;
  readonly lastReadAt: Date | null;
  readonly dueAt: Date | null;
  /** With microseconds, as a page begins after it. */
  readonly updatedAt: string;
  /** Codes of its open problems. */
  readonly problems: readonly string[];
}

export interface OrderListFilter {
  readonly connection?: string | undefined;
  readonly state?: string | undefined;
  readonly shopStatus?: string | undefined;
  readonly problem?: string | undefined;
  /** Beginning of the shop's number, or the whole number of a document. */
  readonly search?: string | undefined;
}

/** Where a page begins: after this order. */
export type OrderPlace = Pick<OrderRow, 'updatedAt' | 'connection' | 'order'>;

const columns = `o.connection_id as connection, o.shop_order_id as "order", o.state, o.shop_status as "shopStatus",
  o.shop_total as total, o.shop_currency as currency, o.last_read_at as "lastReadAt",
  nullif(o.due_at, 'infinity') as "dueAt",
  to_char(o.updated_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "updatedAt",
  array(select distinct p.code from problem p where p.connection_id = o.connection_id
        and p.shop_order_id = o.shop_order_id and p.resolved_at is null order by 1) as problems`;

/** One page of orders by their last change, in the wished direction. */
export async function listOrders(
  database: Queryable,
  filter: OrderListFilter,
  page: { readonly newestFirst: boolean; readonly after: OrderPlace | undefined; readonly limit: number },
): Promise<OrderRow[]> {
  const [compare, direction] = page.newestFirst ? ['<', 'desc'] : ['>', 'asc'];
  const result = await database.query<OrderRow>({
    name: `list-orders-${direction}`,
    text: `select ${columns} from shop_order o
           where ($1::text is null or o.connection_id = $1) and ($2::text is null or o.state = $2)
             and ($3::text is null or o.shop_status = $3)
             and ($4::text is null or exists (
               select 1 from problem p where p.connection_id = o.connection_id and p.shop_order_id = o.shop_order_id
                 and p.resolved_at is null and p.code = $4))
             and ($5::text is null or starts_with(o.shop_order_id, $5) or exists (
               select 1 from document d where d.connection_id = o.connection_id
                 and d.shop_order_id = o.shop_order_id and d.warehouse_number = $5))
             and ($6::timestamptz is null
               or (o.updated_at, o.connection_id, o.shop_order_id) ${compare} ($6, $7::text, $8::text))
           order by o.updated_at ${direction}, o.connection_id ${direction}, o.shop_order_id ${direction} limit $9`,
    values: [
      filter.connection ?? null,
      filter.state ?? null,
      filter.shopStatus ?? null,
      filter.problem ?? null,
      filter.search ?? null,
      page.after?.updatedAt ?? null,
      page.after?.connection ?? null,
      page.after?.order ?? null,
      page.limit,
    ],
  });
  return result.rows;
}

/** How many orders are in which state. */
export async function countStates(
  database: Queryable,
  connection: string | undefined,
): Promise<Record<string, number>> {
  const { rows } = await database.query<{ state: string; orders: number }>({
    name: 'count-states',
    text: `select state, count(*) as orders from shop_order
           where $1::text is null or connection_id = $1 group by state order by state`,
    values: [connection ?? null],
  });
  return Object.fromEntries(rows.map(({ state, orders }) => [state, orders]));
}

export interface OrderView extends OrderRow {
  readonly mode: string;
  readonly stoppedReason: string | null;
  readonly documents: readonly Readonly<Record<string, unknown>>[];
  /** What people decided, as long as it stands. */
  readonly answers: readonly { readonly question: string; readonly answer: string; readonly at: string }[];
  readonly openProblems: readonly {
    readonly code: string;
    readonly severity: 'blocking' | 'info';
    readonly since: string;
    readonly params: Readonly<Record<string, string | number>>;
  }[];
}

/** One order with its documents and open problems; undefined when we never heard of it. */
export async function viewOrder(database: Queryable, key: OrderKey): Promise<OrderView | undefined> {
  const result = await database.query<OrderView>({
    name: 'view-order',
    text: `select ${columns}, c.mode, c.stopped_reason as "stoppedReason",
             (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'generation', generation, 'state', state,
                'extId', ext_id, 'warehouseId', warehouse_id, 'number', warehouse_number, 'gross', gross,
                'postedDiffers', posted_differs, 'conflict', conflict_reason, 'updatedAt', updated_at) order by id), '[]')
              from document where connection_id = $1 and shop_order_id = $2) as documents,
             (select coalesce(jsonb_agg(jsonb_build_object('question', question, 'answer', answer, 'at', answered_at) order by id), '[]')
              from order_answer where connection_id = $1 and shop_order_id = $2 and superseded_at is null) as answers,
             (select coalesce(jsonb_agg(jsonb_build_object('code', code, 'severity', severity,
                'since', first_seen_at, 'params', params) order by id), '[]')
              from problem where connection_id = $1 and shop_order_id = $2 and resolved_at is null) as "openProblems"
           from shop_order o join connection c on c.id = o.connection_id
           where o.connection_id = $1 and o.shop_order_id = $2`,
    values: [key.connectionId, key.shopOrderId],
  });
  return result.rows[0];
}
