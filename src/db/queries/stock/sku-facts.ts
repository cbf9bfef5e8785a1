import type { ObjectQuantity } from '../../../domain/stock/desired-sku.ts';
import type { SkuState } from '../../../domain/stock/export-step.ts';
import type { OrderClaim } from '../../../domain/stock/published-quantity.ts';
import { type Sku, skuKey } from '../../../domain/stock/sku-key.ts';
import type { Queryable } from '../../pool.ts';
import { keyColumns } from './sku-keys.ts';

/** Everything that the figure of a SKU follows from, but the settings. */
export interface SkuFacts extends Sku {
  /** As `skuKey` writes it. */
  readonly key: string;
  /** The shop's row of a store's figure; null: none is known. */
  readonly rowId: string | null;
  readonly variantId: string;
  readonly productId: string;
  readonly itemId: number;
  readonly ratio: string;
  readonly fractional: boolean;
  /** Price lists 1 to 10, decimal text with VAT. */
  readonly prices: readonly (string | null)[];
  readonly taxRate: string | null;
  /** By object; missing: the warehouse never showed the item there. */
  readonly quantities: readonly ObjectQuantity[];
  readonly claims: readonly OrderClaim[];
  /** An order of it is announced and not read yet. */
  readonly ordersUnread: boolean;
  readonly sku: SkuState & {
    readonly shownPrice: number | null;
    readonly held: string | null;
    readonly dirty: boolean;
  };
  /** When the read of the quantities began, milliseconds since 1970, and whether the SKU was touched since. */
  readonly readStartedAtMs: number;
  readonly touchedSinceRead: boolean;
  /** The database's clock, milliseconds since 1970. */
  readonly nowMs: number;
}

interface FactsRow extends Omit<SkuFacts, 'key' | 'sku' | 'claims'> {
  readonly version: number;
  readonly exportedVersion: number | null;
  readonly shown: string | null;
  readonly shownPrice: number | null;
  readonly held: string | null;
  readonly dirty: boolean;
  readonly doubtUntilMs: number | null;
  readonly doubtAdds: number;
  readonly gapUntilMs: number | null;
  readonly openQuantity: string | null;
  readonly openDelta: number | null;
  readonly openVersion: number | null;
  readonly openAtMs: number | null;
  readonly openLandsUntilMs: number | null;
  readonly claims: readonly OrderClaim[];
}

/**
 * A variant takes part when it is linked, on sale, tracked and limited, and no bundle (CloudCart API 7.1, 7.5).
 * `s` is the SKU, `l` its link, `v` the variant, `i` the item.
 */
export const TAKES_PART = `l.gone_at is null and l.refused_at is null and v.gone_at is null and not v.bundle
  and not v.unlimited and v.tracked is distinct from false and not i.deleted and i.gone_at is null and not i.not_storable`;

const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;

/**
 * Facts of some SKUs, by their keys. Orders that are left alone or of before the start date claim nothing: the warehouse will never
 * write them off by us.
 */
