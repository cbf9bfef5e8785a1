import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type IntendedDocument, toOperation } from '../../src/activities/order/content.ts';
import { testDatabase } from '../support/database.ts';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { PassWorld } from '../support/passes.ts';

const { pool } = await testDatabase();
let emulators: Emulators;
let world: PassWorld;
beforeAll(async () => {
  emulators = await startEmulators();
  world = await PassWorld.create(pool, emulators, 'verified');
});
afterAll(() => emulators?.stop());
beforeEach(() => pool.query('update connection set stopped_reason = null'));

const cart = { lines: [{ sku: 'CUP-01', quantity: 1 }], payment: 'cod' };

async function settled(order: Record<string, unknown> = cart): Promise<string> {
  const id = await world.place(order);
  await world.settle(world.worker(), id);
  return id;
}

/** As the verification walk does when the warehouse holds something that the ledger does not say. */
async function suspect(id: string): Promise<void> {
  await pool.query('update shop_order set suspect_since = clock_timestamp() where shop_order_id = $1', [id]);
}

async function suspected(id: string): Promise<boolean> {
  const { rows } = await pool.query(
    'select 1 from shop_order where shop_order_id = $1 and suspect_since is not null',
    [id],
  );
  return rows.length > 0;
}

/** A save that was held up somewhere, and takes effect long after everybody gave it up. */
async function landLate(extId: number): Promise<void> {
  const { rows } = await pool.query<{ content: IntendedDocument }>(
    `select data -> 'content' as content from journal where kind = 'sent' and (data ->> 'extId')::bigint = $1 order by id limit 1`,
    [extId],
  );
  const worker = world.worker();
  const connection = (await worker.connections.get('verified')) ?? expect.unreachable();
  const content = rows[0]?.content ?? expect.unreachable();
  const answer = await worker.warehouseOf(connection).saveOperation(toOperation(content, extId));
  expect(answer.kind).toBe('ok');
}

describe('a pass over an order under suspicion', () => {
  it('removes a deleted document that a late request made again, and ends the suspicion', async () => {
    const id = await settled();
    const [document] = await world.documents(id);
    await world.act(id, 'cancel');
    await world.settle(world.worker(), id);
    expect(await world.documents(id)).toEqual([]);
    await landLate(document?.extAppDocId ?? 0);
    expect(await world.documents(id)).toHaveLength(1);
    // Without a suspicion nothing is looked at: the order is settled.
    await world.settle(world.worker(), id);
    expect(await world.documents(id)).toHaveLength(1);
    await suspect(id);
    await world.settle(world.worker(), id);
    expect(await world.documents(id)).toEqual([]);
    expect(await suspected(id)).toBe(false);
    const { rows } = await pool.query(
      `select data from journal where kind = 'surplus' and shop_order_id = $1`,
      [id],
    );
    expect(rows).toHaveLength(1);
  });

  it('a revived order keeps its new document when the old one reappears', async () => {
    const id = await settled();
    const [old] = await world.documents(id);
    await world.act(id, 'cancel');
    await world.settle(world.worker(), id);
    await world.act(id, 'restore');
    await world.settle(world.worker(), id);
    const [standing] = await world.documents(id);
    await landLate(old?.extAppDocId ?? 0);
    expect(await world.documents(id)).toHaveLength(2);
    await suspect(id);
    await world.settle(world.worker(), id);
    expect((await world.documents(id)).map((each) => each.id)).toEqual([standing?.id]);
  });

  it('what staff changed or deleted becomes a question, though nothing was to be written', async () => {
    const changed = await settled();
    const gone = await settled();
    const [one] = await world.documents(changed);
    const [two] = await world.documents(gone);
    const { control } = emulators.warehouse;
    await control.send('PATCH', `/operations/${one?.id}`, { Note: `CloudCart #${changed} · сменено` });
    await control.send('DELETE', `/operations/${two?.id}`);
    expect(await world.settle(world.worker(), changed)).toMatchObject({ state: 'ordered' });
    for (const id of [changed, gone]) await suspect(id);
    expect(await world.settle(world.worker(), changed)).toMatchObject({
      state: 'conflict',
      problems: ['document_changed_by_staff'],
    });
    expect(await world.settle(world.worker(), gone)).toMatchObject({
      state: 'conflict',
      problems: ['document_missing'],
    });
  });

  it('a former save of ours that landed late is saved over and asks nobody', async () => {
    const id = await settled();
    const [before] = await world.documents(id);
    await world.act(id, 'edit', { lines: { add: [{ sku: 'PEN-1', quantity: 1 }] } });
    await world.settle(world.worker(), id);
    const [edited] = await world.documents(id);
    expect(edited?.lines).toHaveLength(2);
    await landLate(before?.extAppDocId ?? 0);
    expect((await world.documents(id))[0]?.lines).toHaveLength(1);
    await suspect(id);
    expect(await world.settle(world.worker(), id)).toMatchObject({ state: 'ordered', deed: 'edited' });
    expect((await world.documents(id)).map(({ lines, gross }) => [lines.length, gross])).toEqual([
      [2, edited?.gross],
    ]);
  });

  /** An order whose first save was given up as not landed; answers its number. */
  async function givenUp(): Promise<{ id: string; extId: number }> {
    const id = await world.place(cart);
    await emulators.warehouse.control.post('/faults', {
      ...{ kind: 'timeoutBefore', function: 'saveOperation', ms: 5_000 },
    });
    const worker = world.worker({ httpDeadlineMs: 300, leaseMs: 600, landMs: 100 });
    await expect(world.pass(worker, id)).rejects.toMatchObject({ name: 'PassStopped' });
    const { rows } = await pool.query<{ ext_id: number }>(
      `update document set state = 'reserved', sent_digest = null, sent_content = null
       where shop_order_id = $1 and state = 'sent' returning ext_id`,
      [id],
    );
    return { id, extId: rows[0]?.ext_id ?? 0 };
  }

  it('a first save that lands after it was given up is taken as ours, and stops no connection', async () => {
    const { id, extId } = await givenUp();
    await landLate(extId);
    expect(await world.settle(world.worker(), id)).toMatchObject({ state: 'ordered' });
    expect(await world.documents(id)).toHaveLength(1);
    const stopped = await pool.query('select 1 from connection where stopped_reason is not null');
    expect(stopped.rows).toEqual([]);
  });

  it('a first save that lands when the order is cancelled already is removed', async () => {
    const { id, extId } = await givenUp();
    await world.act(id, 'cancel');
    await world.settle(world.worker(), id);
    await landLate(extId);
    expect(await world.documents(id)).toHaveLength(1);
    await suspect(id);
    await world.settle(world.worker(), id);
    expect(await world.documents(id)).toEqual([]);
    expect(await suspected(id)).toBe(false);
  });
});
