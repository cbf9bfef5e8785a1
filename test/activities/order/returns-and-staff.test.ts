import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { saveSettings } from '../../../src/db/queries/connections.ts';
import { testDatabase } from '../../support/database.ts';
import { type Emulators, startEmulators } from '../../support/emulators.ts';
import { PassWorld, plainCart as cart, goldenSettings } from '../../support/passes.ts';

const { pool } = await testDatabase();
let emulators: Emulators;
let world: PassWorld;
beforeAll(async () => {
  emulators = await startEmulators();
  world = await PassWorld.create(pool, emulators, 'shop');
});
afterAll(() => emulators?.stop());
afterEach(async () => {
  await emulators.shop.control.send('DELETE', '/faults');
  await emulators.warehouse.control.send('DELETE', '/faults');
});

const ordered = (order?: Record<string, unknown>) => world.ordered(order);
const callsOf = (side: 'shop' | 'warehouse', work: () => Promise<unknown>) => world.callsOf(side, work);
const settle = (id: string) => world.settle(world.worker(), id);

describe('returns', () => {
  const types = async (id: string) => (await world.documents(id)).map(({ type }) => type);

  it('a parcel that nobody took: the sale is deleted as if it had not been', async () => {
    const { id } = await ordered();
    await world.act(id, 'ship');
    expect(await settle(id)).toMatchObject({ state: 'sold' });
    await world.act(id, 'cancel');
    expect(await settle(id)).toMatchObject({ deed: 'withdrawn', state: 'withdrawn' });
    expect(await types(id)).toEqual([]);
  });

  it('refunded in full: a claim beside the sale; both are closed and never touched again', async () => {
    const { id } = await ordered({ ...cart, payment: 'bwt', status: 'paid' });
    await world.act(id, 'refund');
    expect(await settle(id)).toMatchObject({ deed: 'returned', outcome: 'settled' });
    expect(await types(id)).toEqual([2, 34]);
    expect(await callsOf('warehouse', () => settle(id))).toEqual([]);
  });

  it('a partial return is a question, and so is what follows it', async () => {
    await emulators.shop.control.send('PATCH', '/switches', { returnStatusInRest: true });
    const { id } = await ordered({
      ...cart,
      lines: [{ sku: 'CUP-01', quantity: 3 }],
      payment: 'bwt',
      status: 'paid',
    });
    await world.act(id, 'partial-return');
    expect(await settle(id)).toMatchObject({ problems: ['partial_return'] });
    await world.act(id, 'refund');
    expect(await settle(id)).toMatchObject({ problems: ['cancelled_after_sale'] });
    expect(await types(id)).toEqual([2]);
    await emulators.shop.control.send('PATCH', '/switches', { returnStatusInRest: false });
  });

  it('a part that came back before the sale was posted is a question at once', async () => {
    await emulators.shop.control.send('PATCH', '/switches', { returnStatusInRest: true });
    const { id } = await ordered();
    await world.act(id, 'partial-return');
    await world.act(id, 'pay', { by: 'merchant' });
    const sold = { state: 'blocked', problems: ['partial_return'] };
    expect(await settle(id)).toMatchObject({ deed: 'sold', ...sold });
    expect(await settle(id)).toMatchObject(sold);
    expect(await types(id)).toEqual([2]);
    await emulators.shop.control.send('PATCH', '/switches', { returnStatusInRest: false });
  });

  it('a sold order that vanished is undone like a cancelled one', async () => {
    const { id } = await ordered({ ...cart, payment: 'bwt', status: 'paid' });
    await emulators.shop.control.send('DELETE', `/orders/${id}`);
    await settle(id);
    await expect
      .poll(async () => (await settle(id)).state, { timeout: 10_000, interval: 100 })
      .toBe('returned');
    expect(await types(id)).toEqual([2, 34]);
  });

  it('the merchant wants to be asked: the sale stays and the order waits', async () => {
    const settings = goldenSettings();
    await saveSettings(pool, 'shop', { ...settings, returns: 'ask' }, 'test');
    const { id } = await ordered({ ...cart, payment: 'bwt', status: 'paid' });
    await world.act(id, 'refund');
    expect(await settle(id)).toMatchObject({ outcome: 'blocked', problems: ['cancelled_after_sale'] });
    await saveSettings(pool, 'shop', settings, 'test');
    expect(await types(id)).toEqual([2]);
  });

  it('a claim whose answer was lost is found: one claim', async () => {
    const { id } = await ordered({ ...cart, payment: 'bwt', status: 'paid' });
    await world.act(id, 'refund');
    await emulators.warehouse.control.post('/faults', { function: 'saveOperation', kind: 'dropAfter' });
    expect(await settle(id)).toMatchObject({ state: 'returned' });
    expect(await types(id)).toEqual([2, 34]);
  });
});

describe('staff at the warehouse', () => {
  it.each(['pay', 'edit', 'cancel'] as const)(
    'a document that staff changed is not overwritten when the shop says %s',
    async (action) => {
      const { id, document } = await ordered();
      await emulators.warehouse.control.send('PATCH', `/operations/${document.id}`, {
        Note: 'CloudCart #'.concat(id, ' чака склад'),
      });
      const changed = await world.documents(id);
      await world.act(
        id,
        action,
        action === 'pay'
          ? { by: 'merchant' }
          : action === 'edit'
            ? { lines: { add: [{ sku: 'PEN-1' }] } }
            : {},
      );
      expect(await settle(id)).toMatchObject({
        outcome: 'blocked',
        state: 'conflict',
        problems: ['document_changed_by_staff'],
      });
      expect(await world.documents(id)).toEqual(changed);
    },
  );

  it('an order that staff turned into a sale by hand does not become a second sale', async () => {
    const { id, document } = await ordered();
    await emulators.warehouse.control.post(`/operations/${document.id}/to-sale`);
    await world.act(id, 'pay', { by: 'merchant' });
    expect(await settle(id)).toMatchObject({ state: 'conflict', problems: ['document_missing'] });
    expect((await world.documents(id)).map(({ type }) => type)).toEqual([2]);
  });

  it('a document that staff deleted is not missed when the order is cancelled anyway', async () => {
    const { id, document } = await ordered();
    await emulators.warehouse.control.send('DELETE', `/operations/${document.id}`);
    await world.act(id, 'cancel');
    expect(await settle(id)).toMatchObject({ state: 'withdrawn', outcome: 'settled' });
  });

  it('an item whose VAT was changed meanwhile: the document is kept, marked, and not converted', async () => {
    const { items } = await emulators.warehouse.control.post<{ items: { id: number }[] }>('/items', {
      items: [{ Code: 'VAT-MOVES' }],
    });
    const line = { sku: 'VAT-MOVES', name: 'Сменяща се ставка', price: '10.00' };
    await ordered({ ...cart, lines: [line] });
    await emulators.warehouse.control.send('PATCH', `/items/${items[0]?.id}`, { TaxGroup: 2 });
    const id = await world.place({ ...cart, lines: [line] });
    expect(await settle(id)).toMatchObject({ outcome: 'blocked', problems: ['posted_differs'] });
    await world.act(id, 'pay', { by: 'merchant' });
    expect(await settle(id)).toMatchObject({ problems: ['posted_differs'] });
    expect((await world.documents(id)).map(({ type }) => type)).toEqual([19]);
  });
});
