import { createHash } from 'node:crypto';
import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleOptions,
  ScheduleOverlapPolicy,
} from '@temporalio/client';
import type { Config } from './config.ts';
import type { Logger } from './observability/logger.ts';
import type { ShardRun } from './workflows/shard-run.ts';
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

/** Keeps asking Temporal until all schedules are as this version and configuration want them. */
export function startScheduling(
  client: Client,
  config: Config,
  logger: Logger,
): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    for (let asked = 1; !stopping.signal.aborted; asked += 1) {
      try {
        await ensureSchedules(client, config);
        return;
      } catch (error) {
        if (asked === 1) logger.warn({ err: error }, 'the schedules wait: Temporal does not answer');
        await pause(ASK_AGAIN_MS, stopping.signal);
      }
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Creates what is missing, changes what differs, removes shards that are no more. Repeatable, by any number at once. */
export async function ensureSchedules(client: Client, config: Config): Promise<void> {
  const wanted = scheduledWork(config).flatMap((work) => shardsOf(work, config));
  for (const options of wanted) await ensureSchedule(client, options);
  await removeOthers(client, config, new Set(wanted.map(({ scheduleId }) => scheduleId)));
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

/** Whole seconds, as Temporal counts. */
function offsetOf(id: string, everyMs: number): number {
  const hash = createHash('sha256').update(id).digest().readUInt32BE(0);
  return (hash % Math.max(1, Math.floor(everyMs / 1_000))) * 1_000;
}

async function ensureSchedule(client: Client, options: ScheduleOptions): Promise<void> {
  try {
    await client.schedule.create(options);
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    // One that an operator paused stays paused.
    await client.schedule.getHandle(options.scheduleId).update(({ state }) => ({ ...options, state }));
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

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
