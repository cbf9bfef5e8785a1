import { NativeConnection, Worker } from '@temporalio/worker';
import pino from 'pino';
import { createActivities } from '../../src/activities/index.ts';
import type { Config } from '../../src/config.ts';
import type { Pool } from '../../src/db/pool.ts';
import { createConnection } from '../../src/db/queries/connections.ts';
import { createSecretBox } from '../../src/db/secrets.ts';
import type { ConnectionSettings } from '../../src/domain/connection/settings.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { testSecrets } from './database.ts';
import type { Emulators } from './emulators.ts';
import { goldenSettings } from './passes.ts';
import { bundleWorkflows } from './temporal-bundle.ts';

/** A live connection of the two emulators that begins today; its secrets open with the key of the configuration. */
export async function connectToday(
  pool: Pool,
  { shop, warehouse }: Emulators,
  secretsKey: string,
  id: string,
  settings: Partial<ConnectionSettings> = {},
): Promise<void> {
  await createConnection(
    pool,
    createSecretBox(secretsKey),
    {
      ...{ id, name: 'Проба', mode: 'live', bodyEncoding: 'form-double' },
      ...{ shopUrl: shop.url, warehouseEntryPoint: warehouse.url, warehouseApiId: warehouse.apiId },
      secrets: { ...testSecrets, shopApiKey: shop.apiKey, warehouseSecret: warehouse.secret },
      settings: { ...goldenSettings(), startDate: new Date().toISOString().slice(0, 10), ...settings },
    },
    'test',
  );
}

/** Runs a real worker with the real activities until the work is done. */
export async function whileWorking(pool: Pool, config: Config, work: () => Promise<void>): Promise<void> {
  const connection = await NativeConnection.connect({ address: config.TEMPORAL_ADDRESS });
  const { activities, close } = createActivities({
    ...{ config, pool, logger: pino({ level: 'silent' }), metrics: createMetrics() },
  });
  const worker = await Worker.create({
    connection,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    workflowBundle: await bundleWorkflows(),
    activities: { ...activities },
  });
  await worker.runUntil(work);
  await close();
  await connection.close();
}
