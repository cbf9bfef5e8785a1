import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PANEL_HOST, createPanelApp } from '../../../src/api/panel/app.ts';
import type { PanelDependencies } from '../../../src/api/panel/route.ts';
import { storeAlarms } from '../../../src/db/queries/alarms.ts';
import { askForWebhooks, storeSubscriptions } from '../../../src/db/queries/subscriptions.ts';
import { createLogger } from '../../../src/observability/logger.ts';
import { testConnection, testDatabase } from '../../support/database.ts';

const { pool } = await testDatabase();
const looked: string[] = [];
const panel: PanelDependencies = {
  pool,
  act: () => Promise.reject(new Error('no order is acted on here')),
  reconcile: () => Promise.reject(new Error('no Temporal here')),
  storyOf: () => Promise.reject(new Error('no story is told here')),
  onDue: () => undefined,
  publicUrl: 'https://sync.example.bg',
  lookNow: (kind, id) => void looked.push(`${kind} ${id}`),
};
let server: Server;
let homeless: Server;

beforeAll(async () => {
  const logger = createLogger('test', 'silent');
  const listening = async (dependencies: PanelDependencies): Promise<Server> => {
    const one = createServer(createPanelApp({ ...dependencies, logger }));
    await new Promise<void>((resolve) => void one.listen(0, PANEL_HOST, resolve));
    return one;
  };
  server = await listening(panel);
  homeless = await listening({ ...panel, publicUrl: undefined });
});
afterAll(async () => {
  for (const each of [server, homeless]) await new Promise((resolve) => void each.close(resolve));
});
beforeEach(async () => {
  looked.length = 0;
  await pool.query('delete from connection');
  await testConnection(pool, 'one');
  await testConnection(pool, 'off', { mode: 'off' });
});

async function ask(method: string, path: string, at = server) {
  const { port } = at.address() as AddressInfo;
  const post = method === 'POST';
  const response = await fetch(`http://127.0.0.1:${port}/api/connections${path}`, {
    method,
    headers: post ? { 'content-type': 'application/json', 'x-operator': 'ivan' } : {},
    ...(post ? { body: '{}' } : {}),
  });
  // oxlint-disable-next-line typescript/no-explicit-any
  return { status: response.status, body: (await response.json()) as any };
}

describe('webhooks of a connection', () => {
  it('register stores what is wanted and by whom, and has the watchdog look now', async () => {
    const asked = await ask('POST', '/one/webhooks/register');
    expect(asked).toMatchObject({
      status: 200,
      body: {
        wanted: true,
        askedBy: 'ivan',
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
      ['one', 3],
    ]);
  });
});
