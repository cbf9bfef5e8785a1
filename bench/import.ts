import { ScheduleOverlapPolicy } from '@temporalio/client';
import { inTransaction } from '../src/db/pool.ts';
import { createPreview, readImportRun, startRun } from '../src/db/queries/catalogue/import-runs.ts';
import { askForReport } from '../src/db/queries/catalogue/match-run.ts';
import {
  BATCH_WORKFLOW,
  IMPORT_WORKFLOW,
  type ImportRef,
  batchWorkflowId,
  importWorkflowId,
} from '../src/workflows/import/contract.ts';
import { DEMO_CONNECTION } from '../tools/local/demo-connection.ts';
import { waitUntil } from '../tools/local/process.ts';
import { withCleanUp } from '../tools/local/scope.ts';
import { ask } from './orders/control.ts';
import { type Counts, add, total } from './orders/counts.ts';
import { waitForState } from './orders/progress.ts';
import { type World, startWorld } from './orders/world.ts';
import { type BenchOptions, type BenchReport, type Measure, target, thisMachine } from './support/report.ts';

const GOODS = 10_000;
/** Goods of the run in which the worker is killed. */
const KILLED_GOODS = 500;
const KILLS = 20;
/** What a request takes at micro.bg: less than over the Internet, so that our own share weighs more. */
const LATENCY_MS = 100;
const ORDERS = 5;
/** The emulator remembers a few thousand calls only: so often they are fetched. */
const COLLECT_MS = 5_000;
const AT_ONCE = 5_000;
/** A worker that was killed is followed within seconds: with the durations of production 20 kills take ten minutes. */
const SHORT_DURATIONS = {
  ...{ HTTP_DEADLINE_MS: '2000', LEASE_MS: '3000', LAND_MS: '2000' },
  ...{ HEARTBEAT_MS: '1500', STICKY_MS: '1500', WAREHOUSE_PASSES: '1' },
};
const TASK_QUEUE = 'cloudcart-microbg';

/**
 * New goods into a warehouse that answers after 100 ms, as a hosted one does: the share of the time in which its one place is busy while no order
 * waits, and how long orders take beside it; a second import; and one whose worker is killed 20 times. A short run has
 * fewer goods.
 */
export async function importGoods({ seconds, say }: BenchOptions): Promise<BenchReport> {
  return withCleanUp(async (onEnd) => {
    const share = seconds === undefined ? 1 : Math.min(1, seconds / 60);
    const world = await startWorld(onEnd, say, { env: SHORT_DURATIONS });
    const goods = Math.ceil(GOODS * share);
    await addGoods(world, goods, 'A');
    await latency(world, LATENCY_MS);
    // The first one pays for what every later one finds: connections, facts of the account, ids.
    await msOfOrder(world);
    const alone = await msOfOrder(world);
    say(`an import of ${goods} new items`);
    const ref = await preview(world);
    const planned = await plannedWrites(world, ref);
    const first = await run(world, ref, async (part) => {
      await part(0.6);
      const beside: number[] = [];
      for (let each = 0; each < ORDERS; each += 1) beside.push(await msOfOrder(world));
      return beside;
    });
    const events = await historiesOf(world, ref);
    say('a second import of the same goods');
    const again = await run(world, await preview(world), () => Promise.resolve([]));
    const killedGoods = Math.ceil(KILLED_GOODS * share);
    await addGoods(world, killedGoods, 'B');
    say(`${killedGoods} more, and ${KILLS} kills of the worker`);
    const kills = await killedRun(world, Math.min(KILLS, Math.ceil(KILLS * share * 6)));
    const doubled = await doubledCodes(world);
    return report({ goods, planned, first, again, events, kills, doubled, alone });
  });
}

async function addGoods({ stack }: World, count: number, mark: string): Promise<void> {
  for (let from = 0; from < count; from += AT_ONCE) {
    const products = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => ({
      ...{ name: `Нов модел ${mark}${from + index}` },
      variants: [{ sku: `NEW-${mark}-${from + index}`, price: 1_200 }],
    }));
    await ask(`${stack.cloudcart.controlUrl}/products`, { products });
  }
}

async function latency({ stack }: World, latencyMs: number): Promise<void> {
  const response = await fetch(`${stack.microbg.controlUrl}/switches`, {
    ...{ method: 'PATCH', body: JSON.stringify({ latencyMs }) },
    headers: { 'content-type': 'application/json' },
  });
  if (!response.ok) throw new Error(`the warehouse answers ${response.status}`);
}

