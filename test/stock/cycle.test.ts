import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { StockWorld } from './world.ts';

const { pool } = await testDatabase();
let emulators: Emulators;
let world: StockWorld;

beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators?.stop());
beforeEach(async () => {
  world = await StockWorld.fresh(pool, emulators, 'stock');
});

const warehouse = (code: string, quantity: number, objectId = 2): Promise<unknown> =>
  emulators.warehouse.control.send('PUT', '/stock', { code, quantity, objectId });
const patches = (calls: readonly string[]): number =>
  calls.filter((name) => name.startsWith('PATCH /api/v2/variants/')).length;

describe('a cycle', () => {
  it('brings the shop to what the rule says, and the next one has nothing to do', async () => {
    await warehouse('CUP-01', 7);
    for (const object of [3, 5]) await warehouse('CUP-01', 0, object);
    expect(await world.cycle()).toMatchObject({ outcome: 'finished', left: 0 });
    expect((await world.shop('CUP-01')).quantity).toBe(7);
    const { rows } = await pool.query<{ sku: string; wanted: string }>(
      `select v.sku, s.wanted from stock_sku s join shop_variant v using (connection_id, variant_key)
       where s.wanted is not null`,
    );
    expect(rows.length).toBeGreaterThan(5);
    for (const { sku, wanted } of rows)
      expect([sku, (await world.shop(sku)).quantity]).toEqual([sku, Number(wanted)]);
    const shopCalls = await world.passes.callsOf('shop', () => world.cycle());
    expect(shopCalls).toEqual([]);
  });

  it('sums objects, keeps the buffer, and counts packs by their ratio', async () => {
    await world.settings({ stockBuffer: '2' });
    for (const object of [2, 3, 5]) await warehouse('WINE', object, object);
    await world.cycle();
    expect((await world.shop('WINE')).quantity).toBe(8);
    expect((await world.shop('WINE-6')).quantity).toBe(1);
    await world.settings({ stockObjects: [3] });
    await world.cycle();
    expect((await world.shop('WINE')).quantity).toBe(1);
    expect((await world.shop('WINE-6')).quantity).toBe(0);
  });

  it('writes price and quantity of a variant with one request, to the cent', async () => {
    await world.cycle();
    await world.settings({ exportPrices: true });
    await world.cycle();
    const before = await world.shop('CUP-01');
    await emulators.warehouse.control.send('PATCH', `/items/${await world.itemOf('CUP-01')}`, {
      PriceOut2: 5.55,
    });
    await warehouse('CUP-01', 4);
    const calls = await world.passes.callsOf('shop', () => world.cycle());
    expect(patches(calls)).toBe(1);
    expect(await world.shop('CUP-01')).toMatchObject({ price: 555 });
    expect(before.price).not.toBe(555);
  });

  it('an order of the shop is subtracted until its sale was written off before the read', async () => {
    for (const object of [3, 5]) await warehouse('CUP-01', 0, object);
    await warehouse('CUP-01', 10);
    await world.cycle();
    const id = await world.passes.place({ lines: [{ sku: 'CUP-01', quantity: 3 }], payment: 'cod' });
    expect((await world.shop('CUP-01')).quantity).toBe(7);
    await world.passes.settle(world.passes.worker(), id);
    // Goods arrive: 10 + 5, of which 3 are sold and still there.
    await warehouse('CUP-01', 15);
    await world.cycle();
    expect((await world.shop('CUP-01')).quantity).toBe(12);
    await world.passes.act(id, 'pay', { by: 'merchant' });
    await world.passes.settle(world.passes.worker(), id);
    await world.cycle();
    // The warehouse has written the three off: 12 are there, and all of them may be sold.
    expect((await world.shop('CUP-01')).quantity).toBe(12);
    await world.passes.act(id, 'refund', {});
    await world.passes.settle(world.passes.worker(), id);
    await world.cycle();
    expect((await world.shop('CUP-01')).quantity).toBe(15);
  });

  it('what an order touched is written at once with the quantities of the last read', async () => {
    for (const object of [3, 5]) await warehouse('CUP-01', 0, object);
    await warehouse('CUP-01', 10);
    await world.cycle();
    const id = await world.passes.place({ lines: [{ sku: 'CUP-01', quantity: 1 }], payment: 'cod' });
    // Somebody, or a write of ours that passed the order on the way, has put the unit on offer again.
    await world.shopChange('CUP-01', { quantity: 10 });
    await world.passes.settle(world.passes.worker(), id);
    const calls = await world.passes.callsOf('warehouse', async () => {
      expect(await world.urgent()).toBe(1);
    });
    expect(calls).toEqual([]);
    expect((await world.shop('CUP-01')).quantity).toBe(9);
    expect(await world.urgent()).toBe(0);
  });

  it('what sells out goes before all the prices that wait, and what is nearly gone before the rest', async () => {
    await world.cycle();
    await world.settings({ exportPrices: true, exportGuard: { quantities: 90, prices: 99, least: 1_000 } });
    await world.cycle();
    const { rows } = await pool.query<{ item: number }>(
      `select warehouse_item_id as item from item_link where connection_id = 'stock'`,
    );
    for (const { item } of rows)
      await emulators.warehouse.control.send('PATCH', `/items/${item}`, { PriceOut2: 31.17 });
    for (const object of [2, 3, 5]) {
      await warehouse('TEA', 0, object);
      await warehouse('MUG-2', object === 2 ? 1 : 0, object);
    }
    const calls = await world.passes.callsOf('shop', () => world.cycle());
    const place = async (sku: string): Promise<number> => {
      const { variantId } = await world.shop(sku);
      return calls.findIndex((call) => call.endsWith(`/${variantId}`));
    };
    expect(patches(calls)).toBeGreaterThan(12);
    // Four requests are under way at a time, and any of them may be slow.
    expect(Math.max(await place('TEA'), await place('MUG-2'))).toBeLessThan(8);
  });

  it('a write without an answer is written again now, and once more when it can no longer land', async () => {
    for (const object of [3, 5]) await warehouse('CUP-01', 0, object);
    await world.cycle();
    await warehouse('CUP-01', 4);
    const { variantId } = await world.shop('CUP-01');
    await emulators.shop.control.post('/faults', {
      ...{ kind: 'dropBefore', method: 'PATCH', path: `/api/v2/variants/${variantId}` },
    });
    await world.cycle();
    expect((await world.shop('CUP-01')).quantity).not.toBe(4);
    await world.cycle();
    expect((await world.shop('CUP-01')).quantity).toBe(4);
    const doubt = async () =>
      (await pool.query('select 1 from stock_sku where doubt_until is not null')).rowCount;
    const deadline = Date.now() + 10_000;
    while ((await doubt()) !== 0 && Date.now() < deadline) await world.cycle();
    expect(await doubt()).toBe(0);
    const { rows } = await pool.query(
      `select outcome from stock_write w where variant_key = $1 and id > (
         select min(id) from stock_write where variant_key = $1 and outcome = 'unknown') order by id`,
      [`variant:${variantId}`],
    );
    expect(rows.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['done', 'done']);
  });

  it('in observe mode nothing is written', async () => {
    await pool.query(`update connection set mode = 'observe'`);
    const calls = await world.passes.callsOf('shop', () => world.cycle());
    expect(calls).toEqual([]);
    expect((await world.cycles()).at(-1)).toMatchObject({ state: 'finished' });
  });
});

