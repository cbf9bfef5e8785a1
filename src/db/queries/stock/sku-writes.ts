import type { DeltaFound } from '../../../domain/stock/delta.ts';
import type { SkuState } from '../../../domain/stock/export-step.ts';
import { type Sku, skuOf } from '../../../domain/stock/sku-key.ts';
import type { Queryable } from '../../pool.ts';
import type { ExportLease } from './export-lease.ts';
import { keyColumns } from './sku-keys.ts';

/** What is about to be written of a SKU; undefined parts stay as they are. */
export interface SkuWrite extends Sku {
  /** The shop's row of a store's figure; null: none is known. */
  readonly rowId: string | null;
  readonly variantId: string;
  readonly productId: string;
  readonly quantity?: string;
  /** Added to what the shop has, a whole number; then `quantity` is what this should come to. */
  readonly delta?: number;
  readonly price?: number;
}

/**
 * Keeps orders from touching SKUs until the transaction ends. A statement of its own, before the facts are read: one that waits for
 * a lock goes on with what it saw before it waited.
 */
export async function lockSkus(tx: Queryable, connectionId: string, keys: readonly string[]): Promise<void> {
  await tx.query({
    // In one order everywhere: two that lock the same rows cannot wait for one another.
    name: 'lock-skus',
    text: `select from stock_sku s join unnest($2::text[], $3::bigint[]) k(variant_key, store_id) using (variant_key, store_id)
           where s.connection_id = $1 order by variant_key, store_id for update of s`,
    values: [connectionId, ...keyColumns(keys)],
  });
}

/** Stores that a write is about to leave. False, and nothing stored, without the lease. */
export async function beginWrite(
  database: Queryable,
  { connectionId, fence }: ExportLease,
  write: SkuWrite,
  open: NonNullable<SkuState['openWrite']>,
): Promise<boolean> {
  const { rowCount } = await database.query({
    name: 'begin-sku-write',
    text: `update stock_sku set open_quantity = $4, open_delta = $9, open_price = $5, open_version = $6,
             open_at = to_timestamp($7::float8 / 1000.0), open_lands_until = to_timestamp($8::float8 / 1000.0)
           where connection_id = $1 and variant_key = $3 and store_id = $10
             and exists (select from stock_export where connection_id = $1 and fence = $2)`,
    values: [
      ...[connectionId, fence, write.variantKey, write.quantity ?? null, write.price ?? null],
      ...[open.version, open.sentAtMs, open.landsUntilMs, open.delta, write.storeId],
    ],
  });
  return rowCount === 1;
}

/** How a write ended, and what is known of the SKU since. */
export interface WriteEnd {
  readonly outcome: 'done' | 'refused' | 'unknown' | 'unsent';
  /** In the shop's words, without data of people. */
  readonly said: string | null;
  /** Of a delta that is done: what the shop showed then, and how long an order may take to explain why it is less. */
  readonly found?: { readonly what: DeltaFound; readonly gapMs: number };
}

/**
 * Ends a write by the rule of `export-step.ts`, in one statement, so that a version that moved meanwhile counts: done: the shop shows
 * it, and it is the last word if the version is still its own; unknown: a doubt; refused or unsent: as before. Of a delta
 * (`delta.ts`): done with less than it should come to is a gap, with more it is no word at all. The figure is
 * worked out again by the next read unless all of it was written. No effect without the lease.
 */
