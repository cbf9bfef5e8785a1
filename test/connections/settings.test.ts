import { beforeEach, describe, expect, it } from 'vitest';
import { readConnection } from '../../src/db/queries/connections.ts';
import type { ConnectionSettings } from '../../src/domain/connection/settings.ts';
import { testBox } from '../support/database.ts';
import { PassWorld, goldenSettings, plainCart } from '../support/passes.ts';
import { checkOnce, useOffice } from './world.ts';

const office = useOffice();
const path = '/api/connections/shop/settings';

beforeEach(async () => {
  await office.connect();
});

async function current(): Promise<{ settings: ConnectionSettings; etag: string }> {
  const { body, headers } = await office.panel.ask('GET', path);
  return { settings: body as ConnectionSettings, etag: headers.get('etag') ?? '' };
}

function put(settings: unknown, etag: string | undefined) {
  return office.panel.ask('PUT', path, settings, { headers: etag === undefined ? {} : { 'if-match': etag } });
}

async function saved(): Promise<ConnectionSettings | undefined> {
  return (await readConnection(office.pool, testBox, 'shop'))?.settings;
}

describe('settings', () => {
  it('are saved as a new version with who changed what; the same again is no version', async () => {
    const { settings, etag } = await current();
    const changed = { ...settings, stockBuffer: '2.5', saleRule: 'always' };
    const answer = await put(changed, etag);
    expect(answer).toMatchObject({ status: 200, body: { stockBuffer: '2.5' } });
    expect(answer.headers.get('etag')).toBe('"2"');
    expect((await put(changed, '"2"')).headers.get('etag')).toBe('"2"');
    const { rows } = await office.pool.query(
      `select before, after from audit where action = 'settings.changed' and connection_id = 'shop' order by id desc limit 1`,
    );
    expect(rows).toEqual([
      {
        before: { stockBuffer: '0', saleRule: settings.saleRule },
        after: { stockBuffer: '2.5', saleRule: 'always' },
      },
    ]);
  });

  it('of somebody who saw an older version are refused', async () => {
    const { settings, etag } = await current();
    await put({ ...settings, stockBuffer: '1' }, etag);
    expect(await put({ ...settings, stockBuffer: '3' }, etag)).toMatchObject({
      status: 412,
      body: { code: 'changed_meanwhile' },
    });
    expect(await put(settings, undefined)).toMatchObject({ status: 428 });
    expect((await saved())?.stockBuffer).toBe('1');
  });

  it('two saves at the same moment: one of them is refused', async () => {
    const { settings, etag } = await current();
    const answers = await Promise.all(
      ['1', '2', '3', '4'].map((stockBuffer) => put({ ...settings, stockBuffer }, etag)),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412, 412, 412]);
  });

  it.each<[string, Partial<Record<keyof ConnectionSettings, unknown>>]>([
    ['body.startDate', { startDate: '2026-02-31' }],
    ['body.saleRule', { saleRule: { statuses: [], fulfilled: false } }],
    ['body.stockBuffer', { stockBuffer: '-1' }],
    ['body.priceList', { priceList: 11 }],
    ['body.noteFormat', { noteFormat: 'Поръчка {number}' }],
    ['body.stockObjects', { stockObjects: [] }],
    ['body.reconcileAtHour', { reconcileAtHour: 24 }],
    ['body.shopDecrementsAt', { shopDecrementsAt: 'never' }],
    ['body.objectId', { objectId: 99 }],
    ['body.stockObjects.1', { stockObjects: [2, 99] }],
    ['body.storeStock.0.storeId', { storeStock: [{ storeId: 0, objects: 'all' }] }],
    ['body.storeStock.0.objects', { storeStock: [{ storeId: 2, objects: [] }] }],
    ['body.storeStock.1.storeId', { storeStock: ['all', [2]].map((objects) => ({ storeId: 2, objects })) }],
    [
      'body.storeStock',
      { storeStock: Array.from({ length: 51 }, (_, id) => ({ storeId: id + 1, objects: 'all' })) },
    ],
    ['body.storeStock.0.objects.1', { storeStock: [{ storeId: 2, objects: [2, 99] }] }],
    ['body.paymentTypes.cod', { paymentTypes: { cod: 77 } }],
    ['body.paymentTypesByCourier.cod.Еконт', { paymentTypesByCourier: { cod: { Еконт: 77 } } }],
  ])('that are wrong name the field, and nothing is saved: %s', async (field, changes) => {
    const { settings, etag } = await current();
    const answer = await put({ ...settings, discountMode: 'spread', ...changes }, etag);
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    expect(Object.keys(answer.body.fields)[0]).toBe(field);
    expect(await saved()).toEqual(settings);
  });

  it('a field too many or too few is refused', async () => {
    const { settings, etag } = await current();
    const { convertBgn: _left, ...less } = settings;
    expect((await put(less, etag)).status).toBe(400);
    expect((await put({ ...settings, colour: 'red' }, etag)).status).toBe(400);
  });
});

