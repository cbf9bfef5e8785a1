import pino from 'pino';
import { createClients } from '../../src/activities/index.ts';
import { runDuties } from '../../src/activities/duties.ts';
import { type PassIo, createPassIo } from '../../src/activities/order/io.ts';
import { sweepDuty } from '../../src/activities/sweep/sweep.ts';
import { createConnectionCache } from '../../src/db/connection-cache.ts';
import type { Pool } from '../../src/db/pool.ts';
import { askForDuty } from '../../src/db/queries/duties.ts';
import { takeDueOrders } from '../../src/db/queries/inbox.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import type { ShardReport } from '../../src/workflows/shard-run.ts';
import { testBox } from '../support/database.ts';
import type { Emulators } from '../support/emulators.ts';
import type { PassWorld } from '../support/passes.ts';

/** Sweeps all connections once, as one run of the schedule does; the one of the test is due at once. */
export async function sweepOnce(
  pool: Pool,
  connectionId: string,
  { io = createPassIo(pool), httpDeadlineMs = 2_000 }: { io?: PassIo; httpDeadlineMs?: number } = {},
): Promise<ShardReport> {
  await askForDuty(pool, connectionId, 'sweep');
  const { shopOf } = createClients({ HTTP_DEADLINE_MS: httpDeadlineMs });
  const duty = sweepDuty({ pool, io, shopOf, httpDeadlineMs, lookEveryMs: 1_000 });
  const dependencies = {
    pool,
    connections: createConnectionCache(pool, testBox, 0),
    logger: pino({ level: 'silent' }),
    metrics: createMetrics(),
    heartbeatMs: 1_000,
  };
  return runDuties(dependencies, duty, { shard: 0, shards: 1 });
}

/** What the sweep handed over: the orders that the relay would signal now, each taken once. */
export async function dueOrders(pool: Pool): Promise<string[]> {
  const due = await takeDueOrders(pool, 1_000, 60_000);
  return due.map(({ shopOrderId }) => shopOrderId).toSorted((left, right) => Number(left) - Number(right));
}

/** Passes over everything that is due, as the workflows would make them. Answers which orders that were. */
export async function followHints(world: PassWorld): Promise<string[]> {
  const ids = await dueOrders(world.pool);
  const worker = world.worker();
  for (const id of ids) await world.settle(worker, id);
  return ids;
}

/** Requests that the shop got while the work was done. */
export async function shopRequests(
  { shop }: Emulators,
  work: () => Promise<unknown>,
): Promise<{ method: string; path: string }[]> {
  await shop.control.send('DELETE', '/requests');
  await work();
  const { requests } = await shop.control.get<{ requests: { method: string; path: string }[] }>('/requests');
  return requests;
}
