import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compareSides } from '../../src/activities/reconciliation/compare.ts';
import { type ReconciliationDependencies, readShopPage } from '../../src/activities/reconciliation/walk.ts';
import { askForReconciliation } from '../../src/db/queries/reconciliation.ts';
import { testDatabase } from '../support/database.ts';
import { type Emulators, type SeenDocument, startEmulators } from '../support/emulators.ts';
import { PassWorld } from '../support/passes.ts';
import { begin, finish, reconcile, reconciler } from './world.ts';

const CONNECTION = 'compared';
const { pool } = await testDatabase();
let emulators: Emulators;
let world: PassWorld;
let compared: ReconciliationDependencies;
const startDate = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);

beforeAll(async () => {
  emulators = await startEmulators();
  world = await PassWorld.create(pool, emulators, CONNECTION, { startDate });
  compared = reconciler(pool);
});
afterAll(async () => {
  await compared.slots.close();
  await emulators?.stop();
});
beforeEach(async () => {
  await pool.query(
    `truncate reconciliation, foreign_document, shop_order, journal, partner_link, item_link, warehouse_item cascade`,
  );
  await emulators.shop.control.post('/reset');
  await emulators.shop.control.send('PATCH', '/switches', { rateLimitPerMinute: 800 });
  await emulators.warehouse.control.post('/reset');
});

/** An order that came to its document. */
async function settled(order: Record<string, unknown> = { preset: 'G02' }): Promise<string> {
  const id = await world.place(order);
  await world.settle(world.worker(), id);
  return id;
}

/** Its one document, as the warehouse's admin view shows it. */
async function documentOf(orderId: string) {
  const [document] = await world.documents(orderId);
  if (document === undefined) throw new Error(`order ${orderId} has no document`);
  return document;
}

const kinds = ({ differences }: Awaited<ReturnType<typeof reconcile>>) =>
  differences.map(({ kind, shopOrderId }) => `${shopOrderId} ${kind}`);

const staff = () => emulators.warehouse.control;

describe('a healthy pair', () => {
  it('has no differences: orders, sales, returns, cancelled, bundles, packs, levs, blocked and old ones', async () => {
    const ids: string[] = [];
    for (const preset of [
      'G01',
      'G02',
      'G04',
      'G05',
      'G08',
      'G09a',
      'G11',
      'G12',
      'G17',
      'G19',
      'G22',
      'G22b',
      'G23',
      'fraction',
    ])
      ids.push(await settled({ preset }));
    const sold = await settled({ lines: [{ sku: 'CUP-01', quantity: 2 }], payment: 'cod' });
    await world.act(sold, 'pay', { by: 'merchant' });
    await world.settle(world.worker(), sold);
    const returned = await settled({ lines: [{ sku: 'CUP-01', quantity: 1 }], payment: 'cod' });
    await world.act(returned, 'pay', { by: 'merchant' });
    await world.settle(world.worker(), returned);
    await world.act(returned, 'refund');
    await world.settle(world.worker(), returned);
    const cancelled = await settled();
    await world.act(cancelled, 'cancel');
    await world.settle(world.worker(), cancelled);
    await settled({ lines: [{ sku: 'CANDLE', quantity: 1 }], payment: 'cod' });

    const result = await reconcile(compared, CONNECTION);
    expect(result.differences).toEqual([]);
    expect(result).toMatchObject({ state: 'finished', askedBy: 'test' });
    expect(result.figures).toMatchObject({
      orders: ids.length + 4,
      differences: 0,
      moving: 0,
      handedOver: 0,
    });
    expect(await dueBecauseOf('reconciliation')).toEqual([]);
  });

  it('an order that moves meanwhile is left for the next comparison', async () => {
    const id = await settled();
    const ref = await begin(pool, CONNECTION);
    while (await readShopPage(compared, ref));
    await world.act(id, 'edit', { note: 'Моля, обадете се' });
    await world.settle(world.worker(), id);
    const result = await finish(compared, ref);
    expect(result.differences).toEqual([]);
    expect(result.figures).toMatchObject({ moving: 1, compared: 0 });
  });
});

