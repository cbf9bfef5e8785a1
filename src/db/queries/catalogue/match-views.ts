import type { MatchNote, MatchState } from '../../../domain/catalogue/match-states.ts';
import type { Queryable } from '../../pool.ts';
import type { MatchRow } from './reports.ts';

/** Which rows of a report; what is absent does not narrow. */
export interface RowFilter {
  readonly state?: MatchState | undefined;
  readonly note?: MatchNote | undefined;
  readonly changed?: boolean | undefined;
  /** Lower case; every word must be found. */
  readonly words: readonly string[];
}

/** In the order of the alphabet, or from its end. */
export type RowSort = 'name' | '-name' | 'code' | '-code';

/** Where a page begins: the last row of the one before. */
export interface RowPlace {
  readonly sortKey: string;
  readonly rowKey: string;
}

/** A row with what both sides call the thing. */
export interface RowView extends MatchRow {
  readonly sortKey: string;
  readonly previous: string | null;
  readonly changed: boolean;
  readonly shop: {
    readonly productId: number;
    readonly name: string;
    readonly options: string;
    readonly sku: string;
    readonly barcode: string;
    /** Minor units. */
    readonly price: number | null;
    readonly quantity: string | null;
  } | null;
  readonly item: WarehouseSide | null;
  readonly suggestedItem: WarehouseSide | null;
}

interface WarehouseSide {
  readonly id: number;
  readonly code: string;
  readonly barcode: string;
  readonly name: string;
  /** Price in the chosen list with VAT, decimal text. */
  readonly price: string | null;
  readonly taxRate: string;
}

const side = (row: string): string => `case when ${row}.warehouse_item_id is not null then json_build_object(
  'id', ${row}.warehouse_item_id, 'code', ${row}.code, 'barcode', ${row}.barcode, 'name', ${row}.name,
  'price', ${row}.prices ->> ($3::int - 1), 'taxRate', ${row}.tax_value) end`;

/** A page of a report's rows, from PostgreSQL alone. */
export async function listRows(
  database: Queryable,
  reportId: number,
  filter: RowFilter,
  page: {
    readonly sort: RowSort;
    readonly after: RowPlace | undefined;
    readonly limit: number;
    readonly priceList: number | null;
  },
): Promise<RowView[]> {
  if (filter.words.length === 0) return rowsFrom(database, reportId, filter, page, 'in order');
  // Words that many rows have are found among the first ones; the others in all rows, read once as they lie.
  const first = await rowsFrom(database, reportId, filter, page, 'first ones');
  return first.length === page.limit ? first : rowsFrom(database, reportId, filter, page, 'all');
}

/** So many rows are looked through before all are. */
const FIRST_ONES = 3_000;

