import type { OrderUnits } from '../../../domain/stock/units.ts';
import type { Queryable } from '../../pool.ts';
import type { OrderKey } from '../orders.ts';

/**
 * Stores what an order takes of each variant; every figure that this changes becomes urgent under a new version: of all stores that
 * sell the variant, because the shop does not say which of them the order takes from.
 * No effect when another pass has taken the order over.
 * @param change.keep the status says nothing about the units: what was taken stays taken.
 */
export async function noteOrderUnits(
  database: Queryable,
  { connectionId, shopOrderId, fence }: OrderKey & { readonly fence: number },
  change: { readonly units: readonly OrderUnits[]; readonly digest: string; readonly keep: boolean },
): Promise<void> {
  await database.query({
    name: 'note-order-units',
    text: `with holder as (
             update shop_order set units_digest = $4
             where connection_id = $1 and shop_order_id = $2 and fence = $3 returning 1),
           before as (select variant_key, quantity, taken from order_units where connection_id = $1 and shop_order_id = $2),
           known as (select from shop_order
                     where connection_id = $1 and shop_order_id = $2 and units_digest is not null),
           present as (
             select n."variantKey" as variant_key, n.quantity,
                    case when $6 then coalesce(b.taken, n.taken) else n.taken end as taken
             from jsonb_to_recordset($5::jsonb) n("variantKey" text, quantity text, taken boolean)
             left join before b on b.variant_key = n."variantKey"),
           changed as (
             select coalesce(p.variant_key, b.variant_key) as variant_key
             from present p full join before b using (variant_key)
             where (p.quantity, p.taken) is distinct from (b.quantity, b.taken)),
           removed as (
             delete from order_units where connection_id = $1 and shop_order_id = $2 and exists (select from holder)
               and variant_key not in (select variant_key from present)),
           stored as (
             insert into order_units (connection_id, shop_order_id, variant_key, quantity, taken, changed_at)
             select $1, $2, variant_key, quantity, taken,
               case when exists (select from known) then clock_timestamp() else '-infinity' end
             from present where exists (select from holder)
             on conflict (connection_id, variant_key, shop_order_id)
               do update set quantity = excluded.quantity, taken = excluded.taken,
                 changed_at = case when order_units.quantity = excluded.quantity then order_units.changed_at
                                   else excluded.changed_at end)
           update stock_sku set version = nextval('stock_version'), urgent_at = clock_timestamp(),
             touched_at = clock_timestamp(), dirty_since = coalesce(dirty_since, clock_timestamp()),
             priority = coalesce(priority, 3)
           where connection_id = $1 and variant_key in (select variant_key from changed) and sold_from
             and exists (select from holder)`,
    values: [connectionId, shopOrderId, fence, change.digest, JSON.stringify(change.units), change.keep],
  });
}

/** Forgets orders whose units the warehouse wrote off long ago: they no longer change any figure. */
export async function forgetSettledUnits(
  database: Queryable,
  connectionId: string,
  olderThanMs: number,
): Promise<void> {
  await database.query({
    name: 'forget-settled-units',
    text: `delete from order_units u using document d
           where u.connection_id = $1 and d.connection_id = $1 and d.shop_order_id = u.shop_order_id
             and d.kind = 'sale' and d.state in ('live', 'returned')
             and d.written_off_at < clock_timestamp() - make_interval(secs => $2::float8 / 1000.0)`,
    values: [connectionId, olderThanMs],
  });
}
