import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { carryOut } from '../../src/activities/catalogue/import/batch.ts';
import { type ImportDependencies, deskOf } from '../../src/activities/catalogue/import/desk.ts';
import { createPassIo } from '../../src/activities/order/io.ts';
import { createMicrobgClient } from '../../src/clients/microbg/index.ts';
import { inTransaction } from '../../src/db/pool.ts';
import { type OpenRow, openRows } from '../../src/db/queries/catalogue/import-items.ts';
import { createUndo } from '../../src/db/queries/catalogue/import-runs.ts';
import type { ImportRef } from '../../src/workflows/import/contract.ts';
import { testDatabase } from '../support/database.ts';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { PassWorld } from '../support/passes.ts';
import { StoppingIo } from '../support/stopping-io.ts';
import { importAll, importer, itemsIn, preview, rowsOf, runNow, start, walk } from './world.ts';

/**
 * Rows of an import, each stopped at its own point by its own worker; then one more worker goes over the whole run. The
 * verdict is the warehouse's.
 */

const { pool } = await testDatabase();
const connection = 'stops';
let emulators: Emulators;
const durations = { httpDeadlineMs: 800, leaseMs: 2_400, landMs: 900, pausedRetryMs: 100 };
/** A held request takes effect after the client gave up, and within the time that the protocol allows for. */
const HELD_MS = 1_300;
const PLACE_LEASE_MS = 150;

beforeAll(async () => {
  emulators = await startEmulators();
  await PassWorld.create(pool, emulators, connection, { priceList: 2 });
  await importAll(pool, connection);
});
afterEach(() => pool.query(`update import_run set state = 'cancelled' where state = 'running'`));
afterAll(() => emulators?.stop());

type Kind = 'crash' | 'zombie' | 'late';
interface Stopped {
  readonly line: OpenRow;
  readonly kind: Kind;
  readonly point: string;
  readonly release: () => Promise<unknown>;
}

let numbers = 0;
/** As many products as there are points to stop at, and one more for the clean run. */
async function addProducts(count: number, way: 'code' | 'auto') {
  numbers += 1;
  const number = numbers;
  const products = Array.from({ length: count }, (_, index) => {
    const name = `Стоп ${number}-${index}`;
    const code = { sku: `STOP-${number}-${index}` };
    const bare = { barcode: `38${String(number).padStart(4, '0')}${String(index).padStart(6, '0')}` };
    return { name, variants: [{ price: '5.00', ...(way === 'code' ? code : bare) }] };
  });
  return emulators.shop.control.post<{ products: { id: number }[] }>('/products', { products });
}

async function linesOf(ref: ImportRef, action: string): Promise<OpenRow[]> {
  const { batches } = await runNow(pool, ref);
  const all: OpenRow[] = [];
  for (let batch = 1; batch <= (batches ?? 0); batch += 1)
    all.push(...(await openRows(pool, { connectionId: connection, runId: ref.run, batch })));
  const names = await rowsOf(pool, ref);
  // What a test before this one left open is none of this one's.
  const ours = (key: string): boolean =>
    action !== 'create' || (names.get(key)?.name ?? '').startsWith(`Стоп ${numbers}-`);
  return all.filter((line) => line.action === action && ours(line.variantKey));
}

async function work(dependencies: ImportDependencies, ref: ImportRef, line: OpenRow): Promise<void> {
  await carryOut(await deskOf(dependencies, connection), await runNow(pool, ref), line);
}

/** Points of a clean run of one row. */
async function recordPoints(ref: ImportRef, line: OpenRow): Promise<string[]> {
  const io = new StoppingIo(createPassIo(pool));
  const worker = importer(pool, io, durations, undefined, PLACE_LEASE_MS);
  await work(worker, ref, line);
  await worker.slots.close();
  return io.reached;
}

