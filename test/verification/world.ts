import pino from 'pino';
import { runDuties } from '../../src/activities/duties.ts';
import { createClients } from '../../src/activities/index.ts';
import { createPassIo } from '../../src/activities/order/io.ts';
import { createSlots } from '../../src/activities/slots.ts';
import { verificationDuty } from '../../src/activities/verification/verification.ts';
import { createConnectionCache } from '../../src/db/connection-cache.ts';
import type { Pool } from '../../src/db/pool.ts';
import { askForDuty } from '../../src/db/queries/duties.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import type { ShardReport } from '../../src/workflows/shard-run.ts';
import { testBox } from '../support/database.ts';
import type { Control } from '../support/emulators.ts';

/** Compares all connections once, as one run of the schedule does; the one of the test is due at once. */
export async function verifyOnce(
  pool: Pool,
  connectionId: string,
  { quietMs = 0 }: { quietMs?: number } = {},
): Promise<ShardReport> {
  await askForDuty(pool, connectionId, 'verification');
  const { warehouseOf } = createClients({ HTTP_DEADLINE_MS: 2_000 });
  const logger = pino({ level: 'silent' });
  const slots = createSlots(pool, 10_000);
  const duty = verificationDuty({
    ...{ pool, slots, warehouseOf, io: createPassIo(pool) },
    ...{ logger, quietMs, pausedRetryMs: 1_000, lookEveryMs: 1_000 },
  });
  const dependencies = {
    ...{ pool, connections: createConnectionCache(pool, testBox, 0) },
    ...{ logger, metrics: createMetrics(), heartbeatMs: 1_000 },
  };
  try {
    return await runDuties(dependencies, duty, { shard: 0, shards: 1 });
  } finally {
    await slots.close();
  }
}

/** Functions that micro.bg was asked for while the work was done. */
export async function warehouseCalls(warehouse: Control, work: () => Promise<unknown>): Promise<string[]> {
  await warehouse.send('DELETE', '/requests');
  await work();
  const { requests } = await warehouse.get<{ requests: { function: string }[] }>('/requests');
  return requests.map((request) => request.function);
}
