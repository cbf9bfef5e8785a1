import { createConnection } from '../src/db/queries/connections.ts';
import { createSecretBox } from '../src/db/secrets.ts';
import { defaultSettings } from '../src/domain/connection/settings.ts';
import { offsetOf } from '../src/schedules.ts';
import { stockExportId } from '../src/workflows/stock-export/contract.ts';
import { waitUntil } from '../tools/local/process.ts';
import { withCleanUp } from '../tools/local/scope.ts';
import { ask } from './orders/control.ts';
import { percentile } from './orders/progress.ts';
import { type World, startWorld } from './orders/world.ts';
import { cpuSeconds } from './support/cpu.ts';
import { residentMiB } from './support/load.ts';
import { type BenchOptions, type BenchReport, type Measure, target, thisMachine } from './support/report.ts';

const FEW = 100;
const MANY = 1_000;
const INTERVAL_MS = 180_000;
/** Long enough that every connection is due once, and some seconds more. */
const WINDOW_MS = 200_000;
const PARTS = ['worker', 'temporal', 'postgres'] as const;
/** PostgreSQL's is shared between its processes, and as large as it is set. */
const WITH_MEMORY = ['worker', 'temporal'] as const;

/**
 * Connections without goods whose export runs every three minutes, on one machine with Temporal beside it: how late a cycle
 * begins, and what a connection costs. Their other regular work stands still, as in every benchmark.
 */
export async function idle({ seconds, say }: BenchOptions): Promise<BenchReport> {
  return withCleanUp(async (onEnd) => {
    const share = seconds === undefined ? 1 : Math.min(1, seconds / 60);
    const world = await startWorld(onEnd, say);
    const few = await window(world, 0, Math.ceil(FEW * share), say);
    const many = await window(world, Math.ceil(FEW * share), Math.ceil(MANY * share), say);
    return report(few, many);
  });
}

interface Window {
  readonly connections: number;
  readonly cycles: number;
  /** Connections that had one at least: the window is longer than the interval. */
  readonly served: number;
  readonly lateMs: readonly number[];
  /** Processor seconds a minute, and memory at the end in MiB, of each part. */
  readonly cpu: Readonly<Record<string, number>>;
  readonly memory: Readonly<Record<string, number>>;
}

async function window(world: World, from: number, to: number, say: BenchOptions['say']): Promise<Window> {
  const { stack, pool } = world;
  say(`${to} connections`);
  await addConnections(world, from, to);
  await waitUntil('their schedules', async () => (await schedules(world)) >= to, { timeoutMs: 300_000 });
  // What is caught up with after they were made is over.
  await sleep(15_000);
  const pids = PARTS.map((part) => [part, stack.pidOf(part) ?? Number.NaN] as const);
  const before = pids.map(([, pid]) => cpuSeconds(pid));
  const { rows: began } = await pool.query<{ now: Date }>('select clock_timestamp() as now');
  await sleep(WINDOW_MS);
  const after = pids.map(([, pid]) => cpuSeconds(pid));
  const { rows } = await pool.query<{ connection_id: string; at: Date }>(
    'select connection_id, started_at as at from stock_cycle where started_at > $1',
    [began[0]?.now],
  );
  const lateMs = rows
    .filter(({ connection_id: id }) => id.startsWith('idle-'))
    .map(({ connection_id: id, at }) => {
      const since = at.getTime() - offsetOf(stockExportId(id), INTERVAL_MS);
      return ((since % INTERVAL_MS) + INTERVAL_MS) % INTERVAL_MS;
    });
  const minutes = WINDOW_MS / 60_000;
  return {
    served: new Set(rows.map(({ connection_id: id }) => id).filter((id) => id.startsWith('idle-'))).size,
    ...{ connections: to, cycles: lateMs.length, lateMs: lateMs.toSorted((one, other) => one - other) },
    cpu: Object.fromEntries(
      pids.map(([part], index) => [part, ((after[index] ?? 0) - (before[index] ?? 0)) / minutes]),
    ),
    memory: Object.fromEntries(
      WITH_MEMORY.map((part) => [part, residentMiB(stack.pidOf(part) ?? Number.NaN)]),
    ),
  };
}

async function addConnections({ stack, pool }: World, from: number, to: number): Promise<void> {
  const box = createSecretBox(stack.secretsKey);
  const { applications } = await ask<{ applications: { apiId: string; secret: string }[] }>(
    `${stack.microbg.controlUrl}/applications`,
    { count: to - from },
  );
  for (const [index, { apiId, secret }] of applications.entries()) {
    const id = `idle-${from + index}`;
    await createConnection(
      pool,
      box,
      {
        ...{ id, name: id, mode: 'live', shopUrl: `http://${id}.invalid`, bodyEncoding: 'form-double' },
        ...{ warehouseEntryPoint: stack.microbg.url, warehouseApiId: apiId },
        secrets: {
          ...{ shopApiKey: 'unused', warehouseSecret: secret },
          ...{ webhookUrlSecret: id, webhookHeaderSecret: id },
        },
        settings: defaultSettings('2026-01-01'),
      },
      'bench',
    );
  }
}

async function schedules({ temporal }: World): Promise<number> {
  let count = 0;
  for await (const { scheduleId } of temporal.schedule.list())
    if (scheduleId.startsWith('stock-export:idle-')) count += 1;
  return count;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function report(few: Window, many: Window): BenchReport {
  const measures = ({ connections, cpu, memory }: Window): Measure[] =>
    PARTS.flatMap((part) => [
      { name: `${connections} connections: CPU of ${part}`, value: cpu[part] ?? Number.NaN, unit: 's/min' },
      ...(memory[part] === undefined
        ? []
        : [{ name: `${connections} connections: memory of ${part}`, value: memory[part], unit: 'MiB' }]),
    ]);
  const more = many.connections - few.connections;
  const growth = WITH_MEMORY.map((part) => ({
    name: `memory of ${part} a connection`,
    value: (((many.memory[part] ?? 0) - (few.memory[part] ?? 0)) / more) * 1_024,
    unit: 'KiB',
  }));
  const [p50, p99] = [0.5, 0.99].map((share) => percentile(many.lateMs, share) / 1_000);
  return {
    bench: 'idle',
    machine: thisMachine(),
    baseline: measures(few),
    results: [
      ...measures(many),
      ...growth,
      { name: 'cycles in the window', value: many.cycles, unit: '' },
      { name: 'a cycle begins after its due time, p50', value: p50 ?? Number.NaN, unit: 's' },
      { name: 'a cycle begins after its due time, p99', value: p99 ?? Number.NaN, unit: 's' },
    ],
    targets: [
      target(
        { name: 'the latest cycle', value: (many.lateMs.at(-1) ?? Number.NaN) / 1_000, unit: 's' },
        'lower',
        10,
      ),
      target(
        { name: 'connections without a cycle', value: many.connections - many.served, unit: '' },
        'lower',
        0,
      ),
    ],
  };
}
