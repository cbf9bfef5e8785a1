import type { CloudcartClient } from '../../clients/cloudcart/index.ts';
import type { MicrobgClient } from '../../clients/microbg/index.ts';
import { type Cursor, firstCursor } from '../../clients/microbg/paging.ts';
import type { ConnectionCache } from '../../db/connection-cache.ts';
import type { Pool } from '../../db/pool.ts';
import { reportProgress, storePage } from '../../db/queries/catalogue/match-run.ts';
import type { ShopVariant } from '../../db/queries/catalogue/variants.ts';
import type { Connection } from '../../db/queries/connections.ts';
import type { MatchProgress, MatchRef } from '../../workflows/match/contract.ts';
import { toShopVariant } from '../catalogue/goods-facts.ts';
import { toWarehouseItem } from '../catalogue/item-facts.ts';
import type { PassIo } from '../order/io.ts';
import { PassStopped } from '../order/stops.ts';
import { askShop } from '../shop-requests.ts';
import type { Slots } from '../slots.ts';
import { askWarehouseAside } from '../warehouse-requests.ts';

export interface MatchDependencies {
  readonly pool: Pool;
  readonly io: PassIo;
  readonly connections: ConnectionCache;
  readonly slots: Slots;
  readonly shopOf: (connection: Connection) => CloudcartClient;
  readonly warehouseOf: (connection: Connection) => MicrobgClient;
  readonly httpDeadlineMs: number;
  readonly pausedRetryMs: number;
  /** How often the schedule looks for connections that are due, milliseconds. */
  readonly lookEveryMs: number;
}

/** Rows of a page at most, on both sides (CloudCart API 3.1; Q-17). */
const PAGE = 100;
/** Sizes of pages; a smaller one where a larger one is more than is accepted in one answer. */
const SMALLER: Readonly<Record<number, number>> = { 100: 50, 50: 25, 25: 5, 5: 1 };
/** One call reads for so long: then the workflow tells how far it came. */
const READ_FOR_MS = 10_000;
const TOO_LARGE: ReadonlySet<string> = new Set(['cloudcart_too_large', 'microbg_too_large']);

/** Where the walk over both sides stands. Plain data: a worker that dies is followed by another one. */
export interface MatchWalk {
  readonly shop: {
    /** Rows before the next page; null: all were read. */
    readonly offset: number | null;
    readonly size: number;
    readonly total: number | null;
    readonly read: number;
    readonly requests: number;
    /** Rows that no answer was small enough for. */
    readonly skipped: number;
  };
  /** Rows of the shop's stores, read after its goods; missing: they are not begun. */
  readonly stores?: {
    /** Stores with rows to read, the first of them from this page on. */
    readonly left: readonly number[];
    readonly page: number;
    /** Stores that were read to the end. */
    readonly read: readonly number[];
  };
  readonly warehouse: {
    /** Null: all were read. */
    readonly cursor: Cursor | null;
    readonly read: number;
    readonly requests: number;
  };
}

const start: MatchWalk = {
  shop: { offset: 0, size: PAGE, total: null, read: 0, requests: 0, skipped: 0 },
  warehouse: { cursor: firstCursor(PAGE), read: 0, requests: 0 },
};

/** A connection whose report is under way. @throws {PassStopped} when it was switched off meanwhile. */
export async function connectionOf(
  { connections }: Pick<MatchDependencies, 'connections'>,
  { connection: id }: Pick<MatchRef, 'connection'>,
): Promise<Connection> {
  const connection = await connections.get(id);
  if (connection !== undefined && connection.mode !== 'off') return connection;
  // Perhaps not any more: a connection is remembered for two seconds.
  throw new PassStopped('connection_off', 'The connection is off', { retryInMs: 5_000 });
}

/** Where the walk stands; undefined when the report is no longer under way. */
export async function walkOf(
  { pool }: Pick<MatchDependencies, 'pool'>,
  ref: MatchRef,
): Promise<MatchWalk | undefined> {
  const walk = await reportProgress<MatchWalk>(pool, ref.report);
  return walk === null ? start : walk;
}

/**
 * Reads the next pages of the shop's goods, by id: what is added meanwhile comes at the end. Then what its stores have of them,
 * where the export writes that.
 */
