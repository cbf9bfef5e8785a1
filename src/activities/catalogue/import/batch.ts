import {
  type OpenRow,
  countImport,
  openRows,
  unansweredRows,
} from '../../../db/queries/catalogue/import-items.ts';
import { storeOnlyLink, storeRowOutcome } from '../../../db/queries/catalogue/import-results.ts';
import {
  type ImportRun,
  leaveRest,
  moveRun,
  readImportRun,
  wakeOrdersForItems,
} from '../../../db/queries/catalogue/import-runs.ts';
import { seenOf } from '../../../db/queries/catalogue/import-plans.ts';
import { askForReport } from '../../../db/queries/catalogue/match-run.ts';
import type { MatchedBy } from '../../../db/queries/items.ts';
import type { BatchRef, BatchResult, ImportRef, ImportSummary } from '../../../workflows/import/contract.ts';
import { PassStopped } from '../../order/stops.ts';
import { updateItem } from './change-item.ts';
import { createItem } from './create-item.ts';
import { type Desk, type ImportDependencies, type Row, RowDone, RunHalted, deskOf } from './desk.ts';
import { undoRow } from './undo-row.ts';

/** While the request of one row is under way, the others store what they send next: the place at micro.bg is never idle. */
const LANES = 3;
/** One step ends after so long, so that a worker can be stopped and an operator sees the batch move. */
const SLICE_MS = 20_000;

/**
 * Carries out rows of a batch for some seconds. What came to a result is stored row by row, so that a worker that dies costs
 * a look at the rows that were under way.
 * @throws {PassStopped} when nothing could be done: micro.bg is away, or all that is left is under way elsewhere.
 */
export async function bringBatch(dependencies: ImportDependencies, ref: BatchRef): Promise<BatchResult> {
  const { pool } = dependencies;
  const run = await runOf(dependencies, ref);
  if (run.state !== 'running') return { open: 0, done: 0, halted: true };
  const desk = await deskOf(dependencies, ref.connection);
  const key = { connectionId: ref.connection, runId: ref.run, batch: ref.batch };
  const rows = await openRows(pool, key);
  const { done, stopped } = await inLanes(desk, run, rows);
  if (stopped instanceof RunHalted) return { open: rows.length - done, done, halted: true };
  if (done > 0) await wakeOrdersForItems(pool, ref.connection);
  const open = (await openRows(pool, key)).length;
  if (open > 0 && done === 0 && stopped !== undefined) throw stopped;
  return { open, done, halted: false };
}

async function inLanes(
  desk: Desk,
  run: ImportRun,
  rows: readonly OpenRow[],
): Promise<{ readonly done: number; readonly stopped: unknown }> {
  const until = desk.io.now() + SLICE_MS;
  const queue = [...rows];
  let done = 0;
  let stopped: unknown;
  let vendorAway = false;
  const lane = async (): Promise<void> => {
    while (desk.io.now() < until && !vendorAway) {
      const line = queue.shift();
      if (line === undefined) return;
      try {
        await carryOut(desk, run, line);
        done += 1;
      } catch (error) {
        if (error instanceof RowDone) {
          done += 1;
          continue;
        }
        stopped ??= error;
        // One row that is under way elsewhere keeps nobody back; micro.bg being away keeps all.
        vendorAway ||= !(error instanceof PassStopped && ofOneRow.has(error.code));
        if (!(error instanceof PassStopped)) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return { done, stopped };
}

const ofOneRow: ReadonlySet<string> = new Set(['item_busy', 'item_quarantine', 'busy']);

/** Does what a row says, if the shop still shows what the row was made of. */
export async function carryOut(desk: Desk, run: ImportRun, line: OpenRow): Promise<void> {
  const row: Row = { variantKey: line.variantKey, runId: run.id, since: run.createdAt };
  if (run.kind === 'undo') return undoRow(desk, row, line);
  const { connection, io } = desk;
  const key = { connectionId: connection.id, variantKey: row.variantKey, runId: run.id, fence: null };
  if (line.now === null || seenOf(line.now) !== line.seen) {
    return io.db('store-row-outcome', (database) =>
      storeRowOutcome(database, key, { state: 'done', outcome: 'changed_in_shop', error: null }),
    );
  }
  if (line.action === 'create' && line.item !== null && run.account !== null) {
    await createItem(desk, row, line.item, run.account);
    return;
  }
  const { itemId } = line;
  if (itemId === null) return;
  const link = { itemId, ratio: line.ratio ?? '1', matchedBy: (line.matchedBy ?? 'import') as MatchedBy };
  if (line.action === 'update' && line.changes !== null) await updateItem(desk, row, link, line.changes);
  else await io.db('store-only-link', (database) => storeOnlyLink(database, key, link));
}

/** Ends a run: what was sent and never answered is looked up, the rest is left. Safe to repeat. */
export async function concludeImport(
  dependencies: ImportDependencies,
  ref: ImportRef,
): Promise<ImportSummary> {
  const { pool } = dependencies;
  const run = await runOf(dependencies, ref);
  if (run.state === 'cancelled') await lookUpUnanswered(dependencies, run);
  const began = run.startedAt !== null;
  if (began) await leaveRest(pool, run.id);
  await moveRun(pool, run.id, ['running', 'paused'], 'finished');
  const { total, done, failed, byOutcome } = await countImport(pool, run.id);
  if (began && done > 0) await showResult(pool, run.connectionId);
  const state = !began ? 'discarded' : run.state === 'cancelled' ? 'cancelled' : 'finished';
  return { state, total, done, failed, byOutcome };
}

/** Blocked orders go on, and the next report says what is synchronised now. */
async function showResult(pool: ImportDependencies['pool'], connectionId: string): Promise<void> {
  await wakeOrdersForItems(pool, connectionId);
  await askForReport(pool, connectionId, 'import');
}

async function lookUpUnanswered(dependencies: ImportDependencies, run: ImportRun): Promise<void> {
  const { account } = run;
  const rows = await unansweredRows(dependencies.pool, run.connectionId, run.id);
  if (rows.length === 0 || account === null) return;
  const desk = await deskOf(dependencies, run.connectionId);
  for (const { variantKey, item } of rows) {
    if (item === null) continue;
    const row: Row = { variantKey, runId: run.id, since: run.createdAt };
    await createItem(desk, row, item, account, { onlyLookUp: true });
  }
}

async function runOf({ pool }: ImportDependencies, ref: ImportRef): Promise<ImportRun> {
  const run = await readImportRun(pool, ref.connection, ref.run);
  if (run !== undefined) return run;
  throw new PassStopped('import_unknown', 'There is no such import', { retryInMs: 60_000 });
}
