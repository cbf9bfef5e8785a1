import { type Cursor, firstCursor } from '../../clients/microbg/paging.ts';
import { readLookups, storeLookups } from '../../db/queries/lookups.ts';
import { readItemWalk, storeItemWalk } from '../../db/queries/preflight.ts';
import { emptyWalk, lookupsOfWalk, walkOn } from '../../domain/preflight/item-walk.ts';
import type { DutyTask } from '../duties.ts';
import { askWarehouseAside } from '../warehouse-requests.ts';
import type { PreflightDependencies } from './preflight.ts';

/** Rows of one page; a server that gives fewer is understood. */
const PAGE = 500;

/**
 * Walks over all items for services, measures and price lists: micro.bg finds items by id, code or barcode, but not by
 * what they are (micro.bg API 3.5). Goes on where it stopped; answers whether it came to the end.
 * @throws {PassStopped} when micro.bg does not answer, or no place came free.
 */
export async function walkItems(
  { pool, io, slots, warehouseOf, pausedRetryMs }: PreflightDependencies,
  { connection, timeLeft }: DutyTask,
): Promise<boolean> {
  const known = await readLookups(pool, connection.id);
  // The account did not show itself: there is nothing to walk over.
  if (known === undefined) return true;
  const warehouse = warehouseOf(connection);
  const desk = { io, slots, connection, warehouse, pausedRetryMs };
  const { pricesWithVat } = known.lookups.warehouse.company;
  let walk = (await readItemWalk(pool, connection.id)) ?? emptyWalk();
  while (timeLeft()) {
    const cursor = (walk.cursor as Cursor | null) ?? firstCursor(PAGE);
    const page = await askWarehouseAside(desk, 'preflight.items', () =>
      warehouse.itemsPage({ pricesWithVat }, cursor),
    );
    walk = walkOn(walk, page?.rows ?? [], page?.next ?? null);
    if (page === undefined || page.next === null) {
      const now = await readLookups(pool, connection.id);
      if (now === undefined) return true;
      const items = lookupsOfWalk(walk, new Date().toISOString());
      const { shop, warehouse: shown } = now.lookups;
      await storeLookups(pool, connection.id, { shop, warehouse: { ...shown, items } });
      await storeItemWalk(pool, connection.id, null);
      return true;
    }
    await storeItemWalk(pool, connection.id, walk);
  }
  return false;
}
