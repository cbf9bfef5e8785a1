import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPassIo } from '../../src/activities/order/io.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { matcher, report } from '../catalogue/world.ts';
import { testDatabase } from '../support/database.ts';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { StoppingIo } from '../support/stopping-io.ts';
import { type ShopStock, StockWorld } from './world.ts';

const { pool } = await testDatabase();
let emulators: Emulators;
let world: StockWorld;

/** Store 2 offers object 2, store 3 objects 3 and 5. */
const storeStock = [
  { storeId: 2, objects: [2] },
  { storeId: 3, objects: [3, 5] },
];

beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators?.stop());
beforeEach(async () => {
  world = await StockWorld.fresh(pool, emulators, 'stock');
  await shopSwitch({ storeLocations: true });
  for (const [object, quantity] of [
    [2, 10],
    [3, 4],
    [5, 1],
  ] as const)
    await warehouse('CUP-01', quantity, object);
});

const shopSwitch = (switches: object) => emulators.shop.control.send('PATCH', '/switches', switches);
const fault = (body: object) => emulators.shop.control.post('/faults', body);
const warehouse = (code: string, quantity: number, objectId = 2): Promise<unknown> =>
  emulators.warehouse.control.send('PUT', '/stock', { code, quantity, objectId });
const inStore = (storeId: number, sku: string, quantity: number | null): Promise<unknown> =>
  emulators.shop.control.send('PUT', `/stores/${storeId}/stock`, { sku, quantity });
const order = (quantity: number, store = 2): Promise<string> =>
  world.passes.place({ lines: [{ sku: 'CUP-01', quantity }], payment: 'cod', store });
const settle = (id: string) => world.passes.settle(world.passes.worker(), id);

async function rowsOf(sku: string): Promise<ShopStock['stores'][number][]> {
  const { stores } = await world.shop(sku);
  return stores.toSorted((one, other) => one.storeId - other.storeId);
}
/** Quantities of stores 2 and 3; a row too many shows. */
const shown = async (sku = 'CUP-01'): Promise<number[]> =>
  (await rowsOf(sku)).map(({ quantity }) => quantity);
const keyOf = async (sku = 'CUP-01'): Promise<string> => `variant:${(await world.shop(sku)).variantId}`;
/** Rows of the shop that a step wrote to, by what it did. */
const storeCalls = (calls: readonly string[]): string[] =>
  calls.filter((call) => call.includes('/store-quantity')).map((call) => call.split('/')[0]?.trim() ?? '');

async function chosen(): Promise<void> {
  await world.settings({ storeStock });
  await world.cycle();
}

async function skus(where: string): Promise<number> {
  const { rowCount } = await pool.query(`select 1 from stock_sku where ${where}`);
  return rowCount ?? 0;
}

