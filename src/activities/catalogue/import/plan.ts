import type { Answer } from '../../../clients/answer.ts';
import { countImport } from '../../../db/queries/catalogue/import-items.ts';
import { harvestMeasures, planRows, ratesInUse } from '../../../db/queries/catalogue/import-plans.ts';
import {
  type ImportRun,
  finishPreview,
  moveRun,
  readImportRun,
  storeAccount,
  storePreviewProblem,
} from '../../../db/queries/catalogue/import-runs.ts';
import { type ImportAccount, mainRateOf } from '../../../domain/catalogue/import-plan.ts';
import type { ImportRef, ImportSignal, RunFacts } from '../../../workflows/import/contract.ts';
import { PassStopped } from '../../order/stops.ts';
import { askWarehouseAside } from '../../warehouse-requests.ts';
import { type Desk, type ImportDependencies, deskOf } from './desk.ts';

/** Rows that one statement works out. */
const PAGE = 1_000;
/** One step ends after so long. */
const SLICE_MS = 15_000;

/** Works out rows of the preview. Answers whether there are more. */
export async function planImport(dependencies: ImportDependencies, ref: ImportRef): Promise<boolean> {
  const { pool } = dependencies;
  let run = await readImportRun(pool, ref.connection, ref.run);
  if (run === undefined || run.state !== 'planning') return false;
  const desk = await deskOf(dependencies, ref.connection);
  try {
    if (run.account === null) await storeAccount(pool, run.id, await readAccount(dependencies, desk));
  } catch (error) {
    if (error instanceof PassStopped) await storePreviewProblem(pool, run.id, error.message);
    throw error;
  }
  const until = desk.io.now() + SLICE_MS;
  while (desk.io.now() < until) {
    run = await readImportRun(pool, ref.connection, ref.run);
    if (run === undefined || run.state !== 'planning' || run.account === null) return false;
    const last = await planRows(pool, { ...run, account: run.account }, PAGE);
    if (last !== undefined) continue;
    await finishPreview(pool, run.id);
    return false;
  }
  return true;
}

/** What the account says of itself, and what its items show (micro.bg API 3.1, 3.2; measures are listed nowhere). */
export async function readAccount(
  { pool }: Pick<ImportDependencies, 'pool'>,
  desk: Desk,
): Promise<ImportAccount> {
  const { connection, warehouse, durations } = desk;
  const ask = async <T>(name: string, send: () => Promise<Answer<T>>): Promise<T> => {
    const value = await askWarehouseAside({ ...desk, pausedRetryMs: durations.pausedRetryMs }, name, send);
    if (value !== undefined) return value;
    throw new PassStopped('warehouse_not_answered', `micro.bg answers nothing to ${name}`);
  };
  const company = await ask('getCompanyData', () => warehouse.company());
  const taxGroups = await ask('getTaxGroups', () => warehouse.taxGroups());
  const measures = await harvestMeasures(pool, connection.id);
  const { priceList, shopPricesWithVat, convertBgn } = connection.settings;
  return {
    taxGroups: taxGroups.map(({ number, rate }) => ({ number, rate })),
    mainRate: mainRateOf(company, await ratesInUse(pool, connection.id)),
    ...{ measures, currency: company.currency ?? '', pricesWithVat: company.pricesWithVat },
    ...{ priceList, shopPricesWithVat, convertBgn },
  };
}

/** How a run stands, for its workflow. */
export async function lookAtImport(
  { pool }: ImportDependencies,
  ref: ImportRef,
): Promise<Omit<RunFacts, 'heartbeatMs'>> {
  const run = await readImportRun(pool, ref.connection, ref.run);
  if (run === undefined)
    return { ...{ kind: 'import', state: 'discarded', batches: 0 }, total: 0, done: 0, failed: 0 };
  const { total, done, failed } = await countImport(pool, run.id);
  return { kind: run.kind, state: run.state, batches: run.batches ?? 0, total, done, failed };
}

const steps: Readonly<
  Record<Exclude<ImportSignal, 'start'>, readonly [ImportRun['state'][], ImportRun['state']]>
> = {
  pause: [['running'], 'paused'],
  resume: [['paused'], 'running'],
  cancel: [['running', 'paused'], 'cancelled'],
};

/**
 * What a person wants of a run. Over the API it has happened already; from Temporal's Web UI it happens here. A start needs the
 * choice of rows, so it comes over the API only.
 */
export async function steerImport(
  { pool }: ImportDependencies,
  { run }: ImportRef,
  wish: ImportSignal,
): Promise<void> {
  if (wish === 'start') return;
  const [from, to] = steps[wish];
  await moveRun(pool, run, from, to);
  if (wish === 'cancel') await moveRun(pool, run, ['planning', 'preview'], 'discarded');
}
