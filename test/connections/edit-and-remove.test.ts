import { beforeEach, describe, expect, it } from 'vitest';
import { registerWebhooks } from '../../src/activities/webhooks/subscriptions.ts';
import { createClients } from '../../src/activities/index.ts';
import { readConnection } from '../../src/db/queries/connections.ts';
import { testBox } from '../support/database.ts';
import { askWebhookApi } from '../webhooks/world.ts';
import { causesOf, useOffice } from './world.ts';

const office = useOffice();
const path = '/api/connections/shop';

beforeEach(async () => {
  await office.connect();
});

async function patch(body: object, etag?: string) {
  const seen = etag ?? (await office.panel.ask('GET', path)).headers.get('etag') ?? '';
  return office.panel.ask('PATCH', path, body, { headers: { 'if-match': seen } });
}

async function stored() {
  const connection = await readConnection(office.pool, testBox, 'shop');
  if (connection === undefined) throw new Error('the connection is gone');
  return connection;
}

describe('an edit', () => {
  it('of the key is checked first, replaces only the key, and says since when it is in use', async () => {
    const before = await stored();
    const { body: was } = await office.panel.ask('GET', path);
    const { apiKey } = await office.emulators.shop.control.post<{ apiKey: string }>('/keys/rotate');
    expect(causesOf(await patch({ shop: { apiKey: 'K'.repeat(64) } }))).toEqual(['shop_key_refused']);
    expect((await stored()).secrets).toEqual(before.secrets);
    const { body } = await patch({ shop: { apiKey } });
    expect((await stored()).secrets).toEqual({ ...before.secrets, shopApiKey: apiKey });
    expect(body.shopKeySetAt > was.shopKeySetAt).toBe(true);
    expect(body.warehouseSecretSetAt).toBe(was.warehouseSecretSetAt);
    const { rows } = await office.pool.query(
      `select after from audit where action = 'connection.edited' and connection_id = 'shop' order by id desc limit 1`,
    );
    expect(rows[0].after).toMatchObject({ newSecrets: true });
    expect(JSON.stringify(rows)).not.toContain(apiKey);
  });

  it('needs the version that was seen', async () => {
    const etag = (await office.panel.ask('GET', path)).headers.get('etag') ?? '';
    expect(await patch({ name: 'Ново име' }, etag)).toMatchObject({
      status: 200,
      body: { name: 'Ново име' },
    });
    expect(await patch({ name: 'Друго име' }, etag)).toMatchObject({ status: 412 });
    expect((await office.panel.ask('PATCH', path, { name: 'Без' })).status).toBe(428);
    expect((await stored()).name).toBe('Ново име');
  });

  it('keeps an application that has documents (micro.bg API 6.2)', async () => {
    await office.pool.query(`insert into shop_order (connection_id, shop_order_id) values ('shop', '1')`);
    await office.pool.query(
      `insert into document (connection_id, warehouse_api_id, ext_id, shop_order_id, kind, generation, state, settings_version, fence)
       values ('shop', $1, 1, '1', 'order', 1, 'live', 1, 1)`,
      [office.emulators.warehouse.apiId],
    );
    const answer = await patch({ warehouse: { apiId: '9999000000000000' } });
    expect(answer).toMatchObject({ status: 409, body: { code: 'documents_of_application' } });
  });
});

describe('removing a connection', () => {
  const remove = (body: object) => office.panel.ask('DELETE', path, body);

  it('needs its name and an export, ends its webhooks and no others, and leaves nothing', async () => {
    const connection = await stored();
    const { shopOf } = createClients({ HTTP_DEADLINE_MS: 2_000 });
    const shop = shopOf(connection);
    const place = { connection: 'shop', publicUrl: 'https://sync.example.bg', secrets: connection.secrets };
    await registerWebhooks(shop, place);
    const other = { ...place.secrets, webhookUrlSecret: 'another-installation-0123' };
    await shop.createWebhook({
      ...{ url: `https://other.example/hooks/cloudcart/shop/${other.webhookUrlSecret}/order.created` },
      ...{ event: 'order.created', active: true, headers: {} },
    });
    expect(await remove({ confirm: 'друго' })).toMatchObject({ status: 400 });
    expect(await remove({ confirm: connection.name })).toMatchObject({
      status: 409,
      body: { code: 'export_first' },
    });
    const { body: taken } = await office.panel.ask('GET', `${path}/export`);
    expect(taken).toMatchObject({
      connection: { id: 'shop' },
      settings: [{ version: 1 }],
      documents: [],
      links: [],
    });
    await office.emulators.shop.control.send('PATCH', '/switches', { maintenance: true });
    expect(await remove({ confirm: connection.name })).toMatchObject({
      status: 409,
      body: { code: 'webhooks_remain' },
    });
    expect((await stored()).mode).toBe('off');
    await office.emulators.shop.control.send('PATCH', '/switches', { maintenance: false });
    await office.pool.query(`update shop_budget set paused_until = '-infinity'`);
    const removed = await remove({ confirm: connection.name });
    expect(removed.body.webhooksRemoved).toBeGreaterThanOrEqual(2);
    expect((await askWebhookApi(office.emulators)).map(({ url }) => new URL(url).host)).toEqual([
      'other.example',
    ]);
    expect((await office.panel.ask('GET', path)).status).toBe(404);
    const { rows } = await office.pool.query(
      `select action, before from audit where connection_id = 'shop' order by id desc limit 1`,
    );
    expect(rows).toMatchObject([{ action: 'connection.deleted', before: { name: connection.name } }]);
    // The same shop can be connected again.
    expect((await office.connect()).status).toBe(200);
  });
});
