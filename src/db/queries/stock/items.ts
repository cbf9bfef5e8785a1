import type { Queryable } from '../../pool.ts';
import type { WarehouseItem } from '../catalogue/warehouse-items.ts';
import type { ExportLease } from './export-lease.ts';

/** Newest change of an item that is known, wall time in Sofia; null: no items were read yet. */
export async function newestItemChange(database: Queryable, connectionId: string): Promise<string | null> {
  const { rows } = await database.query<{ newest: string | null }>({
    name: 'newest-item-change',
    text: `select max(updated_at) as newest from warehouse_item where connection_id = $1 and folded_codes <> '{}'`,
    values: [connectionId],
  });
  return rows[0]?.newest ?? null;
}

/** Has the variants of items worked out again whose price, VAT or being there differs from what is stored. Answers of how many items. */
export async function touchChangedItems(
  database: Queryable,
  connectionId: string,
  items: readonly WarehouseItem[],
): Promise<number> {
  const { rows } = await database.query<{ items: number }>({
    name: 'touch-changed-items',
    text: `with changed as (
             select i.warehouse_item_id as item from jsonb_to_recordset($2::jsonb)
               n("itemId" bigint, prices jsonb, "taxRate" text, deleted boolean)
             join warehouse_item i on i.connection_id = $1 and i.warehouse_item_id = n."itemId"
             where (i.prices, i.tax_value, i.deleted) is distinct from (n.prices, n."taxRate", n.deleted)),
           touched as (
             update stock_sku set evaluated_at = null where connection_id = $1 and variant_key in (
               select l.variant_key from item_link l join changed on changed.item = l.warehouse_item_id where l.connection_id = $1))
           select count(*) as items from changed`,
    values: [
      connectionId,
      JSON.stringify(
        items.map(({ itemId, prices, taxRate, deleted }) => ({ itemId, prices, taxRate, deleted })),
      ),
    ],
  });
  return rows[0]?.items ?? 0;
}

/** Up to where items were read. No effect without the lease. */
export async function itemsReadUpTo(
  database: Queryable,
  { connectionId, fence }: ExportLease,
  at: string,
): Promise<void> {
  await database.query({
    name: 'items-read-up-to',
    text: `update stock_export set items_read_at = $3, items_read_on = clock_timestamp()
           where connection_id = $1 and fence = $2`,
    values: [connectionId, fence, at],
  });
}

/** Remembers what both sides count in, the first time. No effect without the lease. */
export async function noteCurrency(
  database: Queryable,
  { connectionId, fence }: ExportLease,
  currency: string,
): Promise<void> {
  await database.query({
    name: 'note-currency',
    text: `update stock_export set warehouse_currency = coalesce(warehouse_currency, $3), shop_currency = coalesce(shop_currency, $3)
           where connection_id = $1 and fence = $2 and warehouse_currency is null`,
    values: [connectionId, fence, currency],
  });
}

/** The account counts in another currency from now on; the shop too, unless prices are converted. */
export async function changeCurrency(
  database: Queryable,
  { connectionId, fence }: ExportLease,
  currency: string,
  shopToo: boolean,
): Promise<void> {
  await database.query({
    name: 'change-currency',
    text: `with changed as (
             update stock_export set warehouse_currency = $3, shop_currency = case when $4 then $3 else shop_currency end
             where connection_id = $1 and fence = $2 returning 1)
           update stock_sku set evaluated_at = null where connection_id = $1 and exists (select from changed)`,
    values: [connectionId, fence, currency, shopToo],
  });
}
