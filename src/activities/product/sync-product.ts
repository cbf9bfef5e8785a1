import { type Queryable, inTransaction } from '../../db/pool.ts';
import { wakeOrders } from '../../db/queries/catalogue/links.ts';
import { markLinks } from '../../db/queries/catalogue/match-run.ts';
import {
  type ProductKey,
  claimProduct,
  goodsChanged,
  holdsProduct,
  releaseProduct,
} from '../../db/queries/catalogue/product-hints.ts';
import { refreshRows } from '../../db/queries/catalogue/refresh-rows.ts';
import {
  type ShopVariant,
  markOthersGone,
  storeVariants,
  variantsOfProduct,
} from '../../db/queries/catalogue/variants.ts';
import type { Connection } from '../../db/queries/connections.ts';
import type { ProductRef, ProductResult } from '../../workflows/product/contract.ts';
import { toShopVariant } from '../catalogue/goods-facts.ts';
import { type MatchDependencies, budgetOf, connectionOf } from '../match/walk.ts';
import { PassStopped } from '../order/stops.ts';
import { askShop } from '../shop-requests.ts';

export interface ProductDependencies extends MatchDependencies {
  /**
   * Brings a variant into the warehouse by the rules of the import, once; what is not wanted it leaves alone. Answers whether
   * an item was written, or only linked.
   */
  readonly bring: (connection: Connection, variantKey: string) => Promise<'written' | 'linked' | 'nothing'>;
}

/** Beside the request itself: the wait for the budget, and what is stored. */
const LEASE_BEYOND_REQUEST_MS = 15_000;

/**
 * Reads a product that a webhook told of, once, and lets everything follow that depends on it: its variants as they are
 * kept, their rows in the match report, links that are gone or back, orders that waited for it. An item is never deleted.
 */
export async function syncProduct(
  dependencies: ProductDependencies,
  ref: ProductRef,
): Promise<ProductResult> {
  const { pool, httpDeadlineMs, shopOf } = dependencies;
  const connection = await connectionOf(dependencies, ref);
  const key = { connectionId: ref.connection, productId: ref.product };
  const claim = await claimProduct(pool, key, httpDeadlineMs + LEASE_BEYOND_REQUEST_MS);
  if (claim === null) return { deed: 'answered_before', variants: 0, written: 0 };
  if (claim === undefined)
    throw new PassStopped('product_busy', 'Another worker looks at this product', { retryInMs: 1_000 });
  try {
    const goods = await askShop(budgetOf(dependencies, connection), 'products.get', () =>
      shopOf(connection).goodsOfProduct(ref.product),
    );
    const found = (goods ?? []).map(toShopVariant);
    const changed = await store(dependencies, connection, key, { found, fence: claim.fence });
    // Also where nothing is news: the worker that stored the news may have died before it came to this.
    const written = connection.mode === 'live' ? await bringAll(dependencies, connection, found) : 0;
    await releaseProduct(pool, key, claim.fence, false);
    const deed = goods === undefined ? 'deleted' : changed ? 'updated' : 'unchanged';
    return { deed, variants: found.length, written };
  } catch (error) {
    // The lease would run out by itself: then the next look comes later.
    await releaseProduct(pool, key, claim.fence, true).catch(() => undefined);
    throw error;
  }
}

/** One after the other: micro.bg has one place for all that is no order. Answers how many items were written. */
async function bringAll(
  { pool, bring }: ProductDependencies,
  connection: Connection,
  found: readonly ShopVariant[],
): Promise<number> {
  const deeds: string[] = [];
  for (const { variantKey } of found) deeds.push(await bring(connection, variantKey));
  if (deeds.every((deed) => deed === 'nothing')) return 0;
  const keys = found.map(({ variantKey }) => variantKey);
  await refreshRows(pool, connection, { variantKeys: keys });
  await wakeOrders(pool, connection.id, keys);
  return deeds.filter((deed) => deed === 'written').length;
}

/** All that follows from a read, in one transaction. Answers whether anything but stock and price is news. */
async function store(
  { pool }: ProductDependencies,
  connection: Connection,
  key: ProductKey,
  { found, fence }: { readonly found: readonly ShopVariant[]; readonly fence: number },
): Promise<boolean> {
  return inTransaction(pool, async (tx) => {
    if (!(await holdsProduct(tx, key, fence)))
      throw new PassStopped('lease_lost', 'Another worker has taken over this product');
    return storeRead(tx, connection, key, found);
  });
}

async function storeRead(
  tx: Queryable,
  connection: Connection,
  { connectionId, productId }: ProductKey,
  found: readonly ShopVariant[],
): Promise<boolean> {
  const before = await variantsOfProduct(tx, connectionId, productId);
  const shown = found.map(({ variantKey }) => variantKey);
  if (found.length > 0) await storeVariants(tx, connectionId, found, null);
  await markOthersGone(tx, connectionId, productId, shown);
  const keys = [...new Set([...before.map(({ variantKey }) => variantKey), ...shown])];
  if (saidOf(before) === saidOf(found)) return false;
  await markLinks(tx, connectionId, keys);
  await goodsChanged(tx, connectionId);
  await refreshRows(tx, connection, { variantKeys: keys });
  await wakeOrders(tx, connectionId, keys);
  return true;
}

/** What is said of variants apart from stock, price and times. */
function saidOf(variants: readonly ShopVariant[]): string {
  const said = variants.map((variant) => {
    const { variantKey, productName, options, sku, barcode, active, draft, tracked, digital, bundle } =
      variant;
    const { fractional, unlimited, hasDescription } = variant;
    return [
      ...[variantKey, productName, options, sku, barcode, active, draft, tracked, digital, bundle],
      ...[fractional, unlimited, hasDescription],
    ].join('\u0000');
  });
  return said.toSorted().join('\n');
}
