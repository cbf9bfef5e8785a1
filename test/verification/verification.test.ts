import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type IntendedDocument, toOperation } from '../../src/activities/order/content.ts';
import { readFigures } from '../../src/db/queries/completeness.ts';
import { followHints } from '../sweep/world.ts';
import { testDatabase } from '../support/database.ts';
import { type Control, type Emulators, startEmulators } from '../support/emulators.ts';
import { PassWorld } from '../support/passes.ts';
import { verifyOnce, warehouseCalls } from './world.ts';

const { pool } = await testDatabase();
const cart = { lines: [{ sku: 'CUP-01', quantity: 1 }], payment: 'cod' };
let emulators: Emulators;
let control: Control;
let world: PassWorld;
beforeAll(async () => {
  emulators = await startEmulators();
  control = emulators.warehouse.control;
});
afterAll(() => emulators?.stop());
beforeEach(async () => {
  await pool.query('delete from connection');
  await control.post('/reset');
  world = await PassWorld.create(pool, emulators, 'verified');
});

async function posted(): Promise<{ id: string; document: number; stamp: number }> {
  const id = await world.place(cart);
  await world.settle(world.worker(), id);
  const [document] = await world.documents(id);
  return { id, document: document?.id ?? 0, stamp: document?.extAppDocId ?? 0 };
}

/** Orders that a comparison puts under suspicion; each is looked at. */
async function found(): Promise<{ order: string; finding: string }[]> {
  const { rows } = await pool.query<{ last: number }>('select coalesce(max(id), 0) as last from journal');
  expect(await verifyOnce(pool, 'verified')).toEqual({ due: 1, failed: 0 });
  const news = await pool.query<{ order: string; finding: string }>(
    `select shop_order_id as order, data ->> 'finding' as finding from journal where kind = 'verification' and id > $1 order by id`,
    [rows[0]?.last],
  );
  expect((await followHints(world)).toSorted()).toEqual(news.rows.map(({ order }) => order).toSorted());
  return news.rows.toSorted((left, right) => Number(left.order) - Number(right.order));
}

async function stateOf(id: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ state: string }>(
    'select state from shop_order where shop_order_id = $1',
    [id],
  );
  return rows[0]?.state;
}

/** The first save of a document once more, long after everybody gave it up. */
async function landLate(stamp: number): Promise<void> {
  const { rows } = await pool.query<{ content: IntendedDocument }>(
    `select data -> 'content' as content from journal where kind = 'sent' and (data ->> 'extId')::bigint = $1 order by id limit 1`,
    [stamp],
  );
  const worker = world.worker();
  const connection = (await worker.connections.get('verified')) ?? expect.unreachable();
  const content = rows[0]?.content ?? expect.unreachable();
  expect((await worker.warehouseOf(connection).saveOperation(toOperation(content, stamp))).kind).toBe('ok');
}

describe('the comparison of recent documents with the ledger', () => {
  it('costs at most two requests a type when all agrees, writes nothing, and nothing at all before the first document', async () => {
    expect(await warehouseCalls(control, () => verifyOnce(pool, 'verified'))).toEqual([]);
    const [one] = [await posted(), await posted()];
    await world.act(one.id, 'pay', { by: 'merchant' });
    await world.settle(world.worker(), one.id);
    const calls = await warehouseCalls(control, async () => expect(await found()).toEqual([]));
    expect(new Set(calls)).toEqual(new Set(['getOperations']));
    expect(calls.length).toBeLessThanOrEqual(6);
  });

  it('a deleted document that a late request made again is found and removed', async () => {
    const { id, stamp } = await posted();
    await world.act(id, 'cancel');
    await world.settle(world.worker(), id);
    expect(await found()).toEqual([]);
    await landLate(stamp);
    expect(await found()).toEqual([
      { order: id, finding: expect.stringMatching(/^reappeared \d+$/) as string },
    ]);
    expect(await world.documents(id)).toEqual([]);
    expect(await found()).toEqual([]);
  });

  it('what staff changed or deleted is found without any event of the shop, and becomes a question', async () => {
    const [changed, deleted, whole] = [await posted(), await posted(), await posted()];
    await control.send('PATCH', `/operations/${changed.document}`, { PaymentTypeId: 3 });
    await control.send('DELETE', `/operations/${deleted.document}`);
    const news = await found();
    expect(news.map(({ order, finding }) => [order, finding.split(' ')[0]])).toEqual([
      [changed.id, 'changed'],
      [deleted.id, 'missing'],
    ]);
    expect(await Promise.all([changed, deleted, whole].map(({ id }) => stateOf(id)))).toEqual([
      'conflict',
      'conflict',
      'ordered',
    ]);
    // A person is at it now: the same is not said again.
    expect(await found()).toEqual([]);
  });

  it('an order that staff turned into a sale by hand is found', async () => {
    const { id, document } = await posted();
    await control.post(`/operations/${document}/to-sale`, { inherit: true });
    expect(await found()).toHaveLength(1);
    expect(await stateOf(id)).toBe('conflict');
    expect((await world.documents(id)).map(({ type }) => type)).toEqual([2]);
  });

  it('a document of ours that the ledger does not know is an alarm; one of another program is none of our business', async () => {
    const [kept, lost] = [await posted(), await posted()];
    const [{ partnerId } = expect.unreachable()] = await world.documents(kept.id);
    await pool.query('delete from document where shop_order_id = $1', [lost.id]);
    await control.post('/operations', {
      ...{
        OperType: 19,
        PartnerId: partnerId,
        Note: 'CloudCart #999',
        Items: [{ ItemId: 9001, Qtty: 1, Price: 1 }],
      },
    });
    expect(await found()).toEqual([]);
    const { rows } = await pool.query<{ unknown: object[] }>('select unknown from verification');
    expect(rows[0]?.unknown).toMatchObject([
      { kind: 'order', warehouseId: lost.document, extId: lost.stamp },
    ]);
    expect((await readFigures(pool, 'verified'))[0]).toMatchObject({ unknownDocuments: 1 });
    expect(await stateOf(kept.id)).toBe('ordered');
  });

  it('empty lists after the subscription ended accuse nobody', async () => {
    const { id } = await posted();
    expect(await found()).toEqual([]);
    await control.send('PATCH', '/settings', { PaymentToDate: '2020-01-01 00:00:00' });
    await verifyOnce(pool, 'verified');
    await followHints(world).catch(() => undefined);
    expect(await stateOf(id)).toBe('ordered');
  });

  it.each(['DateUpdated', 'DateIssued'])(
    'finds the same when fromDate compares %s (Q-13)',
    async (column) => {
      await control.send('PATCH', '/switches', { operationsFromDate: column });
      const { id, stamp } = await posted();
      const other = await posted();
      await world.act(id, 'cancel');
      await world.settle(world.worker(), id);
      expect(await found()).toEqual([]);
      await landLate(stamp);
      await control.send('DELETE', `/operations/${other.document}`);
      const news = await found();
      expect(news.map(({ finding }) => finding.split(' ')[0]).toSorted()).toEqual(['missing', 'reappeared']);
      expect(await world.documents(id)).toEqual([]);
    },
  );

  it('more documents than a page shows are all compared', async () => {
    const first = await posted();
    await control.send('PATCH', '/switches', { maxLimit: 3 });
    const rest = [];
    for (let count = 0; count < 7; count += 1) rest.push(await posted());
    for (const { document } of [first, rest.at(-1) ?? first])
      await control.send('PATCH', `/operations/${document}`, { PaymentTypeId: 3 });
    expect((await found()).map(({ order }) => order)).toEqual([first.id, rest.at(-1)?.id]);
  });
});
