import { type Pool, type Queryable, inTransaction } from '../../pool.ts';
import { type Shard, isInShard } from '../duties.ts';
import { type ShopStoreQuantity, storeStoreQuantities } from './store-quantities.ts';
import { type ShopVariant, storeVariants } from './variants.ts';
import { type WarehouseItem, storeItems } from './warehouse-items.ts';

/** A report that was asked for. */
export interface AskedReport {
  readonly id: number;
  readonly connectionId: string;
}

/** One that nobody goes on with counts as given up after this time: its workflow was ended by hand. */
const GIVEN_UP_AFTER = `interval '1 hour'`;

/**
 * Asks for a report. While one is under way that one is meant: its id, and `fresh` is false. Undefined: there is no such
 * connection. Guarantee: at most one per connection is under way.
 */
export async function askForReport(
  database: Queryable,
  connectionId: string,
  by: string,
): Promise<{ readonly id: number; readonly fresh: boolean } | undefined> {
  await database.query({
    name: 'give-up-report',
    text: `update match_report set state = 'abandoned'
           where connection_id = $1 and state = 'running' and touched_at < clock_timestamp() - ${GIVEN_UP_AFTER}`,
    values: [connectionId],
  });
  const asked = await database.query<{ id: number }>({
    name: 'ask-for-report',
    text: `insert into match_report (connection_id, asked_by) select id, $2 from connection where id = $1
           on conflict (connection_id) where state in ('asked', 'running') do nothing returning id`,
    values: [connectionId, by],
  });
  if (asked.rows[0] !== undefined) return { id: asked.rows[0].id, fresh: true };
  const known = await database.query<{ id: number }>({
    name: 'report-under-way',
    text: `select id from match_report where connection_id = $1 and state in ('asked', 'running')`,
    values: [connectionId],
  });
  return known.rows[0] === undefined ? undefined : { id: known.rows[0].id, fresh: false };
}

/** Reports of a shard that were asked for and not begun: what was to start them did not come to it. */
export async function waitingReports(database: Queryable, { shard, shards }: Shard): Promise<AskedReport[]> {
  const result = await database.query<AskedReport>({
    name: 'waiting-reports',
    text: `select id, connection_id as "connectionId" from match_report
           where state = 'asked' and ${isInShard('connection_id', '$1', '$2')}`,
    values: [shard, shards],
  });
  return result.rows;
}

/** When the newest report of a connection was asked for, milliseconds since 1970; null: never. */
export async function lastReportAskedAt(database: Queryable, connectionId: string): Promise<number | null> {
  const result = await database.query<{ at: number | null }>({
    name: 'last-report-asked-at',
    text: `select (extract(epoch from max(asked_at)) * 1000)::float8 as at from match_report
           where connection_id = $1 and state <> 'abandoned'`,
    values: [connectionId],
  });
  return result.rows[0]?.at ?? null;
}

/** Begins, or goes on after a crash. False: it is no longer under way. */
export async function beginReport(database: Queryable, id: number): Promise<boolean> {
  const result = await database.query({
    name: 'begin-report',
    text: `update match_report set state = 'running', started_at = coalesce(started_at, clock_timestamp()),
             touched_at = clock_timestamp()
           where id = $1 and state in ('asked', 'running')`,
    values: [id],
  });
  return result.rowCount === 1;
}

/** Where the walk stands; undefined when the report is no longer under way, null before the first page. */
export async function reportProgress<T>(database: Queryable, id: number): Promise<T | null | undefined> {
  const result = await database.query<{ progress: T | null }>({
    name: 'report-progress',
    text: `select progress from match_report where id = $1 and state = 'running'`,
    values: [id],
  });
  return result.rows[0]?.progress;
}

/** What a page showed, of one of the sides. */
export interface ReadPage {
  readonly connectionId: string;
  readonly variants?: readonly ShopVariant[];
  readonly items?: readonly WarehouseItem[];
  readonly storeQuantities?: readonly ShopStoreQuantity[];
}

/**
 * Stores a page and where the walk goes on, in one transaction. False, and nothing is stored, when the walk does not stand
 * at `from` any more: another worker has taken over.
 */
