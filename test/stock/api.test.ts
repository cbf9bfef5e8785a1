import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { waitUntil } from '../../tools/local/process.ts';
import { testDatabase } from '../support/database.ts';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { type TestPanel, startPanel } from '../support/panel.ts';
import { runCli } from '../cli/run.ts';
import { tokenOf } from '../support/panel.ts';
import { StockWorld } from './world.ts';

const { pool } = await testDatabase();
const STOCK = '/api/connections/shop/stock';
const asked: string[] = [];
let emulators: Emulators;
let world: StockWorld;
let panel: TestPanel;

beforeAll(async () => {
  emulators = await startEmulators();
  panel = await startPanel(pool, { exportNow: (id) => void asked.push(id) });
});
afterAll(async () => {
  await panel?.stop();
  await emulators?.stop();
});
beforeEach(async () => {
  asked.length = 0;
  world = await StockWorld.fresh(pool, emulators, 'shop');
});

const warehouse = (code: string, quantity: number, objectId = 2): Promise<unknown> =>
  emulators.warehouse.control.send('PUT', '/stock', { code, quantity, objectId });
const keyOf = async (sku: string): Promise<string> => `variant:${(await world.shop(sku)).variantId}`;

describe('the stock of a connection', () => {
  it('every figure can be explained: objects, buffer, orders, and what the shop shows', async () => {
    await world.settings({ stockBuffer: '1' });
    for (const object of [2, 3, 5]) await warehouse('CUP-01', object, object);
    await world.cycle();
    const id = await world.passes.place({ lines: [{ sku: 'CUP-01', quantity: 2 }], payment: 'cod' });
    await world.passes.settle(world.passes.worker(), id);
    const variant = await keyOf('CUP-01');
    const { body } = await panel.ask('GET', `${STOCK}/${variant}`, undefined, { role: 'viewer' });
    expect(body.sum).toMatchObject({ available: '7', quantity: '7' });
    expect(body.sum.terms).toEqual([
      { kind: 'object', about: '0', quantity: '10' },
      { kind: 'buffer', about: '', quantity: '-1' },
      { kind: 'in_flight', about: id, quantity: '-2' },
    ]);
    expect(body).toMatchObject({ state: 'urgent', shown: '9' });
    expect(body.writes[0]).toMatchObject({ quantity: '9', outcome: 'done' });
    const now = async () => (await panel.ask('GET', `${STOCK}/${variant}`)).body;
    // As the worker looks again each second: a request that was held up is not sent late, it is left to the next look.
    await waitUntil('the urgent write', async () => {
      await world.urgent();
      return (await now()).state === 'ok';
    });
    expect(await now()).toMatchObject({ state: 'ok', shown: '7' });
    expect((await panel.ask('GET', `${STOCK}/variant:1`)).status).toBe(404);
  });

  it('is listed a page at a time, found by name and code, and counted by state', async () => {
    await world.cycle();
    const all: string[] = [];
    for (let after = ''; ;) {
      const page = await panel.ask('GET', `${STOCK}?limit=4${after === '' ? '' : `&after=${after}`}`);
      all.push(...page.body.stock.map(({ variant }: { variant: string }) => variant));
      if (page.body.next === null) break;
      after = page.body.next;
    }
    const { body } = await panel.ask('GET', STOCK);
    expect(new Set(all).size).toBe(all.length);
    expect(all).toHaveLength(body.stock.length);
    const counted = Object.values(body.states as Record<string, number>).reduce((sum, one) => sum + one, 0);
    expect(counted).toBe(all.length);
    const found = (await panel.ask('GET', `${STOCK}?search=${encodeURIComponent('ТЕНИСКА l')}`)).body.stock;
    expect(found.length).toBeGreaterThan(0);
    for (const row of found)
      expect(`${row.name} ${row.options} ${row.sku}`.toLowerCase()).toContain('тениска');
    const soldOut = (await panel.ask('GET', `${STOCK}?state=sold_out`)).body.stock;
    for (const row of soldOut) expect(row.wanted).toBe('0');
  });

  it('with stores every figure is shown beside the variant, with its own sum, writes and page', async () => {
    await world.settings({
      storeStock: [
        { storeId: 2, objects: [2] },
        { storeId: 3, objects: [3] },
      ],
    });
    await warehouse('CUP-01', 10);
    await warehouse('CUP-01', 4, 3);
    await world.cycle();
    const variant = await keyOf('CUP-01');
    const found = (await panel.ask('GET', `${STOCK}?search=CUP-01`)).body.stock;
    expect(found).toMatchObject([
      { variant, store: 0, sold: false, state: 'ok', wanted: null, sum: null },
      { variant, store: 2, sold: true, state: 'ok', wanted: '10', shown: '10', sum: { quantity: '10' } },
      { variant, store: 3, sold: true, state: 'ok', wanted: '4', shown: '4', sum: { quantity: '4' } },
    ]);
    const one = (await panel.ask('GET', `${STOCK}/${variant}?store=3`)).body;
    expect(one).toMatchObject({ store: 3, sum: { terms: [{ kind: 'object', about: '3', quantity: '4' }] } });
    expect(one.writes).toMatchObject([{ quantity: '4', outcome: 'done' }]);
    expect((await panel.ask('GET', `${STOCK}/${variant}?store=9`)).status).toBe(404);
    expect((await panel.ask('GET', `${STOCK}?after=${variant}@`)).status).toBe(400);

    const all: string[] = [];
    for (let after = ''; ;) {
      const page = await panel.ask('GET', `${STOCK}?limit=4${after === '' ? '' : `&after=${after}`}`);
      for (const row of page.body.stock as { variant: string; store: number }[])
        all.push(`${row.variant} ${row.store}`);
      if (page.body.next === null) break;
      after = page.body.next;
    }
    expect(new Set(all).size).toBe(all.length);
    expect(all.length % 3).toBe(0);
    const stores = (await panel.ask('GET', `${STOCK}?store=2`)).body;
    expect(stores.stock).toHaveLength(all.length / 3);
    const token = await tokenOf(pool, 'viewer');
    const cli = (...args: string[]) => runCli(panel.url, token, ['stock', ...args]);
    expect((await cli('list', 'shop', '--store', '3', '--search', 'CUP-01')).out).toMatch(/variant:5207 +3 /);
    expect((await cli('show', 'shop', variant, '--store', '3')).out).toMatch(/^= in the shop +shows 4 +4$/m);

    // Without the setting they are shown no more.
    await world.settings({ storeStock: [] });
    await world.cycle();
    const after = (await panel.ask('GET', STOCK)).body;
    expect(after.stock).toHaveLength(all.length / 3);
    const counted = Object.values(after.states as Record<string, number>).reduce(
      (sum, each) => sum + each,
      0,
    );
    expect(counted).toBe(all.length / 3);
  });

  it('cycles are shown with what each did', async () => {
    await world.cycle();
    const { cycles } = (await panel.ask('GET', `${STOCK}/cycles`)).body;
    expect(cycles[0]).toMatchObject({ state: 'finished', askedBy: 'schedule' });
    expect(cycles[0].figures).toMatchObject({ left: 0, warehouseRequests: expect.any(Number) });
  });
});

