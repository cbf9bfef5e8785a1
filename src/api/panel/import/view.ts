import type { Pool } from '../../../db/pool.ts';
import {
  type ImportCounts,
  type ImportRow,
  countImport,
} from '../../../db/queries/catalogue/import-items.ts';
import { type ImportRun, undoOf } from '../../../db/queries/catalogue/import-runs.ts';
import type { PlanNote, SkipReason } from '../../../domain/catalogue/import-plan.ts';
import {
  backupReminder,
  fillText,
  outcomeTexts,
  planNoteTexts,
  skipTexts,
} from '../../../domain/catalogue/import-texts.ts';

/** A run as a list shows it. */
export function shownRun(run: ImportRun) {
  const { id, kind, undoOf: undone, state, reportId: report, problem, batches } = run;
  const { createdBy, createdAt, startedBy, startedAt, finishedAt } = run;
  return {
    ...{ id, kind, undoOf: undone, state, report, problem, batches, createdBy, createdAt },
    ...{ startedBy, startedAt, finishedAt },
  };
}

/** How far a run is, how fast it goes, and how long it still takes. */
export function progressOf({ state }: Pick<ImportRun, 'state'>, counts: ImportCounts) {
  const { total, done, failed, left, inLastMinute, measuredMs } = counts;
  const measured = state === 'running' && measuredMs > 0;
  const ratePerMinute = measured ? Math.round((inLastMinute * 60_000) / measuredMs) : null;
  const secondsLeft =
    ratePerMinute === null || ratePerMinute === 0 ? null : Math.ceil(((total - done) * 60) / ratePerMinute);
  return { state, total, done, failed, left, ratePerMinute, secondsLeft };
}

/** Everything of a run but its rows. */
export async function viewRun(pool: Pool, run: ImportRun) {
  const counts = await countImport(pool, run.id);
  const { byAction, byOutcome, byReason } = counts;
  return {
    ...shownRun(run),
    progress: progressOf(run, counts),
    ...{ byAction, byOutcome, byReason },
    measures: run.account?.measures ?? [],
    vatRates: [...new Set((run.account?.taxGroups ?? []).map(({ rate }) => rate))],
    reminder: backupReminder,
    actions: await actionsOf(pool, run),
  };
}

type Action = 'start' | 'pause' | 'resume' | 'cancel' | 'undo';

async function actionsOf(pool: Pool, run: ImportRun): Promise<Action[]> {
  switch (run.state) {
    case 'planning':
      return ['cancel'];
    case 'preview':
      return ['start', 'cancel'];
    case 'running':
      return ['pause', 'cancel'];
    case 'paused':
      return ['resume', 'cancel'];
    case 'discarded':
      return [];
    case 'finished':
    case 'cancelled': {
      const undone =
        run.kind === 'undo' || run.startedAt === null || (await undoOf(pool, run.id)) !== undefined;
      return undone ? [] : ['undo'];
    }
  }
}

/** A row as people read it. */
export function shownRow(row: ImportRow) {
  const { variantKey: variant, sku, name, action, selected, reason, item, changes, choices, outcome } = row;
  const { itemId, state, error, doneAt } = row;
  const why = reason !== null && reason in skipTexts ? skipTexts[reason as SkipReason] : null;
  return {
    ...{ variant, sku, name, action, selected, reason, itemId, state, outcome, error, doneAt },
    why: why === null ? null : fillText(why, row.params),
    notes: row.notes.map((code) => ({ code, ...planNoteTexts[code as PlanNote] })),
    vat: item?.taxRate ?? choices.taxRate ?? null,
    measureId: item?.measureId ?? choices.measureId ?? null,
    groupId: item?.groupId ?? choices.groupId ?? null,
    price: item?.price?.withVat ?? null,
    changes: (['name', 'barcode'] as const).flatMap((field) => {
      const change = changes?.[field];
      return change === undefined ? [] : [{ field, before: change.before, after: change.after }];
    }),
    result: outcome === null ? null : outcomeTexts[outcome],
  };
}
