import type { Queryable } from '../../pool.ts';

/** Stands between the values of options. */
export const OPTION_SIGN = ' / ';

/** A variant of the shop as last read. */
export interface ShopVariant {
  /** `variant:{id}`, as orders name it. */
  readonly variantKey: string;
  readonly variantId: number;
  readonly productId: number;
  readonly productName: string;
  /** Values of its options, ` / ` between them; empty without options. */
  readonly options: string;
  readonly sku: string;
  readonly barcode: string;
  /** Minor units in the shop's currency; null: no price. */
  readonly price: number | null;
  /** Null: variants do not name their currency (CloudCart API 7.4). */
  readonly currency: string | null;
  /** VAT in percent where the shop showed it for this variant, decimal text. */
  readonly taxRate: string | null;
  /** Decimal text; null when unlimited. */
  readonly quantity: string | null;
  readonly unlimited: boolean;
  /** Null: the shop did not say. */
  readonly tracked: boolean | null;
  readonly active: boolean | null;
  readonly draft: boolean | null;
  readonly digital: boolean | null;
  readonly bundle: boolean;
  readonly fractional: boolean;
  /** Short name of the unit, for instance `кг`. */
  readonly unit: string | null;
  readonly hasDescription: boolean;
  /** Last change of the product as the shop writes it. */
  readonly productUpdatedAt: string | null;
}

/** Stores variants as a read showed them, in one statement. What is seen again is not gone. */
export async function storeVariants(
  database: Queryable,
  connectionId: string,
  variants: readonly ShopVariant[],
  seenIn: number | null,
): Promise<void> {
  await database.query({
    name: 'store-variants',
    text: `insert into shop_variant as v (connection_id, variant_key, variant_id, product_id, product_name, options, sku,
             barcode, price, currency, tax_rate, quantity, unlimited, tracked, active, draft, digital, bundle, fractional,
             unit, has_description, product_updated_at, seen_in)
           select $1, s."variantKey", s."variantId", s."productId", s."productName", s.options, s.sku, s.barcode, s.price,
             s.currency, s."taxRate", s.quantity, s.unlimited, s.tracked, s.active, s.draft, s.digital, s.bundle,
             s.fractional, s.unit, s."hasDescription", s."productUpdatedAt", $3
           from json_to_recordset($2::json) as s ("variantKey" text, "variantId" bigint, "productId" bigint,
             "productName" text, options text, sku text, barcode text, price bigint, currency text, "taxRate" text,
             quantity text, unlimited boolean, tracked boolean, active boolean, draft boolean, digital boolean,
             bundle boolean, fractional boolean, unit text, "hasDescription" boolean, "productUpdatedAt" text)
           on conflict (connection_id, variant_key) do update
             set product_id = excluded.product_id, product_name = excluded.product_name, options = excluded.options,
                 sku = excluded.sku, barcode = excluded.barcode, price = excluded.price,
                 currency = coalesce(excluded.currency, v.currency), tax_rate = coalesce(excluded.tax_rate, v.tax_rate),
                 quantity = excluded.quantity, unlimited = excluded.unlimited, tracked = excluded.tracked,
                 active = excluded.active, draft = excluded.draft, digital = excluded.digital, bundle = excluded.bundle,
                 fractional = excluded.fractional, unit = excluded.unit, has_description = excluded.has_description,
                 product_updated_at = excluded.product_updated_at, seen_in = coalesce(excluded.seen_in, v.seen_in),
                 read_at = clock_timestamp(), gone_at = null`,
    values: [connectionId, JSON.stringify(variants), seenIn],
  });
}

const columns = `variant_key as "variantKey", variant_id as "variantId", product_id as "productId",
  product_name as "productName", options, sku, barcode, price, currency, tax_rate as "taxRate", quantity, unlimited,
  tracked, active, draft, digital, bundle, fractional, unit, has_description as "hasDescription",
  product_updated_at as "productUpdatedAt"`;

/** Variants that the shop has, in the order of their keys, after `after`; at most `limit`. */
export async function listVariants(
  database: Queryable,
  connectionId: string,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<ShopVariant[]> {
  const result = await database.query<ShopVariant>({
    name: 'list-variants',
    text: `select ${columns} from shop_variant
           where connection_id = $1 and variant_key > $2 and gone_at is null order by variant_key limit $3`,
    values: [connectionId, after, limit],
  });
  return result.rows;
}

/** Variants that a product has, as last read. */
export async function variantsOfProduct(
  database: Queryable,
  connectionId: string,
  productId: string,
): Promise<ShopVariant[]> {
  const result = await database.query<ShopVariant>({
    name: 'variants-of-product',
    text: `select ${columns} from shop_variant
           where connection_id = $1 and product_id = $2::bigint and gone_at is null order by variant_id`,
    values: [connectionId, productId],
  });
  return result.rows;
}

/** Marks variants of a product as gone, all but those that its last read showed. */
export async function markOthersGone(
  database: Queryable,
  connectionId: string,
  productId: string,
  shown: readonly string[],
): Promise<void> {
  await database.query({
    name: 'mark-others-gone',
    text: `update shop_variant set gone_at = clock_timestamp()
           where connection_id = $1 and product_id = $2::bigint and gone_at is null and variant_key <> all($3)`,
    values: [connectionId, productId, shown],
  });
}
