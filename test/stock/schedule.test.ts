import { type Client, ScheduleOverlapPolicy } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConnectionCache } from '../../src/db/connection-cache.ts';
import { createSecretBox } from '../../src/db/secrets.ts';
import { ensureExportSchedules } from '../../src/export-schedules.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { matcher, report } from '../catalogue/world.ts';
import { testConnection, testDatabase } from '../support/database.ts';
import type { Emulators } from '../support/emulators.ts';
import {
  type Scheduled,
  connectToday,
  launchWorker,
  scheduleIdsOf,
  startScheduled,
  whileWorking,
} from '../support/scheduled.ts';
import { linkMatched } from './world.ts';

const { pool, url } = await testDatabase();
let scheduled: Scheduled;
let emulators: Emulators;
let client: Client;

beforeAll(async () => {
  scheduled = await startScheduled(url);
  ({ client, emulators } = scheduled);
}, 600_000);
afterAll(() => scheduled?.stop());

const scheduleIds = () => scheduleIdsOf(client, 'stock-export');
const specOf = async (id: string) => (await client.schedule.getHandle(`stock-export:${id}`).describe()).spec;
const everyMinutes = (id: string, minutes: number) =>
  pool.query(
    `update connection_settings set settings = settings || jsonb_build_object('exportEveryMinutes', $2::int)
     where connection_id = $1`,
    [id, minutes],
  );

describe('the schedules of the export', () => {
  it('one per connection with its own interval and offset, changed with the settings, removed with the connection', async () => {
    for (const id of ['one', 'two', 'three', 'four']) await testConnection(pool, id);
    const options = { client, config: scheduled.config(), pool };
    const applied = new Map<string, number>();
    // By any number of workers at once.
    await Promise.all([
      ensureExportSchedules(options, applied),
      ensureExportSchedules(options, new Map()),
      ensureExportSchedules(options, new Map()),
    ]);
    await waitUntil('four schedules', async () => (await scheduleIds()).length === 4);
    const specs = await Promise.all(['one', 'two', 'three', 'four'].map(specOf));
    expect(specs.map(({ intervals }) => intervals?.[0]?.every)).toEqual(Array(4).fill(180_000));
    // Apart from one another: a thousand that start at the same moment start late.
    expect(new Set(specs.map(({ intervals }) => intervals?.[0]?.offset)).size).toBe(4);

    await client.schedule.getHandle('stock-export:two').pause('not now');
    await everyMinutes('one', 5);
    await pool.query(`delete from connection where id = 'three'`);
    await pool.query(`update connection set mode = 'off' where id = 'four'`);
    await ensureExportSchedules(options, applied);
    await waitUntil('two schedules', async () => (await scheduleIds()).length === 2);
    expect((await specOf('one')).intervals?.[0]?.every).toBe(300_000);
    const two = await client.schedule.getHandle('stock-export:two').describe();
    expect(two.state).toMatchObject({ paused: true, note: 'not now' });
    expect(two.policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 30_000 });
    // It ends itself, and is ended, before the next one begins.
    expect(two.action).toMatchObject({
      ...{ workflowType: 'stockExport', workflowId: 'stock-export:two', workflowExecutionTimeout: 179_000 },
      args: [{ connection: 'two', limitMs: 170_000 }],
    });
  });

  it('a connection that went while no worker ran leaves no schedule behind', async () => {
    await testConnection(pool, 'gone');
    await ensureExportSchedules({ client, config: scheduled.config(), pool }, new Map());
    await waitUntil('its schedule', async () => (await scheduleIds()).includes('stock-export:gone'));
    await pool.query('delete from connection');
    await ensureExportSchedules({ client, config: scheduled.config(), pool }, new Map());
    await waitUntil('no schedule', async () => (await scheduleIds()).length === 0);
  });
});

const warehouse = (code: string, quantity: number): Promise<unknown> =>
  emulators.warehouse.control.send('PUT', '/stock', { code, quantity, objectId: 3 });
const shown = async (): Promise<number | null | undefined> => {
  const { stock } = await emulators.shop.control.get<{ stock: { quantity: number | null }[] }>(
    '/stock?sku=CUP-01',
  );
  return stock[0]?.quantity;
};
const finished = async (): Promise<number> =>
  (await pool.query(`select 1 from stock_cycle where connection_id = 'demo' and state = 'finished'`))
    .rowCount ?? 0;
