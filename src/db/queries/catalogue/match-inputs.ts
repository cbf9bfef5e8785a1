import type { ItemToMatch, KnownLink, VariantToMatch } from '../../../domain/catalogue/match.ts';
import type { Queryable } from '../../pool.ts';

/** A variant as the report works with it. */
export interface VariantInput extends VariantToMatch {
  readonly options: string;
}

/** An item as the report works with it. */
export interface ItemInput extends ItemToMatch {
  readonly name: string;
}

/** Rows of one statement. */
const BATCH = 5_000;

const itemColumns = `warehouse_item_id as id, code, barcode, name, extra_codes as "extraCodes", deleted,
  not_storable as "isService", tax_value as "taxRate", measure_id as "measureId", prices ->> ($2::int - 1) as "listPrice"`;
const variantColumns = `variant_key as "variantKey", product_name as "productName", options, sku, barcode, price,
  unlimited, tracked, active, draft, digital, bundle, fractional, has_description as "hasDescription"`;

/** All items of a warehouse, in batches; `priceList` is the one whose price is compared. */
export async function* allItems(
  database: Queryable,
  connectionId: string,
  priceList: number | null,
): AsyncGenerator<readonly ItemInput[]> {
  for (let after = 0; ;) {
    const { rows } = await database.query<ItemInput>({
      name: 'match-items',
      text: `select ${itemColumns} from warehouse_item
             where connection_id = $1 and warehouse_item_id > $3 and gone_at is null order by warehouse_item_id limit ${BATCH}`,
      values: [connectionId, priceList, after],
    });
    if (rows.length > 0) yield rows;
    if (rows.length < BATCH) return;
    after = rows.at(-1)?.id ?? after;
  }
}

/** All variants of a shop, in batches. */
export async function* allVariants(
  database: Queryable,
  connectionId: string,
): AsyncGenerator<readonly VariantInput[]> {
  for (let after = ''; ;) {
    const { rows } = await database.query<VariantInput>({
      name: 'match-variants',
      text: `select ${variantColumns} from shop_variant
             where connection_id = $1 and variant_key > $2 and gone_at is null order by variant_key limit ${BATCH}`,
      values: [connectionId, after],
    });
    if (rows.length > 0) yield rows;
    if (rows.length < BATCH) return;
    after = rows.at(-1)?.variantKey ?? after;
  }
}

/** Variants by their keys, and those that share a SKU with one of them; at most `siblings` of those. */
export async function variantsOf(
  database: Queryable,
  connectionId: string,
  variantKeys: readonly string[],
  siblings: number,
): Promise<VariantInput[]> {
  const { rows } = await database.query<VariantInput>({
    name: 'match-variants-of',
    text: `with wanted as (
             select * from shop_variant where connection_id = $1 and variant_key = any($2)),
           sharing as (
             select * from shop_variant where connection_id = $1 and gone_at is null and variant_key <> all($2)
               and sku in (select sku from wanted where sku <> '') order by variant_key limit $3)
           select ${variantColumns} from (select * from wanted union all select * from sharing) v where gone_at is null`,
    values: [connectionId, variantKeys, siblings],
  });
  return rows;
}

/** Items that have one of these codes in its confused form, and those with these ids. */
export async function itemsOfCodes(
  database: Queryable,
  connectionId: string,
  priceList: number | null,
  foldedCodes: readonly string[],
  itemIds: readonly number[],
): Promise<ItemInput[]> {
  const { rows } = await database.query<ItemInput>({
    name: 'match-items-of',
    text: `select ${itemColumns} from warehouse_item
           where connection_id = $1 and gone_at is null and (folded_codes && $3::text[] or warehouse_item_id = any($4))
           order by warehouse_item_id`,
    values: [connectionId, priceList, foldedCodes.filter((code) => code !== ''), itemIds],
  });
  return rows;
}

/** Only what names the variants of a shop, in batches. */
export async function* allVariantCodes(
  database: Queryable,
  connectionId: string,
): AsyncGenerator<readonly Pick<VariantInput, 'variantKey' | 'sku' | 'barcode'>[]> {
  for (let after = ''; ;) {
    const { rows } = await database.query<Pick<VariantInput, 'variantKey' | 'sku' | 'barcode'>>({
      name: 'match-variant-codes',
      text: `select variant_key as "variantKey", sku, barcode from shop_variant
             where connection_id = $1 and variant_key > $2 and gone_at is null order by variant_key limit ${BATCH}`,
      values: [connectionId, after],
    });
    if (rows.length > 0) yield rows;
    if (rows.length < BATCH) return;
    after = rows.at(-1)?.variantKey ?? after;
  }
}

/** What was decided about variants before, by variant; the items of service lines have keys of their own. */
export async function knownLinks(
  database: Queryable,
  connectionId: string,
  variantKeys: readonly string[] | null = null,
): Promise<Map<string, KnownLink>> {
  const { rows } = await database.query<KnownLink & { variantKey: string }>({
    name: 'match-links',
    text: `select variant_key as "variantKey", warehouse_item_id as "itemId", ratio, matched_by as by,
             refused_at is not null as refused
           from item_link where connection_id = $1 and ($2::text[] is null or variant_key = any($2))`,
    values: [connectionId, variantKeys],
  });
  return new Map(rows.map(({ variantKey, ...link }) => [variantKey, link]));
}

/** A variant that the shop does not have any more, and the item that is linked to it. */
export interface GoneVariant {
  readonly variantKey: string;
  readonly itemId: number;
  readonly ratio: string;
  readonly matchedBy: KnownLink['by'];
  /** Empty where it was never read. */
  readonly productName: string;
  readonly options: string;
  readonly sku: string;
  readonly barcode: string;
}

/** Linked variants that are not in the shop, of all or of some. */
export async function goneVariants(
  database: Queryable,
  connectionId: string,
  variantKeys: readonly string[] | null = null,
): Promise<GoneVariant[]> {
  const { rows } = await database.query<GoneVariant>({
    name: 'match-gone-variants',
    text: `select l.variant_key as "variantKey", l.warehouse_item_id as "itemId", l.ratio, l.matched_by as "matchedBy",
             coalesce(v.product_name, '') as "productName", coalesce(v.options, '') as options,
             coalesce(v.sku, '') as sku, coalesce(v.barcode, '') as barcode
           from item_link l left join shop_variant v using (connection_id, variant_key)
           where l.connection_id = $1 and l.variant_key like 'variant:%' and l.refused_at is null
             and (v.variant_key is null or v.gone_at is not null) and ($2::text[] is null or l.variant_key = any($2))`,
    values: [connectionId, variantKeys],
  });
  return rows;
}

/** Rows that the merchant does not want to hear of. */
export async function ignoredRows(database: Queryable, connectionId: string): Promise<Set<string>> {
  const { rows } = await database.query<{ row_key: string }>({
    name: 'match-ignored',
    text: 'select row_key from match_ignored where connection_id = $1',
    values: [connectionId],
  });
  return new Set(rows.map((row) => row.row_key));
}