/** Stops one row at a point of its work and leaves it there. */
async function stopAt(
  ref: ImportRef,
  line: OpenRow,
  kind: Kind,
  at: number,
  point: string,
): Promise<Stopped> {
  if (kind === 'late') return stopLate(ref, line, point, at);
  const io = new StoppingIo(createPassIo(pool), at);
  const worker = importer(pool, io, durations, undefined, PLACE_LEASE_MS);
  const done = work(worker, ref, line).catch((error: unknown) => error);
  const parked = await Promise.race([io.parked.then(() => 'parked'), done]);
  expect(parked, `${kind} at ${point}; came to ${io.reached.join(', ')}`).toBe('parked');
  await worker.slots.close();
  return {
    ...{ line, kind, point },
    async release() {
      if (kind === 'crash') return;
      io.release();
      await done;
    },
  };
}

/** The request is held up on its way, the client gives up, and it takes effect afterwards. */
async function stopLate(
  ref: ImportRef,
  line: OpenRow,
  point: string,
  at: number,
  held: 'for a time' | 'until released' = 'for a time',
): Promise<Stopped> {
  let requests = -1;
  let letGo = (): void => undefined;
  const released = new Promise<void>((resolve) => (letGo = resolve));
  const wait = (): Promise<unknown> =>
    held === 'until released' ? released : new Promise((resolve) => setTimeout(resolve, HELD_MS));
  let landed: Promise<unknown> = Promise.resolve();
  const fetchHook: typeof fetch = (input, init) => {
    requests += 1;
    if (requests !== at) return fetch(input, init);
    const { signal, ...request } = init ?? {};
    landed = wait().then(() => fetch(input, request));
    return new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new Error('gave up')));
    });
  };
  const worker = importer(
    pool,
    createPassIo(pool),
    durations,
    ({ warehouseEntryPoint, warehouseApiId, secrets }) =>
      createMicrobgClient({
        ...{ entryPoint: warehouseEntryPoint, apiId: warehouseApiId, secret: secrets.warehouseSecret },
        ...{ bodyEncoding: 'form-double', deadlineMs: durations.httpDeadlineMs, fetchHook },
      }),
  );
  await work(worker, ref, line).catch(() => undefined);
  await worker.slots.close();
  return {
    ...{ line, kind: 'late', point },
    release() {
      letGo();
      return landed;
    },
  };
}

/** Every point of every row of the list, one row each. Answers what was stopped. */
async function stopEverywhere(
  ref: ImportRef,
  lines: readonly OpenRow[],
  points: readonly string[],
  before: () => Promise<unknown> = () => Promise.resolve(),
): Promise<Stopped[]> {
  const rest = [...lines];
  const stopped: Stopped[] = [];
  const next = (): OpenRow => {
    const line = rest.shift();
    if (line === undefined) throw new Error('too few rows');
    return line;
  };
  let request = -1;
  for (const [at, point] of points.entries()) {
    for (const kind of ['crash', 'zombie'] as const) {
      await before();
      stopped.push(await stopAt(ref, next(), kind, at, point));
    }
    if (!point.startsWith('before sending')) continue;
    request += 1;
    await before();
    if (/insert|edit|delete/.test(point)) stopped.push(await stopAt(ref, next(), 'late', request, point));
  }
  return stopped;
}

/** Another worker goes over the run while the frozen ones wake up in the middle of it. */
async function recover(
  ref: ImportRef,
  stopped: readonly Stopped[],
  changes: Partial<typeof durations> = {},
): Promise<void> {
  const worker = importer(pool, createPassIo(pool), { ...durations, ...changes }, undefined, PLACE_LEASE_MS);
  const zombies = stopped.filter(({ kind }) => kind === 'zombie');
  const early = zombies.filter((_, index) => index % 2 === 0).map(({ release }) => release());
  await walk(worker, ref);
  await Promise.all(early);
  await Promise.all(stopped.map(({ release }) => release()));
  await worker.slots.close();
}

const POINTS = 60;

