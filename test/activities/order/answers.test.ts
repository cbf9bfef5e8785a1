import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { performAction, requestAction } from '../../../src/db/queries/order-actions.ts';
import { saveSettings } from '../../../src/db/queries/connections.ts';
import { testDatabase } from '../../support/database.ts';
import { type Emulators, startEmulators } from '../../support/emulators.ts';
import { PassWorld, plainCart, goldenSettings } from '../../support/passes.ts';

/** What people decide about an order, and what the next passes make of it. */
const { pool } = await testDatabase();
let emulators: Emulators;
let world: PassWorld;
beforeAll(async () => {
  emulators = await startEmulators();
  world = await PassWorld.create(pool, emulators, 'shop');
});
afterAll(() => emulators?.stop());

const settle = (id: string) => world.settle(world.worker(), id);
const types = async (id: string) => (await world.documents(id)).map(({ type }) => type);
const paidCart = { ...plainCart, payment: 'bwt', status: 'paid' };
let requests = 0;

async function decide(
  shopOrderId: string,
  action: 'ignore' | 'unignore' | 'answer',
  question: string | null = null,
  answer: string | null = null,
): Promise<string | null> {
  requests += 1;
  const requestId = `request-${requests}`;
  const key = { connectionId: 'shop', shopOrderId };
  const request = { requestId, action, question, answer, operator: 'ivan', reason: 'test' };
  expect(await requestAction(pool, key, request, 'write')).toBe('new');
  return performAction(pool, key, requestId);
}

const answer = (id: string, question: string, chosen: string) => decide(id, 'answer', question, chosen);

async function standing(id: string): Promise<string[]> {
  const { rows } = await pool.query<{ answer: string }>(
    'select answer from order_answer where shop_order_id = $1 and superseded_at is null order by id',
    [id],
  );
  return rows.map((row) => row.answer);
}

describe('a document that staff changed', () => {
  async function changed() {
    const { id, document } = await world.ordered();
    await emulators.warehouse.control.send('PATCH', `/operations/${document.id}`, {
      Note: `CloudCart #${id} чака склад`,
    });
    await world.act(id, 'edit', { lines: { add: [{ sku: 'PEN-1' }] } });
    expect(await settle(id)).toMatchObject({ problems: ['document_changed_by_staff'] });
    return { id, document };
  }

  it('the shop is right: the same document is saved again, and the question is settled', async () => {
    const { id, document } = await changed();
    expect(await answer(id, 'document_changed_by_staff', 'overwrite')).toBeNull();
    expect(await settle(id)).toMatchObject({ state: 'ordered', deed: 'edited' });
    const [saved, ...others] = await world.documents(id);
    expect(others).toEqual([]);
    expect(saved).toMatchObject({ id: document.id, extAppDocId: document.extAppDocId });
    expect(saved?.note).not.toContain('чака склад');
    expect(await standing(id)).toEqual([]);
  });

  it('a second change of staff after the answer is a new question', async () => {
    const { id, document } = await changed();
    await answer(id, 'document_changed_by_staff', 'overwrite');
    await settle(id);
    await emulators.warehouse.control.send('PATCH', `/operations/${document.id}`, { Note: 'пак' });
    await world.act(id, 'pay', { by: 'merchant' });
    expect(await settle(id)).toMatchObject({ problems: ['document_changed_by_staff'] });
  });

  it('the warehouse is right: the order is left alone until that is taken back', async () => {
    const { id } = await changed();
    const before = await world.documents(id);
    await answer(id, 'document_changed_by_staff', 'leave_alone');
    await world.act(id, 'pay', { by: 'merchant' });
    expect(await settle(id)).toMatchObject({ state: 'ignored', outcome: 'settled' });
    expect(await settle(id)).toMatchObject({ state: 'ignored' });
    expect(await world.documents(id)).toEqual(before);
    expect(await decide(id, 'unignore')).toBeNull();
    expect(await settle(id)).toMatchObject({ problems: ['document_changed_by_staff'] });
  });
});

describe('a document that is gone', () => {
  async function gone() {
    const { id, document } = await world.ordered();
    await emulators.warehouse.control.send('DELETE', `/operations/${document.id}`);
    await world.act(id, 'pay', { by: 'merchant' });
    expect(await settle(id)).toMatchObject({ problems: ['document_missing'] });
    return id;
  }

  it('is created again on request, once', async () => {
    const id = await gone();
    await answer(id, 'document_missing', 'recreate');
    expect(await settle(id)).toMatchObject({ state: 'sold' });
    expect(await types(id)).toEqual([2]);
  });

  it('stays gone on request', async () => {
    const id = await gone();
    await answer(id, 'document_missing', 'leave_alone');
    expect(await settle(id)).toMatchObject({ state: 'ignored' });
    expect(await types(id)).toEqual([]);
  });
});

