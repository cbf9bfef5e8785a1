import type { Queryable } from '../../pool.ts';
import type { ExportLease } from './export-lease.ts';

/**
 * An order within this time makes a variant one that sells. Of another one hardly any raise meets an order: at fewer than one
 * in six hours less than one in 300 even where CloudCart keeps the webhook for its minute (CloudCart API 6.4), while a
 * delta costs three requests and a bulk request takes hundreds of figures (docs/stock.md, "Deltas").
 */
const SELLS = `interval '6 hours'`;

/**
 * Goes to the shop as a delta: of a variant that sells, where what the shop shows is certain but for orders that nobody has
 * read. Stores are unknown to the admin interface (CloudCart API 7.6). The rule is `deltaOf`; this picks where to ask it. `s` is the SKU.
 */
export const BY_DELTA = `(s.store_id = 0 and s.sold_from and s.exported_version = s.version and s.open_at is null and s.doubt_until is null
  and (s.gap_until is null or s.gap_until > clock_timestamp())
  and s.shown::numeric > 0 and s.wanted::numeric > 0 and s.wanted::numeric <> s.shown::numeric
  and mod(s.wanted::numeric - s.shown::numeric, 1) = 0
  and s.touched_at > clock_timestamp() - ${SELLS}
  and exists (select from order_units u where u.connection_id = s.connection_id and u.variant_key = s.variant_key))`;

/** The variant in the shop, where its change may go as a delta; undefined: its figure is set. */
export async function deltaVariant(
  database: Queryable,
  connectionId: string,
  variantKey: string,
): Promise<{ readonly variantId: string } | undefined> {
  const { rows } = await database.query<{ variantId: string }>({
    name: 'delta-variant',
    text: `select v.variant_id::text as "variantId" from stock_sku s join shop_variant v using (connection_id, variant_key)
           where s.connection_id = $1 and s.variant_key = $2 and ${BY_DELTA}`,
    values: [connectionId, variantKey],
  });
  return rows[0];
}

/** The shop shows less than we know a reason for: nothing raises its figure until an order explains it, or for so long. */
export async function noteGap(
  database: Queryable,
  { connectionId, fence }: ExportLease,
  variantKey: string,
  gapMs: number,
): Promise<void> {
  await database.query({
    name: 'note-gap',
    text: `update stock_sku set gap_until = coalesce(gap_until, clock_timestamp() + make_interval(secs => $4::float8 / 1000.0))
           where connection_id = $1 and variant_key = $3 and store_id = 0
             and exists (select from stock_export where connection_id = $1 and fence = $2)`,
    values: [connectionId, fence, variantKey, gapMs],
  });
}
