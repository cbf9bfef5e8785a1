import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import pg from 'pg';
import { migrate } from '../../src/db/migrate.ts';
import { type Pool, openPool } from '../../src/db/pool.ts';
import { readFigures } from '../../src/db/queries/completeness.ts';
import { openEpoch, readEpoch } from '../../src/db/queries/ledger-epoch.ts';
import { storeIntent } from '../../src/db/queries/ledger.ts';
import { claimOrder } from '../../src/db/queries/orders.ts';
import { main as restored } from '../../tools/restored.ts';
import { startFaultProxy } from '../../tools/chaos/fault-proxy.ts';
import { emptyDatabase } from '../support/database.ts';
import { type Emulators, type SeenDocument, startEmulators } from '../support/emulators.ts';
import { PassWorld } from '../support/passes.ts';
import { verifyOnce } from './world.ts';

const ID = 'restored';
const cart = { lines: [{ sku: 'CUP-01', quantity: 1 }], payment: 'cod' };
let server: Emulators;
let emulators: Emulators;
let url: string;
let pool: Pool;
let world: PassWorld;
beforeAll(async () => {
  server = await startEmulators();
});
afterAll(() => server?.stop());
beforeEach(async () => {
  // An application of its own: what other tests made belongs to others.
  const application = await server.warehouse.control.post<{ apiId: string; secret: string }>(
    '/applications',
    {},
  );
  emulators = { ...server, warehouse: { ...server.warehouse, ...application } };
  url = await emptyDatabase();
  await migrate(url, () => undefined);
  pool = open();
  world = await PassWorld.create(pool, emulators, ID);
  return () => pool.end();
});

function open(): Pool {
  return openPool({ url, max: 10, applicationName: 'test', onError: () => undefined });
}

/** As an administrator: copies, drops and renames whole databases, with nobody connected. */
async function administer(...statements: string[]): Promise<void> {
  await pool.end();
  const client = new pg.Client({ connectionString: `${inject('postgresServer')}/postgres` });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
  pool = open();
  world = PassWorld.at(pool, emulators, ID);
}

const databaseName = (): string => new URL(url).pathname.slice(1);

function backUp(): Promise<void> {
  return administer(`create database ${databaseName()}_backup template ${databaseName()}`);
}

function restore(): Promise<void> {
  return administer(
    `drop database ${databaseName()}`,
    `alter database ${databaseName()}_backup rename to ${databaseName()}`,
  );
}

/** Something happens to an order, and a pass follows. */
async function act(id: string, action: string, body: Record<string, unknown> = {}): Promise<void> {
  await world.act(id, action, body);
  await world.settle(world.worker(), id);
}

async function placed(order: Record<string, unknown> = cart): Promise<string> {
  const id = await world.place(order);
  await world.settle(world.worker(), id);
  return id;
}

async function documentsOf(ids: readonly string[]): Promise<Map<string, SeenDocument[]>> {
  const all = new Map<string, SeenDocument[]>();
  for (const id of ids) all.set(id, await world.documents(id));
  return all;
}

/** Compares until the ledger is confirmed. */
async function confirm(): Promise<void> {
  expect(await verifyOnce(pool, ID)).toEqual({ due: 1, failed: 0 });
  expect(await readEpoch(pool, ID)).toMatchObject({ confirmed: true, moved: false });
}

async function stateOf(id: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ state: string }>(
    'select state from shop_order where shop_order_id = $1',
    [id],
  );
  return rows[0]?.state;
}

const addPen = { lines: { add: [{ sku: 'PEN-1', quantity: 1 }] } };