describe('stores of the shop', () => {
  it('are listed for the picker, none without their app, and one that is not there is refused by field', async () => {
    const lookups = async () => (await office.panel.ask('GET', '/api/connections/shop/lookups')).body.shop;
    const { settings, etag } = await current();
    const unknown = { ...settings, storeStock: [2, 9].map((storeId) => ({ storeId, objects: 'all' })) };
    // Nobody has looked at the stores yet: the checks will.
    expect((await lookups()).stores).toBeNull();
    await checkOnce(office.pool);
    expect((await lookups()).stores).toEqual([
      { id: 2, name: 'Склад София', city: 'София', active: true },
      { id: 3, name: 'Магазин Пловдив', city: 'Пловдив', active: true },
    ]);
    const refused = await put(unknown, etag);
    expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    expect(Object.keys(refused.body.fields)).toEqual(['body.storeStock.1.storeId']);
    const chosen = { ...settings, storeStock: [{ storeId: 2, objects: [3] }] };
    expect(await put(chosen, etag)).toMatchObject({
      ...{ status: 200, body: { storeStock: chosen.storeStock } },
    });
    await office.emulators.shop.control.send('PATCH', '/switches', { appStores: false });
    await checkOnce(office.pool);
    expect((await lookups()).stores).toEqual([]);
  });
});

describe('what settings are chosen from', () => {
  it('lists objects, types, couriers, statuses, rates, services, measures and price lists, with suggestions', async () => {
    await checkOnce(office.pool);
    const { body } = await office.panel.ask('GET', '/api/connections/shop/lookups');
    expect(body).toMatchObject({
      shop: { couriers: expect.arrayContaining(['Еконт до офис']) as string[] },
      warehouse: {
        objects: [{ id: 2, name: 'Централен склад' }, { id: 3 }, { id: 5 }],
        taxGroups: expect.arrayContaining([expect.objectContaining({ rate: '20' })]) as unknown[],
        items: { services: expect.arrayContaining([expect.objectContaining({ id: 9001 })]) as unknown[] },
      },
      suggestions: {
        paymentTypes: { cod: 9 },
        serviceItems: { delivery: 9001, discount: 9002, fee: 9003 },
        fiscalPaymentTypes: [1, 3],
      },
    });
    expect(body.shop.statuses.length).toBeGreaterThan(5);
    expect(body.warehouse.items.measures[0].items).toBeGreaterThan(1);
    // A suggestion is not a setting.
    expect((await current()).settings.serviceItems.delivery).toBeNull();
  });
});

describe('the preview', () => {
  it('says how many of the last orders would come out otherwise, and how; nothing is changed', async () => {
    await office.pool.query(`update connection set mode = 'live' where id = 'shop'`);
    const { settings, etag } = await current();
    const golden = { ...settings, ...goldenSettings() };
    expect((await put(golden, etag)).status).toBe(200);
    const world = PassWorld.at(office.pool, office.emulators, 'shop');
    const worker = world.worker();
    for (const payment of ['cod', 'bwt', 'cod'])
      await world.settle(worker, await world.place({ ...plainCart, payment }));
    const calls = await world.callsOf('warehouse', async () => {
      const same = await office.panel.ask('POST', `${path}/preview`, golden);
      expect(same.body).toEqual({ orders: 3, differ: 0, changes: {}, examples: [] });
      const other = await office.panel.ask('POST', `${path}/preview`, {
        ...golden,
        paymentTypes: { cod: 9 },
        noteFormat: 'CloudCart #{number}',
      });
      expect(other.body).toMatchObject({
        orders: 3,
        differ: 3,
        changes: { 'post -> blocked': 1, 'post -> post': 2 },
      });
      const note = (
        other.body.examples as { change: string; differences: { where: string; before: string }[] }[]
      ).find(({ change }) => change === 'post -> post');
      expect(note?.differences.map(({ where }) => where)).toContain('document.note');
    });
    expect(calls).toEqual([]);
    expect(await saved()).toEqual(golden);
  });
});
