import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { storeAlarms } from '../../../src/db/queries/alarms.ts';
import { askForWebhooks, storeSubscriptions } from '../../../src/db/queries/subscriptions.ts';
import { testConnection, testDatabase } from '../../support/database.ts';
import { type TestPanel, startPanel } from '../../support/panel.ts';

const { pool } = await testDatabase();
const looked: string[] = [];
let server: TestPanel;
let homeless: TestPanel;

beforeAll(async () => {
  const lookNow = (kind: string, id: string): void => void looked.push(`${kind} ${id}`);
  server = await startPanel(pool, { publicUrl: 'https://sync.example.bg', lookNow });
  homeless = await startPanel(pool, { lookNow });
});
afterAll(async () => {
  for (const each of [server, homeless]) await each?.stop();
});
beforeEach(async () => {
  looked.length = 0;
  await pool.query('delete from connection');
  await testConnection(pool, 'one');
  await testConnection(pool, 'off', { mode: 'off' });
});

const ask = (method: 'GET' | 'POST', path: string, at = server) =>
  at.ask(method, `/api/connections${path}`, {}, { role: method === 'GET' ? 'viewer' : 'operator' });

describe('webhooks of a connection', () => {
  it('register stores what is wanted and by whom, and has the watchdog look now', async () => {
    const asked = await ask('POST', '/one/webhooks/register');
    expect(asked).toMatchObject({
      status: 200,
      body: {
        wanted: true,
        askedBy: 'token:operator',
        publicUrl: 'https://sync.example.bg',
        doneAt: null,
        webhooks: [],
      },
    });
    expect(looked).toEqual(['watchdog one']);
    const { rows } = await pool.query(
      `select due_at <= now() as due from connection_duty where duty = 'watchdog'`,
    );
    expect(rows).toEqual([{ due: true }]);
  });

  it('each one is shown on or off with its last delivery', async () => {
    await askForWebhooks(pool, 'one', { wanted: true, publicUrl: 'https://sync.example.bg', by: 'test' });
    await storeSubscriptions(pool, 'one', [
      { event: 'order.created', shopId: '7', active: true, repaired: false },
      { event: 'order.updated', shopId: null, active: false, repaired: false },
    ]);
    await pool.query(
      `insert into webhook_delivery (connection_id, event, entity_id, body, received_at)
       values ('one', 'order.created', '1', '', '2026-11-01T10:00:00Z'), ('one', 'order.created', '2', '', '2026-11-02T10:00:00Z')`,
    );
    expect((await ask('GET', '/one/webhooks')).body.webhooks).toMatchObject([
      { event: 'order.created', active: true, lastDeliveryAt: '2026-11-02T10:00:00+00:00' },
      { event: 'order.updated', active: false, lastDeliveryAt: null },
    ]);
  });

  it('turn-off keeps the address; what is not possible is refused with a code', async () => {
    expect(await ask('POST', '/one/webhooks/turn-off', homeless)).toMatchObject({
      status: 409,
      body: { code: 'public_url_missing' },
    });
    await ask('POST', '/one/webhooks/register');
    expect(await ask('POST', '/one/webhooks/turn-off', homeless)).toMatchObject({
      status: 200,
      body: { wanted: false, publicUrl: 'https://sync.example.bg' },
    });
    expect(await ask('POST', '/off/webhooks/register')).toMatchObject({
      status: 409,
      body: { code: 'connection_off' },
    });
    for (const path of ['webhooks', 'completeness'])
      expect(await ask('GET', `/none/${path}`)).toMatchObject({
        status: 404,
        body: { code: 'unknown_connection' },
      });
    expect((await ask('POST', '/none/webhooks/register')).status).toBe(404);
  });
});

describe('completeness of a connection', () => {
  it('shows figures, limits, alarms of this moment in both languages with their beginning, and past ones', async () => {
    await pool.query(`update connection set created_at = now() - interval '1 hour'`);
    await storeAlarms(pool, 'one', [{ code: 'webhook_off', params: { webhooks: 1 } }]);
    await storeAlarms(pool, 'one', [{ code: 'sweep_late', params: { minutes: 60, limit: 15 } }]);
    const { body } = await ask('GET', '/one/completeness');
    expect(body).toMatchObject({ orders: 0, difference: 0, lastSweepAt: null });
    expect(body.alarmAfterMinutes).toMatchObject({ sweep: 15 });
    const [sweep, watchdog] = body.alarms;
    expect(sweep).toMatchObject({ code: 'sweep_late', since: expect.any(String) as string });
    expect(sweep.en.text).toContain('60 minutes');
    expect(sweep.bg.mend).toMatch(/[а-я]/);
    // Nobody has stored this one: it is only known by looking.
    expect(watchdog).toMatchObject({ code: 'watchdog_late', since: null });
    expect(body.past).toMatchObject([{ code: 'webhook_off', clearedAt: expect.any(String) as string }]);
    const { connections } = (await ask('GET', '')).body;
    expect(
      connections.map(({ id, alarms }: { id: string; alarms: object[] }) => [id, alarms.length]),
    ).toEqual([
      ['off', 0],
      ['one', 4],
    ]);
  });
});
