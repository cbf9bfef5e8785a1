import type { ConnectionCache } from '../db/connection-cache.ts';
import type { Pool } from '../db/pool.ts';
import type { Connection } from '../db/queries/connections.ts';
import { type Shard, type TakenDuty, finishDuty, renewDuty, takeDuties } from '../db/queries/duties.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { ShardReport } from '../workflows/shard-run.ts';
import { PassStopped } from './order/stops.ts';

/** Duties taken at a time. Each mostly waits for its vendor: one that does not answer delays no other. */
const AT_ONCE = 50;
/** A run takes what is due for so long; the next one goes on. */
const RUN_LIMIT_MS = 240_000;
/** A duty that failed is tried again later and later, up to so many times its usual pause. */
const MOST_PAUSES = 8;

export interface DutyDependencies {
  readonly pool: Pool;
  readonly connections: ConnectionCache;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The lease of a duty is renewed so often; one whose worker died is free after the second time. */
  readonly heartbeatMs: number;
}

/** One duty of one connection, under way. */
export interface DutyTask {
  readonly connection: Connection;
  readonly taken: TakenDuty;
  /** Is there time for one more request? Work in steps stops when there is none, and goes on next time. */
  readonly timeLeft: () => boolean;
}

/** What kind of duty it is, and what is to be done. */
export interface DutyKind {
  readonly duty: string;
  /** How often the schedule looks: what falls due before the next look is taken now when that is nearer. */
  readonly lookEveryMs: number;
  /** Is it done for a connection that is off as well, where somebody asked for it? */
  readonly evenOff?: boolean;
  /** Time of one connection; a request under way may end later. */
  readonly timeLimitMs: number;
  /** The usual pause of a connection between two times, milliseconds. */
  readonly pauseMs: (connection: Connection) => number;
  /** Answers how soon it must go on, when that is sooner than the usual pause. @throws what is in the way. */
  readonly work: (task: DutyTask) => Promise<{ readonly nextInMs: number } | undefined>;
}

/**
 * Does what is due of a shard, all connections at once. One that fails stores why and is due again later; the
 * others do not notice.
 * @throws only when PostgreSQL does not answer.
 */
export async function runDuties(
  dependencies: DutyDependencies,
  kind: DutyKind,
  shard: Shard,
): Promise<ShardReport> {
  const report = { due: 0, failed: 0 };
  const until = performance.now() + RUN_LIMIT_MS;
  for (;;) {
    const taken = await takeDuties(dependencies.pool, kind.duty, shard, {
      limit: AT_ONCE,
      leaseMs: 2 * dependencies.heartbeatMs,
      aheadMs: kind.lookEveryMs / 2,
      evenOff: kind.evenOff ?? false,
    });
    const done = await Promise.all(taken.map((one) => runDuty(dependencies, kind, one)));
    report.due += taken.length;
    report.failed += done.filter((good) => !good).length;
    if (taken.length < AT_ONCE || performance.now() > until) return report;
  }
}

async function runDuty(dependencies: DutyDependencies, kind: DutyKind, taken: TakenDuty): Promise<boolean> {
  const { pool, connections, metrics, heartbeatMs } = dependencies;
  // Lost while PostgreSQL is away: then the lease may run out, and the fence keeps us from storing anything.
  const renewal = setInterval(
    () => void renewDuty(pool, taken, 2 * heartbeatMs).catch(() => undefined),
    heartbeatMs / 2,
  );
  let pauseMs = kind.lookEveryMs;
  try {
    const connection = await connections.get(taken.connectionId);
    if (connection === undefined) return true;
    pauseMs = kind.pauseMs(connection);
    const until = performance.now() + kind.timeLimitMs;
    const ended = await kind.work({ connection, taken, timeLeft: () => performance.now() < until });
    await finishDuty(pool, taken, { nextInMs: ended?.nextInMs ?? pauseMs, error: null });
    metrics.duties.inc({ duty: taken.duty, outcome: 'done' });
    return true;
  } catch (error) {
    await fail(dependencies, taken, pauseMs, error);
    return false;
  } finally {
    clearInterval(renewal);
  }
}

/** Stores why, and when to try again: as the vendor says, otherwise later and later. */
async function fail(
  { pool, logger, metrics }: DutyDependencies,
  taken: TakenDuty,
  pauseMs: number,
  error: unknown,
): Promise<void> {
  const stopped = error instanceof PassStopped ? error : undefined;
  const { connectionId: connection, duty } = taken;
  logger[stopped === undefined ? 'error' : 'info']({ connection, duty, err: error }, 'a duty failed');
  metrics.duties.inc({ duty, outcome: stopped?.code ?? 'failed' });
  await finishDuty(pool, taken, {
    nextInMs: stopped?.retryInMs ?? pauseMs * Math.min(2 ** taken.failures, MOST_PAUSES),
    error: stopped === undefined ? describeFault(error) : `${stopped.code}: ${stopped.message}`,
  });
}

/** Kind of a fault and no more: its text may quote data of people. The log holds the whole of it. */
function describeFault(error: unknown): string {
  return `fault: ${error instanceof Error ? error.name : 'unknown'}; see the log`;
}