describe('a shop that sells what its stores have', () => {
  it('shows in each store the sum of its own objects less the buffer, and keeps the quantity of the variant', async () => {
    await world.settings({ storeStock, stockBuffer: '2' });
    const before = await world.shop('CUP-01');
    expect(await world.cycle()).toMatchObject({ outcome: 'finished', left: 0 });
    expect(await shown()).toEqual([8, 3]);
    expect(await world.shop('CUP-01')).toMatchObject({ quantity: before.quantity });
    const { rows } = await pool.query<{ sku: string; store: number; wanted: string }>(
      `select v.sku, s.store_id as store, s.wanted from stock_sku s join shop_variant v using (connection_id, variant_key)
       where s.wanted is not null and v.sku <> 'CANDLE'`,
    );
    expect(rows.length).toBeGreaterThan(10);
    for (const { sku, store, wanted } of rows) {
      const row = (await rowsOf(sku)).find(({ storeId }) => storeId === store);
      expect([sku, store, row?.quantity]).toEqual([sku, store, Number(wanted)]);
    }
    expect(await world.passes.callsOf('shop', () => world.cycle())).toEqual([]);
  });

  it('counts packs by their ratio and offers whole units only', async () => {
    for (const object of [2, 3, 5]) await warehouse('WINE', 7, object);
    await chosen();
    expect(await shown('WINE')).toEqual([7, 14]);
    expect(await shown('WINE-6')).toEqual([1, 2]);
    const { rows } = await pool.query<{ wanted: string; fractional: boolean }>(
      `select s.wanted, v.fractional from stock_sku s join shop_variant v using (connection_id, variant_key)
       where s.store_id > 0 and s.wanted is not null`,
    );
    expect(rows.some(({ fractional }) => fractional)).toBe(true);
    for (const { wanted } of rows) expect(wanted).toMatch(/^\d+$/);
  });

  it('the price goes to the variant, without its quantity', async () => {
    await chosen();
    const { quantity, variantId } = await world.shop('CUP-01');
    await world.settings({ exportPrices: true });
    await world.cycle();
    await emulators.warehouse.control.send('PATCH', `/items/${await world.itemOf('CUP-01')}`, {
      PriceOut2: 5.55,
    });
    const calls = await world.passes.callsOf('shop', () => world.cycle());
    expect(calls).toEqual([`PATCH /api/v2/variants/${variantId}`]);
    expect(await world.shop('CUP-01')).toMatchObject({ price: 555, quantity });
  });

  it('rows that are there are read with a few requests and changed, others are made', async () => {
    await inStore(2, 'CUP-01', 99);
    await world.settings({ storeStock });
    const calls = await world.passes.callsOf('shop', () => world.cycle());
    const { variantId } = await world.shop('CUP-01');
    const [row] = await rowsOf('CUP-01');
    expect(calls).toContain(`PATCH /api/v2/store-quantity/${row?.rowId}`);
    expect(storeCalls(calls).filter((method) => method === 'GET')).toHaveLength(2);
    expect(await skus(`store_id > 0 and wanted is not null and row_id is null`)).toBe(0);
    expect(await skus(`variant_key = 'variant:${variantId}' and row_id is not null`)).toBe(2);
  });
});

describe('orders of a shop that sells what its stores have', () => {
  it('are subtracted in every store until they were written off: the shop does not say which of them they take from', async () => {
    await chosen();
    const id = await order(3, 3);
    expect(await shown()).toEqual([10, 2]);
    await settle(id);
    // Both figures are urgent; the variant's own is nobody's.
    expect(await skus('urgent_at is not null')).toBe(2);
    expect(await world.urgent()).toBe(2);
    expect(await shown()).toEqual([7, 2]);
    await world.passes.act(id, 'pay', { by: 'merchant' });
    await settle(id);
    await world.cycle();
    // Written off at object 2, where the documents are booked.
    expect(await shown()).toEqual([7, 5]);
  });

  it('read while a figure is on its way: it is written again and ends with the rule', async () => {
    await chosen();
    await warehouse('CUP-01', 20);
    const io = new StoppingIo(
      createPassIo(pool),
      (name) => name === 'after the reply to shop.store-quantity.update',
    );
    const cycle = world.cycle(world.worker(io));
    await io.parked;
    await settle(await order(2));
    io.release();
    await cycle;
    await world.urgent();
    expect(await shown()).toEqual([18, 3]);
    expect(await skus('urgent_at is not null or dirty_since is not null')).toBe(0);
  });

  it('are not overwritten by another writer: a figure whose writer lost its lease changes nothing any more', async () => {
    await chosen();
    await warehouse('CUP-01', 20);
    const io = new StoppingIo(createPassIo(pool), (name) => name === 'before end-write');
    const lost = world.cycle(world.worker(io, { leaseMs: 300 }));
    await io.parked;
    await pool.query(`update stock_export set lease_until = '-infinity', fence = fence + 1`);
    await warehouse('CUP-01', 6);
    await waitUntil('the next cycle', async () => (await world.cycle()).outcome === 'finished');
    io.release();
    await lost;
    await waitUntil('nothing in doubt', async () => {
      await world.cycle();
      return (await skus('doubt_until is not null or dirty_since is not null')) === 0;
    });
    expect(await shown()).toEqual([6, 5]);
  });
});