describe('what looks wrong in the warehouse', () => {
  const findings = async () =>
    (
      await pool.query(
        `select code, state from stock_finding where state <> 'over' and code <> 'price_implausible' order by id`,
      )
    ).rows;

  it('an empty answer empties no shop: nothing of it goes out, and a person is told', async () => {
    await world.settings({ exportGuard: { quantities: 50, prices: 30, least: 2 } });
    await world.cycle();
    const before = await world.shop('CUP-01');
    await emulators.warehouse.control.post('/faults', { kind: 'nullData', function: 'getItemQuantities' });
    expect(await world.cycle()).toMatchObject({ reason: 'answer_empty' });
    expect(await world.shop('CUP-01')).toEqual(before);
    expect(await findings()).toEqual([{ code: 'answer_empty', state: 'open' }]);
    await world.cycle();
    expect(await findings()).toEqual([]);
  });

  it('too much at once waits for a person; accepted, it goes out', async () => {
    await world.settings({ exportGuard: { quantities: 30, prices: 30, least: 2 } });
    await world.cycle();
    const codes = [
      'CUP-01',
      'MUG-2',
      'TEA',
      'PEN-1',
      'WINE',
      'TB-M-GRN',
      'TB-L-GRN',
      'BOX',
      'HNY',
      'JAR',
      'TB-M-BLU',
    ];
    const before = await world.shop('CUP-01');
    for (const code of codes)
      for (const object of [2, 3, 5]) await warehouse(code, 0, object).catch(() => undefined);
    expect(await world.cycle()).toMatchObject({ reason: 'many_sold_out' });
    expect(await world.shop('CUP-01')).toEqual(before);
    await pool.query(`update stock_finding set state = 'rejected' where state = 'open'`);
    expect(await world.cycle()).toMatchObject({ reason: 'many_sold_out' });
    await pool.query(`update stock_finding set state = 'accepted' where state = 'rejected'`);
    await world.cycle();
    expect((await world.shop('CUP-01')).quantity).toBe(0);
    expect(await findings()).toEqual([]);
  });

  it('a subscription that is over says nothing about quantities', async () => {
    await world.cycle();
    await emulators.warehouse.control.send('PATCH', '/settings', { PaymentToDate: '2020-01-01' });
    const cycle = await world.cycle();
    expect([cycle.outcome, cycle.reason]).not.toEqual(['finished', undefined]);
    expect((await world.cycles()).at(-1)?.reason).toMatch(/subscription|paused|paid/);
  });

  it('prices that change all at once are kept back, quantities go on', async () => {
    await world.settings({ exportPrices: true, exportGuard: { quantities: 90, prices: 30, least: 2 } });
    await world.cycle();
    const shown = await world.shop('CUP-01');
    await pool.query(`update stock_finding set state = 'over'`);
    await emulators.warehouse.control.send('PATCH', '/price-lists/2', { sameAs: 5 });
    const { rows } = await pool.query<{ item: number }>(
      `select warehouse_item_id as item from item_link where connection_id = 'stock'`,
    );
    for (const { item } of rows)
      await emulators.warehouse.control.send('PATCH', `/items/${item}`, { PriceOut2: 21.7 });
    for (const object of [2, 3, 5]) await warehouse('CUP-01', 1, object);
    await world.cycle();
    expect(await world.shop('CUP-01')).toMatchObject({ quantity: 3, price: shown.price });
    // Beside it each price that is ten times the one before waits by itself.
    expect(await findings()).toContainEqual({ code: 'many_prices', state: 'open' });
    await pool.query(`update stock_finding set state = 'accepted' where state = 'open'`);
    await world.cycle();
    expect((await world.shop('MUG-2')).price).toBe(2_170);
  });
});
