import { afterAll, beforeAll, expect, it } from 'vitest';
import { newSecretsKey, readConfig } from '../../src/config.ts';
import { askForDuty, takeDuties } from '../../src/db/queries/duties.ts';
import { askForWebhooks, viewWebhooks } from '../../src/db/queries/subscriptions.ts';
import { ensureSchedules, lookNow, shardOf } from '../../src/schedules.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { testConnection, testDatabase } from '../support/database.ts';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { connectToday, whileWorking } from '../support/scheduled.ts';
import { localTemporal } from '../support/temporal.ts';
import { askWebhookApi } from './world.ts';

const { pool, url } = await testDatabase();
const SECRETS_KEY = newSecretsKey();
let temporal: Awaited<ReturnType<typeof localTemporal>>;
let emulators: Emulators;
beforeAll(async () => {
  [temporal, emulators] = await Promise.all([localTemporal(), startEmulators()]);
}, 600_000);
afterAll(async () => {
  await emulators?.stop();
  await temporal?.stop();
});

it('the button does not wait for the next look of the schedule, and a run has at most 12 history events', async () => {
  await connectToday(pool, emulators, SECRETS_KEY, 'scheduled');
  const config = readConfig({
    ...{ DATABASE_URL: url, TEMPORAL_ADDRESS: temporal.address, SECRETS_KEY },
    PRIVATE_ADDRESSES: 'allow',
    ...{ SCHEDULE_SHARDS: '3', WATCHDOG_LOOK_MS: '600000', SWEEP_LOOK_MS: '600000' },
  });
  await ensureSchedules(temporal.client, config);
  await whileWorking(pool, config, async () => {
    await askForWebhooks(pool, 'scheduled', {
      wanted: true,
      publicUrl: 'https://sync.example.bg',
      by: 'test',
    });
    await askForDuty(pool, 'scheduled', 'watchdog');
    await lookNow(temporal.client, config, 'watchdog', 'scheduled');
    await waitUntil('the webhooks', async () => (await viewWebhooks(pool, 'scheduled'))?.doneAt !== null);
  });
  expect(await askWebhookApi(emulators)).toHaveLength(5);
  const lengths: number[] = [];
  for await (const run of temporal.client.workflow.list({ query: `WorkflowType = 'watchdog'` }))
    lengths.push(
      (await temporal.client.workflow.getHandle(run.workflowId, run.runId).describe()).historyLength,
    );
  expect(lengths.length).toBeGreaterThanOrEqual(1);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(12);
}, 60_000);

it('a connection is of the same shard for who asks and for who takes', async () => {
  const ids = ['a', 'b-2', 'shop-of-ivan', '9'];
  for (const id of ids) await testConnection(pool, id);
  for (let shard = 0; shard < 3; shard += 1) {
    const taken = await takeDuties(
      pool,
      'sweep',
      { shard, shards: 3 },
      { limit: 50, leaseMs: 1, aheadMs: 0 },
    );
    const mine = taken.map(({ connectionId }) => connectionId).filter((id) => ids.includes(id));
    expect(mine.toSorted()).toEqual(ids.filter((id) => shardOf(id, 3) === shard).toSorted());
  }
});
