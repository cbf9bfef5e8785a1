import type { Client } from '@temporalio/client';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureSchedules, startScheduling } from '../../src/schedules.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { testDatabase } from '../support/database.ts';
import type { Emulators } from '../support/emulators.ts';
import {
  type Scheduled,
  connectToday,
  launchWorker,
  scheduleIdsOf,
  startScheduled,
  whileWorking,
} from '../support/scheduled.ts';

const { pool, url } = await testDatabase();
let scheduled: Scheduled;
let emulators: Emulators;
let client: Client;

beforeAll(async () => {
  scheduled = await startScheduled(url);
  ({ client, emulators } = scheduled);
}, 600_000);
afterAll(() => scheduled?.stop());

const scheduleIds = () => scheduleIdsOf(client, 'sweep');

describe('the schedules', () => {
  it('are created by any number of workers at once, changed with the configuration, and removed with their shard', async () => {
    const three = scheduled.config({ SCHEDULE_SHARDS: '3' });
    await Promise.all([1, 2, 3].map(() => ensureSchedules(client, three)));
    await waitUntil('three schedules', async () => (await scheduleIds()).length === 3);
    await client.schedule.getHandle('sweep:1').pause('not now');

    await ensureSchedules(client, scheduled.config({ SCHEDULE_SHARDS: '2', SWEEP_LOOK_MS: '30000' }));
    await waitUntil('two schedules', async () => (await scheduleIds()).length === 2);
    const changed = await client.schedule.getHandle('sweep:1').describe();
    expect(changed.spec.intervals).toMatchObject([{ every: 30_000 }]);
    expect(changed.policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 30_000 });
    expect(changed.action).toMatchObject({ workflowType: 'sweep', args: [{ shard: 1, shards: 2 }] });
    // What an operator paused stays paused.
    expect(changed.state).toMatchObject({ paused: true, note: 'not now' });
  });

  it('are created anew when they were lost', async () => {
    const scheduling = startScheduling(
      client,
      scheduled.config({ SCHEDULE_SHARDS: '2' }),
      pino({ level: 'silent' }),
      100,
    );
    try {
      await waitUntil('two schedules', async () => (await scheduleIds()).length === 2);
      await client.schedule.getHandle('sweep:1').delete();
      await waitUntil('the lost one', async () =>
        client.schedule
          .getHandle('sweep:1')
          .describe()
          .then(
            () => true,
            () => false,
          ),
      );
    } finally {
      scheduling.stop();
    }
  });

  it('a quiet sweep costs one shop request and at most 12 history events', async () => {
    await connectToday(pool, emulators, scheduled.secretsKey, 'scheduled', { sweepEverySeconds: 1 });
    const config = scheduled.config({ SWEEP_LOOK_MS: '1000' });
    await ensureSchedules(client, config);
    const orders = await emulators.shop.control.post<{ id: number }>('/orders', { preset: 'G02' });
    let before = 0;
    await whileWorking(pool, config, async () => {
      await waitUntil('the sweep', async () => (await waiting()).includes(String(orders.id)));
      await pool.query('update shop_order set due_at = null');
      await pool.query(
        `insert into shop_order (connection_id, shop_order_id, state, shop_provider, last_read_at)
         select 'scheduled', (900000 + n)::text, 'ordered', 'cod', now() - interval '1 hour' from generate_series(1, 1000) n`,
      );
      before = await sweeps();
      await emulators.shop.control.send('DELETE', '/requests');
      await waitUntil('three more sweeps', async () => (await sweeps()) >= before + 3);
    });
    const { requests } = await emulators.shop.control.get<{ requests: object[] }>('/requests');
    expect(await waiting()).toEqual([]);
    // One more at most: a sweep that the worker's end cut off.
    expect(requests.length).toBeGreaterThanOrEqual(3);
    expect(requests.length).toBeLessThanOrEqual((await sweeps()) - before + 1);
    const lengths: number[] = [];
    for await (const run of client.workflow.list({ query: `WorkflowType = 'sweep'` }))
      if (run.status.name === 'COMPLETED')
        lengths.push((await client.workflow.getHandle(run.workflowId, run.runId).describe()).historyLength);
    expect(lengths.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(12);
  });
});

describe('the worker as a process', () => {
  it('killed in the middle of a sweep, it loses nothing: another one goes on', async () => {
    const placed = await emulators.shop.control.post<{ ids: number[] }>('/orders/bulk', {
      preset: 'G02',
      count: 150,
    });
    await pool.query('delete from sweep_progress');
    await pool.query('delete from shop_order');
    // The second page is asked for and never answered.
    await emulators.shop.control.post('/faults', { kind: 'park', path: '/api/v2/orders', after: 1 });
    const first = launchWorker(scheduled, { HEARTBEAT_MS: '1000', SWEEP_LOOK_MS: '1000' });
    await waitUntil('the parked request', async () => {
      const { held } = await emulators.shop.control.get<{ held: object[] }>('/held');
      return held.length === 1;
    });
    await first.kill();
    expect(await waiting()).toHaveLength(100);
    const second = launchWorker(scheduled, { HEARTBEAT_MS: '1000', SWEEP_LOOK_MS: '1000' });
    try {
      await waitUntil('every order', async () => (await waiting()).length === 151, { timeoutMs: 25_000 });
    } finally {
      await second.stop();
    }
    expect(await waiting()).toEqual(expect.arrayContaining(placed.ids.map(String)));
  }, 60_000);
});

/** Orders that the relay would signal. */
async function waiting(): Promise<string[]> {
  const { rows } = await pool.query<{ shop_order_id: string }>(
    'select shop_order_id from shop_order where due_at is not null',
  );
  return rows.map((row) => row.shop_order_id);
}

/** How often the shop was swept so far. */
async function sweeps(): Promise<number> {
  const { rows } = await pool.query<{ fence: number }>(
    `select fence from connection_duty where duty = 'sweep' and finished_at >= started_at`,
  );
  return rows[0]?.fence ?? 0;
}
