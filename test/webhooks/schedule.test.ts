import { afterAll, beforeAll, expect, it } from 'vitest';
import { askForDuty, takeDuties } from '../../src/db/queries/duties.ts';
import { askForWebhooks, viewWebhooks } from '../../src/db/queries/subscriptions.ts';
import { ensureSchedules, lookNow, shardOf } from '../../src/schedules.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { testConnection, testDatabase } from '../support/database.ts';
import type { Emulators } from '../support/emulators.ts';
import { type Scheduled, connectToday, startScheduled, whileWorking } from '../support/scheduled.ts';
import { askWebhookApi } from './world.ts';

const { pool, url } = await testDatabase();
let scheduled: Scheduled;
let emulators: Emulators;
beforeAll(async () => {
  scheduled = await startScheduled(url);
  ({ emulators } = scheduled);
}, 600_000);
afterAll(() => scheduled?.stop());

it('the button does not wait for the next look of the schedule, and a run has at most 12 history events', async () => {
  await connectToday(pool, emulators, scheduled.secretsKey, 'scheduled');
  const config = scheduled.config({
    SCHEDULE_SHARDS: '3',
    WATCHDOG_LOOK_MS: '600000',
    SWEEP_LOOK_MS: '600000',
  });
  await ensureSchedules(scheduled.client, config);
  await whileWorking(pool, config, async () => {
    await askForWebhooks(pool, 'scheduled', {
      wanted: true,
      publicUrl: 'https://sync.example.bg',
      by: 'test',
    });
    await askForDuty(pool, 'scheduled', 'watchdog');
    await lookNow(scheduled.client, config, 'watchdog', 'scheduled');
    await waitUntil('the webhooks', async () => (await viewWebhooks(pool, 'scheduled'))?.doneAt !== null);
  });
  expect(await askWebhookApi(emulators)).toHaveLength(5);
  const lengths: number[] = [];
  for await (const run of scheduled.client.workflow.list({ query: `WorkflowType = 'watchdog'` }))
    lengths.push(
      (await scheduled.client.workflow.getHandle(run.workflowId, run.runId).describe()).historyLength,
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
