import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPassIo } from '../../../src/activities/order/io.ts';
import { saveSettings } from '../../../src/db/queries/connections.ts';
import { testDatabase } from '../../support/database.ts';
import { type Emulators, startEmulators } from '../../support/emulators.ts';
import { PassWorld, goldenSettings } from '../../support/passes.ts';
import { StoppingIo } from '../../support/stopping-io.ts';

const { pool } = await testDatabase();
let emulators: Emulators;
let world: PassWorld;
beforeAll(async () => {
  emulators = await startEmulators();
  world = await PassWorld.create(pool, emulators, 'meanwhile');
});
afterAll(() => emulators?.stop());

async function isDue(orderId: string): Promise<boolean | undefined> {
  const { rows } = await pool.query<{ due: boolean }>(
    'select due_at <= now() as due from shop_order where shop_order_id = $1',
    [orderId],
  );
  return rows[0]?.due;
}

describe('settings that are saved while a pass is under way', () => {
  it('let a blocked order be looked at again at once, although the pass did not know them', async () => {
    const first = new StoppingIo(createPassIo(pool));
    const quiet = await world.place({ preset: 'G19' });
    expect(await world.settle(world.worker({}, first), quiet)).toMatchObject({ outcome: 'blocked' });
    expect(await isDue(quiet)).toBe(false);
    const io = new StoppingIo(createPassIo(pool), first.reached.indexOf('before finish-pass'));
    const id = await world.place({ preset: 'G19' });
    const pass = world.pass(world.worker({}, io), id);
    await Promise.race([io.parked, pass]);
    const settings = goldenSettings();
    const paymentTypes = { ...settings.paymentTypes, mokka: 3 };
    await saveSettings(pool, 'meanwhile', { ...settings, paymentTypes }, 'test');
    io.release();
    expect(await pass).toMatchObject({ problems: ['payment_not_mapped'] });
    expect(await isDue(id)).toBe(true);
    expect(await world.settle(world.worker(), id)).toMatchObject({ outcome: 'settled', state: 'sold' });
  });
});