describe('the row of a store', () => {
  it.each(['dropAfter', 'timeoutAfter', 'dropBefore'])(
    'is made once, also when the answer to that does not come: %s',
    async (kind) => {
      await fault({ kind, method: 'POST', path: '/api/v2/store-quantity' });
      await chosen();
      await waitUntil('nothing in doubt', async () => {
        await world.cycle();
        return (await skus('doubt_until is not null or dirty_since is not null')) === 0;
      });
      const { rows } = await pool.query<{ outcome: string }>(
        `select outcome from stock_write where (variant_key, store_id) = (
           select variant_key, store_id from stock_write where outcome = 'unknown') order by id`,
      );
      expect(rows.map(({ outcome }) => outcome)).toEqual(['unknown', 'done', 'done']);
      const all = await pool.query<{ sku: string; stores: number[] }>(
        `select v.sku, array_agg(s.row_id::int order by s.store_id) as stores
         from stock_sku s join shop_variant v using (connection_id, variant_key)
         where s.store_id > 0 and s.wanted is not null and v.sku <> 'CANDLE' group by 1`,
      );
      expect(all.rows.length).toBeGreaterThan(5);
      for (const { sku, stores } of all.rows)
        expect([sku, (await rowsOf(sku)).map(({ rowId }) => rowId)]).toEqual([sku, stores]);
      expect(await shown()).toEqual([10, 5]);
    },
  );

  it('that is there although we do not know it is looked up and changed, in the same cycle', async () => {
    await chosen();
    await pool.query(`update stock_sku set row_id = null where variant_key = $1`, [await keyOf()]);
    const before = await rowsOf('CUP-01');
    await warehouse('CUP-01', 3);
    const calls = await world.passes.callsOf('shop', () => world.cycle());
    expect(storeCalls(calls)).toEqual(['POST', 'GET', 'PATCH']);
    expect(await rowsOf('CUP-01')).toEqual([{ ...before[0], quantity: 3 }, before[1]]);
  });

  it('that was deleted in the shop is made again, by the next write or after the catalogue was read', async () => {
    await chosen();
    await inStore(2, 'CUP-01', null);
    await warehouse('CUP-01', 3);
    const calls = await world.passes.callsOf('shop', () => world.cycle());
    expect(storeCalls(calls)).toEqual(['PATCH', 'GET', 'POST']);
    expect(await shown()).toEqual([3, 5]);
    await report(matcher(pool), 'stock');
    await inStore(3, 'CUP-01', null);
    await longAgo();
    await report(matcher(pool), 'stock');
    await world.cycle();
    expect(await shown()).toEqual([3, 5]);
  });

  it('that the merchant changed is taken over from the catalogue and set right, unless we wrote after it', async () => {
    await chosen();
    await inStore(2, 'CUP-01', 50);
    await report(matcher(pool), 'stock');
    // We wrote a moment ago: what was read may be older.
    expect(storeCalls(await world.passes.callsOf('shop', () => world.cycle()))).toEqual([]);
    await longAgo();
    await report(matcher(pool), 'stock');
    await world.cycle();
    expect(await shown()).toEqual([10, 5]);
  });

  it('a write without an answer is written again now, and once more when it can no longer land', async () => {
    await chosen();
    const [row] = await rowsOf('CUP-01');
    await warehouse('CUP-01', 4);
    await fault({ kind: 'dropBefore', method: 'PATCH', path: `/api/v2/store-quantity/${row?.rowId}` });
    await world.cycle();
    expect(await shown()).toEqual([10, 5]);
    await world.cycle();
    expect(await shown()).toEqual([4, 5]);
    await waitUntil('the doubt to be over', async () => {
      await world.cycle();
      return (await skus('doubt_until is not null')) === 0;
    });
    const { rows } = await pool.query<{ outcome: string }>(
      `select outcome from stock_write where variant_key = $1 and store_id = 2 and quantity = '4' order by id`,
      [await keyOf()],
    );
    expect(rows.map(({ outcome }) => outcome)).toEqual(['unknown', 'done', 'done']);
  });

  /** Our last writes and the last orders are long ago. */
  async function longAgo(): Promise<void> {
    await pool.query(
      `update stock_sku set written_at = written_at - interval '1 hour', touched_at = touched_at - interval '1 hour'`,
    );
  }
});

