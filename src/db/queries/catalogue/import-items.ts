import type {
  ItemChanges,
  ItemChoices,
  NewItem,
  PlanVariant,
} from '../../../domain/catalogue/import-plan.ts';
import type { Queryable } from '../../pool.ts';
import type { ImportOutcome } from './import-results.ts';

export type RowAction = 'create' | 'update' | 'link' | 'skip' | 'delete' | 'restore' | 'unlink';

/** A row of a run as people read it. */
export interface ImportRow {
  readonly variantKey: string;
  readonly sku: string;
  readonly name: string;
  readonly action: RowAction;
  readonly selected: boolean;
  readonly reason: string | null;
  readonly params: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
  readonly choices: Partial<ItemChoices>;
  readonly item: NewItem | null;
  readonly changes: ItemChanges | null;
  readonly itemId: number | null;
  readonly state: 'planned' | 'done' | 'failed' | 'left';
  readonly outcome: ImportOutcome | null;
  readonly error: string | null;
  readonly doneAt: Date | null;
}

const columns = `i.variant_key as "variantKey", i.sku, i.name, i.action, i.selected, i.reason, i.params, i.notes, i.choices,
  i.item, i.changes, i.item_id as "itemId", i.state, i.outcome, i.error, i.done_at as "doneAt"`;

export interface ImportRowFilter {
  readonly action?: RowAction | undefined;
  readonly state?: ImportRow['state'] | undefined;
  readonly outcome?: string | undefined;
  readonly reason?: string | undefined;
  readonly search?: string | undefined;
}

