import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { Config } from './config.ts';
import type { Logger } from './observability/logger.ts';
import type { ShardRun } from './workflows/shard-run.ts';
import { PREFLIGHT_WORKFLOW } from './workflows/preflight/contract.ts';
import { MATCHES_WORKFLOW } from './workflows/match/contract.ts';
import { RECONCILIATIONS_WORKFLOW } from './workflows/reconciliation/contract.ts';
import { SWEEP_WORKFLOW } from './workflows/sweep/contract.ts';
import { VERIFICATION_WORKFLOW } from './workflows/verification/contract.ts';
import { WATCHDOG_WORKFLOW } from './workflows/watchdog/contract.ts';

/** Work that a schedule starts for every shard. */
interface ScheduledWork {
  /** First part of the schedule's and of the workflow's id, for instance `sweep:0`. */
  readonly kind: string;
  readonly workflowType: string;
  /** How often a shard is looked at; the due times of its connections lie in PostgreSQL. */
  readonly everyMs: number;
  /** A run that takes longer is ended. Longer than any run should take: the next one waits for it anyway. */
  readonly timeoutMs: number;
}

function scheduledWork(config: Config): readonly ScheduledWork[] {
  const timeoutMs = 600_000;
  return [
    { kind: 'sweep', workflowType: SWEEP_WORKFLOW, everyMs: config.SWEEP_LOOK_MS, timeoutMs },
    { kind: 'watchdog', workflowType: WATCHDOG_WORKFLOW, everyMs: config.WATCHDOG_LOOK_MS, timeoutMs },
    {
      ...{ kind: 'reconciliations', workflowType: RECONCILIATIONS_WORKFLOW, timeoutMs },
      everyMs: config.RECONCILIATION_LOOK_MS,
    },
    { kind: 'preflight', workflowType: PREFLIGHT_WORKFLOW, everyMs: config.WATCHDOG_LOOK_MS, timeoutMs },
    { kind: 'matches', workflowType: MATCHES_WORKFLOW, timeoutMs, everyMs: config.RECONCILIATION_LOOK_MS },
    {
      kind: 'verification',
      workflowType: VERIFICATION_WORKFLOW,
      everyMs: config.WATCHDOG_LOOK_MS,
      timeoutMs,
    },
  ];
}

/**
 * Has the schedule look now, for what a person waits for. One that is running is followed by another: it may have
 * looked already. When Temporal does not answer, the next look of the schedule does.
 */
export async function lookNow(
  client: Client,
  config: Config,
  kind: string,
  connectionId: string,
): Promise<void> {
  const shard = shardOf(connectionId, config.SCHEDULE_SHARDS);
  await client.withDeadline(Date.now() + LOOK_DEADLINE_MS, () =>
    client.schedule.getHandle(`${kind}:${shard}`).trigger(ScheduleOverlapPolicy.BUFFER_ONE),
  );
}

/** The shard of a connection, as the statement that takes duties computes it. */
export function shardOf(connectionId: string, shards: number): number {
  return createHash('md5').update(connectionId).digest().readUInt32BE(0) % shards;
}

const LOOK_DEADLINE_MS = 3_000;
/** Pause before Temporal is asked again. */
const ASK_AGAIN_MS = 2_000;
/** Temporal keeps missed starts for 10 s at least. */
const LEAST_CATCH_UP_MS = 10_000;

/** Schedules that somebody removed, or that were lost with Temporal's data, are missed for so long at most. */
const CHECK_EVERY_MS = 300_000;

/**
 * Keeps asking Temporal until all schedules are as this version and configuration want them, and afterwards now and then
 * whether all are still there.
 */
export function startScheduling(
  client: Client,
  config: Config,
  logger: Logger,
  checkEveryMs = CHECK_EVERY_MS,
): { readonly stop: () => void } {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    let failures = 0;
    for (let bring = ensureSchedules; !stopping.signal.aborted;) {
      try {
        await bring(client, config);
        bring = createMissing;
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1 && !stopping.signal.aborted)
          logger.warn({ err: error }, 'the schedules wait: Temporal does not answer');
      }
      const pauseMs = failures === 0 ? checkEveryMs : ASK_AGAIN_MS;
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  void run();
  return { stop: () => stopping.abort() };
}

/** Creates what is missing, changes what differs, removes shards that are no more. Repeatable, by any number at once. */
export async function ensureSchedules(client: Client, config: Config): Promise<void> {
  const wanted = wantedSchedules(config);
  for (const options of wanted) await ensureSchedule(client, options);
  await removeOthers(client, config, new Set(wanted.map(({ scheduleId }) => scheduleId)));
}

/** Leaves alone what is there: another version may have made it, and be about to take over. */
async function createMissing(client: Client, config: Config): Promise<void> {
  for (const options of wantedSchedules(config)) await create(client, options);
}

function wantedSchedules(config: Config): ScheduleOptions[] {
  return scheduledWork(config).flatMap((work) => shardsOf(work, config));
}

function shardsOf(work: ScheduledWork, config: Config): ScheduleOptions[] {
  return Array.from({ length: config.SCHEDULE_SHARDS }, (_, shard) => {
    const id = `${work.kind}:${shard}`;
    const run: ShardRun = { shard, shards: config.SCHEDULE_SHARDS, heartbeatMs: config.HEARTBEAT_MS };
    return {
      scheduleId: id,
      // Apart from one another: schedules that all fire at the full minute start late (measured: 33 s with 1,000).
      spec: { intervals: [{ every: work.everyMs, offset: offsetOf(id, work.everyMs) }] },
      policies: {
        overlap: ScheduleOverlapPolicy.SKIP,
        catchupWindow: Math.max(LEAST_CATCH_UP_MS, work.everyMs),
      },
      action: {
        type: 'startWorkflow',
        workflowType: work.workflowType,
        workflowId: id,
        taskQueue: config.TEMPORAL_TASK_QUEUE,
        args: [run],
        workflowExecutionTimeout: work.timeoutMs,
      },
    };
  });
}

/** Apart from one another, in whole seconds, as Temporal counts. */
export function offsetOf(id: string, everyMs: number): number {
  const hash = createHash('sha256').update(id).digest().readUInt32BE(0);
  return (hash % Math.max(1, Math.floor(everyMs / 1_000))) * 1_000;
}

/** Creates a schedule, or changes it to this; repeatable. */
export async function ensureSchedule(client: Client, options: ScheduleOptions): Promise<void> {
  if (await create(client, options)) return;
  // One that an operator paused stays paused.
  await client.schedule.getHandle(options.scheduleId).update(({ state }) => ({ ...options, state }));
}

/** False: there is one of this id. */
async function create(client: Client, options: ScheduleOptions): Promise<boolean> {
  try {
    await client.schedule.create(options);
    return true;
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    return false;
  }
}

async function removeOthers(client: Client, config: Config, wanted: ReadonlySet<string>): Promise<void> {
  const kinds = scheduledWork(config).map(({ kind }) => kind);
  for await (const { scheduleId } of client.schedule.list()) {
    const [kind = '', shard = ''] = scheduleId.split(':');
    const ours = kinds.includes(kind) && /^\d{1,4}$/.test(shard);
    if (ours && !wanted.has(scheduleId)) await client.schedule.getHandle(scheduleId).delete();
  }
}
