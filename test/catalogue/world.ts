import { createClients } from '../../src/activities/index.ts';
import { compareGoods } from '../../src/activities/match/compare.ts';
import {
  type MatchDependencies,
  readShopGoods,
  readWarehouseItems,
} from '../../src/activities/match/walk.ts';
import { createPassIo } from '../../src/activities/order/io.ts';
import { createSlots } from '../../src/activities/slots.ts';
import { createConnectionCache } from '../../src/db/connection-cache.ts';
import type { Pool } from '../../src/db/pool.ts';
import { askForReport, beginReport } from '../../src/db/queries/catalogue/match-run.ts';
import { type MatchRow, currentReport, reportRows } from '../../src/db/queries/catalogue/reports.ts';
import type { MatchRef } from '../../src/workflows/match/contract.ts';
import { testBox } from '../support/database.ts';

/** What a worker has for match reports. */
export function matcher(pool: Pool): MatchDependencies {
  return {
    pool,
    io: createPassIo(pool),
    connections: createConnectionCache(pool, testBox, 0),
    slots: createSlots(pool, 10_000),
    ...createClients({ HTTP_DEADLINE_MS: 5_000 }),
    ...{ httpDeadlineMs: 5_000, pausedRetryMs: 1_000, lookEveryMs: 1_000 },
  };
}

/** Asks for a report and begins it. */
export async function begin(pool: Pool, connection: string): Promise<MatchRef> {
  const asked = await askForReport(pool, connection, 'test');
  if (asked === undefined || !asked.fresh) throw new Error('one is under way');
  await beginReport(pool, asked.id);
  return { connection, report: asked.id };
}

/** The rest of a report, as the workflow goes through it. */
export async function finish(dependencies: MatchDependencies, ref: MatchRef): Promise<void> {
  while ((await readShopGoods(dependencies, ref)).stage === 'shop');
  while ((await readWarehouseItems(dependencies, ref)).stage === 'warehouse');
  if ((await compareGoods(dependencies, ref)) === null) throw new Error('it is not under way');
}

/** A whole report. */
export async function report(dependencies: MatchDependencies, connection: string): Promise<MatchRef> {
  const ref = await begin(dependencies.pool, connection);
  await finish(dependencies, ref);
  return ref;
}

/** The rows that everybody reads now, by their keys. */
export async function rowsNow(pool: Pool, connection: string): Promise<Map<string, MatchRow>> {
  const current = await currentReport(pool, connection);
  if (current === undefined) throw new Error('there is no report');
  const rows = await reportRows(pool, current.id, { states: null, after: '', limit: 100_000 });
  return new Map(rows.map((row) => [row.rowKey, row]));
}
