import { describe, expect, it } from 'vitest';
import { readConnection } from '../../src/db/queries/connections.ts';
import { testBox } from '../support/database.ts';
import { panelOfTest } from '../support/panel.ts';
import { createVendorAccess } from '../../src/api/panel/connections/vendors.ts';
import { freePort } from '../../tools/local/process.ts';
import { causesOf, useOffice } from './world.ts';

const office = useOffice();

async function nothingSaved(): Promise<void> {
  expect((await office.pool.query('select id from connection')).rows).toEqual([]);
}

describe('connecting', () => {
  it('checks both sides, saves the connection off, and asks for the checks', async () => {
    const answer = await office.connect();
    expect(answer).toMatchObject({
      status: 200,
      body: { id: 'shop', mode: 'off', settingsVersion: 1, bodyEncoding: 'form-double', pausedMode: null },
    });
    expect(office.looked).toEqual(['preflight shop']);
    const saved = await readConnection(office.pool, testBox, 'shop');
    expect(saved?.secrets.shopApiKey).toBe(office.emulators.shop.apiKey);
    // Same names are taken, the object is left to the merchant: there are three.
    expect(saved?.settings).toMatchObject({
      paymentTypes: { cod: 9 },
      onlineProviders: ['mokka', 'paypal', 'stripe'],
    });
    const audit = await office.panel.ask('GET', '/api/audit?connection=shop');
    expect(audit.body.entries ?? audit.body).toMatchObject([
      { action: 'connection.created', by: 'token:owner' },
    ]);
  });

  it('shows secrets to nobody, in no answer and no audit entry', async () => {
    await office.connect();
    const { shop, warehouse } = office.emulators;
    for (const path of [
      '/api/connections',
      '/api/connections/shop',
      '/api/audit',
      '/api/connections/shop/export',
    ]) {
      const { text, status } = await office.panel.ask('GET', path);
      expect(status).toBe(200);
      expect(text).not.toContain(shop.apiKey);
      expect(text).not.toContain(warehouse.secret);
    }
    const { body } = await office.panel.ask('GET', '/api/connections/shop');
    expect(Date.parse(body.shopKeySetAt)).toBeGreaterThan(Date.now() - 60_000);
  });

  it.each(['form-double', 'form-single', 'multipart'])(
    'finds out that an account wants %s',
    async (bodyEncoding) => {
      await office.emulators.warehouse.control.send('PATCH', '/switches', { bodyEncoding });
      expect((await office.connect()).body).toMatchObject({ bodyEncoding });
      expect((await office.panel.ask('POST', '/api/connections/shop/test')).body).toMatchObject({
        warehouse: { bodyEncoding, company: { currency: 'EUR' } },
      });
    },
  );

  it('a test saves nothing and says what was found', async () => {
    const { id: _id, name: _name, ...access } = office.request();
    const answer = await office.panel.ask('POST', '/api/connections/test', access);
    expect(answer.body).toMatchObject({
      shop: { providers: expect.arrayContaining([{ code: 'cod', title: 'Наложен платеж' }]) as unknown[] },
      warehouse: { objects: [{ name: 'Централен склад' }, {}, {}] },
    });
    await nothingSaved();
  });

  it('a shop or an application of another connection is refused', async () => {
    await office.connect();
    const second = await office.connect({ id: 'second' });
    expect(second).toMatchObject({ status: 409, body: { code: 'connected_already' } });
    expect(Object.keys(second.body.fields)).toEqual(['body.shop.url', 'body.warehouse.apiId']);
    expect((await office.connect({ id: 'shop' })).status).toBe(409);
  });

  it('only an owner may; a viewer may look', async () => {
    expect(
      (await office.panel.ask('POST', '/api/connections', office.request(), { role: 'operator' })).status,
    ).toBe(403);
    await office.connect();
    expect(
      (await office.panel.ask('GET', '/api/connections/shop', undefined, { role: 'viewer' })).status,
    ).toBe(200);
  });
});

