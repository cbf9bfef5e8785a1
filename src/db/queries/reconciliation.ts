import type { Difference, OrderSides } from '../../domain/completeness/reconciliation.ts';
import type { Queryable } from '../pool.ts';
import { type Shard, isInShard } from './duties.ts';

/** A comparison that was asked for. */
export interface Reconciliation {
  readonly id: number;
  readonly connectionId: string;
}

/** One that nobody goes on with counts as given up after this time: its workflow was ended by hand. */
const GIVEN_UP_AFTER = `interval '1 hour'`;

/**
 * Asks for a comparison. Undefined: one is under way already, or there is no such connection. Guarantee: at most one
 * per connection is under way.
 */
export async function askForReconciliation(
  database: Queryable,
  connectionId: string,
  by: string,
): Promise<number | undefined> {
  await database.query({
    name: 'give-up-reconciliation',
    text: `with given_up as (
             update reconciliation set state = 'abandoned', finished_at = clock_timestamp()
             where connection_id = $1 and state = 'running' and touched_at < clock_timestamp() - ${GIVEN_UP_AFTER}
             returning id)
           delete from reconciliation_sight where reconciliation_id in (select id from given_up)`,
    values: [connectionId],
  });
  const result = await database.query<{ id: number }>({
    name: 'ask-for-reconciliation',
    text: `insert into reconciliation (connection_id, asked_by)
           select id, $2 from connection where id = $1
           on conflict (connection_id) where state in ('asked', 'running') do nothing returning id`,
    values: [connectionId, by],
  });
  return result.rows[0]?.id;
}

/** When the last comparison of a connection began, milliseconds since 1970; null: never. */
export async function lastReconciledAt(database: Queryable, connectionId: string): Promise<number | null> {
  const result = await database.query<{ at: number | null }>({
    name: 'last-reconciled-at',
    text: `select (extract(epoch from max(asked_at)) * 1000)::float8 as at from reconciliation where connection_id = $1`,
    values: [connectionId],
  });
  return result.rows[0]?.at ?? null;
}

/** Comparisons of a shard that were asked for and not begun: what was to start them did not come to it. */
export async function waitingReconciliations(
  database: Queryable,
  { shard, shards }: Shard,
): Promise<Reconciliation[]> {
  const result = await database.query<Reconciliation>({
    name: 'waiting-reconciliations',
    text: `select id, connection_id as "connectionId" from reconciliation
           where state = 'asked' and ${isInShard('connection_id', '$1', '$2')}`,
    values: [shard, shards],
  });
  return result.rows;
}

/** Begins, or goes on after a crash. Answers false when it is no longer under way. */
export async function beginReconciliation(database: Queryable, id: number): Promise<boolean> {
  const result = await database.query({
    name: 'begin-reconciliation',
    text: `update reconciliation set state = 'running', started_at = coalesce(started_at, clock_timestamp()),
             touched_at = clock_timestamp()
           where id = $1 and state in ('asked', 'running')`,
    values: [id],
  });
  return result.rowCount === 1;
}

/** Where the walk stands; undefined when it is no longer under way, null before the first page. */
export async function reconciliationProgress<T>(
  database: Queryable,
  id: number,
): Promise<T | null | undefined> {
  const result = await database.query<{ progress: T | null }>({
    name: 'reconciliation-progress',
    text: `select progress from reconciliation where id = $1 and state = 'running'`,
    values: [id],
  });
  return result.rows[0]?.progress;
}

/** Something that a page showed. */
export interface Sight {
  readonly id: number;
  /** Null: only what the ledger knows by this id is of interest. */
  readonly shopOrderId: string | null;
  readonly data: object;
}

/**
 * Stores a page and where the walk goes on, in one statement; a repeated page replaces itself. A document belongs to the
 * order that the ledger holds it for, otherwise to the one that its note names.
 */
export async function storeSights(
  database: Queryable,
  id: number,
  side: 'shop' | 'warehouse',
  sights: readonly Sight[],
  progress: object,
): Promise<void> {
  await database.query({
    name: 'store-sights',
    text: `with run as (
             update reconciliation set progress = $4, touched_at = clock_timestamp()
             where id = $1 and state = 'running' returning connection_id)
           insert into reconciliation_sight as known (reconciliation_id, side, id, shop_order_id, data)
           select $1, $2, s.id, owner.shop_order_id, s.data
           from run, jsonb_to_recordset($3::jsonb) as s (id bigint, "shopOrderId" text, data jsonb),
             lateral (select coalesce(
               (select d.shop_order_id from document d where $2 = 'warehouse' and d.connection_id = run.connection_id
                  and d.warehouse_id = s.id limit 1), s."shopOrderId") as shop_order_id) owner
           where owner.shop_order_id is not null
           on conflict (reconciliation_id, side, id) do update
             set data = excluded.data, shop_order_id = excluded.shop_order_id`,
    values: [id, side, JSON.stringify(sights), JSON.stringify(progress)],
  });
}

