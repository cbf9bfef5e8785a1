import type { VariantWrite } from '../../../domain/stock/bulk-plan.ts';
import type { Queryable } from '../../pool.ts';
import { BY_DELTA } from './deltas.ts';

/** What is to be written of a variant, as last worked out: for a plan, not for a decision. */
export interface PlannedWrite extends VariantWrite {
  readonly variantKey: string;
}

/**
 * Everything that waits to be written of variants, the most urgent first. What the shop refused before goes by itself, and so do
 * deltas, and figures of stores: the admin interface does not know them (CloudCart API 7.6).
 */
export async function plannedWrites(
  database: Queryable,
  connectionId: string,
  { limit, pricesKept }: { readonly limit: number; readonly pricesKept: boolean },
): Promise<PlannedWrite[]> {
  const { rows } = await database.query<{
    variant_key: string;
    variant_id: string;
    product_id: string;
    quantity: string | null;
    price: number | null;
  }>({
    name: 'planned-writes',
    text: `select variant_key, variant_id::text, product_id::text, quantity, price from (
             select s.variant_key, v.variant_id, v.product_id, s.priority, s.dirty_since,
                    case when s.sold_from and s.wanted is not null and (s.wanted is distinct from s.shown
                           or s.exported_version is distinct from s.version or s.doubt_until <= clock_timestamp()
                           or s.gap_until <= clock_timestamp()) and ${BY_DELTA} is not true
                         then s.wanted end as quantity,
                    case when not $3 and s.wanted_price is distinct from s.shown_price then s.wanted_price end as price
             from stock_sku s join shop_variant v using (connection_id, variant_key)
             where s.connection_id = $1 and s.store_id = 0 and s.dirty_since is not null and s.open_at is null and s.failures = 0) due
           where quantity is not null or price is not null
           order by priority, dirty_since, variant_key limit $2`,
    values: [connectionId, limit, pricesKept],
  });
  return rows.map(({ variant_key, variant_id, product_id, quantity, price }) => ({
    ...{ variantKey: variant_key, variantId: variant_id, productId: product_id },
    ...(quantity === null ? {} : { quantity }),
    ...(price === null ? {} : { price }),
  }));
}