describe('what a person decides', () => {
  it('a cycle now, a pause, and going on; each noted', async () => {
    expect((await panel.ask('POST', `${STOCK}/run`, {}, { role: 'operator' })).status).toBe(200);
    expect(asked).toEqual(['shop']);
    await world.cycle();
    expect((await panel.ask('GET', `${STOCK}/cycles`)).body.cycles[0].askedBy).toBe('person');
    expect((await panel.ask('POST', `${STOCK}/pause`, { reason: 'ревизия' })).body).toEqual({ paused: true });
    expect(await world.cycle()).toEqual({ outcome: 'paused' });
    expect((await panel.ask('POST', `${STOCK}/run`)).body.code).toBe('export_paused');
    expect((await panel.ask('POST', `${STOCK}/pause`, { reason: 'r' })).status).toBe(409);
    expect((await panel.ask('POST', `${STOCK}/resume`)).body).toEqual({ paused: false });
    expect((await world.cycle()).outcome).toBe('finished');
    const { rows } = await pool.query(`select action from audit where action like 'stock.%' order by id`);
    expect(rows.map(({ action }: { action: string }) => action)).toEqual(['stock.paused', 'stock.resumed']);
    expect((await panel.ask('POST', `${STOCK}/run`, {}, { role: 'viewer' })).status).toBe(403);
    await pool.query(`update connection set mode = 'off'`);
    expect((await panel.ask('POST', `${STOCK}/run`)).body.code).toBe('connection_off');
  });

  it('a price that looks wrong is listed for its variant, goes out when accepted, and stays back when rejected', async () => {
    await world.settings({ exportPrices: true, exportGuard: { quantities: 99, prices: 99, least: 1_000 } });
    await world.cycle();
    const before = await world.shop('CUP-01');
    for (const sku of ['CUP-01', 'TEA'])
      await emulators.warehouse.control.send('PATCH', `/items/${await world.itemOf(sku)}`, {
        PriceOut2: 9_999,
      });
    await world.cycle();
    expect((await world.shop('CUP-01')).price).toBe(before.price);
    const list = async () => (await panel.ask('GET', `${STOCK}/findings`)).body.findings;
    const open = await list();
    const [cup, tea] = await Promise.all(['CUP-01', 'TEA'].map(async (sku) => `price:${await keyOf(sku)}`));
    const of = (scope: string | undefined) => open.find((each: { scope: string }) => each.scope === scope);
    expect(of(cup)).toMatchObject({
      ...{ code: 'price_implausible', state: 'open', evidence: { before: before.price, now: 999_900 } },
      bg: { text: expect.stringMatching(/[а-я]/) },
    });
    const decide = (scope: string | undefined, how: string) =>
      panel.ask('POST', `${STOCK}/findings/${of(scope).id}/${how}`, { reason: 'проверих' });
    expect((await decide(cup, 'accept')).status).toBe(200);
    expect((await decide(tea, 'reject')).status).toBe(200);
    const tea1 = (await world.shop('TEA')).price;
    await world.cycle();
    await world.cycle();
    expect((await world.shop('CUP-01')).price).toBe(999_900);
    expect((await world.shop('TEA')).price).toBe(tea1);
    expect((await list()).filter(({ state }: { state: string }) => state !== 'over')).toMatchObject([
      { scope: tea, state: 'rejected' },
    ]);
    const held = (await panel.ask('GET', `${STOCK}?state=held`)).body.stock;
    expect(held).toMatchObject([
      { sku: 'TEA', refusedPrice: 999_900, why: { en: { text: expect.any(String) } } },
    ]);
    expect((await panel.ask('POST', `${STOCK}/findings/999999/accept`, { reason: 'r' })).status).toBe(404);
  });

  it('the command line does the same', async () => {
    await world.cycle();
    const token = await tokenOf(pool, 'operator');
    const cli = (...args: string[]) => runCli(panel.url, token, ['stock', ...args]);
    expect((await cli('list', 'shop')).out).toContain('CUP-01');
    expect((await cli('show', 'shop', await keyOf('CUP-01'))).out).toMatch(/^= in the shop/m);
    expect((await cli('cycles', 'shop')).out).toContain('finished');
    expect((await cli('run', 'shop')).exit).toBe(0);
    expect((await cli('findings', 'shop')).out).toBe('Nothing looks wrong.\n');
    expect((await cli('pause', 'shop', '--reason', 'r')).out).toBe('Paused.\n');
    expect((await cli('resume', 'shop')).exit).toBe(0);
  });
});