export async function endWrite(
  database: Queryable,
  { connectionId, fence }: ExportLease,
  write: SkuWrite,
  { outcome, said, found }: WriteEnd,
): Promise<void> {
  await database.query({
    name: 'end-sku-write',
    text: `with held as (select from stock_export where connection_id = $1 and fence = $2),
           ended as (
             update stock_sku s set
               shown = case when open_quantity is null then shown when $4 = 'done' then open_quantity
                            when $4 = 'unknown' and shown is not null then least(shown::numeric, open_quantity::numeric)::text
                            else shown end,
               shown_price = case when open_price is null then shown_price when $4 = 'done' then open_price
                                  when $4 = 'unknown' then null else shown_price end,
               exported_version = case when $4 = 'unknown' and open_delta > 0 then exported_version when $4 = 'unknown' then null
                                       when open_quantity is null then exported_version when $8 = 'more' then null
                                       when $4 = 'done' and open_version = version then version else exported_version end,
               doubt_until = case when $4 = 'unknown' then greatest(doubt_until, open_lands_until)
                                  when $4 = 'done' and open_at >= doubt_until then null else doubt_until end,
               doubt_adds = case when $4 = 'unknown' and open_delta > 0 then greatest(doubt_adds, open_delta)
                                 when $4 = 'done' and open_at >= doubt_until then null else doubt_adds end,
               gap_until = case when $4 <> 'done' or open_quantity is null then gap_until when $8 = 'less'
                                then coalesce(gap_until, clock_timestamp() + make_interval(secs => $9::float8 / 1000.0)) end,
               written_at = case when $4 = 'done' then clock_timestamp() else written_at end,
               failures = case when $4 = 'done' then 0 when $4 = 'refused' then failures + 1 else failures end,
               held = case when $4 = 'refused' then 'refused_by_shop' when held = 'refused_by_shop' then null else held end,
               dirty_since = case when $4 = 'done' and open_version = version and (doubt_until is null or open_at >= doubt_until)
                   and $8 is distinct from 'more' and (wanted is null or open_quantity is not null or shown is not distinct from wanted)
                   and (wanted_price is null or open_price is not null or shown_price is not distinct from wanted_price)
                 then null else coalesce(dirty_since, clock_timestamp()) end,
               -- An order that was read meanwhile is written at once again; a doubt waits until nothing can land any more.
               urgent_at = case when $4 = 'done' and open_version = version or $4 = 'refused' then null else urgent_at end,
               open_quantity = null, open_delta = null, open_price = null, open_version = null, open_at = null,
               open_lands_until = null
             where connection_id = $1 and variant_key = $3 and store_id = $11 and open_at is not null and exists (select from held)
             returning 1)
           insert into stock_write (connection_id, variant_key, store_id, quantity, price, outcome, said, delta)
           select $1, $3, $11, $5, $6, $4, $7, $10 from ended where $4 <> 'unsent'`,
    values: [
      ...[connectionId, fence, write.variantKey, outcome, write.quantity ?? null, write.price ?? null, said],
      ...[found?.what ?? null, found?.gapMs ?? null, write.delta ?? null, write.storeId],
    ],
  });
}

/** Nothing is to be written of a SKU now: until an order or a read says something new, or the doubt is over. */
export async function settleSku(
  database: Queryable,
  { connectionId, fence }: ExportLease,
  key: string,
  settled: { readonly version: number; readonly waits: boolean },
): Promise<void> {
  const { variantKey, storeId } = skuOf(key);
  await database.query({
    name: 'settle-sku',
    text: `update stock_sku set urgent_at = null, dirty_since = case when $5 then dirty_since end,
             priority = case when $5 then priority end
           where connection_id = $1 and variant_key = $3 and store_id = $6 and version = $4
             and exists (select from stock_export where connection_id = $1 and fence = $2)`,
    values: [connectionId, fence, variantKey, settled.version, settled.waits, storeId],
  });
}

/** Notes which row of the shop holds a store's figure; null: none does. No effect without the lease. */
export async function noteRow(
  database: Queryable,
  { connectionId, fence }: ExportLease,
  { variantKey, storeId }: Sku,
  rowId: string | null,
): Promise<void> {
  await database.query({
    name: 'note-store-row',
    text: `update stock_sku set row_id = $5 where connection_id = $1 and variant_key = $3 and store_id = $4
             and exists (select from stock_export where connection_id = $1 and fence = $2)`,
    values: [connectionId, fence, variantKey, storeId, rowId],
  });
}
