import { reserveOf } from '../../src/db/queries/budget.ts';
import { withCleanUp } from '../../tools/local/scope.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { ask } from '../orders/control.ts';
import { type World, startWorld } from '../orders/world.ts';
import type { BenchOptions } from '../support/report.ts';
import {
  addGoods,
  beginCycle,
  msUntilWritten,
  setStock,
  settings,
  settle,
  shopLogEnd,
  shopRequests,
  until,
} from './shop.ts';

const NO_GUARD = { exportGuard: { quantities: 100, prices: 100, least: 100_000 } };

/** How the budget of a shop was used while many changes waited. */
export interface Use {
  /** As the shop says it; one less passes. */
  readonly limit: number;
  readonly changes: number;
  readonly written: number;
  /** Of what may be used beside the reserve, by everything. */
  readonly share: number;
  readonly refused: number;
  /** From the order's being placed to its read, the slowest of a burst as large as the reserve. */
  readonly orderMs: number;
  /** Requests to the shop that one of them took. */
  readonly orderRequests: number;
  /** From an order to our write of its variant, the slowest. */
  readonly rewrittenMs: number;
}

/** Orders on variants that show what they should, one after the other: a raise would wait for the next reading. */
const TOUCHED = 5;
const ADVANCED_MS = 60_000;
/** An order that is read once more is so within this time. */
const AFTERWARDS_MS = 3_000;

/** Many changes under a limit, for so many windows of a minute, with a burst of orders in the middle. */
export async function useOfLimit(
  limit: number,
  windows: number,
  changes: number,
  say: BenchOptions['say'],
): Promise<Use> {
  return withCleanUp(async (onEnd) => {
    // As many passes at once as the largest burst: what is measured is the wait for the shop's budget.
    const world = await startWorld(onEnd, say, { limited: true, env: { CONNECTION_PASSES: '16' } });
    const { stack } = world;
    await ask(`${stack.cloudcart.controlUrl}/switches`, { rateLimitPerMinute: 800 }, 'PATCH');
    await addGoods(world, changes + TOUCHED);
    await settings(world, NO_GUARD);
    await settle(world);
    // The checks of a new connection are no part of a minute like any other.
    await until(
      world,
      'the checks',
      `select from connection_duty where duty = 'preflight' and succeeded_at is not null`,
    );
    await ask(`${stack.cloudcart.controlUrl}/switches`, { rateLimitPerMinute: limit }, 'PATCH');
    await setStock(
      world,
      Array.from({ length: changes }, (_, number) => number),
      (number) => 8 + (number % 5),
    );
    await world.pool.query(`update shop_budget set rate_limit = $1, charges = '{}', foreign_charges = '{}'`, [
      limit,
    ]);
    // The emulator counts what came before; a minute later nothing of it is left.
    await ask(`${stack.cloudcart.controlUrl}/clock`, { advanceMs: ADVANCED_MS });
    const since = await shopLogEnd(world);
    const began = Date.now();
    await beginCycle(world);
    const spanMs = windows * 60_000;
    await sleep(spanMs / 2);
    const { orderMs, reads } = await burst(world, reserveOf(limit));
    let rewrittenMs = 0;
    for (let each = 0; each < TOUCHED; each += 1)
      rewrittenMs = Math.max(rewrittenMs, await msUntilWritten(world, `SKU-${changes + each}`));
    await sleep(Math.max(0, began + spanMs - Date.now()));
    const requests = (await shopRequests(world, since)).filter(({ at }) => at - ADVANCED_MS < began + spanMs);
    const passed = requests.filter(({ status }) => status !== 429);
    const allowed = Math.floor((limit - 1 - reserveOf(limit)) * windows);
    return {
      ...{ limit, changes, orderMs, rewrittenMs },
      written: passed.filter(({ method }) => method === 'PATCH').length,
      share: passed.length / allowed,
      orderRequests: reads / reserveOf(limit),
      refused: requests.length - passed.length,
    };
  });
}

/** From the placing of some orders at once to the last one's first read, by the shop's log, and how many reads there were. */
async function burst(world: World, orders: number): Promise<{ orderMs: number; reads: number }> {
  const [since, placed] = [await shopLogEnd(world), Date.now() + ADVANCED_MS];
  const { ids } = await ask<{ ids: number[] }>(`${world.stack.cloudcart.controlUrl}/orders/bulk`, {
    preset: 'G02',
    count: orders,
  });
  const paths = ids.map((id) => `/api/v2/orders/${id}`);
  const readsOf = async () =>
    (await shopRequests(world, since)).filter(({ method, path }) => method === 'GET' && paths.includes(path));
  await waitUntil('the reads of the orders', async () => {
    const read = new Set((await readsOf()).map(({ path }) => path));
    return read.size === ids.length;
  });
  await sleep(AFTERWARDS_MS);
  const reads = await readsOf();
  const first = paths.map((path) => reads.find((read) => read.path === path)?.at ?? Number.NaN);
  return { orderMs: Math.max(...first) - placed, reads: reads.length };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
