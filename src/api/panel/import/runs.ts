import { z } from 'zod';
import type { Pool } from '../../../db/pool.ts';
import {
  type ImportRun,
  type ImportState,
  changedSinceReport,
  readImportRun,
} from '../../../db/queries/catalogue/import-runs.ts';
import { currentReport } from '../../../db/queries/catalogue/reports.ts';
import type { ImportRef } from '../../../workflows/import/contract.ts';
import { ApiFailure } from '../failure.ts';
import { connectionId } from '../route.ts';

/** A connection. */
export const oneConnection = z.strictObject({ id: connectionId });
/** A run of a connection. */
export const oneRun = z.strictObject({
  id: connectionId,
  run: z
    .string()
    .regex(/^[0-9]{1,15}$/, 'must be digits')
    .transform(Number),
});
export const variant = z.string().regex(/^variant:[0-9]{1,18}$/, 'must be the row of a variant');
export const positive = z.int().min(1);
/** The run as its workflow names it. */
export function refOf({ connectionId: connection, id: run }: ImportRun): ImportRef {
  return { connection, run };
}

/** @throws {ApiFailure} 404 where there is none. */
export async function known(pool: Pool, { id, run }: z.output<typeof oneRun>): Promise<ImportRun> {
  const found = await readImportRun(pool, id, run);
  if (found === undefined) throw new ApiFailure(404, 'unknown_import', 'There is no such import');
  return found;
}

/** A preview that is complete and still true. */
export async function preview(pool: Pool, params: z.output<typeof oneRun>) {
  const run = await known(pool, params);
  const { account } = run;
  if (run.state !== 'preview' || account === null) throw notIn(run.state);
  const report = await freshReport(pool, run.connectionId);
  if (report !== run.reportId)
    throw new ApiFailure(409, 'preview_outdated', 'There is a newer match report: make a new preview');
  return { ...run, account };
}

/** The report that an import may rest on. */
export async function freshReport(pool: Pool, id: string): Promise<number> {
  const report = await currentReport(pool, id);
  if (report === undefined) throw new ApiFailure(409, 'no_report', 'There is no match report yet: start one');
  if (await changedSinceReport(pool, id, report))
    throw new ApiFailure(
      409,
      'report_outdated',
      'The goods have changed since the match report: start a new one',
    );
  return report.id;
}

/** The run is in no state for what was asked. */
export function notIn(state: ImportState): ApiFailure {
  return new ApiFailure(409, 'import_not_ready', `The import is ${state}`);
}

/** Two at once would write over each other. */
export function underWay(): ApiFailure {
  return new ApiFailure(409, 'import_under_way', 'Another import of this connection is under way');
}

/** Did the database refuse a second run? */
export function isOneAtATime(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === 'import_run_under_way';
}