/** The last cycle found nothing to write. */
const isQuiet = async (): Promise<boolean> => {
  const { rows } = await pool.query<{ quiet: boolean }>(
    `select state = 'finished' and (figures ->> 'left')::int = 0 and (figures #>> '{written,done}')::int = 0 as quiet
     from stock_cycle where connection_id = 'demo' and state <> 'running' order by id desc limit 1`,
  );
  return rows[0]?.quiet === true;
};
/** A minute of the settings lasts a second. */
const SHORT = {
  EXPORT_MINUTE_MS: '1000',
  HEARTBEAT_MS: '1000',
  HTTP_DEADLINE_MS: '1500',
  LEASE_MS: '2000',
  LAND_MS: '500',
};

describe('cycles by their schedule', () => {
  it('a quiet cycle asks the warehouse only, and has at most 12 history events', async () => {
    await connectToday(pool, emulators, scheduled.secretsKey, 'demo', {
      ...{
        exportPrices: false,
        stockObjects: [3],
        exportGuard: { quantities: 100, prices: 100, least: 1_000 },
      },
    });
    const connections = createConnectionCache(pool, createSecretBox(scheduled.secretsKey), 0);
    await report({ ...matcher(pool), connections }, 'demo');
    await linkMatched(pool, 'demo');
    await warehouse('CUP-01', 7);
    const config = scheduled.config(SHORT);
    await ensureExportSchedules({ client, config, pool }, new Map());
    await whileWorking(pool, config, async () => {
      // The first cycles may have more to write than their second allows.
      await waitUntil('the goods in the shop', async () => (await shown()) === 7 && (await isQuiet()));
      const before = await finished();
      await emulators.shop.control.send('DELETE', '/requests');
      await waitUntil('three more cycles', async () => (await finished()) >= before + 3);
    });
    const { requests } = await emulators.shop.control.get<{ requests: object[] }>('/requests');
    expect(requests).toEqual([]);
    const lengths: number[] = [];
    for await (const run of client.workflow.list({ query: `WorkflowType = 'stockExport'` })) {
      if (run.status.name !== 'COMPLETED') continue;
      lengths.push((await client.workflow.getHandle(run.workflowId, run.runId).describe()).historyLength);
    }
    expect(lengths.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(12);
  }, 60_000);

  it('a worker killed in the middle of a cycle: the cycle ends, no other begins beside it, and the next one goes on', async () => {
    const { stock } = await emulators.shop.control.get<{ stock: { variantId: number }[] }>(
      '/stock?sku=CUP-01',
    );
    await emulators.shop.control.post('/faults', {
      ...{ kind: 'park', method: 'PATCH', path: `/api/v2/variants/${stock[0]?.variantId}` },
    });
    const already = await finished();
    await warehouse('CUP-01', 4);
    const first = launchWorker(scheduled, SHORT);
    await waitUntil('the parked write', async () => {
      const { held } = await emulators.shop.control.get<{ held: object[] }>('/held');
      return held.length === 1;
    });
    const schedule = client.schedule.getHandle('stock-export:demo');
    await schedule.trigger(ScheduleOverlapPolicy.SKIP);
    await first.kill();
    await waitUntil('that nothing begins beside it', async () => {
      const { info } = await schedule.describe();
      return info.numActionsSkippedOverlap > 0;
    });
    expect(await runs('Running')).toBeLessThanOrEqual(1);
    const second = launchWorker(scheduled, SHORT);
    try {
      await waitUntil('the next cycle', async () => (await shown()) === 4 && (await finished()) > already);
    } finally {
      await second.stop();
    }
    const { rows } = await pool.query<{ state: string }>(
      `select state from stock_cycle where connection_id = 'demo' and state <> 'finished'`,
    );
    expect(rows.map(({ state }) => state)).toContain('abandoned');
    expect((await runs('TimedOut')) + (await runs('Failed'))).toBeGreaterThanOrEqual(1);
  }, 90_000);
});

async function runs(status: string): Promise<number> {
  let count = 0;
  const query = `WorkflowType = 'stockExport' and ExecutionStatus = '${status}'`;
  for await (const _run of client.workflow.list({ query })) count += 1;
  return count;
}
