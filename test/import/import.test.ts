import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/pool.ts';
import { BATCH_ROWS, startRun } from '../../src/db/queries/catalogue/import-runs.ts';
import { testDatabase } from '../support/database.ts';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { PassWorld } from '../support/passes.ts';
import { rowsNow } from '../catalogue/world.ts';
import {
  callsSince,
  freshReport,
  importAll,
  importer,
  itemsIn,
  lastCall,
  preview,
  rowsOf,
  runNow,
  snapshotOfItems,
  start,
  undo,
  walk,
} from './world.ts';

const { pool } = await testDatabase();
const connection = 'goods';
let emulators: Emulators;

beforeAll(async () => {
  emulators = await startEmulators();
  await PassWorld.create(pool, emulators, connection, { priceList: 2 });
});
afterAll(() => emulators?.stop());
beforeEach(async () => {
  await emulators.warehouse.control.post('/reset');
  await emulators.shop.control.post('/reset');
  await pool.query(
    `truncate import_run, import_item, item_claim, price_write_mode, match_report, match_ignored, item_link, warehouse_item,
       shop_variant cascade`,
  );
});

const WRITES = /^(insert|edit|delete)/;

async function addProducts(count: number, prefix = 'NEW'): Promise<void> {
  await emulators.shop.control.post('/products', {
    products: Array.from({ length: count }, (_, index) => ({
      ...{
        name: `Нов артикул ${index}`,
        variants: [{ sku: `${prefix}-${index}`, price: '12.99', quantity: 5 }],
      },
    })),
  });
}

