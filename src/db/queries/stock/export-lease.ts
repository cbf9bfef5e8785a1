import type { Queryable } from '../../pool.ts';

/** The right to write to a shop. Every write of the export names it; a later claim makes it void. */
export interface ExportLease {
  readonly connectionId: string;
  readonly fence: number;
}

/** What is known of the export when its lease is claimed. */
export interface ClaimedExport extends ExportLease {
  readonly paused: boolean;
  /** When the read began that the quantities are of, milliseconds since 1970; null: none yet. */
  readonly readStartedAtMs: number | null;
  readonly settingsVersion: number | null;
  readonly itemsReadAt: string | null;
  /** The second that `itemsReadAt` names is over at the warehouse: nothing can change in it any more. */
  readonly isItemsSecondOver: boolean;
  readonly warehouseCurrency: string | null;
  readonly shopCurrency: string | null;
  /** When last asked, the shop did not let us at its stores. */
  readonly storesKept: boolean;
}

/** The app with the stores is gone, as far as we know: until a cycle finds it again nothing is written to them. */
const storesKept = (
  connection: string,
): string => `exists (select from stock_finding f where f.connection_id = ${connection}
  and f.code = 'stores_app_missing' and f.state in ('open', 'accepted', 'rejected'))`;

/**
 * Claims the export of a connection; undefined while another writer is at it. What the one before left open is a doubt
 * from now on: it may have left, and nobody will hear of it.
 */
export async function claimExport(
  database: Queryable,
  connectionId: string,
  leaseMs: number,
): Promise<ClaimedExport | undefined> {
  const { rows } = await database.query<{
    fence: number;
    paused: boolean;
    read_started_at: number | null;
    settings_version: number | null;
    items_read_at: string | null;
    is_items_second_over: boolean;
    warehouse_currency: string | null;
    shop_currency: string | null;
    stores_kept: boolean;
  }>({
    name: 'claim-export',
    text: `insert into stock_export as e (connection_id, fence, lease_until)
           values ($1, 1, clock_timestamp() + make_interval(secs => $2::float8 / 1000.0))
           on conflict (connection_id) do update set fence = e.fence + 1, lease_until = excluded.lease_until
             where e.lease_until <= clock_timestamp()
           returning fence, paused_at is not null as paused,
             (extract(epoch from read_started_at) * 1000)::float8 as read_started_at, settings_version, items_read_at,
             coalesce(items_read_on < clock_timestamp() - interval '30 seconds', false) as is_items_second_over,
             warehouse_currency, shop_currency, ${storesKept('$1')} as stores_kept`,
    values: [connectionId, leaseMs],
  });
  const [row] = rows;
  if (row === undefined) return undefined;
  await doubtOpenWrites(database, connectionId);
  return {
    connectionId,
    fence: row.fence,
    paused: row.paused,
    readStartedAtMs: row.read_started_at,
    settingsVersion: row.settings_version,
    itemsReadAt: row.items_read_at,
    isItemsSecondOver: row.is_items_second_over,
    warehouseCurrency: row.warehouse_currency,
    shopCurrency: row.shop_currency,
    storesKept: row.stores_kept,
  };
}

/** As `outcomeUnknown` of the rule does it for one. */
async function doubtOpenWrites(database: Queryable, connectionId: string): Promise<void> {
  await database.query({
    name: 'doubt-open-writes',
    text: `update stock_sku set exported_version = case when open_delta > 0 then exported_version end,
             doubt_adds = case when open_delta > 0 then greatest(doubt_adds, open_delta) else doubt_adds end,
             shown_price = case when open_delta is null then null else shown_price end,
             shown = case when shown is null or open_quantity is null then shown
                          else least(shown::numeric, open_quantity::numeric)::text end,
             doubt_until = greatest(doubt_until, open_lands_until),
             dirty_since = coalesce(dirty_since, open_at), priority = coalesce(priority, 3),
             open_quantity = null, open_delta = null, open_price = null, open_version = null, open_at = null,
             open_lands_until = null
           where connection_id = $1 and open_at is not null`,
    values: [connectionId],
  });
}

/** Keeps a lease; false when another writer has it. */
export async function renewExport(
  database: Queryable,
  { connectionId, fence }: ExportLease,
  leaseMs: number,
): Promise<boolean> {
  const { rowCount } = await database.query({
    name: 'renew-export',
    text: `update stock_export set lease_until = clock_timestamp() + make_interval(secs => $3::float8 / 1000.0)
           where connection_id = $1 and fence = $2`,
    values: [connectionId, fence, leaseMs],
  });
  return rowCount === 1;
}

/** Frees a lease at once. */
export async function releaseExport(
  database: Queryable,
  { connectionId, fence }: ExportLease,
): Promise<void> {
  await database.query({
    name: 'release-export',
    text: `update stock_export set lease_until = '-infinity' where connection_id = $1 and fence = $2`,
    values: [connectionId, fence],
  });
}

/** Notes the moment before the quantities are asked for: the database's clock, and the counter of versions. */
export async function beginRead(
  database: Queryable,
): Promise<{ readonly startedAtMs: number; readonly mark: number }> {
  const { rows } = await database.query<{ at: number; mark: number }>({
    name: 'begin-stock-read',
    text: `select (extract(epoch from clock_timestamp()) * 1000)::float8 as at, nextval('stock_version') as mark`,
  });
  const [row] = rows;
  if (row === undefined) throw new Error('the database told no time');
  return { startedAtMs: row.at, mark: row.mark };
}

/** Connections with SKUs that an order touched and that nobody writes at this moment. */
export async function urgentConnections(database: Queryable, limit: number): Promise<string[]> {
  const { rows } = await database.query<{ connection_id: string }>({
    name: 'urgent-connections',
    text: `select distinct s.connection_id from stock_sku s
             join connection c on c.id = s.connection_id and c.mode = 'live' and c.stopped_reason is null
             join stock_export e on e.connection_id = s.connection_id
           where s.urgent_at is not null and e.lease_until <= clock_timestamp() and e.paused_at is null
             and e.read_started_at is not null and (s.store_id = 0 or not ${storesKept('s.connection_id')})
           limit $1`,
    values: [limit],
  });
  return rows.map((row) => row.connection_id);
}
