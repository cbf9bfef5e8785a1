import { OWN, skuOf } from '../../../domain/stock/sku-key.ts';
import type { Queryable } from '../../pool.ts';
import type { ExportLease } from './export-lease.ts';
import { TAKES_PART } from './sku-facts.ts';
import { SKU_KEY, keyColumns } from './sku-keys.ts';

/** Reads of the shop that began before a write or an order of ours say nothing about what it shows now. */
const READ_TAKES = `interval '60 seconds'`;

/** Settings under which figures are worked out: their version, and whose figures the storefront sells by them. */
export interface Figures {
  readonly settingsVersion: number;
  /** Stores; 0 alone: the variants' own quantities. */
  readonly sold: readonly number[];
}

/**
 * Brings the list of SKUs up to date: new ones are added, and the shop's own figures are taken over where the catalogue was read
 * after everything that we wrote or heard of. Answers how many SKUs there are.
 */
export async function refreshSkus(
  database: Queryable,
  lease: ExportLease,
  { settingsVersion, sold }: Figures,
): Promise<number> {
  const { connectionId } = lease;
  await noteSettings(database, lease, { settingsVersion, sold });
  // The variant's own row holds its price, whoever sells its quantity.
  for (const storeId of new Set([OWN, ...sold]))
    await addSkus(database, { connectionId, storeId, isSold: sold.includes(storeId) });
  await database.query({
    name: 'adopt-shop-figures',
    text: adopt(
      'shop_variant',
      'shown = v.quantity, shown_price = v.price',
      's.store_id = 0 and v.gone_at is null and v.quantity is not null',
    ),
    values: [connectionId],
  });
  if (sold.some((store) => store !== OWN))
    await database.query({
      name: 'adopt-store-figures',
      // A row that the merchant deleted is made again by the next write.
      text: adopt(
        'shop_store_quantity',
        `shown = case when v.gone_at is null then v.quantity end, row_id = case when v.gone_at is null then v.row_id end`,
        's.store_id = v.store_id and s.sold_from',
      ),
      values: [connectionId],
    });
  const { rows } = await database.query<{ skus: number }>({
    name: 'count-skus',
    text: 'select count(*) as skus from stock_sku where connection_id = $1 and (sold_from or store_id = 0)',
    values: [connectionId],
  });
  return rows[0]?.skus ?? 0;
}

/**
 * One figure at a time: one statement for all took four times as long with 100,000 variants, in each quiet cycle. In order, so that
 * all are known before the first one is added: else each look for those that are there already reads what was added so far.
 */
async function addSkus(
  database: Queryable,
  figure: { readonly connectionId: string; readonly storeId: number; readonly isSold: boolean },
): Promise<void> {
  await database.query({
    name: 'add-skus',
    text: `insert into stock_sku (connection_id, variant_key, store_id, sold_from)
           select l.connection_id, l.variant_key, $2, $3 from item_link l
             join shop_variant v on v.connection_id = l.connection_id and v.variant_key = l.variant_key
             join warehouse_item i on i.connection_id = l.connection_id and i.warehouse_item_id = l.warehouse_item_id
           where l.connection_id = $1 and ${TAKES_PART}
             and not exists (select from stock_sku s where s.connection_id = l.connection_id and s.variant_key = l.variant_key
                             and s.store_id = $2)
           order by l.variant_key
           on conflict do nothing`,
    values: [figure.connectionId, figure.storeId, figure.isSold],
  });
}

/**
 * Other settings have everything worked out again. A figure that the storefront begins to sell begins anew: nobody followed the
 * orders of it before, so it is written once, whatever the shop shows.
 */
async function noteSettings(
  database: Queryable,
  { connectionId, fence }: ExportLease,
  { settingsVersion, sold }: Figures,
): Promise<void> {
  const begins = `store_id = any($4) and not sold_from`;
  await database.query({
    name: 'note-export-settings',
    text: `with other as (
             update stock_export e set settings_version = $3 where connection_id = $1 and fence = $2
               and settings_version is distinct from $3 returning 1)
           update stock_sku set evaluated_at = null, sold_from = store_id = any($4),
             version = case when ${begins} then nextval('stock_version') else version end,
             touched_at = case when ${begins} then clock_timestamp() else touched_at end,
             shop_read_at = case when ${begins} then null else shop_read_at end,
             exported_version = case when ${begins} then null else exported_version end,
             shown = case when ${begins} then null else shown end,
             gap_until = case when ${begins} then null else gap_until end
           where connection_id = $1 and exists (select from other)`,
    values: [connectionId, fence, settingsVersion, sold],
  });
}

