import { reserveOf } from '../../src/db/queries/budget.ts';
import { withCleanUp } from '../../tools/local/scope.ts';
import { ask } from '../orders/control.ts';
import { startWorld } from '../orders/world.ts';
import type { BenchOptions } from '../support/report.ts';
import { addGoods, beginCycle, setStock, settings, settle, shopLogEnd, shopRequests, until } from './shop.ts';

const NO_GUARD = { exportGuard: { quantities: 100, prices: 100, least: 100_000 } };

/** How the budget of a shop was used while many changes waited. */
export interface Use {
  /** As the shop says it; one less passes. */
  readonly limit: number;
  readonly changes: number;
  readonly written: number;
  readonly share: number;
  readonly refused: number;
  /** From the order's being placed to its read, the slowest of a burst as large as the reserve. */
  readonly orderMs: number;
}

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
    await addGoods(world, changes);
    await settings(world, NO_GUARD);
    await settle(world);
    await ask(`${stack.cloudcart.controlUrl}/switches`, { rateLimitPerMinute: limit }, 'PATCH');
    await world.pool.query('update shop_budget set rate_limit = $1, charges = array[]::timestamptz[]', [
      limit,
    ]);
    await setStock(
      world,
      Array.from({ length: changes }, (_, number) => number),
      (number) => 8 + (number % 5),
    );
    // The emulator counts what came before; a minute later nothing of it is left.
    await ask(`${stack.cloudcart.controlUrl}/clock`, { advanceMs: 60_000 });
    const since = await shopLogEnd(world);
    const began = Date.now();
    await beginCycle(world);
    const spanMs = windows * 60_000;
    await sleep(spanMs / 2);
    const orderMs = await burst(world, reserveOf(limit));
    await sleep(Math.max(0, began + spanMs - Date.now()));
    const requests = await shopRequests(world, since);
    const written = requests.filter(({ method, status }) => method === 'PATCH' && status === 200).length;
    const allowed = Math.floor((limit - 1 - reserveOf(limit)) * windows);
    return {
      ...{ limit, changes, written, share: written / allowed, orderMs },
      refused: requests.filter(({ status }) => status === 429).length,
    };
  });
}

async function burst(world: Parameters<typeof settle>[0], orders: number): Promise<number> {
  const placed = performance.now();
  const { ids } = await ask<{ ids: number[] }>(`${world.stack.cloudcart.controlUrl}/orders/bulk`, {
    preset: 'G02',
    count: orders,
  });
  const list = ids.map((id) => `'${id}'`).join(', ');
  await until(
    world,
    'the reads of the orders',
    `select 1 where (select count(*) from shop_order where shop_order_id in (${list}) and last_read_at is not null) = ${ids.length}`,
  );
  return performance.now() - placed;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
