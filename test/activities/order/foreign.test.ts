import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ForeignDocument,
  comparedOrders,
  storeForeignDocuments,
} from '../../../src/db/queries/foreign-documents.ts';
import { performAction, requestAction } from '../../../src/db/queries/order-actions.ts';
import { compareWithForeign } from '../../../src/domain/completeness/comparison.ts';
import { testDatabase } from '../../support/database.ts';
import { type Emulators, startEmulators } from '../../support/emulators.ts';
import { PassWorld, plainCart } from '../../support/passes.ts';

/** Orders that another program has posted: never touched by us until a person decides. */
const { pool } = await testDatabase();
let emulators: Emulators;
let world: PassWorld;
beforeAll(async () => {
  emulators = await startEmulators();
  world = await PassWorld.create(pool, emulators, 'shop');
});
afterAll(() => emulators?.stop());

const settle = (id: string) => world.settle(world.worker(), id);
let requests = 0;

async function answer(id: string, chosen: string): Promise<void> {
  requests += 1;
  const key = { connectionId: 'shop', shopOrderId: id };
  const requestId = `request-${requests}`;
  const request = { requestId, action: 'answer', question: 'foreign_document', answer: chosen } as const;
  await requestAction(pool, key, { ...request, operator: 'ivan', reason: 'test' }, 'write');
  expect(await performAction(pool, key, requestId)).toBeNull();
}

/** Staff, or another program, posted the order with the shop's number in the note. */
async function postedByOthers(shopOrderId: string, quantity = 1): Promise<ForeignDocument> {
  const { document } = await world.ordered();
  const { id } = await emulators.warehouse.control.post<{ id: number }>('/operations', {
    OperType: 19,
    PartnerId: document.partnerId,
    PaymentTypeId: 9,
    Note: `Поръчка ${shopOrderId}`,
    Items: document.lines.map((line) => ({
      ItemId: line.itemId,
      Qtty: line.quantity * quantity,
      Price: line.price,
    })),
  });
  return {
    warehouseId: id,
    shopOrderId,
    type: 19,
    number: '77',
    gross: Math.round(document.lineGross * 100),
    lines: document.lines.map((line) => ({
      itemId: line.itemId,
      quantity: String(line.quantity * quantity),
    })),
  };
}

const callsOf = (work: () => Promise<unknown>) => world.callsOf('warehouse', work);

describe('an order that another program has posted', () => {
  it('is not posted by us, whatever happens in the shop, and asks', async () => {
    const id = await world.place(plainCart);
    await storeForeignDocuments(pool, 'shop', [await postedByOthers(id)]);
    for (const action of ['pay', 'edit', 'refund'] as const) {
      expect(await callsOf(() => settle(id))).toEqual([]);
      await world.act(
        id,
        action,
        action === 'pay'
          ? { by: 'merchant' }
          : action === 'edit'
            ? { lines: { add: [{ sku: 'PEN-1' }] } }
            : {},
      );
    }
    expect(await settle(id)).toMatchObject({
      state: 'foreign',
      outcome: 'blocked',
      problems: ['foreign_document'],
    });
  });

  it('stays with the other program, or becomes ours, as a person says', async () => {
    const [theirs, ours] = [await world.place(plainCart), await world.place(plainCart)];
    await storeForeignDocuments(pool, 'shop', [await postedByOthers(theirs), await postedByOthers(ours)]);
    for (const id of [theirs, ours]) await settle(id);
    await answer(theirs, 'leave_alone');
    await answer(ours, 'take_over');
    expect(await settle(theirs)).toMatchObject({ state: 'ignored', outcome: 'settled' });
    expect(await settle(ours)).toMatchObject({ state: 'ordered' });
    await world.act(ours, 'pay', { by: 'merchant' });
    expect(await settle(ours)).toMatchObject({ state: 'sold' });
    expect((await world.documents(ours)).map(({ type }) => type)).toEqual([2]);
    expect(await world.documents(theirs)).toEqual([]);
  });

  it('is ours by itself once the other document is gone', async () => {
    const id = await world.place(plainCart);
    await storeForeignDocuments(pool, 'shop', [await postedByOthers(id)]);
    await settle(id);
    await storeForeignDocuments(pool, 'shop', []);
    const { rows } = await pool.query(
      'select due_at <= clock_timestamp() as due from shop_order where shop_order_id = $1',
      [id],
    );
    expect(rows).toEqual([{ due: true }]);
    expect(await settle(id)).toMatchObject({ state: 'ordered' });
  });

  it('one that we posted first is not given up', async () => {
    const { id } = await world.ordered();
    await storeForeignDocuments(pool, 'shop', [await postedByOthers(id)]);
    await world.act(id, 'pay', { by: 'merchant' });
    expect(await settle(id)).toMatchObject({ state: 'sold' });
  });
});

describe('beside another program, in observe mode', () => {
  it('what we would post is compared with what it posted', async () => {
    const ids = [await world.place(plainCart), await world.place(plainCart), await world.place(plainCart)];
    const [same = '', other = '', alone = ''] = ids;
    await storeForeignDocuments(pool, 'shop', [await postedByOthers(same), await postedByOthers(other, 2)]);
    await pool.query(`update connection set mode = 'observe'`);
    const calls = await callsOf(async () => {
      for (const id of ids) await settle(id);
    });
    await pool.query(`update connection set mode = 'live'`);
    expect(calls.filter((name) => !name.startsWith('get'))).toEqual([]);
    const rows = await comparedOrders(pool, 'shop', { after: undefined, limit: 100 });
    const verdictOf = (id: string) => {
      const row = rows.find(({ order }) => order === id);
      return row === undefined ? undefined : compareWithForeign(row);
    };
    expect(verdictOf(same)).toEqual({ verdict: 'same', differences: [] });
    expect(verdictOf(other)).toMatchObject({ verdict: 'differs' });
    expect(verdictOf(other)?.differences[0]).toMatch(/^item \d+$/);
    expect(verdictOf(alone)).toEqual({ verdict: 'only_ours', differences: [] });
  });
});
