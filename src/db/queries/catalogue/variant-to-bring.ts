import type { PlanVariant } from '../../../domain/catalogue/import-plan.ts';
import type { Queryable } from '../../pool.ts';
import type { MatchedBy } from '../items.ts';

/** A variant as last read, with all that decides what becomes of it. */
export interface VariantToBring extends PlanVariant {
  readonly active: boolean | null;
  readonly draft: boolean | null;
  readonly bundle: boolean;
  readonly link: { readonly itemId: number; readonly ratio: string; readonly matchedBy: MatchedBy } | null;
  /** The item that a person said it is not. */
  readonly refusedItemId: number | null;
  readonly ignored: boolean;
  /** Variants of the shop with this SKU, this one included. */
  readonly sameSku: number;
  /** Variants of which one is one unit of the linked item, this one included. */
  readonly sharing: number;
  /** When this was read, by the database's clock. */
  readonly since: Date;
}

/** Undefined: the shop does not have it. */
export async function variantToBring(
  database: Queryable,
  connectionId: string,
  variantKey: string,
): Promise<VariantToBring | undefined> {
  const result = await database.query<VariantToBring>({
    name: 'variant-to-bring',
    text: `select v.product_name as "productName", v.options, v.sku, v.barcode, v.price, v.currency, v.tax_rate as "taxRate",
             v.digital, v.fractional, v.unit, v.active, v.draft, v.bundle, clock_timestamp() as since,
             case when l.refused_at is null and l.variant_key is not null then jsonb_build_object(
               'itemId', l.warehouse_item_id, 'ratio', l.ratio, 'matchedBy', l.matched_by) end as link,
             case when l.refused_at is not null then l.warehouse_item_id end as "refusedItemId",
             exists (select 1 from match_ignored m where m.connection_id = $1 and m.row_key = $2) as ignored,
             (select count(*)::int from shop_variant s where s.connection_id = $1 and s.sku = v.sku and s.sku <> ''
                and s.gone_at is null) as "sameSku",
             (select count(*)::int from item_link s where s.connection_id = $1
                and s.warehouse_item_id = l.warehouse_item_id and s.ratio = '1' and s.gone_at is null
                and s.refused_at is null) as sharing
           from shop_variant v
           left join item_link l on l.connection_id = $1 and l.variant_key = v.variant_key and l.gone_at is null
           where v.connection_id = $1 and v.variant_key = $2 and v.gone_at is null`,
    values: [connectionId, variantKey],
  });
  return result.rows[0];
}
