import { createClients } from '../../src/activities/index.ts';
import { bringBatch, concludeImport } from '../../src/activities/catalogue/import/batch.ts';
import type { ImportDependencies } from '../../src/activities/catalogue/import/desk.ts';
import { planImport } from '../../src/activities/catalogue/import/plan.ts';
import { type PassIo, createPassIo } from '../../src/activities/order/io.ts';
import { PassStopped } from '../../src/activities/order/stops.ts';
import { createSlots } from '../../src/activities/slots.ts';
import { createConnectionCache } from '../../src/db/connection-cache.ts';
import { type Pool, inTransaction } from '../../src/db/pool.ts';
import { type ImportRow, listImportRows } from '../../src/db/queries/catalogue/import-items.ts';
import {
  type ImportOptions,
  type ImportRun,
  createPreview,
  createUndo,
  readImportRun,
  startRun,
} from '../../src/db/queries/catalogue/import-runs.ts';
import { currentReport } from '../../src/db/queries/catalogue/reports.ts';
import type { ImportRef } from '../../src/workflows/import/contract.ts';
import { matcher, report } from '../catalogue/world.ts';
import { testBox } from '../support/database.ts';
import type { Emulators } from '../support/emulators.ts';

/** Durations of tests: as short as real servers allow on a busy machine. */
export const shortDurations = { httpDeadlineMs: 1_500, leaseMs: 2_500, landMs: 1_500, pausedRetryMs: 200 };

/** What one worker process has for imports; each call is a process of its own. */
export function importer(
  pool: Pool,
  io: PassIo = createPassIo(pool),
  durations: Partial<typeof shortDurations> = {},
  warehouseOf?: ImportDependencies['warehouseOf'],
  placeLeaseMs = 10_000,
): ImportDependencies {
  const all = { ...shortDurations, ...durations };
  return {
    ...{ pool, io, durations: all, slots: createSlots(pool, placeLeaseMs) },
    connections: createConnectionCache(pool, testBox, 0),
    warehouseOf: warehouseOf ?? createClients({ HTTP_DEADLINE_MS: all.httpDeadlineMs }).warehouseOf,
  };
}

/** A match report of now. */
export async function freshReport(pool: Pool, connection: string): Promise<void> {
  await pool.query(`update match_report set state = 'abandoned' where state in ('asked', 'running')`);
  const matching = matcher(pool);
  await report(matching, connection);
  await matching.slots.close();
}

/** A fresh match report, and the preview of an import behind it. */
export async function preview(
  pool: Pool,
  connection: string,
  options: Partial<ImportOptions> = {},
): Promise<ImportRef> {
  await freshReport(pool, connection);
  const current = await currentReport(pool, connection);
  if (current === undefined) throw new Error('there is no report');
  const run = await inTransaction(pool, (database) =>
    createPreview(database, connection, {
      ...{ reportId: current.id, by: 'test' },
      options: { measureId: null, groupId: null, ...options },
    }),
  );
  const ref = { connection, run };
  const dependencies = importer(pool);
  while (await planImport(dependencies, ref));
  await dependencies.slots.close();
  return ref;
}

/** Every batch of a run, as its workflow walks it, until nothing is left. */
export async function walk(dependencies: ImportDependencies, ref: ImportRef): Promise<ImportRun> {
  const { pool } = dependencies;
  const { batches } = await runNow(pool, ref);
  for (let batch = 1; batch <= (batches ?? 0); batch += 1)
    while (
      (
        await patiently(() =>
          bringBatch(dependencies, { ...ref, batch, batches: batches ?? 0, heartbeatMs: 10_000 }),
        )
      ).open > 0
    );
  await patiently(() => concludeImport(dependencies, ref));
  return runNow(pool, ref);
}

/** As Temporal would: what stops says when to try again. @throws after half a minute. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PassStopped) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.min(error.retryInMs ?? 100, 500)));
    }
  }
}

export async function start(pool: Pool, { run }: ImportRef): Promise<void> {
  if ((await inTransaction(pool, (database) => startRun(database, run, 'test'))) === undefined)
    throw new Error('it is no preview');
}

/** Preview, start, all batches. */
export async function importAll(
  pool: Pool,
  connection: string,
  options: Partial<ImportOptions> = {},
): Promise<ImportRef> {
  const ref = await preview(pool, connection, options);
  await start(pool, ref);
  const dependencies = importer(pool);
  await walk(dependencies, ref);
  await dependencies.slots.close();
  return ref;
}

/** Takes an import back. */
export async function undo(pool: Pool, ref: ImportRef): Promise<ImportRef> {
  const run = await runNow(pool, ref);
  const { id } = await inTransaction(pool, (database) => createUndo(database, run, 'test'));
  const undone = { connection: ref.connection, run: id };
  const dependencies = importer(pool);
  await walk(dependencies, undone);
  await dependencies.slots.close();
  return undone;
}

export async function runNow(pool: Pool, { connection, run }: ImportRef): Promise<ImportRun> {
  const found = await readImportRun(pool, connection, run);
  if (found === undefined) throw new Error('there is no such run');
  return found;
}

/** Rows of a run by their keys. */
export async function rowsOf(pool: Pool, { run }: ImportRef): Promise<Map<string, ImportRow>> {
  const rows = await listImportRows(pool, run, {}, { after: '', limit: 100_000 });
  return new Map(rows.map((row) => [row.variantKey, row]));
}

/** An item as the warehouse's admin view shows it. */
export interface SeenItem {
  readonly id: number;
  readonly Code: string;
  readonly Name: string;
  readonly Barcode: string;
  readonly TaxGroup: number;
  readonly MeasureId: number;
  readonly GroupId: number;
  readonly NotStorable: number;
  readonly PriceOut: readonly number[];
  readonly Deleted: number;
  readonly DateUpdated: string;
}

export async function itemsIn({ warehouse }: Emulators, company?: string): Promise<SeenItem[]> {
  const of = company === undefined ? '' : `?company=${company}`;
  return (await warehouse.control.get<{ items: SeenItem[] }>(`/items${of}`)).items;
}

/** Everything of the items but when they were touched. */
export async function snapshotOfItems(emulators: Emulators): Promise<object[]> {
  return (await itemsIn(emulators)).map(({ DateUpdated: _moves, ...item }) => item);
}

/** Calls of some functions, in their order. */
export async function callsSince(emulators: Emulators, since: number, names: RegExp): Promise<string[]> {
  const { requests } = await emulators.warehouse.control.get<{ requests: { function?: string }[] }>(
    `/requests?since=${since}`,
  );
  return requests.map((each) => each.function ?? '').filter((name) => names.test(name));
}

export async function lastCall(emulators: Emulators): Promise<number> {
  const { requests } = await emulators.warehouse.control.get<{ requests: { seq: number }[] }>(
    '/requests?since=0',
  );
  return requests.at(-1)?.seq ?? 0;
}
