import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPassIo } from '../../src/activities/order/io.ts';
import { inTransaction } from '../../src/db/pool.ts';
import { noteOrderUnits } from '../../src/db/queries/stock/order-units.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { testDatabase } from '../support/database.ts';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { StoppingIo } from '../support/stopping-io.ts';
import { StockWorld } from './world.ts';

const { pool } = await testDatabase();
let emulators: Emulators;
let world: StockWorld;

beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators?.stop());
beforeEach(async () => {
  await emulators.shop.control.post('/reset', {});
  await emulators.warehouse.control.post('/reset', {});
  await pool.query('delete from connection');
  world = await StockWorld.create(pool, emulators, 'stock');
  for (const object of [3, 5]) await warehouse('CUP-01', 0, object);
  await warehouse('CUP-01', 10);
});

const warehouse = (code: string, quantity: number, objectId = 2): Promise<unknown> =>
  emulators.warehouse.control.send('PUT', '/stock', { code, quantity, objectId });
const shown = async (): Promise<number | null> => (await world.shop('CUP-01')).quantity;
const order = (quantity: number, more: object = {}): Promise<string> =>
  world.passes.place({ lines: [{ sku: 'CUP-01', quantity }], payment: 'cod', ...more });
const settle = (id: string) => world.passes.settle(world.passes.worker(), id);

describe('an order that comes at a bad moment', () => {
  it('read while its variant is about to be decided about: the figure counts it', async () => {
    await world.cycle();
    const id = await order(1);
    await settle(id);
    const { variantId } = await world.shop('CUP-01');
    const { rows } = await pool.query<{ fence: number }>(
      'select fence from shop_order where shop_order_id = $1',
      [id],
    );
    let write: Promise<unknown> = Promise.resolve();
    // A pass has read that three more are taken; it comes to the variant before the pass has committed.
    await inTransaction(pool, async (tx) => {
      await noteOrderUnits(
        tx,
        { connectionId: 'stock', shopOrderId: id, fence: rows[0]?.fence ?? 0 },
        {
          units: [{ variantKey: `variant:${variantId}`, quantity: '4', taken: true }],
          digest: 'more',
          keep: false,
        },
      );
      write = world.urgent();
      await waitUntil('the write at the lock', async () => {
        const { rowCount } = await pool.query(
          `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return (rowCount ?? 0) > 0;
      });
    });
    await write;
    expect(await shown()).toBe(6);
  });

  it('read before the first cycle and after the catalogue: the shop shows the rule although the figures agree', async () => {
    // As in the catalogue: 11 are there, the shop says 10 and then sells one.
    await warehouse('CUP-01', 11);
    await pool.query(`update shop_variant set quantity = '10' where variant_key = $1`, [
      `variant:${(await world.shop('CUP-01')).variantId}`,
    ]);
    await world.shopChange('CUP-01', { quantity: 10 });
    await settle(await order(1));
    expect(await shown()).toBe(9);
    await world.cycle();
    expect(await shown()).toBe(10);
  });

  it('edited after its sale was written off: the units that were added are not offered again before the warehouse has them off', async () => {
    const id = await order(1, { status: 'paid' });
    await settle(id);
    await world.cycle();
    expect(await shown()).toBe(9);
    await world.passes.act(id, 'edit', { lines: { add: [{ sku: 'CUP-01', quantity: 3 }] } });
    expect(await shown()).toBe(6);
    // The pass has read the order and stands before whatever it does about it.
    const io = new StoppingIo(createPassIo(pool), (name) => name === 'after note-order-units');
    const pass = world.passes.pass(world.passes.worker({}, io), id);
    await io.parked;
    await world.cycle();
    expect(await shown()).toBeLessThanOrEqual(6);
    io.release();
    await pass;
    await world.cycle();
    expect(await shown()).toBe(6);
    // Goods arrive.
    await warehouse('CUP-01', 20);
    await world.cycle();
    expect(await shown()).toBe(20);
  });

  it('written at once while the cycle begins: the cycle waits for it and is not lost', async () => {
    await world.cycle();
    await settle(await order(1));
    const io = new StoppingIo(createPassIo(pool), (name) => name === 'before next-dirty');
    const write = world.urgent(world.worker(io));
    await io.parked;
    await warehouse('CUP-01', 5);
    const cycleIo = new StoppingIo(createPassIo(pool));
    const cycle = world.cycle(world.worker(cycleIo));
    await waitUntil('the cycle at the lease', async () => cycleIo.reached.includes('after claim-export'));
    io.release();
    await write;
    expect(await cycle).toMatchObject({ outcome: 'finished' });
    expect(await shown()).toBe(4);
  });
});
