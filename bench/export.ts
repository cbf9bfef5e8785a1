import { DEMO_CONNECTION } from '../tools/local/demo-connection.ts';
import { withCleanUp } from '../tools/local/scope.ts';
import {
  type Cycle,
  addGoods,
  msUntilWritten,
  runCycle,
  setStock,
  settings,
  settle,
  shopLogEnd,
  shopRequests,
  stockOf,
  until,
} from './export/shop.ts';
import { type Use, useOfLimit } from './export/limits.ts';
import { UsageOf } from './match/usage.ts';
import { ask } from './orders/control.ts';
import { percentile } from './orders/progress.ts';
import { type World, startWorld } from './orders/world.ts';
import {
  type BenchOptions,
  type BenchReport,
  type Measure,
  type Target,
  target,
  thisMachine,
} from './support/report.ts';

const GOODS = 100_000;
const QUIET_CYCLES = 10;
/** Memory is the mean after so many cycles: it goes up and down with the heap's own cleaning. */
const MEAN_OF = 5;
/** The bulk part: so many products with so many variants each, and so many different quantities. */
const BULK = { products: 2_000, variants: 5, quantities: 50 } as const;
const CHANGES = 1_000;
const SOLD = 40;
const NO_GUARD = { exportGuard: { quantities: 100, prices: 100, least: 100_000 } };

/**
 * A quiet cycle with 100,000 items; 10,000 changes with a token of the shop's owner; one variant that sells out behind thousands
 * of prices; variants that an order touched; 1,000 changes under the limits of three plans. A short run has fewer of all.
 */
export async function exportStock({ seconds, say }: BenchOptions): Promise<BenchReport> {
  const share = seconds === undefined ? 1 : Math.min(1, seconds / 60);
  const quiet = await withCleanUp(async (onEnd) => {
    const world = await startWorld(onEnd, say);
    return quietCycles(world, Math.ceil(GOODS * share), say);
  });
  const many = await withCleanUp(async (onEnd) => {
    const world = await startWorld(onEnd, say);
    return manyChanges(world, Math.ceil(BULK.products * share), say);
  });
  const uses: Use[] = [];
  const changes = Math.ceil(CHANGES * share);
  for (const [limit, windows] of [
    [50, 2],
    [100, 1.5],
    [150, 1.5],
  ] as const) {
    say(`${changes} changes at ${limit} requests a minute`);
    uses.push(await useOfLimit(limit, windows, changes, say));
  }
  return report({ quiet, many, uses });
}

interface Quiet {
  readonly items: number;
  readonly cpuSeconds: number;
  readonly postgresSeconds: number;
  readonly shopRequests: number;
  readonly warehouseRequests: number;
  readonly historyEvents: number;
  readonly memoryGrowth: number;
  readonly seconds: number;
}