export function readShopGoods(dependencies: MatchDependencies, ref: MatchRef): Promise<MatchProgress> {
  return readPages(dependencies, ref, isMoreOfShop, (desk, connection, of, walk) =>
    (walk.shop.offset === null ? storesPage : shopPage)(desk, connection, of, walk),
  );
}

function isMoreOfShop({ shop, stores }: MatchWalk): boolean {
  return shop.offset !== null || (stores?.left.length ?? 0) > 0;
}

/** Reads the next pages of the warehouse's items, deleted ones as well. */
export function readWarehouseItems(dependencies: MatchDependencies, ref: MatchRef): Promise<MatchProgress> {
  return readPages(dependencies, ref, (walk) => walk.warehouse.cursor !== null, warehousePage);
}

type PageReader = (
  dependencies: MatchDependencies,
  connection: Connection,
  ref: MatchRef,
  walk: MatchWalk,
) => Promise<MatchWalk>;

/** What was read is kept when the vendor cannot go on now; the next call waits, and this one tells how far it came. */
async function readPages(
  dependencies: MatchDependencies,
  ref: MatchRef,
  isMore: (walk: MatchWalk) => boolean,
  readPage: PageReader,
): Promise<MatchProgress> {
  const { io } = dependencies;
  let walk = await walkOf(dependencies, ref);
  if (walk === undefined) return over;
  const connection = await connectionOf(dependencies, ref);
  const until = io.now() + READ_FOR_MS;
  for (let pages = 0; isMore(walk) && (pages === 0 || io.now() < until); pages += 1) {
    try {
      walk = await readPage(dependencies, connection, ref, walk);
    } catch (error) {
      if (pages === 0 || !(error instanceof PassStopped)) throw error;
      break;
    }
  }
  return progressOf(walk);
}

const over: MatchProgress = { stage: 'compare', variants: 0, variantsInShop: null, items: 0 };

function progressOf(walk: MatchWalk): MatchProgress {
  const { shop, warehouse } = walk;
  const stage = isMoreOfShop(walk) ? 'shop' : warehouse.cursor !== null ? 'warehouse' : 'compare';
  return { stage, variants: shop.read, variantsInShop: shop.total, items: warehouse.read };
}

async function shopPage(
  dependencies: MatchDependencies,
  connection: Connection,
  ref: MatchRef,
  walk: MatchWalk,
): Promise<MatchWalk> {
  const { shop } = walk;
  const offset = shop.offset ?? 0;
  const { size } = shop;
  const page = { number: offset / size + 1, size };
  const read = await unlessTooLarge(() =>
    askShop(budgetOf(dependencies, connection), 'variants.list', () =>
      dependencies.shopOf(connection).goods(page),
    ),
  );
  const requests = shop.requests + 1;
  if (read === 'too_large') {
    const smaller = SMALLER[size];
    const next =
      smaller === undefined
        ? { ...shop, requests, offset: offset + 1, size: sizeAt(offset + 1), skipped: shop.skipped + 1 }
        : { ...shop, requests, size: smaller };
    return stored(dependencies, ref, walk, { ...walk, shop: next }, {});
  }
  const total = read?.total ?? null;
  // Something was deleted meanwhile: what we have not seen slipped to pages that we have read.
  const slipped = total !== null && shop.total !== null ? Math.max(0, shop.total - total) : 0;
  const ended = read === undefined || (read.next === null && slipped === 0);
  const next = slipped === 0 ? offset + size : Math.max(0, Math.floor((offset - slipped) / PAGE) * PAGE);
  const from = ended ? null : next;
  const variants = distinct((read?.rows ?? []).map(toShopVariant));
  const after = {
    ...{
      offset: from,
      size: from === null ? size : largest(from, size),
      total,
      requests,
      skipped: shop.skipped,
    },
    read: shop.read + variants.length,
  };
  const left = connection.settings.storeStock.map(({ storeId }) => storeId);
  const stores = ended && left.length > 0 ? { stores: { left, page: 1, read: [] } } : {};
  return stored(dependencies, ref, walk, { ...walk, shop: after, ...stores }, { variants });
}

