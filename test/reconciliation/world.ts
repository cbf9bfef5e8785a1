import { createClients } from '../../src/activities/index.ts';
import { createPassIo } from '../../src/activities/order/io.ts';
import { compareSides } from '../../src/activities/reconciliation/compare.ts';
import {
  type ReconciliationDependencies,
  readShopPage,
  readWarehousePage,
} from '../../src/activities/reconciliation/walk.ts';
import { createSlots } from '../../src/activities/slots.ts';
import { createConnectionCache } from '../../src/db/connection-cache.ts';
import type { Pool } from '../../src/db/pool.ts';
import {
  askForReconciliation,
  beginReconciliation,
  viewReconciliation,
} from '../../src/db/queries/reconciliation.ts';
import type { ReconciliationRef } from '../../src/workflows/reconciliation/contract.ts';
import { testBox } from '../support/database.ts';

/** What a worker has for comparisons. */
export function reconciler(pool: Pool): ReconciliationDependencies {
  return {
    pool,
    io: createPassIo(pool),
    connections: createConnectionCache(pool, testBox, 0),
    slots: createSlots(pool, 10_000),
    ...createClients({ HTTP_DEADLINE_MS: 5_000 }),
    httpDeadlineMs: 5_000,
    lookEveryMs: 1_000,
  };
}

/** Asks for a comparison and begins it. */
export async function begin(pool: Pool, connection: string): Promise<ReconciliationRef> {
  const reconciliation = await askForReconciliation(pool, connection, 'test');
  if (reconciliation === undefined) throw new Error('one is under way');
  await beginReconciliation(pool, reconciliation);
  return { connection, reconciliation };
}

/** The rest of a comparison, as the workflow goes through it, and its result. */
export async function finish(dependencies: ReconciliationDependencies, ref: ReconciliationRef) {
  while (await readShopPage(dependencies, ref));
  while (await readWarehousePage(dependencies, ref));
  await compareSides(dependencies, ref);
  const view = await viewReconciliation(dependencies.pool, ref.connection, ref.reconciliation, 1_000);
  if (view === undefined) throw new Error('there is no result');
  return view;
}

/** A whole comparison and its result. */
export async function reconcile(dependencies: ReconciliationDependencies, connection: string) {
  return finish(dependencies, await begin(dependencies.pool, connection));
}
