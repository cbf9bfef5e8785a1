import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestPanel, startPanel } from '../support/panel.ts';
import { createReconciliationStart } from '../../src/api/reconciliation-start.ts';
import type { Config } from '../../src/config.ts';
import { ensureSchedules } from '../../src/schedules.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { testDatabase } from '../support/database.ts';
import type { Emulators } from '../support/emulators.ts';
import { type Scheduled, connectToday, startScheduled, whileWorking } from '../support/scheduled.ts';

const { pool, url } = await testDatabase();
let scheduled: Scheduled;
let emulators: Emulators;
let client: Client;
let config: Config;
let panel: TestPanel;

beforeAll(async () => {
  scheduled = await startScheduled(url);
  ({ client, emulators } = scheduled);
  config = scheduled.config({ RECONCILIATION_LOOK_MS: '1000' });
  const reconcile = createReconciliationStart({ client, taskQueue: config.TEMPORAL_TASK_QUEUE });
  panel = await startPanel(pool, { reconcile });
  await connectToday(pool, emulators, scheduled.secretsKey, 'shop');
}, 600_000);
afterAll(async () => {
  await panel?.stop();
  await scheduled?.stop();
});

const post = (path: string) => panel.ask('POST', `/api/connections${path}`, {}, { role: 'operator' });
const get = (path: string) => panel.ask('GET', `/api/connections${path}`, undefined, { role: 'viewer' });

describe('a comparison in Temporal', () => {
  it('is asked for over the API, waits while no worker runs, and can be read as JSON and as CSV', async () => {
    const { ids } = await emulators.shop.control.post<{ ids: number[] }>('/orders/bulk', {
      preset: 'G02',
      count: 60,
    });
    const asked = await post('/shop/reconciliations');
    expect(asked.status).toBe(200);
    const { id } = asked.body as { id: number };
    expect((await post('/shop/reconciliations')).status).toBe(409);
    await whileWorking(pool, config, () => finished(id));
    const result = (await get(`/shop/reconciliations/${id}`)).body as {
      differences: object[];
    };
    expect(result).toMatchObject({
      ...{ state: 'finished', askedBy: 'token:operator' },
      figures: { orders: 60, differences: 60, byKind: { unread: 60 } },
    });
    expect(result.differences).toHaveLength(60);
    const list = (await get('/shop/reconciliations')).body as object;
    expect(list).toMatchObject({ reconciliations: [{ id, state: 'finished' }] });
    const file = await get(`/shop/reconciliations/${id}.csv`);
    expect(file.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(file.headers.get('content-disposition')).toContain(`reconciliation-shop-${id}.csv`);
    const { bytes } = file;
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    const [head, first = '', ...rest] = bytes.toString('utf8').slice(1).trimEnd().split('\r\n');
    expect(head).toBe('kind,order,warehouse id,warehouse number,expected,found');
    expect(first).toMatch(new RegExp(`^unread,${ids[0]},,,pending `));
    expect(rest).toHaveLength(59);
  });

  it('begins by the schedule once a day, and once only', async () => {
    await pool.query(`update reconciliation set asked_at = now() - interval '1 day'`);
    await pool.query(`update connection_duty set due_at = now() where duty = 'reconciliation'`);
    await ensureSchedules(client, config);
    await whileWorking(pool, config, async () => {
      await waitUntil('the daily one', async () => (await byWhom()).length === 2);
      const { rows } = await pool.query<{ id: number }>('select max(id) as id from reconciliation');
      await finished(rows[0]?.id ?? 0);
      const looks = await looksOf();
      await waitUntil('two more looks', async () => (await looksOf()) >= looks + 2);
    });
    expect(await byWhom()).toEqual(['token:operator', 'schedule']);
  });

  it('unknown connections and comparisons are 404', async () => {
    for (const path of [
      '/nobody/reconciliations',
      '/shop/reconciliations/999',
      '/shop/reconciliations/999.csv',
    ])
      expect((await get(path)).status).toBe(404);
    expect((await post('/nobody/reconciliations')).status).toBe(404);
  });
});

async function finished(id: number): Promise<void> {
  await waitUntil('the result', async () => {
    const { rows } = await pool.query<{ state: string }>('select state from reconciliation where id = $1', [
      id,
    ]);
    return rows[0]?.state === 'finished';
  });
}

async function byWhom(): Promise<string[]> {
  const { rows } = await pool.query<{ asked_by: string }>('select asked_by from reconciliation order by id');
  return rows.map((row) => row.asked_by);
}

/** How often the schedule looked so far. */
async function looksOf(): Promise<number> {
  const { numActionsTaken } = (await client.schedule.getHandle('reconciliations:0').describe()).info;
  return numActionsTaken;
}
