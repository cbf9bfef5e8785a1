import type { Queryable } from '../../pool.ts';
import type { MatchedBy } from '../items.ts';
import type { ClaimKey } from './item-claims.ts';

/** What became of a row. */
export type ImportOutcome =
  | 'created'
  /** An item of somebody else's stands under the code: it was linked. */
  | 'adopted'
  | 'updated'
  | 'linked'
  /** The warehouse shows already what the shop has. */
  | 'unchanged'
  /** Staff changed the item since the preview: it was left as it is. */
  | 'changed_meanwhile'
  /** The shop changed the variant since the preview. */
  | 'changed_in_shop'
  | 'refused'
  | 'code_taken'
  /** Of an undo. */
  | 'deleted'
  | 'already_gone'
  | 'kept_used'
  | 'kept_changed'
  | 'restored'
  | 'restored_partly'
  | 'unlinked'
  | 'kept_relinked';

/** What the result of a row is stored under; a row of no run has only its claim. */
export interface RowKey extends ClaimKey {
  readonly runId: number | null;
  /** Null: nothing was claimed for it. */
  readonly fence: number | null;
}

/** An item that stands for the variant from now on. */
export interface BroughtItem {
  readonly itemId: number;
  readonly code: string;
  readonly name: string;
  readonly barcode: string;
  readonly taxRate: string;
  readonly isService: boolean;
  readonly ratio: string;
  readonly matchedBy: MatchedBy;
  readonly foldedCodes: readonly string[];
}

/**
 * Ends a row in one statement: the claim, the link and the facts of its item, and the row of the run. False: another worker
 * has taken over, and nothing is stored.
 */
export async function storeBrought(
  database: Queryable,
  key: RowKey,
  item: BroughtItem,
  result: { readonly outcome: ImportOutcome; readonly codeRefused?: boolean },
): Promise<boolean> {
  const { connectionId, variantKey, runId, fence } = key;
  const done = await database.query({
    name: 'store-brought',
    text: `with held as (
             update item_claim set state = 'live', item_id = $4, lease_until = '-infinity', updated_at = clock_timestamp(),
               code_refused = $13, done_run = $14
             where connection_id = $1 and variant_key = $2 and fence = $3 returning 1),
           item as (
             insert into warehouse_item (connection_id, warehouse_item_id, code, name, barcode, tax_value, not_storable,
               folded_codes)
             select $1, $4, $5, $6, $7, $8, $9, $10 from held
             on conflict (connection_id, warehouse_item_id) do update
               set code = excluded.code, name = excluded.name, barcode = excluded.barcode, deleted = false, gone_at = null,
                   read_at = clock_timestamp()),
           link as (
             insert into item_link as l (connection_id, variant_key, warehouse_item_id, ratio, matched_by)
             select $1, $2, $4, $11, $12 from held
             on conflict (connection_id, variant_key) do update
               set warehouse_item_id = excluded.warehouse_item_id, ratio = excluded.ratio, matched_by = excluded.matched_by,
                   created_at = now(), gone_at = null, refused_at = null, linked_by = null, reason = null
               where l.gone_at is not null or l.refused_at is not null
             returning 1),
           line as (
             update import_item set state = 'done', outcome = $15, item_id = $4, done_at = clock_timestamp(), error = null,
               linked = exists (select 1 from link)
             from held where run_id = $14 and variant_key = $2)
           select 1 from held`,
    values: [
      ...[connectionId, variantKey, fence, item.itemId, item.code, item.name, item.barcode, item.taxRate],
      ...[item.isService, item.foldedCodes, item.ratio, item.matchedBy, result.codeRefused ?? false, runId],
      result.outcome,
    ],
  });
  return done.rowCount === 1;
}

/** Stores a link that needs no request, and ends its row. */
export async function storeOnlyLink(
  database: Queryable,
  { connectionId, variantKey, runId }: RowKey,
  link: { readonly itemId: number; readonly ratio: string; readonly matchedBy: string },
): Promise<void> {
  await database.query({
    name: 'store-only-link',
    text: `with link as (
             insert into item_link as l (connection_id, variant_key, warehouse_item_id, ratio, matched_by)
             values ($1, $2, $3, $4, $5)
             on conflict (connection_id, variant_key) do update
               set warehouse_item_id = excluded.warehouse_item_id, ratio = excluded.ratio, matched_by = excluded.matched_by,
                   gone_at = null
               where l.gone_at is not null and l.refused_at is null
             returning 1)
           update import_item set state = 'done', outcome = 'linked', done_at = clock_timestamp(), error = null,
             linked = exists (select 1 from link)
           where run_id = $6 and variant_key = $2 and state = 'planned'`,
    values: [connectionId, variantKey, link.itemId, link.ratio, link.matchedBy, runId],
  });
}

/** Ends a row without an item of its own: refused, or left as it is. The claim is given back. */
export async function storeRowOutcome(
  database: Queryable,
  { connectionId, variantKey, runId, fence }: RowKey,
  result: {
    readonly state: 'done' | 'failed';
    readonly outcome: ImportOutcome;
    readonly error: string | null;
  },
): Promise<void> {
  await database.query({
    name: 'store-row-outcome',
    text: `with held as (
             update item_claim set state = 'free', lease_until = '-infinity', updated_at = clock_timestamp(), done_run = $4
             where connection_id = $1 and variant_key = $2 and fence = $3 returning 1)
           update import_item set state = $5, outcome = $6, error = $7, done_at = clock_timestamp()
           where run_id = $4 and variant_key = $2 and state = 'planned' and ($3::bigint is null or exists (select 1 from held))`,
    values: [connectionId, variantKey, fence, runId, result.state, result.outcome, result.error],
  });
}

/** Ends a row of an undo: the link that the import made goes with its item. */
export async function storeUndone(
  database: Queryable,
  { connectionId, variantKey, runId, fence }: RowKey,
  result: {
    readonly outcome: ImportOutcome;
    readonly itemId: number;
    /** The item is not in the warehouse any more. */
    readonly gone: boolean;
    /** Only a link to this item, and none that a person made. */
    readonly unlink: boolean;
    /** Name and barcode as they are now; null: as they were known. */
    readonly texts: { readonly name: string; readonly barcode: string } | null;
  },
): Promise<void> {
  await database.query({
    name: 'store-undone',
    text: `with held as (
             update item_claim set state = 'free', item_id = null, lease_until = '-infinity', updated_at = clock_timestamp(),
               done_run = $4
             where connection_id = $1 and variant_key = $2 and fence = $3 returning 1),
           item as (
             update warehouse_item set gone_at = case when $7 then clock_timestamp() end,
               name = coalesce($9, name), barcode = coalesce($10, barcode)
             where connection_id = $1 and warehouse_item_id = $6 and ($3::bigint is null or exists (select 1 from held))),
           link as (
             delete from item_link where $8 and connection_id = $1 and variant_key = $2 and warehouse_item_id = $6
               and matched_by <> 'manual' and ($3::bigint is null or exists (select 1 from held)))
           update import_item set state = 'done', outcome = $5, done_at = clock_timestamp(), error = null
           where run_id = $4 and variant_key = $2 and state = 'planned' and ($3::bigint is null or exists (select 1 from held))`,
    values: [
      ...[connectionId, variantKey, fence, runId, result.outcome, result.itemId, result.gone, result.unlink],
      ...[result.texts?.name ?? null, result.texts?.barcode ?? null],
    ],
  });
}