async function rowsFrom(
  database: Queryable,
  reportId: number,
  filter: RowFilter,
  page: Parameters<typeof listRows>[3],
  where: 'in order' | 'first ones' | 'all',
): Promise<RowView[]> {
  const key = page.sort.endsWith('name') ? 'name_key' : 'code_key';
  const direction = page.sort.startsWith('-') ? ' desc' : '';
  const values: unknown[] = [reportId, page.limit, page.priceList];
  const given = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [
    'report_id = $1',
    ...(filter.state === undefined ? [] : [`state = ${given(filter.state)}`]),
    ...(filter.note === undefined ? [] : [`notes @> array[${given(filter.note)}]`]),
    ...(filter.changed === true ? ['changed'] : []),
    ...(page.after === undefined
      ? []
      : [
          `(${key}, row_key) ${direction === '' ? '>' : '<'} (${given(page.after.sortKey)}, ${given(page.after.rowKey)})`,
        ]),
  ].join(' and ');
  const found = filter.words.map((word) => `position(${given(word)} in search) > 0`).join(' and ');
  const order = `order by ${key}${direction}, row_key${direction}`;
  const hits = {
    'in order': `select row_key from match_row where ${conditions} ${order} limit $2`,
    'first ones': `select row_key from (
        select row_key, ${key}, search from match_row where ${conditions} ${order} limit ${FIRST_ONES}) first_ones
      where ${found} ${order} limit $2`,
    all: `select row_key from (
        with hits as materialized (select row_key, ${key} from match_row where ${conditions} and ${found})
        select * from hits ${order} limit $2) sorted`,
  }[where];
  const { rows } = await database.query<RowView>(
    `select r.row_key as "rowKey", r.variant_key as "variantKey", r.warehouse_item_id as "itemId", r.ratio,
       r.matched_by as "matchedBy", r.state, r.notes, r.detail, r.suggested_item_id as "suggestedItemId",
       r.previous, r.changed, r.${key} as "sortKey",
       case when v.variant_key is not null then json_build_object('productId', v.product_id, 'name', v.product_name,
         'options', v.options, 'sku', v.sku, 'barcode', v.barcode, 'price', v.price, 'quantity', v.quantity) end as shop,
       ${side('i')} as item, ${side('s')} as "suggestedItem"
     from (${hits}) h
     join match_row r on r.report_id = $1 and r.row_key = h.row_key
     left join shop_variant v on v.connection_id = r.connection_id and v.variant_key = r.variant_key
     left join warehouse_item i on i.connection_id = r.connection_id and i.warehouse_item_id = r.warehouse_item_id
     left join warehouse_item s on s.connection_id = r.connection_id and s.warehouse_item_id = r.suggested_item_id
     order by r.${key}${direction}, r.row_key${direction}`,
    values,
  );
  return rows;
}

/** A report as the API shows it. */
export interface ReportView {
  readonly id: number;
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly figures: Readonly<Record<string, unknown>> | null;
}

/** What is known of a connection's reports. */
export interface ReportsView {
  /** The settings that the rows are shown with. */
  readonly priceList: number | null;
  readonly current: ReportView | null;
  readonly underWay: (ReportView & { readonly progress: unknown }) | null;
  /** The last change of the goods that we heard of; null: none yet. */
  readonly catalogueChangedAt: Date | null;
}

/** Undefined: there is no such connection. */
export async function viewReports(
  database: Queryable,
  connectionId: string,
): Promise<ReportsView | undefined> {
  const view = (row: string): string => `json_build_object('id', ${row}.id, 'askedBy', ${row}.asked_by,
    'askedAt', ${row}.asked_at, 'startedAt', ${row}.started_at, 'finishedAt', ${row}.finished_at, 'figures', ${row}.figures`;
  const { rows } = await database.query<ReportsView>({
    name: 'view-reports',
    text: `select (s.settings ->> 'priceList')::int as "priceList",
             (select ${view('r')}) from match_report r where connection_id = c.id and state = 'finished'
              order by id desc limit 1) as current,
             (select ${view('r')}, 'progress', r.progress) from match_report r
              where connection_id = c.id and state in ('asked', 'running')) as "underWay",
             (select changed_at from catalogue_state where connection_id = c.id) as "catalogueChangedAt"
           from connection c join connection_settings s on s.connection_id = c.id and s.version = c.settings_version
           where c.id = $1`,
    values: [connectionId],
  });
  return rows[0];
}

/**
 * Does the newest report show the goods as they are, as far as we heard? False without one, and after a change that it
 * does not know. For the preflight, and for an import that must not begin with an old picture.
 */
export async function isReportFresh(database: Queryable, connectionId: string): Promise<boolean> {
  const { rows } = await database.query<{ fresh: boolean | null }>({
    name: 'is-report-fresh',
    text: `select m.started_at > coalesce(s.changed_at, '-infinity') as fresh
           from match_report m left join catalogue_state s using (connection_id)
           where m.connection_id = $1 and m.state = 'finished' order by m.id desc limit 1`,
    values: [connectionId],
  });
  return rows[0]?.fresh ?? false;
}
