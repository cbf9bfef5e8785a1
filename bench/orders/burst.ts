import { cpuSeconds } from '../support/cpu.ts';
import { type Counts, type Statements, add, countStatements, resetStatements } from './counts.ts';
import { databaseTime, latenciesOf, passesSince, secondsOf, timesOf, waitForState } from './progress.ts';
import { payAll, placeBurst } from './shop.ts';
import type { World } from './world.ts';

/** One half of a burst: all orders placed until they stand, or all paid until they are sold. */
export interface Half {
  readonly seconds: number;
  /** Milliseconds from delivery to document, sorted. */
  readonly latencies: readonly number[];
  readonly shopCalls: Counts;
  readonly warehouseCalls: Counts;
  readonly statements: Statements;
  readonly passes: number;
}

export interface Burst {
  readonly ids: readonly string[];
  readonly placed: Half;
  readonly paid: Half;
  readonly perSecond: number;
  /** Processor seconds by process. */
  readonly cpu: Counts;
}

export const PROCESSES = ['worker', 'server', 'temporal', 'postgres', 'cloudcart', 'microbg'] as const;

/** A burst of orders, from the first delivery of the shop to the last finished sale. */
export async function runBurst(world: World, count: number): Promise<Burst> {
  const before = cpuOf(world);
  let ids: string[] = [];
  const placed = await runHalf(world, 'order', async () => (ids = await placeBurst(world, count)));
  const paid = await runHalf(world, 'sale', async () => {
    await payAll(world, ids);
    return ids;
  });
  return {
    ids,
    placed,
    paid,
    // Between the halves the benchmark reads the logs: nobody's work waits then.
    perSecond: count / (placed.seconds + paid.seconds),
    cpu: add(
      cpuOf(world),
      Object.fromEntries(Object.entries(before).map(([name, seconds]) => [name, -seconds])),
    ),
  };
}

async function runHalf(
  world: World,
  kind: 'order' | 'sale',
  act: () => Promise<readonly string[]>,
): Promise<Half> {
  await world.shopLog.take();
  await world.warehouseLog.take();
  await resetStatements(world.pool);
  const since = await databaseTime(world);
  const ids = await act();
  await waitForState(world, ids, kind === 'order' ? 'ordered' : 'sold');
  const statements = await countStatements(world.pool);
  const times = await timesOf(world, ids, kind, since);
  return {
    seconds: secondsOf(times),
    latencies: latenciesOf(times),
    shopCalls: await world.shopLog.take(),
    warehouseCalls: await world.warehouseLog.take(),
    statements,
    passes: await passesSince(world, since),
  };
}

function cpuOf({ stack }: World): Counts {
  return Object.fromEntries(
    PROCESSES.map((name) => [name, cpuSeconds(stack.pidOf(name) ?? Number.NaN)] as const),
  );
}
