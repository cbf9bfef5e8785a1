import type { Connection } from '../../db/queries/connections.ts';
import {
  askForReconciliation,
  lastReconciledAt,
  waitingReconciliations,
} from '../../db/queries/reconciliation.ts';
import { millisecondsToHour } from '../../domain/completeness/daily.ts';
import type { ReconciliationRef } from '../../workflows/reconciliation/contract.ts';
import type { ShardRun } from '../../workflows/shard-run.ts';
import { type DutyDependencies, type DutyKind, runDuties } from '../duties.ts';
import type { ReconciliationDependencies } from './walk.ts';

/** Who asked, when nobody did. */
const BY_SCHEDULE = 'schedule';
/** A comparison that a person asked for shortly before serves as the daily one. */
const LATELY_MS = 3 * 3_600_000;

/**
 * Asks for the comparisons that are due in a shard. Answers all that were asked for and not begun, by whomever: what
 * was to start them may have died.
 */
export async function dueReconciliations(
  dependencies: ReconciliationDependencies & DutyDependencies,
  run: ShardRun,
): Promise<ReconciliationRef[]> {
  await runDuties(dependencies, dailyDuty(dependencies), run);
  const waiting = await waitingReconciliations(dependencies.pool, run);
  return waiting.map(({ id, connectionId }) => ({ connection: connectionId, reconciliation: id }));
}

function dailyDuty({ pool, lookEveryMs }: ReconciliationDependencies): DutyKind {
  return {
    duty: 'reconciliation',
    lookEveryMs,
    timeLimitMs: 30_000,
    pauseMs: (connection) => untilNext(connection),
    work: async ({ connection }) => {
      const last = await lastReconciledAt(pool, connection.id);
      // A new connection waits for its first night: its orders are still being read.
      const due = last === null ? isHour(connection) : Date.now() - last > LATELY_MS;
      if (due) await askForReconciliation(pool, connection.id, BY_SCHEDULE);
      return undefined;
    },
  };
}

function untilNext({ id, settings }: Connection): number {
  return millisecondsToHour(Date.now(), settings.reconcileAtHour, id);
}

/** Within the hour after its time. */
function isHour(connection: Connection): boolean {
  return untilNext(connection) > 23 * 3_600_000;
}
