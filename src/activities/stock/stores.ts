import { type Answer, mapAnswer } from '../../clients/answer.ts';
import type { PageRef } from '../../clients/cloudcart/call.ts';
import type { StoreQuantity } from '../../clients/cloudcart/store-quantity.ts';
import { storeStoreQuantities, unreadStores } from '../../db/queries/catalogue/store-quantities.ts';
import { endFindings, reportFinding, standingFindings } from '../../db/queries/stock/findings.ts';
import { forgetStoreFigures } from '../../db/queries/stock/skus.ts';
import type { SkuWrite } from '../../db/queries/stock/sku-writes.ts';
import { PassStopped } from '../order/stops.ts';
import { payForRequest } from '../shop-requests.ts';
import type { Export } from './export-context.ts';

/** Code of the finding, and of why an export ends: the shop has no app with stores any more. */
export const STORES_APP_MISSING = 'stores_app_missing';

const FIRST_PAGE: PageRef = { number: 1, size: 100 };

const budgetOf = ({ io, connection, httpDeadlineMs, until }: Export) => ({
  ...{ io, shopHost: connection.shopHost, httpDeadlineMs, waitMs: until - io.now() },
  budgetClass: 'export' as const,
});

/**
 * Looks for the row that holds a store's figure; null: there is none. `not_found`: the shop has no stores at all, for a list is
 * never missing for another reason (CloudCart API 4.16).
 * @throws {PassStopped} when the budget means a long wait.
 */
export async function findRow(
  work: Export,
  { storeId, variantId, productId }: SkuWrite,
): Promise<Answer<string | null>> {
  const shop = work.shopOf(work.connection);
  const answer = await payForRequest(budgetOf(work), () =>
    work.io.call('shop.store-quantity.find', () => shop.storeQuantities({ storeId, variantId })),
  );
  // The shop keeps rows of a variant under other products as well (CloudCart API 4.16); a filter that it overlooks sends everything.
  const isMeant = (row: StoreQuantity): boolean =>
    row.storeId === storeId && String(row.variantId) === variantId && String(row.productId) === productId;
  return mapAnswer(answer, ({ rows }) => rows.find(isMeant)?.rowId ?? null);
}

/**
 * Reads what stores have that were chosen since: the catalogue's walk may be a day away, and a row that is known costs one request
 * instead of three. What the budget or the time leave out is found out by the writes.
 */
export async function readNewStores(work: Export): Promise<void> {
  const { io, pool, connection } = work;
  const chosen = connection.settings.storeStock.map(({ storeId }) => storeId);
  if (chosen.length === 0 || work.storesKept) return;
  const unread = await io.db('unread-stores', () => unreadStores(pool, connection.id, chosen));
  const shop = work.shopOf(connection);
  try {
    for (const storeId of unread)
      for (let page: PageRef | null = FIRST_PAGE; page !== null && io.now() < work.until;) {
        const asked: PageRef = page;
        const answer = await payForRequest(budgetOf(work), () =>
          io.call('shop.store-quantity.list', () => shop.storeQuantities({ storeId }, asked)),
        );
        if (answer.kind !== 'ok') return;
        const { rows, next } = answer.value;
        await io.db('store-store-quantities', () => storeStoreQuantities(pool, connection.id, rows, null));
        page = next;
      }
  } catch (error) {
    if (!(error instanceof PassStopped)) throw error;
  }
}

/** Tells a person that the stores are gone; until a cycle finds them again nothing is written to them. */
export async function reportStoresMissing({ io, pool, connection }: Export): Promise<void> {
  const stores = connection.settings.storeStock.length;
  await io.db('report-stores-missing', () =>
    reportFinding(pool, connection.id, { code: STORES_APP_MISSING, scope: 'stores', evidence: { stores } }),
  );
}

/**
 * Are figures of stores still kept back? Once they are, each cycle asks whether the shop has its stores again. Then nobody knows
 * what they show: all of it is written.
 */
export async function areStoresKept(work: Export): Promise<boolean> {
  const { io, pool, connection, lease } = work;
  if (!work.storesKept) return false;
  if (connection.settings.storeStock.length > 0) {
    if (!(await hasStores(work))) return true;
    await io.db('forget-store-figures', () => forgetStoreFigures(pool, lease));
  }
  const standing = await standingFindings(pool, connection.id);
  const over = standing.filter(({ code }) => code === STORES_APP_MISSING);
  await io.db('end-stores-missing', () =>
    endFindings(
      pool,
      over.map(({ id }) => id),
    ),
  );
  return false;
}

async function hasStores(work: Export): Promise<boolean> {
  const shop = work.shopOf(work.connection);
  try {
    const answer = await payForRequest(budgetOf(work), () =>
      work.io.call('shop.stores.list', () => shop.stores({ number: 1, size: 1 })),
    );
    return answer.kind === 'ok';
  } catch (error) {
    // No request is left for the question: the next cycle asks it.
    if (error instanceof PassStopped) return false;
    throw error;
  }
}