/** A match report, and the preview behind it. */
async function preview(world: World): Promise<ImportRef> {
  const { pool, temporal } = world;
  const asked = await askForReport(pool, DEMO_CONNECTION, 'bench');
  const reportId = asked?.id ?? 0;
  await temporal.schedule.getHandle('matches:0').trigger(ScheduleOverlapPolicy.BUFFER_ONE);
  await waitUntil(
    'the report',
    async () => {
      const found = await pool.query(`select from match_report where id = $1 and state = 'finished'`, [
        reportId,
      ]);
      return found.rowCount === 1;
    },
    { timeoutMs: 120_000 },
  );
  const options = { measureId: null, groupId: null };
  const id = await inTransaction(pool, (database) =>
    createPreview(database, DEMO_CONNECTION, { reportId, options, by: 'bench' }),
  );
  const ref = { connection: DEMO_CONNECTION, run: id };
  await temporal.workflow.start(IMPORT_WORKFLOW, {
    ...{ workflowId: importWorkflowId(ref), taskQueue: TASK_QUEUE, args: [ref] },
  });
  await waitUntil('the preview', async () => (await stateOf(world, ref)) === 'preview', {
    timeoutMs: 120_000,
  });
  return ref;
}

async function stateOf({ pool }: World, { connection, run: id }: ImportRef): Promise<string | undefined> {
  return (await readImportRun(pool, connection, id))?.state;
}

async function plannedWrites({ pool }: World, { run: id }: ImportRef): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*) as count from import_item where run_id = $1 and action in ('create', 'update')`,
    [id],
  );
  return rows[0]?.count ?? 0;
}

async function doneOf({ pool }: World, { run: id }: ImportRef): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*) as count from import_item where run_id = $1 and state in ('done', 'failed')`,
    [id],
  );
  return rows[0]?.count ?? 0;
}

interface Ran {
  readonly writes: number;
  readonly reads: number;
  /** Share of the time in which a request of ours was under way, until orders came. */
  readonly busy: number;
  readonly perSecond: number;
  readonly orderMs: readonly number[];
}

/** A run to its end; `meanwhile` may wait for a part of it and place orders. */
async function run(
  world: World,
  ref: ImportRef,
  meanwhile: (part: (share: number) => Promise<void>) => Promise<readonly number[]>,
): Promise<Ran> {
  const { pool, temporal } = world;
  const calls = new Calls(world);
  await calls.collect();
  const before = calls.counts;
  const begun = await inTransaction(pool, (database) => startRun(database, ref.run, 'bench'));
  const rows = begun?.rows ?? 0;
  const handle = temporal.workflow.getHandle(importWorkflowId(ref));
  await handle.signal('start');
  let busy = Number.NaN;
  let perSecond = Number.NaN;
  const orderMs = await meanwhile(async (share) => {
    // From the first requests on: what comes before is Temporal's.
    await waitUntil('the first rows', async () => (await doneOf(world, ref)) > 0, { everyMs: 5 });
    await calls.collect();
    const [since, from, already] = [performance.now(), await doneOf(world, ref), total(calls.counts)];
    const until = Math.floor(rows * share);
    const isFar = async (): Promise<boolean> => {
      await calls.collectNowAndThen();
      return (await doneOf(world, ref)) >= until;
    };
    await waitUntil('a part of the rows', isFar, { timeoutMs: 1_800_000, everyMs: 50 });
    await calls.collect();
    const ms = performance.now() - since;
    busy = ((total(calls.counts) - already) * LATENCY_MS) / ms;
    perSecond = (((await doneOf(world, ref)) - from) * 1_000) / ms;
  });
  const isOver = async (): Promise<boolean> => {
    await calls.collectNowAndThen();
    return (await handle.describe()).status.name !== 'RUNNING';
  };
  await waitUntil('the end of the import', isOver, { timeoutMs: 1_800_000, everyMs: 100 });
  await handle.result();
  await calls.collect();
  const all = (names: RegExp): number => sum(calls.counts, names) - sum(before, names);
  return { writes: all(/^(insert|edit|delete)Item$/), reads: all(/^getItems$/), busy, perSecond, orderMs };
}

