import { createHash } from 'node:crypto';
import {
  type ImportAccount,
  type ItemChoices,
  type ItemPlan,
  type PlanItem,
  type PlanVariant,
  planItem,
} from '../../../domain/catalogue/import-plan.ts';
import { itemName } from '../../../domain/catalogue/item-fields.ts';
import type { MatchState } from '../../../domain/catalogue/match-states.ts';
import type { Queryable } from '../../pool.ts';
import type { ImportRun } from './import-runs.ts';

/** A row of the report with both sides of it. */
interface PlanInput extends PlanVariant {
  readonly variantKey: string;
  readonly state: MatchState;
  readonly itemId: number | null;
  readonly ratio: string | null;
  readonly matchedBy: string | null;
  readonly item: PlanItem | null;
  readonly sharing: number;
  readonly choices: Partial<ItemChoices> | null;
  readonly selected: boolean | null;
}

const inputs = `select v.variant_key as "variantKey", v.product_name as "productName", v.options, v.sku, v.barcode, v.price,
    v.currency, v.tax_rate as "taxRate", v.digital, v.fractional, v.unit, r.state, r.warehouse_item_id as "itemId", r.ratio,
    r.matched_by as "matchedBy",
    case when i.warehouse_item_id is not null and i.gone_at is null and not i.deleted then jsonb_build_object(
      'itemId', i.warehouse_item_id, 'name', i.name, 'barcode', i.barcode, 'isService', i.not_storable,
      'extraCodes', i.extra_codes) end as item,
    (select count(*) from match_row same where same.report_id = r.report_id
       and same.warehouse_item_id = r.warehouse_item_id and same.variant_key is not null
       and coalesce(same.ratio, '1') = '1' and same.state in ('synchronised', 'will_link')) as sharing,
    line.choices, line.selected
  from match_row r
  join shop_variant v on v.connection_id = r.connection_id and v.variant_key = r.variant_key
  left join warehouse_item i on i.connection_id = r.connection_id and i.warehouse_item_id = r.warehouse_item_id
  left join import_item line on line.run_id = $2 and line.variant_key = r.variant_key`;

/** Works out the next rows of a preview. Answers the key of the last one; undefined: that were all. */
export async function planRows(
  database: Queryable,
  run: ImportRun & { readonly account: ImportAccount },
  limit: number,
): Promise<string | undefined> {
  const { rows } = await database.query<PlanInput>({
    name: 'plan-rows',
    text: `${inputs} where r.report_id = $1 and r.row_key > $3 and r.variant_key is not null order by r.row_key limit $4`,
    values: [run.reportId, run.id, run.plannedTo, limit],
  });
  const last = rows.at(-1)?.variantKey;
  if (last === undefined) return undefined;
  await storePlans(database, run, rows, last);
  return last;
}

/** Works some rows out again: after other choices for them. */
export async function replanRows(
  database: Queryable,
  run: ImportRun & { readonly account: ImportAccount },
  variantKeys: readonly string[],
): Promise<void> {
  const { rows } = await database.query<PlanInput>({
    name: 'replan-rows',
    text: `${inputs} where r.report_id = $1 and r.variant_key = any($3)`,
    values: [run.reportId, run.id, variantKeys],
  });
  await storePlans(database, run, rows, null);
}

async function storePlans(
  database: Queryable,
  run: ImportRun & { readonly account: ImportAccount },
  rows: readonly PlanInput[],
  plannedTo: string | null,
): Promise<void> {
  await database.query({
    name: 'store-plans',
    text: `with line as (
             insert into import_item (run_id, variant_key, connection_id, action, reason, params, notes, item, changes, item_id,
               ratio, matched_by, sku, name, seen)
             select $1, s."variantKey", $2, s.action, s.reason, s.params, s.notes, s.item, s.changes, s."itemId", s.ratio,
               s."matchedBy", s.sku, s.name, s.seen
             from json_to_recordset($3::json) as s ("variantKey" text, action text, reason text, params jsonb, notes text[],
               item jsonb, changes jsonb, "itemId" bigint, ratio text, "matchedBy" text, sku text, name text, seen text)
             on conflict (run_id, variant_key) do update
               set action = excluded.action, reason = excluded.reason, params = excluded.params, notes = excluded.notes,
                   item = excluded.item, changes = excluded.changes, item_id = excluded.item_id, seen = excluded.seen)
           update import_run set planned_to = $4 where id = $1 and $4::text is not null`,
    values: [run.id, run.connectionId, JSON.stringify(rows.map((row) => planned(row, run))), plannedTo],
  });
}

function planned(row: PlanInput, { account, options }: ImportRun & { readonly account: ImportAccount }) {
  const { state, item, ratio, sharing } = row;
  const choices: ItemChoices = {
    taxRate: row.choices?.taxRate ?? null,
    measureId: row.choices?.measureId ?? options.measureId,
    groupId: row.choices?.groupId ?? options.groupId,
  };
  const plan = planItem(row, { state, item, ratio, sharing }, account, choices);
  const name = itemName(row).name || row.productName;
  const { variantKey, matchedBy, sku } = row;
  return { variantKey, matchedBy, ratio, sku, name, seen: seenOf(row), ...columnsOf(plan, row.itemId) };
}

function columnsOf(plan: ItemPlan, itemId: number | null) {
  const none = { reason: null, params: {}, item: null, changes: null, itemId };
  const { action, notes } = plan;
  switch (plan.action) {
    case 'create':
      return { ...none, action, notes, item: plan.item, itemId: null };
    case 'update':
      return { ...none, action, notes, changes: plan.changes };
    case 'link':
      return { ...none, action, notes };
    case 'skip':
      return { ...none, action, notes, reason: plan.reason, params: plan.params };
  }
}

/** What a row was made of: an item is made of it later only while the shop still shows the same. */
export function seenOf(variant: PlanVariant): string {
  const { productName, options, sku, barcode, price, taxRate } = variant;
  const text = JSON.stringify([productName, options, sku, barcode, price, taxRate]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

/** Measures as found on items of this connection, and how many items have each. */
export async function harvestMeasures(
  database: Queryable,
  connectionId: string,
): Promise<{ readonly id: number; readonly name: string; readonly uses: number }[]> {
  const result = await database.query<{ id: number; name: string; uses: number }>(
    `select measure_id as id, max(measure_name) as name, count(*) as uses from warehouse_item
     where connection_id = $1 and measure_id is not null and gone_at is null and not not_storable
     group by measure_id order by uses desc, measure_id`,
    [connectionId],
  );
  return result.rows;
}

/** VAT rates of items of this connection, and how many items have each. */
export async function ratesInUse(
  database: Queryable,
  connectionId: string,
): Promise<{ readonly rate: string; readonly items: number }[]> {
  const result = await database.query<{ rate: string; items: number }>(
    `select tax_value as rate, count(*) as items from warehouse_item
     where connection_id = $1 and gone_at is null and not deleted group by tax_value`,
    [connectionId],
  );
  return result.rows;
}
