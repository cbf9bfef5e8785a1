import type { Queryable } from '../../pool.ts';

/** What a store of the shop has of a variant, as read (CloudCart API 4.16). */
export interface ShopStoreQuantity {
  readonly rowId: string;
  readonly storeId: number;
  readonly productId: number;
  readonly variantId: number;
  /** Decimal text; null: the shop did not say. */
  readonly quantity: string | null;
}

/**
 * Stores rows of stores as a read showed them. Only those of variants under their own product: the shop does not check that it
 * belongs together (CloudCart API 4.16). What is seen again is not gone.
 * @param seenIn the report whose walk read them; null: read apart from one.
 */
export async function storeStoreQuantities(
  database: Queryable,
  connectionId: string,
  rows: readonly ShopStoreQuantity[],
  seenIn: number | null,
): Promise<void> {
  await database.query({
    name: 'store-store-quantities',
    text: `insert into shop_store_quantity as q (connection_id, variant_key, store_id, row_id, quantity, seen_in)
           select distinct on (v.variant_key, r."storeId") $1, v.variant_key, r."storeId", r."rowId", r.quantity, $3
           from json_to_recordset($2::json) as r ("rowId" bigint, "storeId" bigint, "productId" bigint, "variantId" bigint, quantity text)
           join shop_variant v on v.connection_id = $1 and v.variant_key = 'variant:' || r."variantId" and v.product_id = r."productId"
           order by v.variant_key, r."storeId", r."rowId" desc
           on conflict (connection_id, variant_key, store_id) do update
             set row_id = excluded.row_id, quantity = excluded.quantity, seen_in = coalesce(excluded.seen_in, q.seen_in),
                 read_at = clock_timestamp(), gone_at = null`,
    values: [connectionId, JSON.stringify(rows), seenIn],
  });
}

/** Marks rows of stores that the walk read to the end and did not show as gone, as of its beginning: a later write may have made one. */
export async function markStoreRowsGone(
  database: Queryable,
  connectionId: string,
  id: number,
  storeIds: readonly number[],
): Promise<void> {
  if (storeIds.length === 0) return;
  await database.query({
    name: 'mark-gone-store-rows',
    text: `update shop_store_quantity q set gone_at = clock_timestamp(), read_at = greatest(q.read_at, r.started_at)
           from match_report r
           where q.connection_id = $1 and r.id = $2 and q.gone_at is null and q.seen_in is distinct from $2
             and q.store_id = any($3)`,
    values: [connectionId, id, storeIds],
  });
}

/** Stores of which no row is known, read or made by us. */
export async function unreadStores(
  database: Queryable,
  connectionId: string,
  storeIds: readonly number[],
): Promise<number[]> {
  const { rows } = await database.query<{ store: number }>({
    name: 'unread-stores',
    text: `select store from unnest($2::bigint[]) store
           where not exists (select from shop_store_quantity where connection_id = $1 and store_id = store)
             and not exists (select from stock_sku where connection_id = $1 and store_id = store and row_id is not null)`,
    values: [connectionId, storeIds],
  });
  return rows.map(({ store }) => store);
}