/** Requests to the warehouse since it was made, and all before that its log still has. */
class Calls {
  counts: Counts = {};
  #collectedAt = 0;
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async collect(): Promise<void> {
    this.counts = add(this.counts, await this.#world.warehouseLog.take());
    this.#collectedAt = performance.now();
  }

  async collectNowAndThen(): Promise<void> {
    if (performance.now() - this.#collectedAt > COLLECT_MS) await this.collect();
  }
}

function sum(counts: Counts, names: RegExp): number {
  return Object.entries(counts).reduce((all, [name, count]) => all + (names.test(name) ? count : 0), 0);
}

/** From an order in the shop to its document in the warehouse. */
async function msOfOrder(world: World): Promise<number> {
  const since = performance.now();
  const { ids } = await ask<{ ids: number[] }>(`${world.stack.cloudcart.controlUrl}/orders/bulk`, {
    ...{ preset: 'variant', count: 1 },
    customer: { email: 'redoven@example.com', firstName: 'Редовен', lastName: 'Купувач', guest: true },
  });
  await waitForState(world, ids.map(String), 'ordered');
  return performance.now() - since;
}

async function historiesOf({ temporal }: World, ref: ImportRef): Promise<{ parent: number; batch: number }> {
  const lengthOf = async (id: string) => (await temporal.workflow.getHandle(id).describe()).historyLength;
  const parent = await lengthOf(importWorkflowId(ref));
  let batch = 0;
  for (let number = 1; ; number += 1) {
    const length = await lengthOf(batchWorkflowId({ ...ref, batch: number })).catch(() => undefined);
    if (length === undefined) return { parent, batch };
    batch = Math.max(batch, length);
  }
}

interface Killed {
  readonly kills: number;
  readonly extraReads: number;
}

async function killedRun(world: World, kills: number): Promise<Killed> {
  const { pool, temporal, stack } = world;
  const ref = await preview(world);
  const since = await lastRequest(world);
  await inTransaction(pool, (database) => startRun(database, ref.run, 'bench'));
  const handle = temporal.workflow.getHandle(importWorkflowId(ref));
  await handle.signal('start');
  let done = 0;
  for (; done < kills && (await stateOf(world, ref)) === 'running'; done += 1) {
    const before = await doneOf(world, ref);
    const moved = async () =>
      (await doneOf(world, ref)) > before + 20 || (await stateOf(world, ref)) !== 'running';
    await waitUntil('some progress', moved, { timeoutMs: 120_000, everyMs: 10 });
    await stack.kill('worker');
    await stack.start('worker');
  }
  await handle.result();
  return { kills: done, extraReads: await lookUpsOf(world, since) };
}

/** Looks for an item under its code: what else reads items goes by the page or by the id. */
async function lookUpsOf({ stack }: World, since: number): Promise<number> {
  const { requests } = await ask<{ requests: { function?: string; parameters?: object | null }[] }>(
    `${stack.microbg.controlUrl}/requests?since=${since}`,
  );
  return requests.filter(
    ({ function: name, parameters }) =>
      name === 'getItems' && parameters !== null && parameters !== undefined && 'Code' in parameters,
  ).length;
}

async function lastRequest({ stack }: World): Promise<number> {
  const { requests } = await ask<{ requests: { seq: number }[] }>(
    `${stack.microbg.controlUrl}/requests?since=0`,
  );
  return requests.at(-1)?.seq ?? 0;
}

async function doubledCodes({ stack }: World): Promise<number> {
  const response = await fetch(`${stack.microbg.controlUrl}/items`);
  const { items } = (await response.json()) as { items: { Code: string; Name: string }[] };
  const names = items.filter(({ Code }) => Code.startsWith('NEW-')).map(({ Name }) => Name);
  return names.length - new Set(names).size;
}

interface Measured {
  readonly goods: number;
  readonly planned: number;
  readonly first: Ran;
  readonly again: Ran;
  readonly events: { readonly parent: number; readonly batch: number };
  readonly kills: Killed;
  readonly doubled: number;
  readonly alone: number;
}

function report({ goods, planned, first, again, events, kills, doubled, alone }: Measured): BenchReport {
  const slowest = Math.max(...first.orderMs);
  const count = (name: string, value: number, unit = ''): Measure => ({ name, value, unit });
  return {
    bench: 'import',
    machine: thisMachine(),
    baseline: [
      count('requests a second that one place allows', 1_000 / LATENCY_MS),
      count('an order without an import beside it', alone, 'ms'),
    ],
    results: [
      count(`${goods} new items: writes planned`, planned),
      count('rows a second', first.perSecond),
      count('reads of items', first.reads),
      count('orders beside it: slowest', slowest, 'ms'),
      count('kills of the worker', kills.kills),
    ],
    targets: [
      target(count('writes beyond what is new or changed', Math.abs(first.writes - planned)), 'lower', 0),
      target(count('writes of the second import', again.writes), 'lower', 0),
      target(count('the place is busy while no order waits', first.busy * 100, '%'), 'higher', 95),
      target(count('an order beside it takes longer by', slowest - alone, 'ms'), 'lower', 1_000),
      target(count('history events of the parent', events.parent), 'lower', 5_000),
      target(count(`history events of ${BATCH_WORKFLOW}, most`, events.batch), 'lower', 5_000),
      target(count('kills: items made twice', doubled), 'lower', 0),
      // Two batches are under way at once, with three rows each.
      target(count('kills: extra reads a kill', kills.extraReads / Math.max(1, kills.kills)), 'lower', 6),
    ],
  };
}
