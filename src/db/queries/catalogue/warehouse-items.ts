import type { Queryable } from '../../pool.ts';

/** Another code of an item: one of it stands for `ratio` base units (micro.bg API 3.5). */
export interface ExtraCode {
  readonly code: string;
  readonly kind: 'code' | 'barcode';
  /** Decimal text. */
  readonly ratio: string;
}

/** An item of the warehouse as last read. */
export interface WarehouseItem {
  readonly itemId: number;
  readonly code: string;
  readonly barcode: string;
  readonly name: string;
  readonly extraCodes: readonly ExtraCode[];
  readonly isService: boolean;
  readonly taxGroup: number | null;
  /** Percent, decimal text. */
  readonly taxRate: string;
  readonly measureId: number | null;
  readonly measureName: string;
  readonly groupId: number | null;
  /** Price lists 1 to 10 at index 0 to 9, decimal text with VAT. */
  readonly prices: readonly (string | null)[];
  readonly deleted: boolean;
  /** Wall time in Sofia. */
  readonly updatedAt: string | null;
  /** See `foldCode`. */
  readonly foldedCodes: readonly string[];
}

/** Stores items as a read showed them, in one statement. What is seen again is not gone. */
export async function storeItems(
  database: Queryable,
  connectionId: string,
  items: readonly WarehouseItem[],
  seenIn: number | null,
): Promise<void> {
  await database.query({
    name: 'store-items',
    text: `insert into warehouse_item as i (connection_id, warehouse_item_id, code, barcode, name, extra_codes, not_storable,
             tax_group, tax_value, measure_id, measure_name, group_id, prices, deleted, updated_at, folded_codes, seen_in)
           select $1, s."itemId", s.code, s.barcode, s.name, s."extraCodes", s."isService", s."taxGroup", s."taxRate",
             s."measureId", s."measureName", s."groupId", s.prices, s.deleted, s."updatedAt", s."foldedCodes", $3
           from json_to_recordset($2::json) as s ("itemId" bigint, code text, barcode text, name text, "extraCodes" jsonb,
             "isService" boolean, "taxGroup" integer, "taxRate" text, "measureId" bigint, "measureName" text,
             "groupId" bigint, prices jsonb, deleted boolean, "updatedAt" text, "foldedCodes" text[])
           on conflict (connection_id, warehouse_item_id) do update
             set code = excluded.code, barcode = excluded.barcode, name = excluded.name, extra_codes = excluded.extra_codes,
                 not_storable = excluded.not_storable, tax_group = excluded.tax_group, tax_value = excluded.tax_value,
                 measure_id = excluded.measure_id, measure_name = excluded.measure_name, group_id = excluded.group_id,
                 prices = excluded.prices, deleted = excluded.deleted, updated_at = excluded.updated_at,
                 folded_codes = excluded.folded_codes, seen_in = coalesce(excluded.seen_in, i.seen_in),
                 read_at = clock_timestamp(), gone_at = null`,
    values: [connectionId, JSON.stringify(items), seenIn],
  });
}

const columns = `warehouse_item_id as "itemId", code, barcode, name, extra_codes as "extraCodes", not_storable as "isService",
  tax_group as "taxGroup", tax_value as "taxRate", measure_id as "measureId", measure_name as "measureName",
  group_id as "groupId", prices, deleted, updated_at as "updatedAt", folded_codes as "foldedCodes"`;

/** Items that the warehouse lists, deleted ones as well, in the order of their ids, after `after`; at most `limit`. */
export async function listItems(
  database: Queryable,
  connectionId: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<WarehouseItem[]> {
  const result = await database.query<WarehouseItem>({
    name: 'list-items',
    text: `select ${columns} from warehouse_item
           where connection_id = $1 and warehouse_item_id > $2 and gone_at is null order by warehouse_item_id limit $3`,
    values: [connectionId, after, limit],
  });
  return result.rows;
}