describe('an import stopped at every point of a row', () => {
  it.each(['code', 'auto'] as const)(
    'makes every item once (%s)',
    async (way) => {
      await addProducts(POINTS, way);
      const ref = await preview(pool, connection);
      await start(pool, ref);
      const lines = await linesOf(ref, 'create');
      const [first, ...others] = lines as [OpenRow, ...OpenRow[]];
      // Every item is the first one that shows how the account takes prices; or none is.
      const forget = async (): Promise<unknown> =>
        way === 'code' ? pool.query('delete from price_write_mode') : undefined;
      await forget();
      const points = await recordPoints(ref, first);
      expect(points).toContain('after sending warehouse.insertItem');
      const stopped = await stopEverywhere(ref, others, points, forget);
      expect(stopped.length).toBeGreaterThan(points.length * 2 - 1);
      await recover(ref, stopped);
      const made = (await itemsIn(emulators)).filter(({ Name }) => Name.startsWith(`Стоп ${numbers}-`));
      const rows = await rowsOf(pool, ref);
      for (const { line, kind, point } of stopped) {
        const row = rows.get(line.variantKey);
        const items = made.filter(({ Name }) => Name === row?.name);
        expect(items, `${kind} at ${point}`).toHaveLength(1);
        expect(row, `${kind} at ${point}`).toMatchObject({
          state: 'done',
          outcome: 'created',
          itemId: items[0]?.id,
        });
      }
      expect(new Set(made.map(({ Name }) => Name)).size).toBe(made.length);
    },
    240_000,
  );

  it('changes every item, and takes everything back', async () => {
    const { products } = await addProducts(POINTS, 'code');
    await importAll(pool, connection);
    for (const { id } of products)
      await emulators.shop.control.send('PATCH', `/products/${id}`, { name: `Преименуван ${id}` });
    const before = await itemsIn(emulators);
    await addProducts(POINTS, 'code');
    const ref = await preview(pool, connection);
    await start(pool, ref);
    const [first, ...others] = (await linesOf(ref, 'update')) as [OpenRow, ...OpenRow[]];
    const stopped = await stopEverywhere(ref, others, await recordPoints(ref, first));
    await recover(ref, stopped);
    const rows = await rowsOf(pool, ref);
    const now = new Map((await itemsIn(emulators)).map((item) => [item.id, item]));
    for (const { line, kind, point } of stopped) {
      expect(now.get(line.itemId ?? 0)?.Name, `${kind} at ${point}`).toMatch(/^Преименуван/);
      expect(rows.get(line.variantKey), `${kind} at ${point}`).toMatchObject({ outcome: 'updated' });
    }
    await takeBack(ref);
    const after = await itemsIn(emulators);
    const texts = (all: typeof after) =>
      all.map(({ id, Name, Barcode, Deleted }) => ({ id, Name, Barcode, Deleted }));
    expect(texts(after)).toEqual(texts(before));
  }, 240_000);

  it('without the quarantine an unanswered insert without a code of ours is made twice', async () => {
    await addProducts(2, 'auto');
    const ref = await preview(pool, connection);
    await start(pool, ref);
    const [line] = await linesOf(ref, 'create');
    if (line === undefined) throw new Error('nothing to create');
    await pool.query(`create function no_quarantine() returns trigger language plpgsql as $$
      begin new.landed_by := '-infinity'; return new; end $$`);
    await pool.query(`create trigger no_quarantine before insert or update on item_claim for each row
      execute function no_quarantine()`);
    try {
      const stopped = await stopLate(ref, line, 'insertItem', 0, 'until released');
      await recover(ref, [stopped]);
      const { name } = (await rowsOf(pool, ref)).get(line.variantKey) ?? {};
      expect((await itemsIn(emulators)).filter(({ Name }) => Name === name)).toHaveLength(2);
    } finally {
      await pool.query('drop trigger no_quarantine on item_claim');
    }
  }, 60_000);
});

async function takeBack(ref: ImportRef): Promise<void> {
  const { id } = await inTransaction(pool, async (database) =>
    createUndo(database, await runNow(pool, ref), 'test'),
  );
  const undone = { connection, run: id };
  const all: Stopped[] = [];
  for (const action of ['delete', 'restore']) {
    const [first, ...others] = (await linesOf(undone, action)) as [OpenRow, ...OpenRow[]];
    all.push(...(await stopEverywhere(undone, others, await recordPoints(undone, first))));
  }
  await recover(undone, all);
}
