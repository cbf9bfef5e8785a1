import { type Sku, skuOf } from '../../../domain/stock/sku-key.ts';
import type { Queryable } from '../../pool.ts';

/** How a variant stands. */
export const stockStates = ['differs', 'held', 'urgent', 'sold_out', 'ok', 'unknown'] as const;
export type StockState = (typeof stockStates)[number];

/** A variant as the list shows it. */
export interface StockRow {
  readonly variant: string;
  /** The variant's own figure is 0; its stores have their ids. */
  readonly store: number;
  /** The storefront sells this figure; false: it is left alone, only the price is written. */
  readonly sold: boolean;
  readonly name: string;
  readonly options: string;
  readonly sku: string;
  readonly barcode: string;
  readonly itemId: number;
  readonly state: StockState;
  readonly wanted: string | null;
  readonly shown: string | null;
  /** Minor units. */
  readonly wantedPrice: number | null;
  readonly shownPrice: number | null;
  readonly refusedPrice: number | null;
  readonly held: string | null;
  readonly dirtySince: Date | null;
  readonly writtenAt: Date | null;
  readonly shopReadAt: Date | null;
}

const STATE = `case when s.urgent_at is not null then 'urgent' when s.held is not null then 'held'
  when s.dirty_since is not null then 'differs' when s.wanted is null and s.sold_from then 'unknown'
  when s.wanted::numeric <= 0 then 'sold_out' else 'ok' end`;

/** Figures of stores by which nothing is sold any more are not shown. */
const SHOWN = '(s.sold_from or s.store_id = 0)';

/** SKUs by their keys, a page at a time, from PostgreSQL alone. */
export async function listStock(
  database: Queryable,
  connectionId: string,
  filter: {
    readonly state?: StockState | undefined;
    /** Lower case; every word must be found in names or codes. */
    readonly words: readonly string[];
    readonly after: string;
    readonly limit: number;
    readonly only?: string;
    readonly store?: number | undefined;
  },
): Promise<StockRow[]> {
  const after = skuOf(filter.after);
  const { rows } = await database.query<StockRow>({
    name: 'list-stock',
    text: `select s.variant_key as variant, s.store_id as store, s.sold_from as sold, v.product_name as name, v.options, v.sku, v.barcode, l.warehouse_item_id as "itemId",
             ${STATE} as state, s.wanted, s.shown, s.wanted_price as "wantedPrice", s.shown_price as "shownPrice",
             s.refused_price as "refusedPrice", s.held, s.dirty_since as "dirtySince", s.written_at as "writtenAt",
             s.shop_read_at as "shopReadAt"
           from stock_sku s
             join shop_variant v using (connection_id, variant_key)
             join item_link l using (connection_id, variant_key)
             -- Lower case was made outside of the database, which knows Bulgarian letters in some locales only.
             left join match_row m on m.row_key = s.variant_key and m.report_id = (
               select max(id) from match_report where connection_id = $1 and state = 'finished')
           where s.connection_id = $1 and ${SHOWN} and (s.variant_key, s.store_id) > ($2, $7) and ($3::text is null or ${STATE} = $3)
             and ($5::text is null or s.variant_key = $5) and ($8::bigint is null or s.store_id = $8)
             and not exists (select from unnest($4::text[]) word
               where position(word in coalesce(m.search, '')) = 0)
           order by s.variant_key, s.store_id limit $6`,
    values: [
      ...[connectionId, after.variantKey, filter.state ?? null, filter.words, filter.only ?? null],
      ...[filter.limit, after.storeId, filter.store ?? null],
    ],
  });
  return rows;
}

/** How the export of a connection stands. */
export interface ExportView {
  readonly states: Readonly<Record<string, number>>;
  readonly oldestUnsentAt: Date | null;
  readonly readStartedAt: Date | null;
  readonly pausedAt: Date | null;
  readonly pausedBy: string | null;
  readonly underWay: boolean;
  readonly warehouseCurrency: string | null;
  readonly shopCurrency: string | null;
}

export async function viewExport(database: Queryable, connectionId: string): Promise<ExportView> {
  const { rows } = await database.query<ExportView>({
    name: 'view-export',
    text: `select (select coalesce(jsonb_object_agg(state, count), '{}') from (
               select ${STATE} as state, count(*) as count from stock_sku s where connection_id = $1 and ${SHOWN} group by 1) c) as states,
             (select min(dirty_since) from stock_sku where connection_id = $1) as "oldestUnsentAt",
             e.read_started_at as "readStartedAt", e.paused_at as "pausedAt", e.paused_by as "pausedBy",
             coalesce(e.lease_until > clock_timestamp(), false) as "underWay",
             e.warehouse_currency as "warehouseCurrency", e.shop_currency as "shopCurrency"
           from (select 1) one left join stock_export e on e.connection_id = $1`,
    values: [connectionId],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('a row was asked for and did not come');
  return row;
}

/** A write to the shop. */
export interface WriteView {
  readonly at: Date;
  readonly quantity: string | null;
  /** Added to what the shop had, so that it should show the quantity; null: the quantity was set. */
  readonly delta: number | null;
  readonly price: number | null;
  readonly outcome: string;
  readonly said: string | null;
}

/** The newest writes of a SKU. */
export async function writesOf(
  database: Queryable,
  connectionId: string,
  { variantKey, storeId }: Sku,
  limit: number,
): Promise<WriteView[]> {
  const { rows } = await database.query<WriteView>({
    name: 'writes-of',
    text: `select at, quantity, delta, price, outcome, said from stock_write
           where connection_id = $1 and variant_key = $2 and store_id = $3 order by id desc limit $4`,
    values: [connectionId, variantKey, storeId, limit],
  });
  return rows;
}

/** A cycle as the API shows it. */
export interface CycleView {
  readonly id: number;
  readonly askedBy: string;
  readonly state: string;
  readonly reason: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  readonly figures: Readonly<Record<string, unknown>>;
}

/** The newest cycles. */
export async function listCycles(
  database: Queryable,
  connectionId: string,
  limit: number,
): Promise<CycleView[]> {
  const { rows } = await database.query<CycleView>({
    name: 'list-cycles',
    text: `select id, asked_by as "askedBy", state, reason, started_at as "startedAt", finished_at as "finishedAt", figures
           from stock_cycle where connection_id = $1 order by id desc limit $2`,
    values: [connectionId, limit],
  });
  return rows;
}

/** A finding as the API shows it. */
export interface FindingView {
  readonly id: number;
  readonly code: string;
  readonly scope: string;
  readonly evidence: Readonly<Record<string, string | number>>;
  readonly state: string;
  readonly foundAt: Date;
  readonly seenAt: Date;
  readonly decidedAt: Date | null;
  readonly decidedBy: string | null;
  readonly reason: string | null;
}

/** Findings that stand, then those of the past, newest first. */
export async function listFindings(
  database: Queryable,
  connectionId: string,
  limit: number,
): Promise<FindingView[]> {
  const { rows } = await database.query<FindingView>({
    name: 'list-findings',
    text: `select id, code, scope, evidence, state, found_at as "foundAt", seen_at as "seenAt", decided_at as "decidedAt",
             decided_by as "decidedBy", reason
           from stock_finding where connection_id = $1 order by state = 'over', id desc limit $2`,
    values: [connectionId, limit],
  });
  return rows;
}
