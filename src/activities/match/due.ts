import { askForReport, lastReportAskedAt, waitingReports } from '../../db/queries/catalogue/match-run.ts';
import type { Connection } from '../../db/queries/connections.ts';
import { millisecondsToHour } from '../../domain/completeness/daily.ts';
import type { MatchRef } from '../../workflows/match/contract.ts';
import type { ShardRun } from '../../workflows/shard-run.ts';
import { type DutyDependencies, type DutyKind, runDuties } from '../duties.ts';
import type { MatchDependencies } from './walk.ts';

/** Who asked, when nobody did. */
const BY_SCHEDULE = 'schedule';
/** A report that a person asked for shortly before serves as the nightly one. */
const LATELY_MS = 3 * 3_600_000;

/**
 * Asks for the reports that are due in a shard. Answers all that were asked for and not begun, by whomever: what was to
 * start them may have died.
 */
export async function dueMatches(
  dependencies: MatchDependencies & DutyDependencies,
  run: ShardRun,
): Promise<MatchRef[]> {
  await runDuties(dependencies, nightlyDuty(dependencies), run);
  const waiting = await waitingReports(dependencies.pool, run);
  return waiting.map(({ id, connectionId }) => ({ connection: connectionId, report: id }));
}

function nightlyDuty({ pool, lookEveryMs }: MatchDependencies): DutyKind {
  return {
    duty: 'match',
    lookEveryMs,
    timeLimitMs: 30_000,
    pauseMs: (connection) => untilNext(connection),
    work: async ({ connection }) => {
      const last = await lastReportAskedAt(pool, connection.id);
      // Nobody who has not asked for one yet needs it every night.
      if (last !== null && Date.now() - last > LATELY_MS)
        await askForReport(pool, connection.id, BY_SCHEDULE);
      return undefined;
    },
  };
}

/** An hour after the comparison of the orders: both want the shop's requests. */
function untilNext({ id, settings }: Connection): number {
  return millisecondsToHour(Date.now(), (settings.reconcileAtHour + 1) % 24, id);
}