/** Rows in the order of their keys, after `after`, at most `limit`. */
export async function listImportRows(
  database: Queryable,
  runId: number,
  { action, state, outcome, reason, search }: ImportRowFilter,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<ImportRow[]> {
  const result = await database.query<ImportRow>({
    name: 'list-import-rows',
    text: `select ${columns} from import_item i
           where i.run_id = $1 and i.variant_key > $2 and ($4::text is null or i.action = $4)
             and ($5::text is null or i.state = $5) and ($6::text is null or i.outcome = $6)
             and ($7::text is null or i.reason = $7)
             and ($8::text is null or position(lower($8) in lower(i.sku || ' ' || i.name)) > 0)
           order by i.variant_key limit $3`,
    values: [
      ...[runId, after, limit, action ?? null, state ?? null, outcome ?? null, reason ?? null],
      search ?? null,
    ],
  });
  return result.rows;
}

/** A row that is to be carried out, with what the shop shows of its variant now; `now` null: it is gone. */
export interface OpenRow {
  readonly variantKey: string;
  readonly action: RowAction;
  readonly item: NewItem | null;
  readonly changes: ItemChanges | null;
  readonly itemId: number | null;
  readonly ratio: string | null;
  readonly matchedBy: string | null;
  readonly seen: string;
  /** Of an undo: the link was made by the run that is taken back. */
  readonly linked: boolean;
  readonly now: PlanVariant | null;
}

/** Rows of a batch that came to no result yet, in their order. */
export async function openRows(
  database: Queryable,
  {
    connectionId,
    runId,
    batch,
  }: { readonly connectionId: string; readonly runId: number; readonly batch: number },
): Promise<OpenRow[]> {
  const result = await database.query<OpenRow>({
    name: 'open-import-rows',
    text: `select i.variant_key as "variantKey", i.action, i.item, i.changes, i.item_id as "itemId", i.ratio,
             i.matched_by as "matchedBy", i.seen, i.linked,
             case when v.variant_key is not null and v.gone_at is null then json_build_object(
               'productName', v.product_name, 'options', v.options, 'sku', v.sku, 'barcode', v.barcode, 'price', v.price,
               'currency', v.currency, 'taxRate', v.tax_rate, 'digital', v.digital, 'fractional', v.fractional,
               'unit', v.unit) end as now
           from import_item i left join shop_variant v on v.connection_id = $1 and v.variant_key = i.variant_key
           where i.run_id = $2 and i.batch = $3 and i.state = 'planned' order by i.variant_key`,
    values: [connectionId, runId, batch],
  });
  return result.rows;
}

/** Rows that were sent and never answered: after a cancelled run they are looked up, and nothing more is sent. */
export async function unansweredRows(
  database: Queryable,
  connectionId: string,
  runId: number,
): Promise<OpenRow[]> {
  const result = await database.query<OpenRow>({
    name: 'unanswered-import-rows',
    text: `select i.variant_key as "variantKey", i.action, i.item, i.changes, i.item_id as "itemId", i.ratio,
             i.matched_by as "matchedBy", i.seen, i.linked, null as now
           from import_item i join item_claim c on c.connection_id = $1 and c.variant_key = i.variant_key
           where i.run_id = $2 and i.batch is not null and i.state = 'planned' and i.action = 'create' and c.state = 'sent'
           order by i.variant_key`,
    values: [connectionId, runId],
  });
  return result.rows;
}

/** Counts of a run. */
export interface ImportCounts {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  /** Rows that nothing is done about. */
  readonly left: number;
  readonly byAction: Readonly<Record<string, number>>;
  readonly byOutcome: Readonly<Record<string, number>>;
  readonly byReason: Readonly<Record<string, number>>;
  /** Rows that came to a result in the last minute, or since the run was started. */
  readonly inLastMinute: number;
  readonly measuredMs: number;
}

/** How far a run is: from one statement, so that the figures belong together. */
export async function countImport(database: Queryable, runId: number): Promise<ImportCounts> {
  const result = await database.query<ImportCounts>({
    name: 'count-import',
    text: `with line as (select action, selected, reason, state, outcome, count(*)::int as n,
                           (count(*) filter (where done_at > clock_timestamp() - interval '1 minute'))::int as lately
                         from import_item where run_id = $1 group by 1, 2, 3, 4, 5)
           select coalesce(sum(n) filter (where state <> 'left' and action <> 'skip' and selected), 0)::int as total,
                  coalesce(sum(n) filter (where state in ('done', 'failed')), 0)::int as done,
                  coalesce(sum(n) filter (where state = 'failed'), 0)::int as failed,
                  coalesce(sum(n) filter (where state = 'left' or action = 'skip' or not selected), 0)::int as left,
                  coalesce((select jsonb_object_agg(action, n) from (select action, sum(n) as n from line group by 1) a), '{}')
                    as "byAction",
                  coalesce((select jsonb_object_agg(outcome, n) from (select outcome, sum(n) as n from line
                    where outcome is not null group by 1) o), '{}') as "byOutcome",
                  coalesce((select jsonb_object_agg(reason, n) from (select reason, sum(n) as n from line
                    where reason is not null group by 1) r), '{}') as "byReason",
                  coalesce(sum(lately), 0)::int as "inLastMinute",
                  (select (extract(epoch from least(interval '1 minute', clock_timestamp() - coalesce(started_at,
                    clock_timestamp()))) * 1000)::float8 from import_run where id = $1) as "measuredMs"
           from line`,
    values: [runId],
  });
  const [counts] = result.rows;
  if (counts === undefined) throw new Error('an aggregate answers one row');
  return counts;
}

/** A change of some rows of a preview; what is absent stays. */
export interface RowChange {
  readonly variantKey: string;
  readonly selected?: boolean | undefined;
  /** Null takes a choice back. */
  readonly taxRate?: string | null | undefined;
  readonly measureId?: number | null | undefined;
  readonly groupId?: number | null | undefined;
}

/** Stores choices for rows. Answers the keys that there are; they must be worked out again (`replanRows`). */
export async function storeChoices(
  database: Queryable,
  runId: number,
  changes: readonly RowChange[],
): Promise<string[]> {
  const result = await database.query<{ key: string }>({
    name: 'store-choices',
    text: `update import_item i set selected = coalesce((c.change ->> 'selected')::boolean, i.selected),
             choices = jsonb_strip_nulls(i.choices || (c.change - 'selected' - 'variantKey'))
           from (select change ->> 'variantKey' as variant_key, change from jsonb_array_elements($2::jsonb) change) c
           where i.run_id = $1 and i.variant_key = c.variant_key
           returning i.variant_key as key`,
    values: [runId, JSON.stringify(changes)],
  });
  return result.rows.map(({ key }) => key);
}

/** Keys of the rows that a filter names, for changes of many rows at once. */
export async function importRowKeys(
  database: Queryable,
  runId: number,
  { action, reason, search }: ImportRowFilter,
): Promise<string[]> {
  const result = await database.query<{ key: string }>(
    `select variant_key as key from import_item where run_id = $1 and ($2::text is null or action = $2)
       and ($3::text is null or reason = $3) and ($4::text is null or position(lower($4) in lower(sku || ' ' || name)) > 0)`,
    [runId, action ?? null, reason ?? null, search ?? null],
  );
  return result.rows.map(({ key }) => key);
}