/** An order with both its sides. */
export interface OrderToCompare extends OrderSides {
  readonly shopOrderId: string;
  /** It was looked at, reported or written since the comparison began: it is left for the next one. */
  readonly moving: boolean;
}

/** The next orders after this id, as both sides and the ledger hold them. */
export async function ordersToCompare(
  database: Queryable,
  id: number,
  after: string,
  limit: number,
): Promise<OrderToCompare[]> {
  const result = await database.query<OrderToCompare>({
    name: 'orders-to-compare',
    text: `with run as (select * from reconciliation where id = $1),
           ids as (
             select o as id from (
               select shop_order_id as o from reconciliation_sight where reconciliation_id = $1
               union select shop_order_id from shop_order, run where shop_order.connection_id = run.connection_id) all_ids
             where o::numeric > $2::numeric order by o::numeric limit $3)
           select ids.id as "shopOrderId", shop.data as shop,
             case when o.shop_order_id is null then null else json_build_object('state', o.state,
               'shopStatus', o.shop_status, 'shopUpdatedAt', o.shop_updated_at, 'shopTotal', o.shop_total,
               'shopCurrency', o.shop_currency) end as known,
             coalesce(o.updated_at > run.started_at or o.asked_at > run.started_at or o.lease_until > clock_timestamp()
               or exists (select 1 from document d where d.connection_id = o.connection_id
                          and d.shop_order_id = o.shop_order_id and d.state in ('sent', 'delete_sent'))
               or exists (select 1 from webhook_delivery w where w.connection_id = o.connection_id
                          and w.entity_id = o.shop_order_id and w.event like 'order.%' and w.closed_at is null), false) as moving,
             coalesce((select json_agg(json_build_object('kind', d.kind, 'state', d.state, 'extId', d.ext_id,
                 'warehouseId', d.warehouse_id, 'number', d.warehouse_number, 'gross', d.gross,
                 'lines', coalesce(d.live_content #> '{document,lines}', '[]')) order by d.id)
               from document d where d.connection_id = run.connection_id and d.shop_order_id = ids.id), '[]') as ledger,
             coalesce((select json_agg(w.data order by w.id) from reconciliation_sight w
               where w.reconciliation_id = $1 and w.side = 'warehouse' and w.shop_order_id = ids.id), '[]') as documents
           from ids cross join run
           left join reconciliation_sight shop on shop.reconciliation_id = $1 and shop.side = 'shop'
             and shop.shop_order_id = ids.id
           left join shop_order o on o.connection_id = run.connection_id and o.shop_order_id = ids.id
           order by ids.id::numeric`,
    values: [id, after, limit],
  });
  return result.rows;
}

/** What all orders of a connection have in common. */
export async function accountFacts(
  database: Queryable,
  connectionId: string,
): Promise<{ currency: string | null; firstExtId: number | null }> {
  const result = await database.query<{ currency: string | null; firstExtId: number | null }>({
    name: 'account-facts',
    text: `select (select facts ->> 'currency' from warehouse_facts where connection_id = $1) as currency,
                  (select min(ext_id) from document where connection_id = $1) as "firstExtId"`,
    values: [connectionId],
  });
  return result.rows[0] ?? { currency: null, firstExtId: null };
}

/** Day of the first document of a connection, `YYYY-MM-DD`; null without one. */
export async function firstDocumentDay(database: Queryable, connectionId: string): Promise<string | null> {
  const result = await database.query<{ day: string | null }>({
    name: 'first-document-day',
    text: `select to_char(min(created_at), 'YYYY-MM-DD') as day from document where connection_id = $1`,
    values: [connectionId],
  });
  return result.rows[0]?.day ?? null;
}

/** How much was read: orders of the shop, our documents in the warehouse, documents of others. */
export async function walkFigures(
  database: Queryable,
  id: number,
): Promise<{ orders: number; documents: number; others: number }> {
  const result = await database.query<{ orders: number; documents: number; others: number }>({
    name: 'walk-figures',
    text: `select count(*) filter (where side = 'shop') as orders, count(*) filter (where side = 'warehouse') as documents,
             coalesce((select (progress ->> 'others')::int from reconciliation where id = $1), 0) as others
           from reconciliation_sight where reconciliation_id = $1`,
    values: [id],
  });
  return result.rows[0] ?? { orders: 0, documents: 0, others: 0 };
}