describe('after the database was restored from a backup', () => {
  it('twenty orders that were posted since then, and all that happened to older ones: nothing is doubled, nothing is lost', async () => {
    const [paid, edited, cancelled, refunded, untouched] = [
      await placed(),
      await placed(),
      await placed(),
      await placed({ ...cart, status: 'paid' }),
      await placed(),
    ];
    await backUp();
    await act(paid, 'pay', { by: 'merchant' });
    await act(edited, 'edit', addPen);
    await act(cancelled, 'cancel');
    await act(refunded, 'refund');
    const since: string[] = [];
    for (let count = 0; count < 20; count += 1) since.push(await placed());
    const [sold, returned, gone] = since as [string, string, string];
    await act(sold, 'pay', { by: 'merchant' });
    await act(returned, 'pay', { by: 'merchant' });
    await act(returned, 'refund');
    await act(gone, 'cancel');
    const all = [paid, edited, cancelled, refunded, untouched, ...since];
    const before = await documentsOf(all);
    await restore();

    // It is noticed before anything is written, without any command.
    for (const id of all)
      await expect(world.pass(world.worker(), id)).rejects.toMatchObject({ code: 'ledger_unconfirmed' });
    expect((await readFigures(pool, ID))[0]).toMatchObject({ ledgerReason: 'place' });
    await confirm();
    for (const id of all) await world.settle(world.worker(), id);
    expect(await documentsOf(all)).toEqual(before);
    const states = await Promise.all([paid, edited, cancelled, refunded, sold, returned, gone].map(stateOf));
    expect(states).toEqual(['sold', 'ordered', 'withdrawn', 'returned', 'sold', 'returned', 'none']);
    // Life goes on, under stamps that nobody has used.
    const highest = Math.max(...[...before.values()].flat().map(({ extAppDocId }) => extAppDocId ?? 0));
    await act(since[5] ?? '', 'edit', addPen);
    await act(since[6] ?? '', 'pay', { by: 'merchant' });
    expect((await world.documents(since[5] ?? '')).map(({ lines }) => lines.length)).toEqual([2]);
    const [converted, ...more] = await world.documents(since[6] ?? '');
    expect([converted?.type, more]).toEqual([2, []]);
    expect(converted?.extAppDocId).toBeGreaterThanOrEqual(highest + 100_000);
    expect(await verifyOnce(pool, ID)).toEqual({ due: 1, failed: 0 });
    expect(await readEpoch(pool, ID)).toMatchObject({ confirmed: true });
  }, 120_000);

  it('a second restore, which loses the first walk as well, doubles nothing either', async () => {
    const first = await placed();
    await backUp();
    const second = await placed();
    await restore();
    await confirm();
    await administer(`create database ${databaseName()}_backup template ${databaseName()}`);
    await confirm();
    const third = await placed();
    await pool.query(`delete from document where shop_order_id = any($1)`, [[second, third]]);
    await pool.query(`update ext_id_counter set next_id = next_id - 100000`);
    await pool.query(`delete from ext_id_range where first_id > (select min(first_id) from ext_id_range)`);
    await openEpoch(pool, ID, 'operator', 'test');
    const before = await documentsOf([first, second, third]);
    await confirm();
    for (const id of [first, second, third]) await world.settle(world.worker(), id);
    expect(await documentsOf([first, second, third])).toEqual(before);
  }, 120_000);

  it('an order that changed in the shop since the backup is brought up to date; of a sale a person is asked', async () => {
    await backUp();
    const order = await placed();
    const sale = await placed({ ...cart, status: 'paid' });
    await restore();
    await confirm();
    for (const id of [order, sale]) await act(id, 'edit', addPen);
    expect((await world.documents(order)).map(({ lines }) => lines.length)).toEqual([2]);
    expect((await world.documents(sale)).map(({ lines }) => lines.length)).toEqual([1]);
    expect(await stateOf(sale)).toBe('conflict');
  });
});

