import {
  type FoundDifference,
  type OrderToCompare,
  accountFacts,
  finishReconciliation,
  ordersToCompare,
  walkFigures,
} from '../../db/queries/reconciliation.ts';
import { type ForeignDocument, storeForeignDocuments } from '../../db/queries/foreign-documents.ts';
import type { Connection } from '../../db/queries/connections.ts';
import {
  type AccountFacts,
  type Difference,
  differencesOf,
  foreignDocuments,
  isForPass,
  isInWarehouse,
} from '../../domain/completeness/reconciliation.ts';
import type { ReconciliationRef, ReconciliationSummary } from '../../workflows/reconciliation/contract.ts';
import { askShop } from '../shop-requests.ts';
import { type ReconciliationDependencies, budgetOf, connectionOf } from './walk.ts';

/** Orders of one statement. */
const BATCH = 500;
/** Differences that are listed one by one; all are counted. */
const LISTED = 10_000;
/** Orders that the list did not show are read by their number, so many at most: it may leave out archived ones (U-17). */
const ASKED_BY_NUMBER = 50;

interface Tally {
  compared: number;
  moving: number;
  blocked: number;
  asked: number;
  readonly differences: FoundDifference[];
  readonly foreign: ForeignDocument[];
}

/** Compares what both sides showed with the ledger, order by order, and stores the result. It writes to neither side. */
export async function compareSides(
  dependencies: ReconciliationDependencies,
  ref: ReconciliationRef,
): Promise<ReconciliationSummary> {
  const { pool } = dependencies;
  const connection = await connectionOf(dependencies, ref);
  const account = await accountFacts(pool, ref.connection);
  const tally: Tally = { compared: 0, moving: 0, blocked: 0, asked: 0, differences: [], foreign: [] };
  for (let after = '-1'; ;) {
    const orders = await ordersToCompare(pool, ref.reconciliation, after, BATCH);
    for (const order of orders) await compareOrder(dependencies, connection, account, order, tally);
    after = orders.at(-1)?.shopOrderId ?? after;
    if (orders.length < BATCH) break;
  }
  const { differences } = tally;
  await storeForeignDocuments(pool, ref.connection, tally.foreign);
  const read = await walkFigures(pool, ref.reconciliation);
  const hinted = ordersWith(differences, isForPass);
  const suspects = ordersWith(differences, isInWarehouse);
  const figures = {
    ...read,
    ...{ compared: tally.compared, moving: tally.moving, blocked: tally.blocked },
    ...{ differences: differences.length, byKind: countKinds(differences), handedOver: hinted.length },
  };
  const listed = differences.slice(0, LISTED);
  await finishReconciliation(pool, ref.reconciliation, { figures, differences: listed, hinted, suspects });
  return { orders: read.orders, documents: read.documents, differences: differences.length };
}

async function compareOrder(
  dependencies: ReconciliationDependencies,
  connection: Connection,
  account: AccountFacts,
  order: OrderToCompare,
  tally: Tally,
): Promise<void> {
  const { shopOrderId } = order;
  for (const { id, type, number, gross, lines } of foreignDocuments(order, account))
    tally.foreign.push({ warehouseId: id, shopOrderId, type, number, gross, lines });
  if (order.moving) {
    tally.moving += 1;
    return;
  }
  tally.compared += 1;
  if (order.known?.state === 'blocked') tally.blocked += 1;
  for (const difference of differencesOf(order, account)) {
    if (difference.kind === 'missing_in_shop' && (await isInShop(dependencies, connection, order, tally)))
      continue;
    tally.differences.push({ shopOrderId, ...difference });
  }
}

/** A list may leave an order out that the shop has all the same. */
async function isInShop(
  dependencies: ReconciliationDependencies,
  connection: Connection,
  { shopOrderId }: OrderToCompare,
  tally: Tally,
): Promise<boolean> {
  if (tally.asked >= ASKED_BY_NUMBER) return false;
  tally.asked += 1;
  const found = await askShop(budgetOf(dependencies, connection), 'orders.get', () =>
    dependencies.shopOf(connection).order(shopOrderId),
  );
  return found !== undefined;
}

function ordersWith(
  differences: readonly FoundDifference[],
  matters: (kind: Difference['kind']) => boolean,
): string[] {
  const those = differences.filter(({ kind }) => matters(kind));
  return [...new Set(those.map(({ shopOrderId }) => shopOrderId))];
}

function countKinds(differences: readonly Difference[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of differences) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
