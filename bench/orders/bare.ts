import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { projectRoot } from '../../tools/local/paths.ts';
import { freePort, launch, waitUntil } from '../../tools/local/process.ts';
import type { OnEnd } from '../../tools/local/scope.ts';
import { cpuSeconds } from '../support/cpu.ts';
import { BARE_QUEUE, BARE_SIGNAL, BARE_WORKFLOW, type BareStep } from './bare-contract.ts';
import { inParallel } from './control.ts';
import type { Counts } from './counts.ts';
import { WORKER_ACTIVITIES, type World } from './world.ts';

/** As many signals on their way as our relay has. */
const SIGNALS_AT_ONCE = 20;
const WAIT_MS = 300_000;

export interface BareEngine {
  /** A burst of as many orders, in two halves as ours; orders per second. */
  run(count: number, steps: readonly [BareStep, BareStep]): Promise<BareBurst>;
}

export interface BareBurst {
  readonly ids: readonly string[];
  readonly perSecond: number;
  readonly cpu: Counts;
}

/** The bare engine on the same Temporal and PostgreSQL, with a worker and a vendor of its own. */
export async function startBareEngine(world: World, onEnd: OnEnd): Promise<BareEngine> {
  const { stack, pool } = world;
  await pool.query(
    `create table bare_write (id bigint generated always as identity primary key, step text not null,
       last boolean not null, at timestamptz not null default clock_timestamp())`,
  );
  await pool.query('create index bare_last on bare_write (step) where last');
  const bundle = join(stack.folder, 'bare-workflow.js');
  const quiet = { trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error, log() {} };
  const workflowsPath = join(projectRoot, 'dist/bench/bare-orders-workflow.js');
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: quiet });
  writeFileSync(bundle, code);
  const start = async (name: string, env: Readonly<Record<string, string>>): Promise<number> => {
    const child = launch({
      name,
      command: process.execPath,
      args: ['--enable-source-maps', `dist/bench/${name}.js`],
      cwd: projectRoot,
      env: { ...process.env, NODE_ENV: 'production', ...env },
      logFile: join(stack.folder, 'logs', `${name}.log`),
    });
    onEnd(() => child.stop());
    await child.firstLine;
    return child.pid;
  };
  const port = await freePort();
  const vendor = await start('bare-orders-vendor', { PORT: String(port) });
  const worker = await start('bare-orders-worker', {
    DATABASE_URL: stack.databaseUrl,
    TEMPORAL_ADDRESS: stack.temporalAddress,
    VENDOR_URL: `http://127.0.0.1:${port}`,
    WORKFLOW_BUNDLE: bundle,
    WORKER_ACTIVITIES: String(WORKER_ACTIVITIES),
  });
  return { run: (count, steps) => runBare(world, { vendor, worker }, count, steps) };
}

let bursts = 0;

async function runBare(
  world: World,
  pids: { readonly vendor: number; readonly worker: number },
  count: number,
  steps: readonly [BareStep, BareStep],
): Promise<BareBurst> {
  bursts += 1;
  const ids = Array.from({ length: count }, (_, index) => `bare-${bursts}-${index}`);
  const cpu = (): Counts => ({
    worker: cpuSeconds(pids.worker),
    temporal: cpuSeconds(world.stack.pidOf('temporal') ?? Number.NaN),
    postgres: cpuSeconds(world.stack.pidOf('postgres') ?? Number.NaN),
    vendor: cpuSeconds(pids.vendor),
  });
  const before = cpu();
  let seconds = 0;
  for (const number of [0, 1]) seconds += await runHalf(world, ids, number, steps);
  const after = cpu();
  return {
    ids,
    perSecond: count / seconds,
    cpu: Object.fromEntries(
      Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]),
    ),
  };
}

/** Signals every order once and waits until all have made their step; seconds. */
async function runHalf(
  { pool, temporal }: World,
  ids: readonly string[],
  number: number,
  steps: readonly BareStep[],
): Promise<number> {
  const { rows: began } = await pool.query<{ now: Date }>('select clock_timestamp() as now');
  await inParallel(ids, SIGNALS_AT_ONCE, (id) =>
    temporal.workflow.signalWithStart(BARE_WORKFLOW, {
      workflowId: id,
      taskQueue: BARE_QUEUE,
      args: [id, steps],
      signal: BARE_SIGNAL,
    }),
  );
  const wanted = ids.map((id) => `${id}/${number}`);
  let last = Number.NaN;
  await waitUntil(
    'the bare engine',
    async () => {
      const { rows } = await pool.query<{ count: number; seconds: number }>({
        name: 'bench-bare',
        text: `select count(*), extract(epoch from max(at) - $2::timestamptz)::float8 as seconds
               from bare_write where last and step = any($1)`,
        values: [wanted, began[0]?.now],
      });
      last = rows[0]?.seconds ?? Number.NaN;
      return rows[0]?.count === ids.length;
    },
    { timeoutMs: WAIT_MS, everyMs: 100 },
  );
  return last;
}