describe('a ledger that is not confirmed', () => {
  it('refuses the write of a pass that had begun before', async () => {
    const id = await placed();
    const key = { connectionId: ID, shopOrderId: id };
    const claimed = await claimOrder(pool, key, { leaseMs: 10_000, spacingMs: 0 });
    const [document] = claimed?.documents ?? [];
    const intend = () =>
      storeIntent(
        pool,
        { ...key, fence: claimed?.fence ?? 0, leaseMs: 10_000 },
        {
          ...{
            documentId: document?.id ?? 0,
            state: 'sent',
            digest: 'd',
            content: {},
            settingsVersion: null,
          },
        },
      );
    await openEpoch(pool, ID, 'operator', 'test');
    expect(await intend()).toBe(false);
    await pool.query(`update ledger_epoch set confirmed_at = now()`);
    expect(await intend()).toBe(true);
  });

  it('is not walked over before everything that had left must have landed', async () => {
    await placed();
    await openEpoch(pool, ID, 'operator', 'test');
    await verifyOnce(pool, ID, { quietMs: 60_000 });
    expect(await readEpoch(pool, ID)).toMatchObject({ confirmed: false, walk: null });
    const { rows } = await pool.query<{ soon: boolean }>(
      `select due_at between now() and now() + interval '61 seconds' as soon from connection_duty where duty = 'verification'`,
    );
    expect(rows).toEqual([{ soon: true }]);
  });

  it('goes on where the walk was interrupted, page by page', async () => {
    const { control } = emulators.warehouse;
    const ids = [];
    for (let count = 0; count < 7; count += 1) ids.push(await placed());
    await pool.query('delete from document');
    await openEpoch(pool, ID, 'operator', 'test');
    await control.send('PATCH', '/switches', { maxLimit: 2 });
    await control.post('/faults', { kind: 'http503', function: 'getOperations', after: 2, times: 1 });
    expect(await verifyOnce(pool, ID)).toEqual({ due: 1, failed: 1 });
    const { walk } = (await readEpoch<{ cursor: { fromId: number } }>(pool, ID)) ?? expect.unreachable();
    expect(walk?.cursor.fromId).toBeGreaterThan(0);
    await confirm();
    const before = await documentsOf(ids);
    for (const id of ids) await world.settle(world.worker(), id);
    expect(await documentsOf(ids)).toEqual(before);
  });

  it('begins by itself when a stamp turns out to stand for another order, and no order stays behind', async () => {
    const lost = await placed();
    const { rows } = await pool.query<{ ext_id: number }>('select ext_id from document');
    await pool.query('delete from shop_order');
    await pool.query('update ext_id_counter set next_id = $1 where warehouse_api_id <> $2', [
      rows[0]?.ext_id,
      '',
    ]);
    const id = await world.place(cart);
    await expect(world.pass(world.worker(), id)).rejects.toMatchObject({ code: 'ledger_unconfirmed' });
    expect((await readFigures(pool, ID))[0]).toMatchObject({ ledgerReason: 'taken_id', stoppedReason: null });
    await confirm();
    for (const each of [lost, id]) await world.settle(world.worker(), each);
    expect([...(await documentsOf([lost, id])).values()].map((each) => each.length)).toEqual([1, 1]);
  });

  it('begins by itself when the comparison finds a document of ours that the ledger does not know', async () => {
    await placed();
    const lost = await placed();
    await pool.query('delete from shop_order where shop_order_id = $1', [lost]);
    await verifyOnce(pool, ID);
    expect((await readFigures(pool, ID))[0]).toMatchObject({ ledgerReason: 'unknown_documents' });
    await confirm();
    await world.settle(world.worker(), lost);
    expect(await world.documents(lost)).toHaveLength(1);
    await confirm();
    expect((await readFigures(pool, ID))[0]).toMatchObject({ unknownDocuments: 0, ledgerReason: null });
  });

  it('a second document of one kind is given to no order: it is an alarm, and writing goes on', async () => {
    const id = await placed();
    await pool.query('delete from shop_order');
    await world.settle(world.worker(), id);
    const both = await world.documents(id);
    expect(both).toHaveLength(2);
    await pool.query('delete from shop_order');
    await openEpoch(pool, ID, 'operator', 'test');
    await confirm();
    await world.settle(world.worker(), id);
    expect(await world.documents(id)).toEqual(both);
    await confirm();
    expect((await readFigures(pool, ID))[0]).toMatchObject({ unknownDocuments: 1, ledgerReason: null });
    expect(await stateOf(id)).toBe('ordered');
  });

  it('two shops of one company each get back their own documents, and none of the other', async () => {
    const application = await server.warehouse.control.post<{ apiId: string; secret: string }>(
      '/applications',
      {},
    );
    // Another address of the same shop: two connections may not share one.
    const door = await startFaultProxy(server.shop.url);
    try {
      const other = await PassWorld.create(
        pool,
        {
          ...server,
          shop: { ...server.shop, url: door.url },
          warehouse: { ...server.warehouse, ...application },
        },
        'other',
      );
      const mine = await placed();
      const theirs = await other.place(cart);
      await other.settle(other.worker(), theirs);
      await pool.query('delete from shop_order');
      await openEpoch(pool, undefined, 'operator', 'test');
      expect(await verifyOnce(pool, 'other')).toEqual({ due: 2, failed: 0 });
      const { rows } = await pool.query(
        'select connection_id, shop_order_id from document order by connection_id desc',
      );
      expect(rows).toEqual([
        { connection_id: ID, shop_order_id: mine },
        { connection_id: 'other', shop_order_id: theirs },
      ]);
    } finally {
      await door.close();
    }
  });

  it('is begun by an operator with one command, for all or for one', async () => {
    const said: string[] = [];
    for (const to of ['log', 'error'] as const)
      vi.spyOn(console, to).mockImplementation((line: string) => void said.push(line));
    const environment = process.env['DATABASE_URL'];
    process.env['DATABASE_URL'] = url;
    try {
      expect(await restored(['--id', 'nobody'])).toBe(0);
      expect(await readEpoch(pool, ID)).toMatchObject({ confirmed: true });
      expect(await restored([])).toBe(0);
      expect(await readEpoch(pool, ID)).toMatchObject({ confirmed: false, reason: 'operator', number: 2 });
      expect(await restored(['--what'])).toBe(2);
      expect(said.map((line) => line.split('\n')[0])).toEqual([
        expect.stringContaining('nothing was changed') as string,
        `Nothing is written to the warehouse for: ${ID}.`,
        expect.stringContaining('npm run restored') as string,
      ]);
    } finally {
      vi.restoreAllMocks();
      if (environment === undefined) delete process.env['DATABASE_URL'];
      else process.env['DATABASE_URL'] = environment;
    }
  });
});