/** Nobody knows what stores show any more: everything of them is written. No effect without the lease. */
export async function forgetStoreFigures(
  database: Queryable,
  { connectionId, fence }: ExportLease,
): Promise<void> {
  await database.query({
    name: 'forget-store-figures',
    text: `update stock_sku set shown = null, exported_version = null, evaluated_at = null
           where connection_id = $1 and store_id > 0
             and exists (select from stock_export where connection_id = $1 and fence = $2)`,
    values: [connectionId, fence],
  });
}

/** SQL that takes the shop's figures over from what the catalogue's walk read: `v`, into the rows `s`. */
function adopt(source: string, figures: string, which: string): string {
  // The first time nobody knows whether an order that we have read came before the catalogue: the figure is written once.
  return `update stock_sku s set ${figures},
            exported_version = case when v.gone_at is not null or s.shop_read_at is null and exists (select from order_units u
              where u.connection_id = $1 and u.variant_key = s.variant_key) then null else s.version end,
            shop_read_at = v.read_at, evaluated_at = null
          from ${source} v
          where s.connection_id = $1 and v.connection_id = $1 and v.variant_key = s.variant_key and ${which}
            and (s.shop_read_at is null or v.read_at > s.shop_read_at) and s.open_at is null and s.gap_until is null
            and (s.written_at is null or v.read_at > s.written_at + ${READ_TAKES})
            and (s.exported_version is null and s.written_at is null or v.read_at > s.touched_at + ${READ_TAKES})
            and (s.doubt_until is null or v.read_at > s.doubt_until + ${READ_TAKES})`;
}

/** SKUs that must be worked out again since the moment, at most so many, in order of their keys after `after`. */
export async function skusToEvaluate(
  database: Queryable,
  connectionId: string,
  page: { readonly after: string; readonly limit: number },
): Promise<string[]> {
  const { variantKey, storeId } = skuOf(page.after);
  const { rows } = await database.query<{ key: string }>({
    name: 'skus-to-evaluate',
    text: `select ${SKU_KEY} as key from stock_sku where connection_id = $1 and (variant_key, store_id) > ($2, $3)
             and (evaluated_at is null or claimed or dirty_since is not null or wanted_price is distinct from shown_price
                  or sold_from and (exported_version is distinct from version or doubt_until is not null or gap_until is not null
                                    or wanted is distinct from shown))
           order by variant_key, store_id limit $4`,
    values: [connectionId, variantKey, storeId, page.limit],
  });
  return rows.map(({ key }) => key);
}

/** What was worked out for a SKU. */
export interface Evaluation {
  readonly key: string;
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
           from jsonb_to_recordset($3::jsonb) e("variantKey" text, "storeId" bigint, wanted text, "wantedPrice" bigint, "refusedPrice" bigint, held text, claimed boolean,
             priority smallint, version bigint)
           where s.connection_id = $1 and s.variant_key = e."variantKey" and s.store_id = e."storeId"
             and (s.version = e.version or e.version = -1)
             and exists (select from stock_export where connection_id = $1 and fence = $2)`,
    values: [
      ...[connectionId, fence],
      JSON.stringify(evaluations.map(({ key, ...rest }) => ({ ...skuOf(key), ...rest }))),
    ],
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
  /** The shop does not let us at its stores: their figures wait. */
  readonly storesKept: boolean;
}

/** The next SKUs to write: what an order touched, then by urgency, the longest waiting first. */
export async function nextDirty(
  database: Queryable,
  connectionId: string,
  { limit, urgentOnly, busy, tried, pricesKept, storesKept }: DirtyPick,
): Promise<string[]> {
  const { rows } = await database.query<{ key: string }>({
    name: 'next-dirty',
    text: `select ${SKU_KEY} as key from (
             (select variant_key, store_id, -1 as priority, urgent_at as since from stock_sku
              where connection_id = $1 and urgent_at is not null and not ($9 and store_id > 0)
                and (variant_key, store_id) not in (select * from unnest($3::text[], $4::bigint[]))
              order by urgent_at limit $2)
             union all
             (select variant_key, store_id, priority, dirty_since from stock_sku
              where not $7 and connection_id = $1 and dirty_since is not null and urgent_at is null
                and not ($9 and store_id > 0)
                and (variant_key, store_id) not in (select * from unnest($3::text[], $4::bigint[]))
                and (variant_key, store_id) not in (select * from unnest($5::text[], $6::bigint[]))
                and (not $8 or sold_from and (wanted is distinct from shown or exported_version is distinct from version
                                              or doubt_until is not null or gap_until is not null))
              order by priority, dirty_since, variant_key, store_id limit $2)) due
           order by priority, since, variant_key, store_id limit $2`,
    values: [
      ...[connectionId, limit, ...keyColumns(busy), ...keyColumns(tried)],
      ...[urgentOnly, pricesKept, storesKept],
    ],
  });
  return rows.map(({ key }) => key);
}
