import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../../../tools/chaos/fault-proxy.ts';
import { testDatabase } from '../../support/database.ts';
import { type Emulators, startEmulators } from '../../support/emulators.ts';
import { PassWorld } from '../../support/passes.ts';

/** Two shops of one merchant, each with an application of its own, on one micro.bg company. */
const { pool } = await testDatabase();
let emulators: Emulators;
let one: PassWorld;
let other: PassWorld;
let wire: FaultProxy;
beforeAll(async () => {
  emulators = await startEmulators();
  const { shop, warehouse } = emulators;
  const application = await warehouse.control.post<{ apiId: string; secret: string }>('/applications', {});
  // Another address of the same shop: two connections may not share one.
  wire = await startFaultProxy(shop.url);
  one = await PassWorld.create(pool, emulators, 'one');
  other = await PassWorld.create(
    pool,
    {
      ...emulators,
      shop: { ...shop, url: wire.url },
      warehouse: { ...warehouse, ...application },
    },
    'other',
  );
});
afterAll(async () => {
  await wire?.close();
  await emulators?.stop();
});

async function post(world: PassWorld): Promise<number> {
  const id = await world.place({ lines: [{ sku: 'CUP-01', quantity: 1 }], payment: 'cod' });
  expect(await world.settle(world.worker(), id, 5_000)).toMatchObject({ state: 'ordered' });
  const [document, ...more] = await world.documents(id);
  expect(more).toEqual([]);
  return document?.extAppDocId ?? 0;
}

describe('two applications of one company', () => {
  it('start far apart, and one that reaches the other’s ids goes on behind them', async () => {
    const mine = await post(one);
    const theirs = await post(other);
    expect(theirs - mine).toBeGreaterThanOrEqual(100_000);
    await pool.query('update ext_id_counter set next_id = $1 where warehouse_api_id = $2', [
      theirs,
      emulators.warehouse.apiId,
    ]);
    expect(await post(one)).toBeGreaterThan(theirs + 90_000);
    const { rows } = await pool.query('select 1 from connection where stopped_reason is not null');
    expect(rows).toEqual([]);
  });
});
