import type { Queryable } from '../../pool.ts';
import type { ExportLease } from './export-lease.ts';
import { TAKES_PART } from './sku-facts.ts';

/** Reads of the shop that began before a write or an order of ours say nothing about what it shows now. */
const READ_TAKES = `interval '60 seconds'`;

/**
 * Brings the list of SKUs up to date: new ones are added, and the shop's own figures are taken over where the catalogue was read
 * after everything that we wrote or heard of. Answers how many SKUs there are.
 */
export async function refreshSkus(
  database: Queryable,
  { connectionId, fence }: ExportLease,
  settingsVersion: number,
): Promise<number> {
  await database.query({
    name: 'add-skus',
    text: `insert into stock_sku (connection_id, variant_key)
           select l.connection_id, l.variant_key from item_link l
             join shop_variant v on v.connection_id = l.connection_id and v.variant_key = l.variant_key
             join warehouse_item i on i.connection_id = l.connection_id and i.warehouse_item_id = l.warehouse_item_id
           where l.connection_id = $1 and ${TAKES_PART}
             and not exists (select from stock_sku s where s.connection_id = l.connection_id and s.variant_key = l.variant_key)
           on conflict do nothing`,
    values: [connectionId],
  });
  await database.query({
    name: 'adopt-shop-figures',
    // The first time nobody knows whether an order that we have read came before the catalogue: the figure is written once.
    text: `update stock_sku s set shown = v.quantity, shown_price = v.price,
             exported_version = case when s.shop_read_at is null and exists (select from order_units u
               where u.connection_id = $1 and u.variant_key = s.variant_key) then null else s.version end,
             shop_read_at = v.read_at, evaluated_at = null
           from shop_variant v
           where s.connection_id = $1 and v.connection_id = $1 and v.variant_key = s.variant_key and v.gone_at is null
             and v.quantity is not null and s.gap_until is null and (s.shop_read_at is null or v.read_at > s.shop_read_at) and s.open_at is null
             and (s.written_at is null or v.read_at > s.written_at + ${READ_TAKES})
             and (s.exported_version is null and s.written_at is null or v.read_at > s.touched_at + ${READ_TAKES})
             and (s.doubt_until is null or v.read_at > s.doubt_until + ${READ_TAKES})`,
    values: [connectionId],
  });
  await database.query({
    name: 'note-export-settings',
    text: `with other as (
             update stock_export e set settings_version = $3 where connection_id = $1 and fence = $2
               and settings_version is distinct from $3 returning 1)
           update stock_sku set evaluated_at = null where connection_id = $1 and exists (select from other)`,
    values: [connectionId, fence, settingsVersion],
  });
  const { rows } = await database.query<{ skus: number }>({
    name: 'count-skus',
    text: 'select count(*) as skus from stock_sku where connection_id = $1',
    values: [connectionId],
  });
  return rows[0]?.skus ?? 0;
}

/** Variants that must be worked out again since the moment, at most so many, in order of their keys after `after`. */
export async function skusToEvaluate(
  database: Queryable,
  connectionId: string,
  page: { readonly after: string; readonly limit: number },
): Promise<string[]> {
  const { rows } = await database.query<{ variant_key: string }>({
    name: 'skus-to-evaluate',
    text: `select variant_key from stock_sku where connection_id = $1 and variant_key > $2
             and (evaluated_at is null or claimed or dirty_since is not null or exported_version is distinct from version
                  or doubt_until is not null or gap_until is not null or wanted is distinct from shown or wanted_price is distinct from shown_price)
           order by variant_key limit $3`,
    values: [connectionId, page.after, page.limit],
  });
  return rows.map((row) => row.variant_key);
}

/** What was worked out for a variant. */
export interface Evaluation {
  readonly variantKey: string;
  readonly wanted: string | null;
  readonly wantedPrice: number | null;
  /** Worked out, and not written because it looks wrong. */
  readonly refusedPrice: number | null;
  readonly held: string | null;
  readonly claimed: boolean;
  readonly priority: number | null;
  /** The version that was looked at: a SKU that an order touched meanwhile stays as it is. */
  readonly version: number;
}

/** Stores what was worked out, without effect for SKUs that were touched meanwhile or without the lease. */
export async function storeEvaluations(
  database: Queryable,
  { connectionId, fence }: ExportLease,
  evaluations: readonly Evaluation[],
): Promise<void> {
  await database.query({
    name: 'store-evaluations',
    text: `update stock_sku s set wanted = e.wanted, wanted_price = e."wantedPrice",
             refused_price = e."refusedPrice", held = e.held, claimed = e.claimed,
             evaluated_at = clock_timestamp(), priority = e.priority,
             dirty_since = case when e.priority is null then null else coalesce(s.dirty_since, clock_timestamp()) end,
             urgent_at = case when e.priority is null then null else s.urgent_at end
           from jsonb_to_recordset($3::jsonb) e("variantKey" text, wanted text, "wantedPrice" bigint, "refusedPrice" bigint, held text, claimed boolean,
             priority smallint, version bigint)
           where s.connection_id = $1 and s.variant_key = e."variantKey" and (s.version = e.version or e.version = -1)
             and exists (select from stock_export where connection_id = $1 and fence = $2)`,
    values: [connectionId, fence, JSON.stringify(evaluations)],
  });
}

/** What is picked next, and what is left out. */
export interface DirtyPick {
  readonly limit: number;
  /** Only what an order touched. */
  readonly urgentOnly: boolean;
  /** Written at this moment. */
  readonly busy: readonly string[];
  /** Tried in this cycle already; picked again only when an order touches them. */
  readonly tried: readonly string[];
  /** Prices are kept back: what differs in its price only is left out. */
  readonly pricesKept: boolean;
}

/** The next SKUs to write: what an order touched, then by urgency, the longest waiting first. */
export async function nextDirty(
  database: Queryable,
  connectionId: string,
  { limit, urgentOnly, busy, tried, pricesKept }: DirtyPick,
): Promise<string[]> {
  const { rows } = await database.query<{ variant_key: string }>({
    name: 'next-dirty',
    text: `select variant_key from (
             (select variant_key, -1 as priority, urgent_at as since from stock_sku
              where connection_id = $1 and urgent_at is not null and variant_key <> all($3) order by urgent_at limit $2)
             union all
             (select variant_key, priority, dirty_since from stock_sku
              where not $5 and connection_id = $1 and dirty_since is not null and urgent_at is null
                and variant_key <> all($3) and variant_key <> all($4)
                and (not $6 or wanted is distinct from shown or exported_version is distinct from version
                     or doubt_until is not null or gap_until is not null)
              order by priority, dirty_since, variant_key limit $2)) due
           order by priority, since, variant_key limit $2`,
    values: [connectionId, limit, busy, tried, urgentOnly, pricesKept],
  });
  return rows.map((row) => row.variant_key);
}