describe('the app with the stores', () => {
  const findings = async () =>
    (await pool.query(`select code, state from stock_finding where code = 'stores_app_missing' order by id`))
      .rows;

  it.each(['404', '422'])(
    'uninstalled while an export writes: it stops with a reason and a finding, and goes on when the app is back (%s)',
    async (appMissing) => {
      await chosen();
      await world.settings({ exportPrices: true, exportGuard: { quantities: 99, prices: 99, least: 1_000 } });
      await world.cycle();
      await warehouse('CUP-01', 3);
      const io = new StoppingIo(
        createPassIo(pool),
        (name) => name === 'before sending shop.store-quantity.update',
      );
      const cycle = world.cycle(world.worker(io));
      await io.parked;
      await shopSwitch({ appStores: false, appMissing });
      io.release();
      expect(await cycle).toMatchObject({ outcome: 'finished', reason: 'stores_app_missing' });
      expect(await findings()).toEqual([{ code: 'stores_app_missing', state: 'open' }]);
      expect(await skus('store_id = 2 and dirty_since is not null')).toBe(1);

      // What orders touch waits without a request to the shop; prices go on, and each cycle asks once.
      await settle(await order(1));
      const urgent = await world.passes.callsOf('shop', () => world.urgent());
      expect(urgent).toEqual([]);
      await emulators.warehouse.control.send('PATCH', `/items/${await world.itemOf('CUP-01')}`, {
        PriceOut2: 5.55,
      });
      const calls = await world.passes.callsOf('shop', async () => {
        expect(await world.cycle()).toMatchObject({ outcome: 'finished', reason: 'stores_app_missing' });
      });
      const { variantId } = await world.shop('CUP-01');
      expect(calls).toEqual(['GET /api/v2/stores', `PATCH /api/v2/variants/${variantId}`]);

      await shopSwitch({ appStores: true });
      await inStore(2, 'TEA', 77);
      const tea = await pool.query<{ wanted: string }>(
        'select wanted from stock_sku where variant_key = $1 and store_id = 2',
        [await keyOf('TEA')],
      );
      const back = await world.cycle();
      expect([back.outcome, back.reason, back.left]).toEqual(['finished', undefined, 0]);
      expect(await findings()).toEqual([{ code: 'stores_app_missing', state: 'over' }]);
      expect(await shown()).toEqual([2, 4]);
      // Nobody knew what the stores showed meanwhile: all of it was written.
      expect((await shown('TEA'))[0]).toBe(Number(tea.rows[0]?.wanted));
    },
  );

  it('uninstalled on purpose: without the setting the variant is sold again, and the finding is over', async () => {
    await chosen();
    await warehouse('CUP-01', 3);
    await shopSwitch({ appStores: false });
    expect(await world.cycle()).toMatchObject({ reason: 'stores_app_missing' });
    await world.settings({ storeStock: [] });
    const calls = await world.passes.callsOf('shop', () => world.cycle());
    expect(storeCalls(calls)).toEqual([]);
    expect((await world.shop('CUP-01')).quantity).toBe(8);
    expect(await findings()).toEqual([{ code: 'stores_app_missing', state: 'over' }]);
  });
});

describe('the setting', () => {
  it('switched on, off and on again: only what the storefront sells is written, and it begins anew', async () => {
    await world.cycle();
    expect((await world.shop('CUP-01')).quantity).toBe(15);
    await chosen();
    expect(await shown()).toEqual([10, 5]);

    await shopSwitch({ storeLocations: false });
    await world.settings({ storeStock: [] });
    await warehouse('CUP-01', 6);
    await world.cycle();
    expect([(await world.shop('CUP-01')).quantity, await shown()]).toEqual([11, [10, 5]]);
    await settle(await order(1));
    // The orders of it do not touch figures that nobody sells.
    expect(await skus('urgent_at is not null')).toBe(1);
    const calls = await world.passes.callsOf('shop', () => world.urgent());
    expect(storeCalls(calls)).toEqual([]);
    expect((await world.shop('CUP-01')).quantity).toBe(10);

    // Meanwhile somebody changed a row, and nobody looked.
    await inStore(2, 'CUP-01', 10);
    await shopSwitch({ storeLocations: true });
    await chosen();
    expect([(await world.shop('CUP-01')).quantity, await shown()]).toEqual([10, [5, 4]]);
    expect(await skus('dirty_since is not null or urgent_at is not null')).toBe(0);
  });

  it('with one store less: its rows stay as they are and take no part', async () => {
    await chosen();
    await world.settings({ storeStock: storeStock.slice(0, 1) });
    await warehouse('CUP-01', 1);
    await warehouse('CUP-01', 1, 3);
    await world.cycle();
    expect(await shown()).toEqual([1, 5]);
    expect(await world.passes.callsOf('shop', () => world.cycle())).toEqual([]);
  });
});