/** A difference and the order that it is about. */
export interface FoundDifference extends Difference {
  readonly shopOrderId: string;
}

/**
 * Ends a comparison in one statement: figures, differences, and the orders that their workflows must look at.
 * Answers false, and changes nothing, when it is no longer under way.
 */
export async function finishReconciliation(
  database: Queryable,
  id: number,
  end: {
    readonly figures: object;
    readonly differences: readonly FoundDifference[];
    /** Orders to be looked at, and those of them whose documents must be looked at even when nothing is to be written. */
    readonly hinted: readonly string[];
    readonly suspects: readonly string[];
  },
): Promise<boolean> {
  const result = await database.query({
    name: 'finish-reconciliation',
    text: `with run as (
             update reconciliation set state = 'finished', finished_at = clock_timestamp(), figures = $2
             where id = $1 and state = 'running' returning connection_id),
           listed as (
             insert into reconciliation_difference
               (reconciliation_id, number, kind, shop_order_id, warehouse_id, warehouse_number, expected, found)
             select $1, row_number() over (), d.kind, d."shopOrderId", d."warehouseId", d."warehouseNumber", d.expected, d.found
             from run, jsonb_to_recordset($3::jsonb) as d (kind text, "shopOrderId" text, "warehouseId" bigint,
               "warehouseNumber" text, expected text, found text)),
           hinted as (
             insert into shop_order as o (connection_id, shop_order_id, due_at, due_reason, asked_at, suspect_since)
             select connection_id, wanted, clock_timestamp(), 'reconciliation', clock_timestamp(),
               case when wanted = any($5::text[]) then clock_timestamp() end
             from run, unnest($4::text[]) wanted
             on conflict (connection_id, shop_order_id) do update
               set due_at = excluded.due_at, due_reason = excluded.due_reason, asked_at = excluded.asked_at,
                   suspect_since = coalesce(excluded.suspect_since, o.suspect_since)),
           noted as (
             insert into journal (connection_id, shop_order_id, kind, data)
             select connection_id, d."shopOrderId", 'reconciliation', jsonb_build_object('difference', d.kind,
               'expected', d.expected, 'found', d.found, 'warehouseId', d."warehouseId")
             from run, jsonb_to_recordset($3::jsonb) as d (kind text, "shopOrderId" text, "warehouseId" bigint,
               expected text, found text)),
           cleared as (
             delete from reconciliation_sight where reconciliation_id in (select $1 from run))
           select 1 from run`,
    values: [id, JSON.stringify(end.figures), JSON.stringify(end.differences), end.hinted, end.suspects],
  });
  return result.rowCount === 1;
}

/** A comparison as the API shows it. */
interface ReconciliationView {
  readonly id: number;
  readonly state: string;
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly figures: unknown;
}

const viewColumns = `id, state, asked_by as "askedBy", asked_at as "askedAt", started_at as "startedAt",
  finished_at as "finishedAt", figures`;

/** The newest comparisons of a connection; undefined when there is no such connection. */
export async function listReconciliations(
  database: Queryable,
  connectionId: string,
): Promise<ReconciliationView[] | undefined> {
  const known = await database.query('select 1 from connection where id = $1', [connectionId]);
  if (known.rowCount === 0) return undefined;
  const result = await database.query<ReconciliationView>({
    name: 'list-reconciliations',
    text: `select ${viewColumns} from reconciliation where connection_id = $1 order by id desc limit 100`,
    values: [connectionId],
  });
  return result.rows;
}

/** One comparison with its differences, at most `limit`; undefined when there is none of this id. */
export async function viewReconciliation(
  database: Queryable,
  connectionId: string,
  id: number,
  limit: number,
): Promise<(ReconciliationView & { readonly differences: readonly FoundDifference[] }) | undefined> {
  const result = await database.query<ReconciliationView>({
    name: 'view-reconciliation',
    text: `select ${viewColumns} from reconciliation where connection_id = $1 and id = $2`,
    values: [connectionId, id],
  });
  const [found] = result.rows;
  if (found === undefined) return undefined;
  const differences = await database.query<FoundDifference>({
    name: 'reconciliation-differences',
    text: `select kind, shop_order_id as "shopOrderId", warehouse_id as "warehouseId",
             warehouse_number as "warehouseNumber", expected, found
           from reconciliation_difference where reconciliation_id = $1 order by number limit $2`,
    values: [id, limit],
  });
  return { ...found, differences: differences.rows };
}