/** A store that the shop does not list any more, or a shop without the app, shows nothing: nothing of it is known then. */
async function storesPage(
  dependencies: MatchDependencies,
  connection: Connection,
  ref: MatchRef,
  walk: MatchWalk,
): Promise<MatchWalk> {
  const { left, page, read } = walk.stores ?? { left: [], page: 1, read: [] };
  const [storeId, ...others] = left;
  if (storeId === undefined) return walk;
  const found = await askShop(budgetOf(dependencies, connection), 'store-quantity.list', () =>
    dependencies.shopOf(connection).storeQuantities({ storeId }, { number: page, size: PAGE }),
  );
  const isMore = found !== undefined && found.next !== null;
  const stores = isMore
    ? { left, page: page + 1, read }
    : { left: others, page: 1, read: found === undefined ? read : [...read, storeId] };
  const shop = { ...walk.shop, requests: walk.shop.requests + 1 };
  return stored(dependencies, ref, walk, { ...walk, shop, stores }, { storeQuantities: found?.rows ?? [] });
}

/** After pages that had to be small, the usual size again where a page of that size begins. */
function largest(offset: number, size: number): number {
  return size === PAGE ? PAGE : offset % PAGE === 0 ? sizeAt(offset) : size;
}

/** The largest size of which a page begins here. */
function sizeAt(offset: number): number {
  return [PAGE, 50, 25, 5].find((size) => offset % size === 0) ?? 1;
}

async function warehousePage(
  dependencies: MatchDependencies,
  connection: Connection,
  ref: MatchRef,
  walk: MatchWalk,
): Promise<MatchWalk> {
  const { io, slots, pausedRetryMs } = dependencies;
  const { warehouse: before } = walk;
  const cursor = before.cursor ?? firstCursor(PAGE);
  const warehouse = dependencies.warehouseOf(connection);
  const page = await unlessTooLarge(() =>
    askWarehouseAside({ io, slots, connection, warehouse, pausedRetryMs }, 'getItems', () =>
      warehouse.itemsPage({ pricesWithVat: true }, cursor),
    ),
  );
  const requests = before.requests + 1;
  if (page === 'too_large') {
    const limit = SMALLER[cursor.limit];
    // One item that is more than is accepted stays a failure: nothing can be read around it.
    if (limit === undefined)
      throw new PassStopped('microbg_too_large', 'An item of micro.bg is larger than accepted');
    const smaller = { ...before, requests, cursor: { ...cursor, limit } };
    return stored(dependencies, ref, walk, { ...walk, warehouse: smaller }, {});
  }
  const items = (page?.rows ?? []).map(toWarehouseItem);
  const after = {
    cursor: page?.next ?? null,
    read: before.read + items.length,
    requests,
  };
  return stored(dependencies, ref, walk, { ...walk, warehouse: after }, { items });
}

async function unlessTooLarge<T>(ask: () => Promise<T>): Promise<T | 'too_large'> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof PassStopped && TOO_LARGE.has(error.code)) return 'too_large';
    throw error;
  }
}

async function stored(
  { io, pool }: MatchDependencies,
  { connection, report }: MatchRef,
  from: MatchWalk,
  to: MatchWalk,
  page: Omit<Parameters<typeof storePage>[2], 'connectionId'>,
): Promise<MatchWalk> {
  const moved = await io.db('store-page', () =>
    storePage(
      pool,
      report,
      { connectionId: connection, ...page },
      { from: from === start ? null : from, to },
    ),
  );
  if (moved) return to;
  throw new PassStopped('report_moved', 'Another worker goes on with this report', { retryInMs: 1_000 });
}

/** A page that shows a row twice would change it twice in one statement. */
function distinct(variants: readonly ShopVariant[]): ShopVariant[] {
  return [...new Map(variants.map((variant) => [variant.variantKey, variant])).values()];
}

/** Orders of buyers come first. */
export function budgetOf(
  { io, httpDeadlineMs }: Pick<MatchDependencies, 'io' | 'httpDeadlineMs'>,
  { shopHost }: Connection,
) {
  return { io, shopHost, budgetClass: 'report' as const, httpDeadlineMs };
}