describe('an import', () => {
  it('makes every product of the shop "synchronised", except those that are impossible, each with its reason', async () => {
    await addProducts(12);
    const ref = await importAll(pool, connection);
    expect(await runNow(pool, ref)).toMatchObject({ state: 'finished' });
    const rows = await rowsOf(pool, ref);
    for (const row of rows.values())
      if (row.action === 'skip') expect(row.reason).not.toBeNull();
      else expect(row).toMatchObject({ state: 'done', error: null });
    await freshReport(pool, connection);
    const states = await rowsNow(pool, connection);
    for (const [key, row] of rows) {
      const { state } = states.get(key) ?? {};
      const expected = row.action === 'skip' && row.reason !== 'unchanged' ? row.reason : 'synchronised';
      expect(state, `${key} ${row.sku}`).toBe(expected === 'shared_item' ? 'synchronised' : expected);
    }
    const created = (await itemsIn(emulators)).filter(({ Code }) => Code.startsWith('NEW-'));
    expect(created).toHaveLength(12);
    // Several rows are under way at once: the order of ids is anybody's guess.
    const first = created.find(({ Code }) => Code === 'NEW-0');
    expect(first).toMatchObject({ Name: 'Нов артикул 0', TaxGroup: 1, MeasureId: 6, NotStorable: 0 });
    expect(first?.PriceOut[1]).toBe(12.99);
  });

  it('writes what is new or changed and nothing else; a second one writes nothing', async () => {
    await addProducts(5);
    const planned = await preview(pool, connection);
    const wanted = [...(await rowsOf(pool, planned)).values()].filter(({ action }) =>
      /create|update/.test(action),
    );
    const before = await lastCall(emulators);
    const ref = await importAll(pool, connection);
    expect(await callsSince(emulators, before, WRITES)).toHaveLength(wanted.length);
    const again = await lastCall(emulators);
    await importAll(pool, connection);
    expect(await callsSince(emulators, again, WRITES)).toEqual([]);
    expect((await rowsOf(pool, ref)).size).toBeGreaterThan(20);
  });

  it.each([
    ['there already', 'skip'],
    ['new', 'create'],
  ])('of ten thousand goods that are %s begins at once', async (_name, action) => {
    const more = async (run: number, what: string): Promise<void> => {
      await pool.query(
        `insert into import_item (run_id, variant_key, connection_id, action, sku, name)
         select $1, 'variant:new-' || n, $2, $3, n, n from generate_series(1, 10000) n`,
        [run, connection, what],
      );
    };
    // What PostgreSQL knows is of the run before: of the rows of this one it expects none.
    const earlier = await preview(pool, connection);
    await more(earlier.run, 'create');
    await pool.query(`update import_item set state = 'done', batch = 1 where run_id = $1`, [earlier.run]);
    await pool.query('vacuum analyze import_item');
    const planned = await preview(pool, connection);
    await more(planned.run, action);
    const begun = await inTransaction(pool, (database) => startRun(database, planned.run, 'test'));
    const { rows: batches } = await pool.query<{ rows: number; first: string; last: string }>(
      `select count(*) as rows, min(variant_key) as first, max(variant_key) as last from import_item
       where run_id = $1 and state = 'planned' group by batch order by batch`,
      [planned.run],
    );
    expect(begun?.rows).toBe(batches.reduce((all, { rows }) => all + rows, 0));
    expect(begun?.rows).toBeGreaterThan(action === 'create' ? 10_000 : 0);
    expect(batches.slice(0, -1).every(({ rows }) => rows === BATCH_ROWS)).toBe(true);
    expect((await runNow(pool, planned)).batches).toBe(batches.length);
  });

  it('is taken back: the warehouse is as it was, and so is the report', async () => {
    await addProducts(5);
    await preview(pool, connection);
    const states = await rowsNow(pool, connection);
    const snapshot = await snapshotOfItems(emulators);
    const ref = await importAll(pool, connection);
    expect(await snapshotOfItems(emulators)).not.toEqual(snapshot);
    const undone = await undo(pool, ref);
    expect(await snapshotOfItems(emulators)).toEqual(snapshot);
    for (const row of (await rowsOf(pool, undone)).values())
      expect(row).toMatchObject({ state: 'done', error: null });
    await freshReport(pool, connection);
    const after = await rowsNow(pool, connection);
    expect([...after].map(([key, { state }]) => [key, state])).toEqual(
      [...states].map(([key, { state }]) => [key, state]),
    );
  });

  it('taken back, leaves what is used, and what staff have changed since', async () => {
    await addProducts(3);
    const ref = await importAll(pool, connection);
    const [used, changed, plain] = (await itemsIn(emulators)).filter(({ Code }) => Code.startsWith('NEW-'));
    await emulators.warehouse.control.send('PUT', '/stock', { itemId: used?.id, objectId: 2, quantity: 4 });
    await emulators.warehouse.control.send('PATCH', `/items/${changed?.id}`, { Name: 'Преименувана' });
    const undone = await undo(pool, ref);
    const rows = [...(await rowsOf(pool, undone)).values()];
    const outcomeOf = (id: number | undefined) => rows.find(({ itemId }) => itemId === id)?.outcome;
    expect(outcomeOf(used?.id)).toBe('kept_used');
    expect(outcomeOf(changed?.id)).toBe('kept_changed');
    expect(outcomeOf(plain?.id)).toBe('deleted');
    const left = (await itemsIn(emulators)).filter(({ id }) => id === used?.id || id === changed?.id);
    expect(left).toMatchObject([{ Deleted: 0 }, { Deleted: 0, Name: 'Преименувана' }]);
  });

  it('leaves the texts that staff changed after the preview', async () => {
    const ref = await preview(pool, connection);
    const [row] = [...(await rowsOf(pool, ref)).values()].filter(({ action }) => action === 'update');
    await emulators.warehouse.control.send('PATCH', `/items/${row?.itemId}`, { Name: 'По-хубаво име' });
    await start(pool, ref);
    await walk(importer(pool), ref);
    expect((await rowsOf(pool, ref)).get(row?.variantKey ?? '')).toMatchObject({
      outcome: 'changed_meanwhile',
    });
    expect((await itemsIn(emulators)).find(({ id }) => id === row?.itemId)?.Name).toBe('По-хубаво име');
  });
});

describe('accounts of every kind', () => {
  it('an account that refuses letters in codes gives codes of its own; the link is ours, and nothing is made twice', async () => {
    await emulators.warehouse.control.send('PATCH', '/switches', { alphanumericCodes: 'refuse' });
    await addProducts(8);
    await importAll(pool, connection);
    const made = (await itemsIn(emulators)).filter(({ Name }) => Name.startsWith('Нов артикул'));
    expect(made).toHaveLength(8);
    for (const { Code } of made) expect(Code).toMatch(/^\d+$/);
    await freshReport(pool, connection);
    const rows = [...(await rowsNow(pool, connection)).values()];
    expect(rows.filter(({ itemId }) => made.some(({ id }) => id === itemId))).toHaveLength(8);
    const since = await lastCall(emulators);
    await importAll(pool, connection);
    expect(await callsSince(emulators, since, WRITES)).toEqual([]);
  });

  it.each(['company', 'with', 'without'])('prices come out right when they are taken %s', async (mode) => {
    await emulators.warehouse.control.send('PATCH', '/switches', { priceWriteMode: mode });
    await addProducts(6);
    await importAll(pool, connection);
    const made = (await itemsIn(emulators)).filter(({ Code }) => Code.startsWith('NEW-'));
    expect(made.map(({ PriceOut }) => Math.round((PriceOut[1] ?? 0) * 100))).toEqual(Array(6).fill(1299));
  });
});