export async function skuFacts(
  database: Queryable,
  connectionId: string,
  keys: readonly string[],
): Promise<SkuFacts[]> {
  const { rows } = await database.query<FactsRow>({
    name: 'sku-facts',
    text: `select s.variant_key as "variantKey", s.store_id as "storeId", s.row_id::text as "rowId", v.variant_id::text as "variantId", v.product_id::text as "productId",
             l.warehouse_item_id as "itemId", l.ratio, v.fractional, i.prices, i.tax_value as "taxRate",
             (select coalesce(jsonb_agg(jsonb_build_object('objectId', q.object_id, 'quantity', q.quantity,
                'missing', q.missing_since is not null) order by q.object_id), '[]')
              from stock_quantity q where q.connection_id = $1 and q.warehouse_item_id = l.warehouse_item_id) as quantities,
             (select coalesce(jsonb_agg(jsonb_build_object('shopOrderId', u.shop_order_id,
                'quantity', (u.quantity::numeric * o_ratio.ratio::numeric)::text, 'decrementedInShop', u.taken,
                'writtenOffAtMs', case
                   when sale.state in ('sent', 'delete_sent') then to_jsonb('unknown'::text)
                   -- Edited since: nobody knows which of its units are off, until the sale is confirmed again.
                   when sale.state in ('live', 'returned') then case
                     when u.changed_at <= sale.written_off_at then to_jsonb(${ms('sale.written_off_at')})
                     when u.changed_at <= sale.confirmed_at then to_jsonb(${ms('sale.confirmed_at')})
                     else to_jsonb('unknown'::text) end
                   else to_jsonb(${ms('theirs.last_seen_at')}) end,
                'orderedAtMs', coalesce(${ms('placed.updated_at')}, ${ms('theirs_placed.last_seen_at')})) order by u.shop_order_id), '[]')
              from item_link o_ratio
              join order_units u on u.connection_id = $1 and u.variant_key = o_ratio.variant_key
              join shop_order o on o.connection_id = $1 and o.shop_order_id = u.shop_order_id and o.state <> 'ignored'
              left join document sale on sale.connection_id = $1 and sale.shop_order_id = u.shop_order_id and sale.kind = 'sale'
                and sale.state in ('sent', 'delete_sent', 'live', 'returned')
              left join document placed on placed.connection_id = $1 and placed.shop_order_id = u.shop_order_id
                and placed.kind = 'order' and placed.state = 'live'
              left join lateral (select last_seen_at from foreign_document f where f.connection_id = $1
                and f.shop_order_id = u.shop_order_id and f.type = 2 and f.gone_at is null limit 1) theirs on true
              left join lateral (select last_seen_at from foreign_document f where f.connection_id = $1
                and f.shop_order_id = u.shop_order_id and f.type = 19 and f.gone_at is null limit 1) theirs_placed on true
              -- Variants of one item share its stock.
              where o_ratio.connection_id = $1 and o_ratio.warehouse_item_id = l.warehouse_item_id
                and o_ratio.gone_at is null and o_ratio.refused_at is null
                and (u.taken or sale.state is not null or placed.state is not null or theirs_placed.last_seen_at is not null)
                and (sale.written_off_at is null or sale.written_off_at >= e.read_started_at - interval '1 day'
                     or u.changed_at > sale.written_off_at or sale.state in ('sent', 'delete_sent'))) as claims,
             exists (
               select from webhook_delivery d where d.connection_id = $1 and d.closed_at is null and d.event like 'order.%'
                 and (exists (select from order_units u where u.connection_id = $1 and u.shop_order_id = d.entity_id
                              and u.variant_key = s.variant_key)
                      or not exists (select from shop_order o where o.connection_id = $1 and o.shop_order_id = d.entity_id
                                     and o.units_digest is not null)))
             or exists (
               select from shop_order o where o.connection_id = $1 and o.asked_at > coalesce(o.last_read_at, '-infinity')
                 and (o.units_digest is null or exists (select from order_units u where u.connection_id = $1
                      and u.shop_order_id = o.shop_order_id and u.variant_key = s.variant_key))) as "ordersUnread",
             s.version, s.exported_version as "exportedVersion", s.shown, s.shown_price as "shownPrice", s.held,
             s.dirty_since is not null as dirty, ${ms('s.doubt_until')} as "doubtUntilMs", coalesce(s.doubt_adds, 0) as "doubtAdds",
             ${ms('s.gap_until')} as "gapUntilMs", s.open_quantity as "openQuantity", s.open_delta as "openDelta",
             s.open_version as "openVersion", ${ms('s.open_at')} as "openAtMs", ${ms('s.open_lands_until')} as "openLandsUntilMs",
             ${ms('e.read_started_at')} as "readStartedAtMs", s.version > e.read_mark as "touchedSinceRead",
             ${ms('clock_timestamp()')} as "nowMs"
           from unnest($2::text[], $3::bigint[]) k(variant_key, store_id)
           join stock_sku s on s.connection_id = $1 and s.variant_key = k.variant_key and s.store_id = k.store_id
           join stock_export e on e.connection_id = s.connection_id
           join item_link l on l.connection_id = s.connection_id and l.variant_key = s.variant_key
           join shop_variant v on v.connection_id = s.connection_id and v.variant_key = s.variant_key
           join warehouse_item i on i.connection_id = s.connection_id and i.warehouse_item_id = l.warehouse_item_id
           where e.read_started_at is not null and ${TAKES_PART}`,
    values: [connectionId, ...keyColumns(keys)],
  });
  return rows.map(toFacts);
}

function toFacts(row: FactsRow): SkuFacts {
  const { version, exportedVersion, shown, shownPrice, held, dirty, ...facts } = row;
  const { doubtUntilMs, doubtAdds, gapUntilMs, openQuantity, openDelta, ...others } = facts;
  const { openVersion, openAtMs, openLandsUntilMs, ...rest } = others;
  const open =
    openAtMs === null
      ? null
      : {
          ...{ quantity: openQuantity ?? shown ?? '0', delta: openDelta, version: openVersion ?? 0 },
          ...{ sentAtMs: openAtMs, landsUntilMs: openLandsUntilMs ?? openAtMs },
        };
  return {
    ...rest,
    key: skuKey(row),
    sku: {
      ...{ version, exportedVersion, shown, openWrite: open, doubtUntilMs, doubtAdds, gapUntilMs },
      ...{ shownPrice, held, dirty },
    },
  };
}