describe('access that does not work is refused with what to do, in both languages, and nothing is saved', () => {
  const shopAt = (url: string, apiKey = office.emulators.shop.apiKey) => ({ shop: { url, apiKey } });
  const warehouseWith = (changes: Record<string, string>) => ({
    warehouse: { ...(office.request()['warehouse'] as object), ...changes },
  });

  it.each<[string, string, () => Record<string, unknown> | Promise<Record<string, unknown>>]>([
    ['wrong key', 'shop_key_refused', () => shopAt(office.emulators.shop.url, 'K'.repeat(64))],
    ['alias', 'shop_alias', () => shopAt(`http://localhost:${new URL(office.emulators.shop.url).port}`)],
    ['no such host', 'shop_host_unknown', () => shopAt('http://shop.invalid')],
    ['nobody listens', 'shop_unreachable', async () => shopAt(`http://127.0.0.1:${await freePort()}`)],
    ['another site', 'shop_not_found', () => shopAt(new URL(office.emulators.warehouse.url).origin)],
    ['unknown ApiId', 'warehouse_api_id_unknown', () => warehouseWith({ apiId: '9999000000000000' })],
    ['wrong secret', 'warehouse_secret_refused', () => warehouseWith({ secret: 'not-the-secret' })],
    [
      'no such warehouse',
      'warehouse_host_unknown',
      () => warehouseWith({ entryPoint: 'http://warehouse.invalid/' }),
    ],
    [
      'another server',
      'warehouse_entry_point_wrong',
      () => warehouseWith({ entryPoint: `${new URL(office.emulators.shop.url).origin}/api/` }),
    ],
  ])('%s: %s', async (_what, code, changes) => {
    const answer = await office.connect(await changes());
    expect(answer).toMatchObject({ status: 422, body: { code: 'access_refused' } });
    expect(causesOf(answer)).toEqual([code]);
    await nothingSaved();
  });

  it('the primary domain of an alias is named', async () => {
    const { host, port } = new URL(office.emulators.shop.url);
    const answer = await office.connect(shopAt(`http://localhost:${port}`));
    expect(answer.body.causes[0].bg.text).toContain(host);
  });

  it.each<[Record<string, unknown>, string]>([
    [{ rateLimitPerMinute: 0 }, 'shop_no_api_access'],
    [{ planExpired: true }, 'shop_plan_over'],
    [{ maintenance: true }, 'shop_unreachable'],
  ])('a shop with %j: %s', async (switches, code) => {
    await office.emulators.shop.control.send('PATCH', '/switches', switches);
    expect(causesOf(await office.connect())).toEqual([code]);
    await nothingSaved();
  });

  it.each(['error', 'empty'])('a subscription that is over and answers with %s', async (subscription) => {
    await office.emulators.warehouse.control.send('PATCH', '/switches', { subscription });
    expect(causesOf(await office.connect())).toEqual(['warehouse_not_paid']);
    await nothingSaved();
  });

  it('what is wrong on both sides is said together', async () => {
    const answer = await office.connect({
      ...shopAt(office.emulators.shop.url, 'K'.repeat(64)),
      ...warehouseWith({ secret: 'no' }),
    });
    expect(causesOf(answer)).toEqual(['shop_key_refused', 'warehouse_secret_refused']);
  });

  it.each([
    ['http://127.0.0.1:8080', 400],
    ['https://127.0.0.1', 422],
    ['https://localhost', 422],
    ['https://[::ffff:10.0.0.1]', 422],
    ['https://169.254.169.254', 422],
  ])('a private address where they are refused: %s', async (url, status) => {
    const strict = await panelOfTest(office.pool, {
      vendors: createVendorAccess({ HTTP_DEADLINE_MS: 2_000, PRIVATE_ADDRESSES: 'refuse' }),
    });
    const answer = await strict.ask(
      'POST',
      '/api/connections',
      office.request({
        ...shopAt(url),
        ...warehouseWith({ entryPoint: status === 400 ? 'https://micro.invalid/' : `${url}/api/` }),
      }),
    );
    expect(answer.status).toBe(status);
    if (status === 422)
      expect(causesOf(answer)).toEqual(['shop_private_address', 'warehouse_private_address']);
    await nothingSaved();
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['a path', { shop: { url: 'https://a.example/admin', apiKey: 'K'.repeat(64) } }, 'body.shop.url'],
    ['half a key', { shop: { url: 'https://a.example', apiKey: 'ABC' } }, 'body.shop.apiKey'],
    [
      'no slash',
      { warehouse: { entryPoint: 'https://micro.bg/API', apiId: '1', secret: 's' } },
      'body.warehouse.entryPoint',
    ],
    ['no id', { id: 'Моят магазин' }, 'body.id'],
  ])('%s is a mistake of the form', async (_what, changes, field) => {
    const answer = await office.connect(changes);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    expect(Object.keys(answer.body.fields)).toEqual([field]);
  });
});
