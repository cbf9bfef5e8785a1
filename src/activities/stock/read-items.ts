import { firstCursor } from '../../clients/microbg/paging.ts';
import { inTransaction } from '../../db/pool.ts';
import { storeItems } from '../../db/queries/catalogue/warehouse-items.ts';
import type { ClaimedExport } from '../../db/queries/stock/export-lease.ts';
import { itemsReadUpTo, newestItemChange, touchChangedItems } from '../../db/queries/stock/items.ts';
import { toWarehouseItem } from '../catalogue/item-facts.ts';
import { askWarehouseAside } from '../warehouse-requests.ts';
import type { Export } from './export-context.ts';

const PAGE = 100;

/**
 * Reads the items that changed since the last time: prices come from them, because the lists of `getItemPrices` may be off
 * by one. Dates have seconds, so the last one is read again until half a minute has passed, by our clock, since it was first
 * seen: until then something may still change within it. Before the first match report nothing is known of the
 * items: it reads them all.
 */
export async function readChangedItems(
  work: Export,
  { itemsReadAt, isItemsSecondOver }: ClaimedExport,
): Promise<{ readonly requests: number; readonly changed: number }> {
  const { io, pool, connection, lease } = work;
  const fromDate = itemsReadAt ?? (await newestItemChange(pool, connection.id));
  if (fromDate === null) return { requests: 0, changed: 0 };
  const warehouse = work.warehouseOf(connection);
  let newest = fromDate;
  let changed = 0;
  let requests = 0;
  for (let cursor = firstCursor(PAGE); ; requests += 1) {
    const page = await askWarehouseAside({ ...work, warehouse }, 'getItems', () =>
      warehouse.itemsPage({ pricesWithVat: true, fromDate }, cursor),
    );
    // A server that does not know the parameter sends everything.
    const items = (page?.rows ?? [])
      .map(toWarehouseItem)
      .filter(({ updatedAt }) => updatedAt === null || updatedAt >= fromDate);
    for (const { updatedAt } of items) if (updatedAt !== null && updatedAt > newest) newest = updatedAt;
    if (items.length > 0)
      changed += await io.db('store-items', () =>
        inTransaction(pool, async (tx) => {
          const different = await touchChangedItems(tx, connection.id, items);
          await storeItems(tx, connection.id, items, null);
          return different;
        }),
      );
    if (page === undefined || page.next === null) break;
    cursor = page.next;
  }
  if (newest === itemsReadAt && isItemsSecondOver) newest = secondAfter(newest);
  if (newest !== itemsReadAt) await io.db('items-read', () => itemsReadUpTo(pool, lease, newest));
  return { requests: requests + 1, changed };
}

/** The next second of a wall time, `YYYY-MM-DD HH:mm:ss`; another form stays as it is. */
function secondAfter(wallTime: string): string {
  const ms = Date.parse(`${wallTime.replace(' ', 'T')}Z`);
  if (Number.isNaN(ms) || wallTime.length !== 19) return wallTime;
  return new Date(ms + 1_000).toISOString().slice(0, 19).replace('T', ' ');
}
