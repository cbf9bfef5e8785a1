import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveSettings } from '../../../src/db/queries/connections.ts';
import { testDatabase } from '../../support/database.ts';
import { type Emulators, startEmulators } from '../../support/emulators.ts';
import { PassWorld, goldenSettings } from '../../support/passes.ts';

/** When an order becomes a sale, as the merchant chose; the common case is told by the story and the golden orders. */
const { pool } = await testDatabase();
let emulators: Emulators;
let world: PassWorld;
beforeAll(async () => {
  emulators = await startEmulators();
  world = await PassWorld.create(pool, emulators, 'rule');
});
afterAll(() => emulators?.stop());

/** A status of its own that the shop has. */
const CUSTOM = 'order-za-utochniavane';
const cart = { lines: [{ sku: 'CUP-01', quantity: 1 }], payment: 'cod' };

async function seen(id: string): Promise<readonly number[]> {
  await world.settle(world.worker(), id);
  return (await world.documents(id)).map(({ type }) => type);
}

describe('when an order becomes a sale', () => {
  it('a sale at once, where the merchant wants no orders', async () => {
    await saveSettings(pool, 'rule', { ...goldenSettings(), saleRule: 'always' }, 'test');
    expect(await seen(await world.place(cart))).toEqual([2]);
    // A card payment that is only promised may be abandoned: an order until it is paid.
    const byCard = await world.place({ ...cart, payment: 'stripe' });
    expect(await seen(byCard)).toEqual([19]);
    await world.act(byCard, 'pay', { by: 'gateway' });
    expect(await seen(byCard)).toEqual([2]);
  });

  it('a custom status that the merchant made one of a sale', async () => {
    const settings = { ...goldenSettings(), customStatuses: { [CUSTOM]: 'sale' as const } };
    await saveSettings(pool, 'rule', settings, 'test');
    const id = await world.place(cart);
    expect(await seen(id)).toEqual([19]);
    await world.act(id, 'status', { status: CUSTOM });
    expect(await seen(id)).toEqual([2]);
  });

  it('when it is fulfilled, although nobody paid yet', async () => {
    await saveSettings(pool, 'rule', goldenSettings(), 'test');
    const id = await world.place(cart);
    expect(await seen(id)).toEqual([19]);
    await world.act(id, 'ship');
    expect(await seen(id)).toEqual([2]);
  });
});
