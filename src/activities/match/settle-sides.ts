import { markGone, unseen, unseenVariants } from '../../db/queries/catalogue/match-run.ts';
import { markStoreRowsGone } from '../../db/queries/catalogue/store-quantities.ts';
import { storeVariants } from '../../db/queries/catalogue/variants.ts';
import type { Connection } from '../../db/queries/connections.ts';
import type { MatchRef } from '../../workflows/match/contract.ts';
import { toShopVariant } from '../catalogue/goods-facts.ts';
import { PassStopped } from '../order/stops.ts';
import { askShop } from '../shop-requests.ts';
import { askWarehouseAside } from '../warehouse-requests.ts';
import { type MatchDependencies, type MatchWalk, budgetOf } from './walk.ts';

/** Variants that the list did not show are asked for by their product, so many at most: rows shift while pages are read. */
const ASKED_AGAIN = 20;
/** More than this share of the items missing is a list that was cut short, until the subscription is proven. */
const SUSPICIOUS_SHARE = 0.1;

/**
 * Marks what is gone on either side. Nothing is gone because an answer was empty: after the subscription ran out the
 * warehouse's lists may be (micro.bg API 7, trap 1; Q-25). Answers how many requests that took: none when all was seen.
 */
export async function settleSides(
  dependencies: MatchDependencies,
  connection: Connection,
  { report }: MatchRef,
  { shop, stores }: MatchWalk,
): Promise<{ readonly shopRequests: number; readonly warehouseRequests: number }> {
  const { pool } = dependencies;
  const missing = await unseen(pool, connection.id, report);
  const shopRequests = missing.variants === 0 ? 0 : await askAgain(dependencies, connection, report);
  const proof = missing.items > missing.knownItems * SUSPICIOUS_SHARE;
  if (proof) await provePaid(dependencies, connection);
  await markGone(pool, connection.id, report, { shop: shop.skipped === 0, warehouse: true });
  await markStoreRowsGone(pool, connection.id, report, stores?.read ?? []);
  return { shopRequests, warehouseRequests: proof ? 1 : 0 };
}

/** A row that slipped past us while pages were read is there all the same. */
async function askAgain(
  dependencies: MatchDependencies,
  connection: Connection,
  report: number,
): Promise<number> {
  const { pool, shopOf } = dependencies;
  const variants = await unseenVariants(pool, connection.id, report, ASKED_AGAIN);
  const products = [...new Set(variants.map(({ productId }) => productId))];
  for (const productId of products) {
    const found = await askShop(budgetOf(dependencies, connection), 'products.get', () =>
      shopOf(connection).goodsOfProduct(String(productId)),
    );
    if (found !== undefined && found.length > 0)
      await storeVariants(pool, connection.id, found.map(toShopVariant), report);
  }
  return products.length;
}

async function provePaid(
  { io, slots, warehouseOf, pausedRetryMs }: MatchDependencies,
  connection: Connection,
): Promise<void> {
  const warehouse = warehouseOf(connection);
  const desk = { io, slots, connection, warehouse, pausedRetryMs };
  if ((await askWarehouseAside(desk, 'getCompanyData', () => warehouse.isPaid())) === true) return;
  throw new PassStopped(
    'microbg_subscription_over',
    'The micro.bg subscription is not paid: its lists prove nothing',
    { retryInMs: 600_000 },
  );
}
