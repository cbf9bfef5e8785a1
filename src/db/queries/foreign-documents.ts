import type { Queryable } from '../pool.ts';

/** A document of another program for an order of the shop. */
export interface ForeignDocument {
  readonly warehouseId: number;
  readonly shopOrderId: string;
  /** 19 order, 2 sale. */
  readonly type: number;
  readonly number: string | null;
  /** Minor units. */
  readonly gross: number | null;
  readonly lines: readonly { readonly itemId: number; readonly quantity: string }[];
}

/**
 * Stores what one look over the whole warehouse found; what it did not find any more is gone, and its order is due:
 * we may post it now.
 */
export async function storeForeignDocuments(
  database: Queryable,
  connectionId: string,
  found: readonly ForeignDocument[],
): Promise<void> {
  await database.query({
    name: 'store-foreign-documents',
    text: `with found as (
             select (f ->> 'warehouseId')::bigint as warehouse_id, f ->> 'shopOrderId' as shop_order_id,
                    (f ->> 'type')::int as type, f ->> 'number' as number, (f ->> 'gross')::bigint as gross, f -> 'lines' as lines
             from jsonb_array_elements($2::jsonb) f),
           stored as (
             insert into foreign_document as d (connection_id, warehouse_id, shop_order_id, type, number, gross, lines)
             select $1, warehouse_id, shop_order_id, type, number, gross, lines from found
             on conflict (connection_id, warehouse_id) do update
               set shop_order_id = excluded.shop_order_id, type = excluded.type, number = excluded.number,
                   gross = excluded.gross, lines = excluded.lines, last_seen_at = clock_timestamp(), gone_at = null
             returning 1),
           gone as (
             update foreign_document set gone_at = clock_timestamp()
             where connection_id = $1 and gone_at is null and warehouse_id not in (select warehouse_id from found)
             returning shop_order_id)
           update shop_order set due_at = clock_timestamp(), due_reason = 'foreign document'
           where connection_id = $1 and state = 'foreign' and shop_order_id in (select shop_order_id from gone)`,
    values: [connectionId, JSON.stringify(found)],
  });
}

/** An order as we would post it beside the document of another program. */
interface ComparedRow {
  readonly order: string;
  readonly state: string | null;
  readonly foreign: Omit<ForeignDocument, 'shopOrderId'> | null;
  /** What the last look would have written; null when nothing, or when we were not looking. */
  readonly intended: {
    readonly kind: string;
    readonly total: number;
    readonly lines: readonly { readonly itemId: number; readonly quantity: string }[];
  } | null;
}

/** Orders that another program posted, or that we would have, by number; a page after `after`. */
export async function comparedOrders(
  database: Queryable,
  connectionId: string,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<ComparedRow[]> {
  const result = await database.query<ComparedRow>({
    name: 'compared-orders',
    text: `with orders as (
             select shop_order_id from foreign_document where connection_id = $1 and gone_at is null
             union
             select shop_order_id from journal
             where connection_id = $1 and kind = 'pass' and data #> '{wouldHave,intended}' is not null),
           page as (
             select shop_order_id from orders where $2::numeric is null or shop_order_id::numeric > $2
             order by shop_order_id::numeric limit $3)
           select page.shop_order_id as "order", o.state,
             (select jsonb_build_object('warehouseId', warehouse_id, 'type', type, 'number', number, 'gross', gross, 'lines', lines)
              from foreign_document f where f.connection_id = $1 and f.shop_order_id = page.shop_order_id and gone_at is null
              order by type, warehouse_id limit 1) as foreign,
             (select case when data #> '{wouldHave,intended}' is null then null else
                jsonb_build_object('kind', data #>> '{wouldHave,kind}', 'total', data #> '{wouldHave,intended,total}',
                  'lines', (select jsonb_agg(jsonb_build_object('itemId', l -> 'itemId', 'quantity', l ->> 'quantity'))
                            from jsonb_array_elements(data #> '{wouldHave,intended,document,lines}') l)) end
              from journal j where j.connection_id = $1 and j.shop_order_id = page.shop_order_id and j.kind = 'pass'
                and j.data ? 'wouldHave' order by j.id desc limit 1) as intended
           from page left join shop_order o on o.connection_id = $1 and o.shop_order_id = page.shop_order_id
           order by page.shop_order_id::numeric`,
    values: [connectionId, after ?? null, limit],
  });
  return result.rows;
}
