import type { Queryable } from '../../pool.ts';
import type { ExportLease } from './export-lease.ts';

/** One object's answer: quantities of items, decimal text. */
export interface ObjectQuantities {
  /** 0: all objects together. */
  readonly objectId: number;
  readonly itemIds: readonly number[];
  readonly quantities: readonly string[];
}

/** How an answer differs from what was known. Counts of items that stand for goods of the shop. */
export interface QuantityChanges {
  readonly known: number;
  readonly answered: number;
  readonly missing: number;
  readonly changed: number;
  /** Of those changed: to zero or below, from above. */
  readonly toZero: number;
  readonly negative: number;
}

/** Compares an answer with what is stored, for items that variants are linked with. Stores nothing. */
export async function compareQuantities(
  database: Queryable,
  connectionId: string,
  { objectId, itemIds, quantities }: ObjectQuantities,
): Promise<QuantityChanges> {
  const { rows } = await database.query<QuantityChanges>({
    name: 'compare-quantities',
    text: `with answer as (select * from unnest($3::bigint[], $4::numeric[]) a(item, quantity)),
           mine as (select distinct warehouse_item_id as item from item_link
                    where connection_id = $1 and gone_at is null and refused_at is null),
           pair as (
             select k.quantity::numeric as before, a.quantity as now, k.warehouse_item_id is not null as was,
                    a.item is not null as is_there
             from mine left join stock_quantity k
               on k.connection_id = $1 and k.object_id = $2 and k.warehouse_item_id = mine.item
             left join answer a on a.item = mine.item)
           select count(*) filter (where was) as known, (select count(*) from answer) as answered,
                  count(*) filter (where was and not is_there) as missing,
                  count(*) filter (where was and is_there and before <> now) as changed,
                  count(*) filter (where was and is_there and before > 0 and now <= 0) as "toZero",
                  count(*) filter (where now < 0) as negative
           from pair`,
    values: [connectionId, objectId, itemIds, quantities],
  });
  return rows[0] ?? { known: 0, answered: 0, missing: 0, changed: 0, toZero: 0, negative: 0 };
}

/**
 * Takes a read over: quantities, the moment when it began, and everything that must be worked out again. An item that the
 * answer does not show keeps its quantity. No effect without the lease. Answers whether it had one.
 */
export async function storeQuantities(
  tx: Queryable,
  lease: ExportLease,
  read: {
    readonly startedAtMs: number;
    readonly mark: number;
    readonly objects: readonly ObjectQuantities[];
  },
): Promise<boolean> {
  const { connectionId, fence } = lease;
  const held = await tx.query({
    name: 'store-stock-read',
    text: `update stock_export set read_started_at = to_timestamp($3::float8 / 1000.0), read_mark = $4
           where connection_id = $1 and fence = $2`,
    values: [connectionId, fence, read.startedAtMs, read.mark],
  });
  if (held.rowCount !== 1) return false;
  for (const { objectId, itemIds, quantities } of read.objects) {
    await tx.query({
      name: 'store-quantities',
      text: `with answer as (select * from unnest($3::bigint[], $4::text[]) a(item, quantity)),
             stored as (
               insert into stock_quantity as q (connection_id, warehouse_item_id, object_id, quantity)
               select $1, item, $2, quantity from answer
               where exists (select from item_link l where l.connection_id = $1 and l.warehouse_item_id = item)
               on conflict (connection_id, warehouse_item_id, object_id)
                 do update set quantity = excluded.quantity, missing_since = null
                 where q.quantity::numeric <> excluded.quantity::numeric or q.missing_since is not null
               returning warehouse_item_id as item),
             lost as (
               update stock_quantity set missing_since = clock_timestamp()
               where connection_id = $1 and object_id = $2 and missing_since is null
                 and warehouse_item_id not in (select item from answer))
             update stock_sku set evaluated_at = null where connection_id = $1 and evaluated_at is not null
               and variant_key in (select l.variant_key from item_link l join stored on stored.item = l.warehouse_item_id
                                   where l.connection_id = $1)`,
      values: [connectionId, objectId, itemIds, quantities],
    });
  }
  return true;
}