async function quietCycles(world: World, goods: number, say: BenchOptions['say']): Promise<Quiet> {
  say(`${goods} items on both sides`);
  await addGoods(world, goods);
  await settings(world, NO_GUARD);
  await settle(world);
  const usage = new UsageOf(world);
  const memory: number[] = [];
  const runs = async (count: number): Promise<Cycle> => {
    const cycle = await runCycle(world);
    memory.push(usage.memoryMiB());
    return count > 1 ? runs(count - 1) : cycle;
  };
  await runs(MEAN_OF);
  const [since, before] = [await shopLogEnd(world), usage.now()];
  say(`${QUIET_CYCLES} quiet cycles`);
  const cycle = await runs(QUIET_CYCLES);
  const after = usage.now();
  return {
    items: goods,
    cpuSeconds: (after.worker - before.worker) / QUIET_CYCLES,
    postgresSeconds: (after.postgres - before.postgres) / QUIET_CYCLES,
    shopRequests: (await shopRequests(world, since)).length,
    warehouseRequests: cycle.warehouseRequests,
    historyEvents: await historyOfLast(world),
    memoryGrowth: mean(memory.slice(-MEAN_OF)) / mean(memory.slice(0, MEAN_OF)),
    seconds: cycle.seconds,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}

async function historyOfLast({ temporal }: World): Promise<number> {
  const query = `WorkflowType = 'stockExport' and ExecutionStatus = 'Completed'`;
  for await (const { workflowId, runId } of temporal.workflow.list({ query })) {
    const history = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    return history.events?.length ?? Number.NaN;
  }
  return Number.NaN;
}

interface Many {
  readonly changes: number;
  readonly bulkCalls: number;
  readonly restCalls: number;
  readonly bulkSeconds: number;
  readonly pricesWaiting: number;
  readonly soldOutPlace: number;
  readonly soldOutMs: number;
  readonly rewrittenMs: readonly number[];
}

async function manyChanges(world: World, products: number, say: BenchOptions['say']): Promise<Many> {
  const { stack, pool } = world;
  const changes = products * BULK.variants;
  await addGoods(world, changes, BULK.variants);
  await settings(world, NO_GUARD);
  await settle(world);
  const all = Array.from({ length: changes }, (_, number) => number);

  say(`${changes} changes with a token of the shop's owner`);
  const { adminToken } = await ask<{ adminToken: { value: string } }>(
    `${stack.cloudcart.controlUrl}/settings`,
  );
  const token = await withToken(world, adminToken.value);
  await setStock(world, all, (number) => 8 + ((number * 7) % BULK.quantities));
  const since = await shopLogEnd(world);
  const bulk = await runCycle(world);
  const requests = await shopRequests(world, since);
  await token.remove();

  say(`a variant sells out while ${changes} prices wait`);
  await settings(world, { exportPrices: true, priceList: 2 });
  await pool.query(
    `update warehouse_item set prices = jsonb_set(prices, '{1}', to_jsonb('11.11'::text)) where code like 'SKU-%'`,
  );
  await pool.query('update stock_sku set evaluated_at = null');
  const sold = all[Math.floor(changes / 2)] ?? 0;
  await setStock(world, [sold], () => 0);
  const { variantId } = (await stockOf(world, `SKU-${sold}`)) ?? { variantId: 0 };
  const before = await shopLogEnd(world);
  const began = Date.now();
  const waiting = runCycle(world);
  await until(
    world,
    'the variant to be sold out',
    `select from stock_sku where variant_key = 'variant:${variantId}' and shown = '0'`,
  );
  const patches = (await shopRequests(world, before)).filter(({ method }) => method === 'PATCH');
  const soldOutPlace = patches.findIndex(({ path }) => path.endsWith(`/${variantId}`)) + 1;
  const soldOutMs = (patches[soldOutPlace - 1]?.at ?? Number.NaN) - began;
  await waiting;

  say(`${SOLD} orders, one after the other`);
  const rewrittenMs: number[] = [];
  for (let each = 0; each < Math.min(SOLD, changes - 1); each += 1)
    rewrittenMs.push(await msUntilWritten(world, `SKU-${each}`));
  return {
    ...{ changes, pricesWaiting: changes, soldOutPlace, soldOutMs, rewrittenMs },
    bulkCalls: requests.filter(({ path }) => path === '/api/gql').length,
    restCalls: requests.filter(({ method }) => method === 'PATCH').length,
    bulkSeconds: bulk.seconds,
  };
}

/** Stores the token over the API, as the merchant does. */
async function withToken({ stack }: World, token: string) {
  const put = async (given: string | null): Promise<void> => {
    const response = await fetch(`${stack.apiUrl}/api/connections/${DEMO_CONNECTION}/admin-token`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${stack.apiToken}` },
      body: JSON.stringify({ token: given }),
    });
    if (!response.ok) throw new Error(`the token was refused: ${await response.text()}`);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
  };
  await put(token);
  return { remove: () => put(null) };
}

function report({
  quiet,
  many,
  uses,
}: {
  readonly quiet: Quiet;
  readonly many: Many;
  readonly uses: readonly Use[];
}): BenchReport {
  const measure = (name: string, value: number, unit = ''): Measure => ({ name, value, unit });
  const sorted = many.rewrittenMs.toSorted((one, other) => one - other);
  const minimum = Math.min(BULK.quantities, many.changes);
  const naive = (limit: number, variants: number): Measure =>
    measure(
      `naive loop at ${limit - 1} a minute, ${variants} variants`,
      (variants + variants / 100) / (limit - 1),
      'min',
    );
  return {
    bench: 'export',
    machine: thisMachine(),
    baseline: [
      measure('naive loop (reads and writes every variant): calls', quiet.items + quiet.items / 100),
      ...uses.map(({ limit, changes }) => naive(limit, changes)),
      measure('REST for the changes that went in bulk: calls', many.changes),
    ],
    results: [
      measure('items', quiet.items),
      measure('a quiet cycle', quiet.seconds, 's'),
      measure('a quiet cycle: requests to the warehouse', quiet.warehouseRequests),
      measure('a quiet cycle: CPU of PostgreSQL', quiet.postgresSeconds, 's'),
      measure('bulk: variants in one by one, because a number is a fraction', many.restCalls),
      measure('bulk: the cycle', many.bulkSeconds, 's'),
      measure('sold out: place among the writes', many.soldOutPlace),
      measure('sold out: after the cycle began', many.soldOutMs, 'ms'),
      measure('touched by an order: written again, p50', percentile(sorted, 0.5), 'ms'),
      ...uses.map(({ limit, written }) => measure(`at ${limit - 1} a minute: written`, written)),
      ...uses.map(({ limit, orderRequests }) =>
        measure(`at ${limit - 1} a minute: requests for one order of the burst`, orderRequests),
      ),
    ],
    targets: [
      target(measure('a quiet cycle: requests to the shop', quiet.shopRequests), 'lower', 0),
      target(measure('a quiet cycle: history events', quiet.historyEvents), 'lower', 12),
      target(measure('a quiet cycle: CPU of the worker', quiet.cpuSeconds, 's'), 'lower', 2),
      target(measure('memory after ten more cycles', quiet.memoryGrowth, 'x'), 'lower', 1.1),
      target(measure(`bulk: requests for ${many.changes} changes`, many.bulkCalls), 'lower', minimum),
      target(measure('bulk: fewer requests than REST', many.changes / many.bulkCalls, 'x'), 'higher', 20),
      target(measure('sold out: within one cycle', many.soldOutMs / 1_000, 's'), 'lower', 180),
      target(
        measure('touched by an order: written again, p95', percentile(sorted, 0.95), 'ms'),
        'lower',
        5_000,
      ),
      ...uses.flatMap(limitTargets),
    ],
  };
}

function limitTargets({ limit, share, refused, orderMs, rewrittenMs }: Use): Target[] {
  const at = `at ${limit - 1} a minute`;
  return [
    target({ name: `${at}: used of limit - 1 - reserve`, value: share * 100, unit: '%' }, 'higher', 95),
    target({ name: `${at}: refused by the shop`, value: refused, unit: '' }, 'lower', 0),
    target({ name: `${at}: a burst of orders is read within`, value: orderMs, unit: 'ms' }, 'lower', 2_000),
    target(
      { name: `${at}: touched by an order, written again, slowest`, value: rewrittenMs, unit: 'ms' },
      'lower',
      5_000,
    ),
  ];
}
