import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReconciliationDependencies } from '../../src/activities/reconciliation/walk.ts';
import { numberInNote } from '../../src/domain/order/note-number.ts';
import { testDatabase } from '../support/database.ts';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { PassWorld, plainCart } from '../support/passes.ts';
import { reconcile, reconciler } from './world.ts';

/** A merchant who changes from another program to us: its orders are found, and stay its own. */
const CONNECTION = 'changing';
const { pool } = await testDatabase();
let emulators: Emulators;
let world: PassWorld;
let compared: ReconciliationDependencies;

beforeAll(async () => {
  emulators = await startEmulators();
  world = await PassWorld.create(pool, emulators, CONNECTION, {
    startDate: new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10),
    foreignNote: 'Поръчка №{number} от магазина',
  });
  await emulators.shop.control.post('/reset');
  await emulators.shop.control.send('PATCH', '/switches', { rateLimitPerMinute: 800 });
  compared = reconciler(pool);
});
afterAll(async () => {
  await compared.slots.close();
  await emulators?.stop();
});

const settle = (id: string) => world.settle(world.worker(), id);

async function postByOthers(orderId: string, like: string): Promise<number> {
  const [document] = await world.documents(like);
  if (document === undefined) throw new Error(`order ${like} has no document`);
  const { id } = await emulators.warehouse.control.post<{ id: number }>('/operations', {
    OperType: 19,
    PartnerId: document.partnerId,
    PaymentTypeId: 9,
    Note: `Поръчка №${orderId} от магазина`,
    Items: document.lines.map(({ itemId, quantity, price }) => ({
      ItemId: itemId,
      Qtty: quantity,
      Price: price,
    })),
  });
  return id;
}

describe('an order of another program', () => {
  it('is found by its note, compared, left alone by us, and ours once its document is gone', async () => {
    const ours = await world.place(plainCart);
    await settle(ours);
    await pool.query(`update connection set mode = 'observe'`);
    const [theirs, open] = [await world.place(plainCart), await world.place(plainCart)];
    const warehouseId = await postByOthers(theirs, ours);
    for (const id of [theirs, open]) await settle(id);
    const result = await reconcile(compared, CONNECTION);
    expect(result.differences.map(({ shopOrderId, kind }) => `${shopOrderId} ${kind}`)).toContain(
      `${theirs} not_ours`,
    );
    const { rows } = await pool.query('select shop_order_id, gross, type from foreign_document');
    expect(rows).toEqual([{ shop_order_id: theirs, gross: 1440, type: 19 }]);

    await pool.query(`update connection set mode = 'live'`);
    expect(await settle(theirs)).toMatchObject({ state: 'foreign', problems: ['foreign_document'] });
    expect(await settle(open)).toMatchObject({ state: 'ordered' });
    await world.act(theirs, 'pay', { by: 'merchant' });
    expect(await settle(theirs)).toMatchObject({ state: 'foreign' });
    expect(await world.documents(theirs)).toEqual([]);

    await emulators.warehouse.control.send('DELETE', `/operations/${warehouseId}`);
    await reconcile(compared, CONNECTION);
    expect(await settle(theirs)).toMatchObject({ state: 'sold' });
  });
});

describe('the number in a note', () => {
  it.each([
    ['CloudCart #10457 · Еконт', 'CloudCart #{number}', '10457'],
    ['Поръчка  №12 от   магазина', 'Поръчка №{number} от магазина', '12'],
    ['cloudcart #12', 'CloudCart #{number}', '12'],
    ['CloudCart 12', 'CloudCart #{number}', undefined],
    ['a.b(12)', 'a.b({number})', '12'],
    ['aXb(12)', 'a.b({number})', undefined],
    ['CloudCart #1234567890123456789', 'CloudCart #{number}', undefined],
  ])('%s by %s: %s', (note, pattern, number) => expect(numberInNote(note, pattern)).toBe(number));
});
