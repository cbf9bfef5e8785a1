import type { Queryable } from '../pool.ts';

/** A shop variant's warehouse item, with the item's facts as last read. */
export interface LinkedItem {
  readonly variantKey: string;
  readonly itemId: number;
  readonly ratio: string;
  readonly code: string;
  readonly name: string;
  /** VAT of the item in percent, as text. */
  readonly taxValue: string;
  readonly notStorable: boolean;
  readonly deleted: boolean;
  /** Age of the facts, milliseconds. */
  readonly ageMs: number;
}

export type MatchedBy = 'code' | 'barcode' | 'extra_code' | 'manual' | 'import';

/** Links of the given variants, with the facts of their items. Service items have the key `item:{id}`. */
export async function findLinks(
  database: Queryable,
  connectionId: string,
  variantKeys: readonly string[],
): Promise<LinkedItem[]> {
  const result = await database.query<{
    variant_key: string;
    warehouse_item_id: number;
    ratio: string;
    code: string;
    name: string;
    tax_value: string;
    not_storable: boolean;
    deleted: boolean;
    age: number;
  }>({
    name: 'find-links',
    text: `select l.variant_key, l.warehouse_item_id, l.ratio, i.code, i.name, i.tax_value, i.not_storable, i.deleted,
             (extract(epoch from clock_timestamp() - i.read_at) * 1000)::float8 as age
           from item_link l join warehouse_item i using (connection_id, warehouse_item_id)
           where l.connection_id = $1 and l.variant_key = any($2) and l.gone_at is null and l.refused_at is null`,
    values: [connectionId, variantKeys],
  });
  return result.rows.map((row) => ({
    variantKey: row.variant_key,
    itemId: row.warehouse_item_id,
    ratio: row.ratio,
    code: row.code,
    name: row.name,
    taxValue: row.tax_value,
    notStorable: row.not_storable,
    deleted: row.deleted,
    ageMs: row.age,
  }));
}

/** What speaks against linking a variant by its codes. */
export interface LinkHindrances {
  /** How many variants of the shop have its SKU, as far as the catalogue was read; 0 where it was not. */
  readonly sharing: number;
  /** An item that a person said it is not; null: none. */
  readonly refused: number | null;
}

/** See {@link LinkHindrances}. The SKU is compared as the report does, without blanks around it. */
export async function linkHindrances(
  database: Queryable,
  connectionId: string,
  variantKey: string,
  sku: string,
): Promise<LinkHindrances> {
  const result = await database.query<LinkHindrances>({
    name: 'link-hindrances',
    text: `select (select count(*) from shop_variant
                   where connection_id = $1 and sku = $3 and $3 <> '' and gone_at is null) as sharing,
                  (select warehouse_item_id from item_link
                   where connection_id = $1 and variant_key = $2 and refused_at is not null) as refused`,
    values: [connectionId, variantKey, sku.trim()],
  });
  return result.rows[0] ?? { sharing: 0, refused: null };
}

/**
 * Stores a link and the facts of its item. A link that exists stays: a confirmed match survives renames. One that is gone,
 * or was refused for another item, is replaced.
 */
export async function storeLink(
  database: Queryable,
  connectionId: string,
  link: Omit<LinkedItem, 'ageMs'>,
  matchedBy: MatchedBy,
): Promise<void> {
  await database.query({
    name: 'store-link',
    text: `with item as (
             insert into warehouse_item (connection_id, warehouse_item_id, code, name, tax_value, not_storable, deleted)
             values ($1, $3, $5, $6, $7, $8, $9)
             on conflict (connection_id, warehouse_item_id) do update
               set code = excluded.code, name = excluded.name, tax_value = excluded.tax_value,
                   not_storable = excluded.not_storable, deleted = excluded.deleted, read_at = clock_timestamp())
           insert into item_link as l (connection_id, variant_key, warehouse_item_id, ratio, matched_by)
           values ($1, $2, $3, $4, $10) on conflict (connection_id, variant_key) do update
             set warehouse_item_id = excluded.warehouse_item_id, ratio = excluded.ratio, matched_by = excluded.matched_by,
                 linked_by = null, reason = null, created_at = excluded.created_at, gone_at = null, refused_at = null
             where l.gone_at is not null
                or (l.refused_at is not null and l.warehouse_item_id <> excluded.warehouse_item_id)`,
    values: [
      connectionId,
      link.variantKey,
      link.itemId,
      link.ratio,
      link.code,
      link.name,
      link.taxValue,
      link.notStorable,
      link.deleted,
      matchedBy,
    ],
  });
}
