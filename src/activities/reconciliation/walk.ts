import type { Answer } from '../../clients/answer.ts';
import type { CloudcartClient } from '../../clients/cloudcart/index.ts';
import type { OrderWithLines } from '../../clients/cloudcart/orders.ts';
import type { MicrobgClient } from '../../clients/microbg/index.ts';
import type { Operation } from '../../clients/microbg/operations.ts';
import { type Cursor, firstCursor } from '../../clients/microbg/paging.ts';
import type { ConnectionCache } from '../../db/connection-cache.ts';
import type { Pool } from '../../db/pool.ts';
import type { Connection } from '../../db/queries/connections.ts';
import { findLinks } from '../../db/queries/items.ts';
import {
  type Sight,
  firstDocumentDay,
  reconciliationProgress,
  storeSights,
} from '../../db/queries/reconciliation.ts';
import type { DocumentSight, ShopSight } from '../../domain/completeness/reconciliation.ts';
import { dayBefore } from '../../domain/completeness/sweep.ts';
import { OPER_TYPE } from '../../domain/order/document-kinds.ts';
import { numberInNote } from '../../domain/order/note-number.ts';
import { variantKey } from '../../domain/order/shop-order.ts';
import { add, multiply, parseDecimal, toDecimal, zero } from '../../domain/rational.ts';
import type { ReconciliationRef } from '../../workflows/reconciliation/contract.ts';
import type { PassIo } from '../order/io.ts';
import { PassStopped, vendorUnavailable } from '../order/stops.ts';
import { askShop } from '../shop-requests.ts';
import type { Slots } from '../slots.ts';
import { sendInOnePlace } from '../warehouse-requests.ts';

export interface ReconciliationDependencies {
  readonly pool: Pool;
  readonly io: PassIo;
  readonly connections: ConnectionCache;
  readonly slots: Slots;
  readonly shopOf: (connection: Connection) => CloudcartClient;
  readonly warehouseOf: (connection: Connection) => MicrobgClient;
  readonly httpDeadlineMs: number;
  /** How often the schedule looks for connections that are due, milliseconds. */
  readonly lookEveryMs: number;
}

/** With their lines at most so many orders at once: the shop gives up after 30 s (CloudCart API 3.5). */
const SHOP_PAGE = 50;
/** No place at micro.bg came free: then Temporal waits for so long. */
const BUSY_RETRY_MS = 5_000;
const types = Object.values(OPER_TYPE);
const OWN_NOTE = 'CloudCart #{number}';

/** Where the walk over both sides stands. Plain data: a worker that dies is followed by another one. */
interface Walk {
  readonly shop: { readonly page: number | null; readonly total: number | null };
  /** The type that is read now, by its place in the list; null: all were read. */
  readonly warehouse: { readonly type: number | null; readonly cursor: Cursor };
  /** Documents of others that were seen. */
  readonly others: number;
}

const start: Walk = {
  shop: { page: 1, total: null },
  warehouse: { type: 0, cursor: firstCursor() },
  others: 0,
};

/** A connection whose comparison is under way. @throws {PassStopped} when it was switched off meanwhile. */
export async function connectionOf(
  { connections }: ReconciliationDependencies,
  ref: ReconciliationRef,
): Promise<Connection> {
  const connection = await connections.get(ref.connection);
  if (connection !== undefined && connection.mode !== 'off') return connection;
  // Perhaps not any more: a connection is remembered for two seconds.
  throw new PassStopped('connection_off', 'The connection is off', { retryInMs: 5_000 });
}

/** Reads the next page of the shop's orders, oldest first. Answers whether there is more. */
export async function readShopPage(
  dependencies: ReconciliationDependencies,
  ref: ReconciliationRef,
): Promise<boolean> {
  const walk = await walkOf(dependencies, ref);
  const page = walk?.shop.page ?? null;
  if (walk === undefined || page === null) return false;
  const connection = await connectionOf(dependencies, ref);
  const since = dayBefore(connection.settings.startDate);
  const read = await askShop(budgetOf(dependencies, connection), 'orders.list', () =>
    dependencies.shopOf(connection).ordersWithLines({
      order: 'id',
      from: `${since} 00:00:00`,
      page: { number: page, size: SHOP_PAGE },
    }),
  );
  const rows = (read?.rows ?? []).filter(({ id }) => /^\d{1,18}$/.test(id));
  const total = read?.total ?? null;
  // An order was deleted meanwhile: one that we have not seen slipped to a page that we have read.
  const slipped = total !== null && walk.shop.total !== null && total < walk.shop.total;
  const next = slipped ? Math.max(1, page - 1) : (read?.next?.number ?? null);
  const sights = await shopSights(dependencies, connection, since, rows);
  await storeSights(dependencies.pool, ref.reconciliation, 'shop', sights, {
    ...walk,
    shop: { page: next, total },
  });
  return next !== null;
}

