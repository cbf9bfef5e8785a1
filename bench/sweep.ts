import { ScheduleOverlapPolicy } from '@temporalio/client';
import { askForDuty } from '../src/db/queries/duties.ts';
import { DEMO_CONNECTION } from '../tools/local/demo-connection.ts';
import { waitUntil } from '../tools/local/process.ts';
import { withCleanUp } from '../tools/local/scope.ts';
import { ask, inParallel } from './orders/control.ts';
import { type Counts, resetStatements, total } from './orders/counts.ts';
import { percentile, waitForState } from './orders/progress.ts';
import { type World, startWorld } from './orders/world.ts';
import { type BenchOptions, type BenchReport, type Measure, target, thisMachine } from './support/report.ts';

const OPEN_ORDERS = 1_000;
const CHANGES = 200;
const QUIET_SWEEPS = 20;
/** Control requests at once. */
const AT_ONCE = 8;

/** One run of the schedule. */
interface Sweep {
  /** From its beginning to its end, by the database's clock. */
  readonly ms: number;
  readonly shopRequests: number;
  readonly statements: number;
  readonly historyEvents: number;
}

/**
 * What a sweep costs when nothing changed, without open orders and with 1,000, and a sweep that finds 200 changes of
 * which no webhook told. A short run has fewer orders.
 */
export async function sweep({ seconds, say }: BenchOptions): Promise<BenchReport> {
  return withCleanUp(async (onEnd) => {
    const share = seconds === undefined ? 1 : Math.min(1, seconds / 60);
    const open = Math.ceil(OPEN_ORDERS * share);
    const changes = Math.min(Math.ceil(CHANGES * share), open);
    const world = await startWorld(onEnd, say);
    await runSweep(world);
    say(`${QUIET_SWEEPS} quiet sweeps without open orders`);
    const empty = await runSweeps(world, QUIET_SWEEPS);
    say(`placing ${open} orders and waiting until all stand in the warehouse`);
    const ids = await placeOpenOrders(world, open);
    await untilQuiet(world);
    say(`${QUIET_SWEEPS} quiet sweeps with ${open} open orders`);
    const full = await runSweeps(world, QUIET_SWEEPS);
    const request = await bareRequest(world);
    say(`${changes} orders are paid, and no webhook tells`);
    const changed = ids.slice(0, changes);
    await payUnheard(world, changed);
    const found = await runSweep(world);
    const handedOver = await countHandedOver(world);
    const soldMs = await msUntilSold(world, changed);
    return report({ open, changes, empty, full, request, found, handedOver, soldMs });
  });
}

/** Cash on delivery: no gateway that tells nobody. */
async function placeOpenOrders(world: World, count: number): Promise<string[]> {
  const { ids } = await ask<{ ids: number[] }>(`${world.stack.cloudcart.controlUrl}/orders/bulk`, {
    ...{ preset: 'variant', count },
    customer: { email: 'redoven@example.com', firstName: 'Редовен', lastName: 'Купувач', guest: true },
  });
  const orders = ids.map(String);
  await waitForState(world, orders, 'ordered');
  return orders;
}

async function payUnheard(world: World, ids: readonly string[]): Promise<void> {
  const control = world.stack.cloudcart.controlUrl;
  await fetch(`${control}/switches`, {
    ...{ method: 'PATCH', body: JSON.stringify({ webhooksOn: false }) },
    headers: { 'content-type': 'application/json' },
  });
  await inParallel(ids, AT_ONCE, (id) => ask(`${control}/orders/${id}/pay`, { by: 'merchant' }));
}

/** What changed in the last two minutes is looked at again: as if they had passed. */
async function untilQuiet(world: World): Promise<void> {
  await runSweep(world);
  await world.pool.query(
    `update sweep_progress set watermark_since = watermark_since - interval '3 minutes'`,
  );
  await waitUntil('a quiet sweep', async () => (await runSweep(world)).shopRequests === 1);
}

async function runSweeps(world: World, count: number): Promise<Sweep[]> {
  const sweeps: Sweep[] = [];
  for (let each = 0; each < count; each += 1) sweeps.push(await runSweep(world));
  return sweeps;
}

/** Has the schedule run once, with the connection due. */
async function runSweep(world: World): Promise<Sweep> {
  const { pool, temporal, shopLog } = world;
  const before = await dutyOf(world);
  await shopLog.take();
  await resetStatements(pool);
  await askForDuty(pool, DEMO_CONNECTION, 'sweep');
  const schedule = temporal.schedule.getHandle('sweep:0');
  await schedule.trigger(ScheduleOverlapPolicy.BUFFER_ONE);
  let after = before;
  await waitUntil(
    'the end of the sweep',
    async () => {
      after = await dutyOf(world);
      return after.fence > before.fence && after.ms !== null;
    },
    { timeoutMs: 120_000, everyMs: 20 },
  );
  if (after.error !== null) throw new Error(`the sweep failed: ${after.error}`);
  return {
    ms: after.ms ?? Number.NaN,
    shopRequests: listRequests(await shopLog.take()),
    statements: await countOwnStatements(world),
    historyEvents: await historyOfLast(world),
  };
}

interface DutyRow {
  readonly fence: number;
  readonly ms: number | null;
  readonly error: string | null;
}