export async function storePage(
  pool: Pool,
  id: number,
  { connectionId, variants = [], items = [], storeQuantities = [] }: ReadPage,
  { from, to }: { readonly from: object | null; readonly to: object },
): Promise<boolean> {
  return inTransaction(pool, async (tx) => {
    const moved = await tx.query({
      name: 'move-report',
      text: `update match_report set progress = $3, touched_at = clock_timestamp()
             where id = $1 and state = 'running' and progress is not distinct from $2::jsonb`,
      values: [id, from === null ? null : JSON.stringify(from), JSON.stringify(to)],
    });
    const stored = moved.rowCount === 1;
    if (stored && variants.length > 0) await storeVariants(tx, connectionId, variants, id);
    if (stored && items.length > 0) await storeItems(tx, connectionId, items, id);
    if (stored && storeQuantities.length > 0)
      await storeStoreQuantities(tx, connectionId, storeQuantities, id);
    return stored;
  });
}

/** How many of what a complete walk must have shown did not show up: they are gone, unless the list was cut short. */
export async function unseen(
  database: Queryable,
  connectionId: string,
  id: number,
): Promise<{ readonly variants: number; readonly items: number; readonly knownItems: number }> {
  const result = await database.query<{ variants: number; items: number; knownItems: number }>({
    name: 'unseen-goods',
    text: `select
             (select count(*) from shop_variant where connection_id = $1 and gone_at is null
                and seen_in is distinct from $2) as variants,
             count(*) filter (where seen_in is distinct from $2) as items, count(*) as "knownItems"
           from warehouse_item where connection_id = $1 and gone_at is null`,
    values: [connectionId, id],
  });
  return result.rows[0] ?? { variants: 0, items: 0, knownItems: 0 };
}

/** Variants that the walk did not show, at most `limit`. */
export async function unseenVariants(
  database: Queryable,
  connectionId: string,
  id: number,
  limit: number,
): Promise<{ readonly variantKey: string; readonly productId: number }[]> {
  const result = await database.query<{ variantKey: string; productId: number }>({
    name: 'unseen-variants',
    text: `select variant_key as "variantKey", product_id as "productId" from shop_variant
           where connection_id = $1 and gone_at is null and seen_in is distinct from $2 order by variant_id limit $3`,
    values: [connectionId, id, limit],
  });
  return result.rows;
}

/**
 * Marks what neither walk showed as gone, and links whose side is gone; links of what came back are good again. A link
 * is never deleted: it may come back, and it tells what it was. `sides` are those that were read completely.
 */
export async function markGone(
  database: Queryable,
  connectionId: string,
  id: number,
  sides: { readonly shop: boolean; readonly warehouse: boolean },
): Promise<void> {
  await database.query({
    name: 'mark-gone-variants',
    text: `update shop_variant set gone_at = clock_timestamp()
           where connection_id = $1 and gone_at is null and seen_in is distinct from $2 and $3::boolean`,
    values: [connectionId, id, sides.shop],
  });
  await database.query({
    name: 'mark-gone-items',
    text: `update warehouse_item set gone_at = clock_timestamp()
           where connection_id = $1 and gone_at is null and seen_in is distinct from $2 and $3::boolean`,
    values: [connectionId, id, sides.warehouse],
  });
  await markLinks(database, connectionId, null);
}

/** Links whose variant or item is gone are gone, and others are not; of all variants, or of those of one product. */
export async function markLinks(
  database: Queryable,
  connectionId: string,
  variantKeys: readonly string[] | null,
): Promise<void> {
  await database.query({
    name: 'mark-links',
    text: `update item_link l set gone_at = case when side.gone then clock_timestamp() end
           from (select k.variant_key,
                   (k.variant_key like 'variant:%' and v.gone_at is not null) or i.gone_at is not null as gone
                 from item_link k
                 left join shop_variant v using (connection_id, variant_key)
                 left join warehouse_item i using (connection_id, warehouse_item_id)
                 where k.connection_id = $1 and ($2::text[] is null or k.variant_key = any($2))) side
           where l.connection_id = $1 and l.variant_key = side.variant_key and (l.gone_at is not null) <> side.gone`,
    values: [connectionId, variantKeys],
  });
}
