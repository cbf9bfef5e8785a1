import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import pino from 'pino';
import { createActivities } from '../../src/activities/index.ts';
import { type Config, newSecretsKey, readConfig } from '../../src/config.ts';
import type { Pool } from '../../src/db/pool.ts';
import { createConnection } from '../../src/db/queries/connections.ts';
import { createSecretBox } from '../../src/db/secrets.ts';
import type { ConnectionSettings } from '../../src/domain/connection/settings.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { projectRoot } from '../../tools/local/paths.ts';
import { type LocalProcess, launch } from '../../tools/local/process.ts';
import { testSecrets } from './database.ts';
import { type Emulators, startEmulators } from './emulators.ts';
import { goldenSettings } from './passes.ts';
import { localTemporal } from './temporal.ts';
import { bundleWorkflows } from './temporal-bundle.ts';

/** What work that runs by itself needs: a Temporal server, both emulators, and a configuration that reaches them. */
export interface Scheduled {
  readonly client: Client;
  readonly emulators: Emulators;
  readonly secretsKey: string;
  /** What the configuration consists of, as a process of its own is given it. */
  readonly env: Readonly<Record<string, string>>;
  readonly config: (changes?: Readonly<Record<string, string>>) => Config;
  readonly stop: () => Promise<void>;
}

/** Starts it for the tests of one file, which call `stop` after them. */
export async function startScheduled(databaseUrl: string): Promise<Scheduled> {
  const [temporal, emulators] = await Promise.all([localTemporal(), startEmulators()]);
  const secretsKey = newSecretsKey();
  const env = {
    ...{ DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: temporal.address, SECRETS_KEY: secretsKey },
    PRIVATE_ADDRESSES: 'allow',
  };
  return {
    ...{ client: temporal.client, emulators, secretsKey, env },
    config: (changes = {}) => readConfig({ ...env, ...changes }),
    stop: async () => {
      await emulators.stop();
      await temporal.stop();
    },
  };
}

/** A worker as it runs in production, in a process of its own. */
export function launchWorker({ env }: Scheduled, changes: Readonly<Record<string, string>>): LocalProcess {
  return launch({
    name: 'worker',
    command: process.execPath,
    args: [join(projectRoot, 'dist/src/worker.js')],
    logFile: join(mkdtempSync(join(tmpdir(), 'cloudcart-microbg-worker-')), 'worker.log'),
    cwd: projectRoot,
    env: {
      ...process.env,
      ...env,
      ...{ WORKFLOW_BUNDLE: 'dist/workflow-bundle.js', EXIT_WITH_PARENT: 'true', ...changes },
    },
  });
}

/** Ids of the schedules of a kind, sorted. */
export async function scheduleIdsOf(client: Client, kind: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { scheduleId } of client.schedule.list()) ids.push(scheduleId);
  return ids.filter((id) => id.startsWith(`${kind}:`)).toSorted();
}

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