async function shopSights(
  { pool }: ReconciliationDependencies,
  { id }: Connection,
  since: string,
  rows: readonly OrderWithLines[],
): Promise<Sight[]> {
  const keys = rows.flatMap(({ lines }) => (lines ?? []).map(variantKey));
  const links = new Map((await findLinks(pool, id, keys)).map((link) => [link.variantKey, link]));
  return rows.map((row) => {
    const { status, updatedAt, total, currency, addedAt } = row;
    const ours = addedAt === null || addedAt.slice(0, 10) >= since;
    const sight: ShopSight = {
      status,
      updatedAt,
      total,
      currency,
      ours,
      quantities: quantitiesOf(row, links),
    };
    return { id: Number(row.id), shopOrderId: row.id, data: sight };
  });
}

/** By warehouse item; null where a line has no item yet, or belongs to a bundle, which is posted as its parts (U-49). */
function quantitiesOf(
  { lines }: OrderWithLines,
  links: ReadonlyMap<string, { readonly itemId: number; readonly ratio: string }>,
): Record<string, string> | null {
  const quantities: Record<string, string> = {};
  for (const line of lines ?? []) {
    const link = links.get(variantKey(line));
    const bundled = line.productType === 'bundle' || (line.price === 0 && line.orderPrice === 0);
    if (link === undefined || bundled) return null;
    const units = multiply(parseDecimal(line.quantity) ?? zero, parseDecimal(link.ratio) ?? zero);
    const before = parseDecimal(quantities[link.itemId] ?? '0') ?? zero;
    quantities[link.itemId] = toDecimal(add(before, units), 3);
  }
  return lines === undefined ? null : quantities;
}

/** Reads the next page of documents of one type, then of the next type. Answers whether there is more. */
export async function readWarehousePage(
  dependencies: ReconciliationDependencies,
  ref: ReconciliationRef,
): Promise<boolean> {
  const walk = await walkOf(dependencies, ref);
  const at = walk?.warehouse.type ?? null;
  if (walk === undefined || at === null) return false;
  const connection = await connectionOf(dependencies, ref);
  const since = dayBefore(
    [
      connection.settings.startDate,
      (await firstDocumentDay(dependencies.pool, connection.id)) ?? '9',
    ].toSorted()[0] ?? '',
  );
  const page = await atWarehouse(dependencies, connection, (warehouse) =>
    warehouse.operationsPage(types[at] ?? OPER_TYPE.order, walk.warehouse.cursor, `${since} 00:00:00`),
  );
  const { foreignNote } = connection.settings;
  const sights = (page?.rows ?? []).map((found) => documentSight(found, foreignNote));
  const next =
    page !== undefined && page.next !== null
      ? { type: at, cursor: page.next }
      : { type: at + 1 < types.length ? at + 1 : null, cursor: firstCursor() };
  // After the subscription ran out the lists may be empty (micro.bg API 7, trap 1; Q-25).
  if (next.type === null) await provePaid(dependencies, connection);
  await storeSights(dependencies.pool, ref.reconciliation, 'warehouse', sights, {
    ...walk,
    warehouse: next,
    others: walk.others + sights.filter(({ shopOrderId }) => shopOrderId === null).length,
  });
  return next.type !== null;
}

async function provePaid(dependencies: ReconciliationDependencies, connection: Connection): Promise<void> {
  if (await atWarehouse(dependencies, connection, (warehouse) => warehouse.isPaid())) return;
  throw new PassStopped(
    'microbg_subscription_over',
    'The micro.bg subscription is not paid: its lists prove nothing',
    {
      retryInMs: 600_000,
    },
  );
}

/** Our own notes begin with the number of the order; another program marks its documents as the settings say. */
function documentSight(found: Operation, foreignNote: string): Sight {
  const { id, acct, operType: type, extAppDocId: extId, nullVat, note } = found;
  const lines = found.lines.map(({ itemId, quantity, priceOut, vatOut, taxRate }) => ({
    ...{ itemId, quantity, priceOut, vatOut, taxRate },
  }));
  const sight: DocumentSight = {
    id,
    number: acct === null ? null : String(acct),
    type,
    extId,
    nullVat,
    lines,
  };
  const shopOrderId = numberInNote(note, OWN_NOTE) ?? numberInNote(note, foreignNote) ?? null;
  return { id, shopOrderId, data: sight };
}

/** The value of one call to micro.bg; undefined: there is nothing. */
async function atWarehouse<T>(
  { slots, io, warehouseOf }: ReconciliationDependencies,
  connection: Connection,
  send: (warehouse: MicrobgClient) => Promise<Answer<T>>,
): Promise<T | undefined> {
  const answer = await sendInOnePlace({ io, slots, connection }, 'walk', BUSY_RETRY_MS, () =>
    send(warehouseOf(connection)),
  );
  if (answer.kind === 'failed') throw vendorUnavailable(answer.decision);
  return answer.kind === 'ok' ? answer.value : undefined;
}

/** Undefined when the comparison is no longer under way. */
async function walkOf(
  { pool }: ReconciliationDependencies,
  ref: ReconciliationRef,
): Promise<Walk | undefined> {
  const walk = await reconciliationProgress<Walk>(pool, ref.reconciliation);
  return walk === null ? start : walk;
}

/** Orders of buyers come first. */
export function budgetOf({ io, httpDeadlineMs }: ReconciliationDependencies, { shopHost }: Connection) {
  return { io, shopHost, budgetClass: 'report' as const, httpDeadlineMs };
}