describe('a sale whose order ended', () => {
  async function asked() {
    const settings = goldenSettings();
    await saveSettings(pool, 'shop', { ...settings, returns: 'ask' }, 'test');
    const { id } = await world.ordered(paidCart);
    await world.act(id, 'refund');
    expect(await settle(id)).toMatchObject({ problems: ['cancelled_after_sale'] });
    await saveSettings(pool, 'shop', settings, 'test');
    return id;
  }

  it.each([
    ['claim', [2, 34], 'returned'],
    ['delete', [], 'withdrawn'],
    ['keep', [2], 'sold'],
  ] as const)('%s', async (chosen, left, state) => {
    const id = await asked();
    await answer(id, 'cancelled_after_sale', chosen);
    expect(await settle(id)).toMatchObject({ state, outcome: 'settled' });
    expect(await types(id)).toEqual(left);
    expect(await settle(id)).toMatchObject({ state, deed: 'unchanged' });
  });

  it('an answer decides one case: a later one is asked again', async () => {
    const settings = goldenSettings();
    await saveSettings(pool, 'shop', { ...settings, uncollected: 'ask' }, 'test');
    const { id } = await world.ordered();
    await world.act(id, 'ship');
    await settle(id);
    for (const _time of [1, 2]) {
      await world.act(id, 'cancel');
      expect(await settle(id)).toMatchObject({ problems: ['cancelled_after_sale'] });
      await answer(id, 'cancelled_after_sale', 'keep');
      expect(await settle(id)).toMatchObject({ state: 'sold', outcome: 'settled' });
      await world.act(id, 'restore');
      await world.act(id, 'ship');
      expect(await settle(id)).toMatchObject({ state: 'sold' });
      expect(await standing(id)).toEqual([]);
    }
    await saveSettings(pool, 'shop', settings, 'test');
  });
});

describe('a partial return that was booked by hand', () => {
  it('is settled, and the sale stays', async () => {
    await emulators.shop.control.send('PATCH', '/switches', { returnStatusInRest: true });
    const { id } = await world.ordered({ ...paidCart, lines: [{ sku: 'CUP-01', quantity: 3 }] });
    await world.act(id, 'partial-return');
    expect(await settle(id)).toMatchObject({ problems: ['partial_return'] });
    await answer(id, 'partial_return', 'keep');
    expect(await settle(id)).toMatchObject({ state: 'sold', outcome: 'settled' });
    await emulators.shop.control.send('PATCH', '/switches', { returnStatusInRest: false });
  });
});

describe('an order that fell back below the rule', () => {
  it('becomes an order again on request', async () => {
    const { id } = await world.ordered(paidCart);
    await world.act(id, 'status', { status: 'pending' });
    expect(await settle(id)).toMatchObject({ problems: ['fallen_below_rule'] });
    await answer(id, 'fallen_below_rule', 'reopen');
    expect(await settle(id)).toMatchObject({ state: 'ordered' });
    expect(await types(id)).toEqual([19]);
    expect(await settle(id)).toMatchObject({ state: 'ordered', deed: 'unchanged' });
    expect(await standing(id)).toEqual([]);
  });
});

describe('a document that does not match', () => {
  it.each(['accept', 'repost'] as const)('%s', async (chosen) => {
    const code = `MOVES-${chosen}`;
    const { items } = await emulators.warehouse.control.post<{ items: { id: number }[] }>('/items', {
      items: [{ Code: code }],
    });
    const line = { sku: code, name: 'Сменяща се ставка', price: '10.00' };
    await world.ordered({ ...plainCart, lines: [line] });
    await emulators.warehouse.control.send('PATCH', `/items/${items[0]?.id}`, { TaxGroup: 2 });
    const id = await world.place({ ...plainCart, lines: [line] });
    expect(await settle(id)).toMatchObject({ problems: ['posted_differs'] });
    if (chosen === 'repost')
      await emulators.warehouse.control.send('PATCH', `/items/${items[0]?.id}`, { TaxGroup: 1 });
    await answer(id, 'posted_differs', chosen);
    expect(await settle(id)).toMatchObject({ state: 'ordered' });
  });
});

describe('requests', () => {
  it('what nobody asked cannot be answered, and changes nothing', async () => {
    const { id } = await world.ordered();
    expect(await answer(id, 'document_missing', 'recreate')).toBe('not_asked');
    expect(await standing(id)).toEqual([]);
    expect(await decide(id, 'unignore')).toBe('not_left_alone');
    expect(await decide(id, 'ignore')).toBeNull();
    expect(await decide(id, 'ignore')).toBe('left_alone_already');
  });

  it('an order that is ignored before it is posted gets no document until that is taken back', async () => {
    const id = await world.place({ ...plainCart, payment: 'mokka' });
    expect(await settle(id)).toMatchObject({ state: 'blocked' });
    await decide(id, 'ignore');
    expect(await settle(id)).toMatchObject({ state: 'ignored', outcome: 'settled' });
    const { rows } = await pool.query(
      'select 1 from problem where shop_order_id = $1 and resolved_at is null',
      [id],
    );
    expect(rows).toEqual([]);
  });

  it('carried out twice, a request has one effect', async () => {
    const { id } = await world.ordered();
    const key = { connectionId: 'shop', shopOrderId: id };
    const request = {
      requestId: 'twice',
      action: 'ignore',
      question: null,
      answer: null,
      operator: 'ivan',
      reason: 'test',
    } as const;
    await requestAction(pool, key, request, 'write');
    expect(await Promise.all([1, 2, 3].map(() => performAction(pool, key, 'twice')))).toEqual([
      null,
      null,
      null,
    ]);
    const { rows } = await pool.query(
      `select data from journal where shop_order_id = $1 and kind = 'operator'`,
      [id],
    );
    expect(rows).toEqual([{ data: { action: 'ignore', by: 'ivan', reason: 'test' } }]);
    expect(await requestAction(pool, key, request, 'write')).toBe('known');
    expect(await requestAction(pool, key, { ...request, action: 'retry' }, 'write')).toBe('other');
  });
});
