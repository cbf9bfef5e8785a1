import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type ScheduleOptions,
} from '@temporalio/client';
import type { Config } from './config.ts';
import type { Pool } from './db/pool.ts';
import { exportIntervals } from './db/queries/stock/export-intervals.ts';
import type { Logger } from './observability/logger.ts';
import { ensureSchedule, offsetOf } from './schedules.ts';
import {
  STOCK_EXPORT_WORKFLOW,
  type StockExportRef,
  connectionOfExport,
  stockExportId,
} from './workflows/stock-export/contract.ts';

/** A changed interval, a new connection: so soon. */
const LOOK_EVERY_MS = 5_000;
/** Schedules that somebody removed, or that were lost with Temporal's data, are missed for so long at most. */
const CHECK_EVERY_MS = 300_000;
/** Kept between the end of a cycle's time and the next one, milliseconds; a fifth of short intervals. */
const BREAK_MS = 10_000;
/** Temporal keeps missed starts for 10 s at least. */
const LEAST_CATCH_UP_MS = 10_000;
/** A person waits. */
const NOW_DEADLINE_MS = 3_000;

/**
 * Keeps one schedule per connection as its settings want it: created with the connection, changed with its interval, removed
 * with it. By any number of workers at once.
 */
export function startExportSchedules(options: {
  readonly client: Client;
  readonly config: Config;
  readonly pool: Pool;
  readonly logger: Logger;
}): { readonly stop: () => void } {
  const { logger } = options;
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    let applied = new Map<string, number>();
    let checkedAt = performance.now();
    let failures = 0;
    while (!stopping.signal.aborted) {
      if (performance.now() - checkedAt > CHECK_EVERY_MS) {
        applied = new Map();
        checkedAt = performance.now();
      }
      try {
        await ensureExportSchedules(options, applied);
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1 && !stopping.signal.aborted)
          logger.warn({ err: error }, 'the schedules of the export wait');
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  void run();
  return { stop: () => stopping.abort() };
}

/**
 * Brings schedules about whose interval is not the applied one, and removes those of connections that are no more. Where nothing is
 * applied yet, it looks for the schedules that are there: a connection may have gone while nobody ran.
 */
export async function ensureExportSchedules(
  { client, config, pool }: { readonly client: Client; readonly config: Config; readonly pool: Pool },
  applied: Map<string, number>,
): Promise<void> {
  const wanted = new Map((await exportIntervals(pool)).map(({ id, minutes }) => [id, minutes]));
  if (applied.size === 0)
    for await (const { scheduleId } of client.schedule.list()) {
      const id = connectionOfExport(scheduleId);
      if (id !== undefined && !wanted.has(id)) await removeSchedule(client, scheduleId);
    }
  for (const [id, minutes] of wanted) {
    if (applied.get(id) === minutes) continue;
    await ensureSchedule(client, scheduleOf(id, minutes * config.EXPORT_MINUTE_MS, config));
    applied.set(id, minutes);
  }
  for (const id of [...applied.keys()].filter((each) => !wanted.has(each))) {
    await removeSchedule(client, stockExportId(id));
    applied.delete(id);
  }
}

/** Begins a cycle now. One that runs is followed by another: SKIP would drop the wish (Temporal's overlap policies). */
export async function exportNow(client: Client, connectionId: string): Promise<void> {
  await client.withDeadline(Date.now() + NOW_DEADLINE_MS, () =>
    client.schedule.getHandle(stockExportId(connectionId)).trigger(ScheduleOverlapPolicy.BUFFER_ONE),
  );
}

async function removeSchedule(client: Client, scheduleId: string): Promise<void> {
  try {
    await client.schedule.getHandle(scheduleId).delete();
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

function scheduleOf(connection: string, everyMs: number, config: Config): ScheduleOptions {
  const id = stockExportId(connection);
  const limitMs = Math.max(everyMs - BREAK_MS, Math.floor(everyMs * 0.8));
  const ref: StockExportRef = { connection, limitMs, heartbeatMs: config.HEARTBEAT_MS };
  return {
    scheduleId: id,
    spec: { intervals: [{ every: everyMs, offset: offsetOf(id, everyMs) }] },
    policies: {
      // A cycle that is missed is not made up for: the next one does all of it.
      overlap: ScheduleOverlapPolicy.SKIP,
      catchupWindow: Math.max(LEAST_CATCH_UP_MS, Math.min(everyMs, 30_000)),
    },
    action: {
      type: 'startWorkflow',
      workflowType: STOCK_EXPORT_WORKFLOW,
      workflowId: id,
      taskQueue: config.TEMPORAL_TASK_QUEUE,
      args: [ref],
      workflowExecutionTimeout: Math.max(everyMs - 1_000, limitMs),
    },
  };
}