describe('what differs is named', () => {
  it('a document that staff deleted', async () => {
    const id = await settled();
    const { id: warehouseId } = await documentOf(id);
    await staff().send('DELETE', `/operations/${warehouseId}`);
    const result = await reconcile(compared, CONNECTION);
    expect(result.differences).toMatchObject([
      { kind: 'missing_in_warehouse', shopOrderId: id, warehouseId, found: '' },
    ]);
    expect(await dueBecauseOf('reconciliation')).toEqual([id]);
  });

  it('a document that stands twice', async () => {
    const id = await settled();
    const again = await copyOf(await documentOf(id));
    const result = await reconcile(compared, CONNECTION);
    expect(result.differences).toMatchObject([{ kind: 'surplus', shopOrderId: id, warehouseId: again }]);
  });

  it('a total that staff changed, and a quantity', async () => {
    const [dearer, more] = [await settled(), await settled()];
    const [dear, many] = [itemsOf((await documentOf(dearer)).lines), itemsOf((await documentOf(more)).lines)];
    await change(
      dearer,
      dear.map((line, index) => (index === 0 ? { ...line, Price: line.Price + 0.01 } : line)),
    );
    await change(
      more,
      many.map((line, index) => (index === 0 ? { ...line, Qtty: line.Qtty + 1 } : line)),
    );
    const result = await reconcile(compared, CONNECTION);
    expect(kinds(result)).toEqual([
      `${dearer} total_differs`,
      `${more} total_differs`,
      `${more} quantity_differs`,
    ]);
    const [total, , quantity] = result.differences;
    expect(Number(total?.found)).toBeGreaterThan(Number(total?.expected));
    expect(quantity).toMatchObject({ expected: expect.stringMatching(/^\d+: \d+$/) });
  });

  it('an order that staff turned into a sale by hand', async () => {
    const id = await settled();
    const { id: warehouseId } = await documentOf(id);
    await staff().post(`/operations/${warehouseId}/to-sale`, { inherit: true });
    expect(kinds(await reconcile(compared, CONNECTION))).toContain(`${id} type_differs`);
  });

  it('a row that the ledger lost', async () => {
    const [kept, lost] = [await settled(), await settled()];
    await pool.query(`delete from document where shop_order_id = $1`, [lost]);
    const result = await reconcile(compared, CONNECTION);
    expect(kinds(result)).toEqual([`${lost} unknown_ext_id`]);
    expect(kinds(result).join()).not.toContain(kept);
  });

  it('a document of this order by somebody else', async () => {
    const id = await world.place({ preset: 'G02' });
    await world.act(id, 'cancel');
    await world.settle(world.worker(), id);
    const template = await documentOf(await settled());
    await copyOf(template, `CloudCart #${id}`);
    const result = await reconcile(compared, CONNECTION);
    expect(kinds(result)).toEqual([`${id} not_ours`]);
    expect(await dueBecauseOf('reconciliation')).toEqual([]);
  });

  it('an order that nobody read, and one that the shop lost', async () => {
    const deleted = await settled({ lines: [{ sku: 'CUP-01', quantity: 1 }], payment: 'cod' });
    await emulators.shop.control.send('DELETE', `/orders/${deleted}`);
    const unread = await world.place({ preset: 'G02' });
    const result = await reconcile(compared, CONNECTION);
    expect(kinds(result)).toEqual([`${deleted} missing_in_shop`, `${unread} unread`]);
    expect(await dueBecauseOf('reconciliation')).toEqual([deleted, unread]);
  });
});

describe('the walk', () => {
  it('goes on where a worker died, over many pages, and answers one result', async () => {
    await emulators.shop.control.post('/orders/bulk', { preset: 'G02', count: 120 });
    const ref = await begin(pool, CONNECTION);
    expect(await readShopPage(compared, ref)).toBe(true);
    const another = reconciler(pool);
    const result = await finish(another, ref);
    expect(result.figures).toMatchObject({ orders: 120, byKind: { unread: 120 } });
    // A step that was carried out twice because its answer was lost.
    await compareSides(another, ref);
    await another.slots.close();
    const { rows } = await pool.query<{ sights: number; differences: number }>(
      `select (select count(*) from reconciliation_sight) as sights,
              (select count(*) from reconciliation_difference where reconciliation_id = $1) as differences`,
      [ref.reconciliation],
    );
    expect(rows).toEqual([{ sights: 0, differences: 120 }]);
  });

  it('misses no order when one is deleted between two pages', async () => {
    const { control } = emulators.shop;
    const { ids } = await control.post<{ ids: number[] }>('/orders/bulk', { preset: 'G02', count: 120 });
    const ref = await begin(pool, CONNECTION);
    expect(await readShopPage(compared, ref)).toBe(true);
    await control.send('DELETE', `/orders/${ids[0]}`);
    const { differences } = await finish(compared, ref);
    expect(differences.map(({ shopOrderId }) => Number(shopOrderId))).toEqual(ids);
  });

  it('believes no empty lists while the subscription is not paid', async () => {
    await settled();
    await staff().send('PATCH', '/switches', { subscription: 'empty' });
    try {
      await expect(reconcile(compared, CONNECTION)).rejects.toThrow(/not paid/);
    } finally {
      await staff().send('PATCH', '/switches', { subscription: 'ok' });
    }
  });

  it('one at a time per connection; one that nobody goes on with gives way', async () => {
    const { reconciliation } = await begin(pool, CONNECTION);
    expect(await askForReconciliation(pool, CONNECTION, 'operator')).toBeUndefined();
    await pool.query(`update reconciliation set touched_at = now() - interval '2 hours' where id = $1`, [
      reconciliation,
    ]);
    expect(await askForReconciliation(pool, CONNECTION, 'operator')).toBeGreaterThan(reconciliation);
  });
});

async function change(orderId: string, Items: readonly object[]): Promise<void> {
  const { id } = await documentOf(orderId);
  await staff().send('PATCH', `/operations/${id}`, { Items });
}

/** Staff make another document like it, without a stamp. */
async function copyOf(document: SeenDocument, note = document.note): Promise<number> {
  const { type, partnerId, paymentTypeId, pricesWithVat, lines } = document;
  const { id } = await staff().post<{ id: number }>('/operations', {
    ...{
      OperType: type,
      PartnerId: partnerId,
      PaymentTypeId: paymentTypeId,
      PricesWithVat: pricesWithVat,
      Note: note,
    },
    Items: itemsOf(lines),
  });
  return id;
}

function itemsOf(lines: SeenDocument['lines']) {
  return lines.map(({ itemId, quantity, price }) => ({ ItemId: itemId, Qtty: quantity, Price: price }));
}

async function dueBecauseOf(reason: string): Promise<string[]> {
  const { rows } = await pool.query<{ shop_order_id: string }>(
    `select shop_order_id from shop_order where due_reason = $1 and due_at is not null order by shop_order_id::numeric`,
    [reason],
  );
  return rows.map((row) => row.shop_order_id);
}