async function dutyOf({ pool }: World): Promise<DutyRow> {
  const { rows } = await pool.query<DutyRow>(
    `select fence, last_error as error,
            case when finished_at >= started_at then (extract(epoch from finished_at - started_at) * 1000)::float8 end as ms
     from connection_duty where connection_id = $1 and duty = 'sweep'`,
    [DEMO_CONNECTION],
  );
  return rows[0] ?? { fence: 0, ms: null, error: null };
}

/** Passes read orders by their number at the same time; the sweep reads lists. */
function listRequests(counts: Counts): number {
  const lists = Object.entries(counts).filter(([name]) => /orders(\?|$)/.test(name));
  return total(Object.fromEntries(lists));
}

/** Statements of the sweep itself: the relay and the passes go on beside it. */
async function countOwnStatements({ pool }: World): Promise<number> {
  const { rows } = await pool.query<{ calls: number }>(
    `select coalesce(sum(calls), 0)::int as calls from pg_stat_statements
     where query ~ 'connection_duty|sweep_progress|shop_provider = any|shop_budget|connection_settings'`,
  );
  return rows[0]?.calls ?? 0;
}

async function historyOfLast({ temporal }: World): Promise<number> {
  const { recentActions } = (await temporal.schedule.getHandle('sweep:0').describe()).info;
  const last = recentActions.at(-1)?.action;
  if (last?.type !== 'startWorkflow') return Number.NaN;
  const handle = temporal.workflow.getHandle(last.workflow.workflowId, last.workflow.firstExecutionRunId);
  await handle.result();
  return (await handle.describe()).historyLength;
}

/** The one request of a quiet sweep by itself, milliseconds. */
async function bareRequest({ stack }: World): Promise<number[]> {
  const [shop] = stack.cloudcart.shops ?? [];
  const url = `http://${shop?.host}/api/v2/orders?page[number]=1&page[size]=100&sort=-updated_at`;
  const times: number[] = [];
  for (let each = 0; each < QUIET_SWEEPS; each += 1) {
    const started = performance.now();
    const headers = { accept: 'application/vnd.api+json', 'x-cloudcart-apikey': shop?.apiKey ?? '' };
    const response = await fetch(url, { headers });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`the shop answers ${response.status}`);
    times.push(performance.now() - started);
  }
  return times.sort((left, right) => left - right);
}

async function countHandedOver({ pool }: World): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*) as count from journal where kind = 'sweep' and data ->> 'status' = 'paid'`,
  );
  return rows[0]?.count ?? 0;
}

async function msUntilSold(world: World, ids: readonly string[]): Promise<number> {
  const started = performance.now();
  await waitForState(world, ids, 'sold');
  return performance.now() - started;
}

interface Measured {
  readonly open: number;
  readonly changes: number;
  readonly empty: readonly Sweep[];
  readonly full: readonly Sweep[];
  readonly request: readonly number[];
  readonly found: Sweep;
  readonly handedOver: number;
  readonly soldMs: number;
}

function report({ open, changes, empty, full, request, found, handedOver, soldMs }: Measured): BenchReport {
  const most = (sweeps: readonly Sweep[], of: (sweep: Sweep) => number): number =>
    Math.max(...sweeps.map(of));
  const requests = (name: string, sweeps: readonly Sweep[]): Measure => ({
    name: `quiet sweep, ${name}: shop requests, most`,
    value: most(sweeps, ({ shopRequests }) => shopRequests),
    unit: '',
  });
  const pages = Math.ceil(changes / 100);
  return {
    bench: 'sweep',
    machine: thisMachine(),
    baseline: [
      { name: 'the request of a quiet sweep alone, p50', value: percentile(request, 0.5), unit: 'ms' },
    ],
    results: [
      ...costs('no open orders', empty),
      ...costs(`${open} open orders`, full),
      { name: `${changes} changes: shop requests of the sweep`, value: found.shopRequests, unit: '' },
      { name: `${changes} changes: SQL statements of the sweep`, value: found.statements, unit: '' },
      { name: `${changes} changes: time of the sweep`, value: found.ms, unit: 'ms' },
      { name: `${changes} changes: from then until all are sold`, value: soldMs, unit: 'ms' },
    ],
    targets: [
      target(requests('no open orders', empty), 'lower', 1),
      target(requests(`${open} open orders`, full), 'lower', 1),
      target(
        {
          name: 'history events of a quiet sweep, most',
          value: most([...empty, ...full], ({ historyEvents }) => historyEvents),
          unit: '',
        },
        'lower',
        12,
      ),
      target({ name: `${changes} changes: handed over`, value: handedOver, unit: '' }, 'higher', changes),
      // All pages of what changed, one that reaches what is known, and the first one again.
      target(
        { name: `${changes} changes: shop requests`, value: found.shopRequests, unit: '' },
        'lower',
        pages + 2,
      ),
    ],
  };
}

function costs(name: string, sweeps: readonly Sweep[]): Measure[] {
  const times = sweeps.map(({ ms }) => ms).sort((left, right) => left - right);
  const statements = sweeps.map((each) => each.statements).sort((left, right) => left - right);
  return [
    { name: `quiet sweep, ${name}: time p50`, value: percentile(times, 0.5), unit: 'ms' },
    { name: `quiet sweep, ${name}: time p99`, value: percentile(times, 0.99), unit: 'ms' },
    { name: `quiet sweep, ${name}: SQL statements, median`, value: percentile(statements, 0.5), unit: '' },
  ];
}
