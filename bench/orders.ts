import { orderWorkflowId } from '../src/workflows/order/contract.ts';
import { DEMO_CONNECTION } from '../tools/local/demo-connection.ts';
import { withCleanUp } from '../tools/local/scope.ts';
import type { BareStep } from './orders/bare-contract.ts';
import { type BareBurst, startBareEngine } from './orders/bare.ts';
import { type Burst, type Half, runBurst } from './orders/burst.ts';
import { inParallel } from './orders/control.ts';
import { total } from './orders/counts.ts';
import { waitForState } from './orders/progress.ts';
import { report } from './orders/report.ts';
import { BURST_STEP, payAll, placeFirstOrders } from './orders/shop.ts';
import { RATE, runSteady } from './orders/steady.ts';
import { type World, startWorld } from './orders/world.ts';
import type { BenchOptions, BenchReport } from './support/report.ts';

const BURST = 500;
const ROUNDS = 3;
const STEADY_SECONDS = 60;

/**
 * A burst of orders through the gateway to finished sales beside the bare engine, in alternating rounds of one run,
 * and the latency at a steady rate. A short run has a small burst and one round.
 */
export async function orders({ seconds, say }: BenchOptions): Promise<BenchReport> {
  return withCleanUp(async (onEnd) => {
    const steadySeconds = seconds ?? STEADY_SECONDS;
    const count = seconds === undefined ? BURST : burstOf(seconds);
    const rounds = seconds === undefined ? ROUNDS : 1;
    const world = await startWorld(onEnd, say);
    const bare = await startBareEngine(world, onEnd);
    say('warming up: the first orders of the regular customers');
    await warmUp(world);
    const ours: Burst[] = [];
    const theirs: BareBurst[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      say(`ours: ${count} orders (round ${round} of ${rounds})`);
      const burst = await runBurst(world, count);
      ours.push(burst);
      const steps = [stepLike(burst.placed, count), stepLike(burst.paid, count)] as const;
      if (round === 1) await bare.run(Math.min(50, count), steps);
      say(`bare engine: ${count} orders (round ${round} of ${rounds})`);
      const baseline = await bare.run(count, steps);
      theirs.push(baseline);
      say(`orders a second: ours ${burst.perSecond.toFixed(1)}, bare ${baseline.perSecond.toFixed(1)}`);
    }
    say(`steady: ${RATE} orders a second for ${steadySeconds} s`);
    const steady = await runSteady(world, steadySeconds);
    const events = await historyEvents(
      world,
      ours.flatMap(({ ids }) => ids),
    );
    return report({ count, ours, theirs, steady, events });
  });
}

/** The burst of a short run: about as many orders as its steady part, in whole orders per customer. */
function burstOf(seconds: number): number {
  return Math.min(BURST, Math.ceil((seconds * RATE) / BURST_STEP) * BURST_STEP);
}

/** Partners, items, account and code are known afterwards, as on any day but the first. */
async function warmUp(world: World): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    const ids = await placeFirstOrders(world);
    await waitForState(world, ids, 'ordered');
    await payAll(world, ids);
    await waitForState(world, ids, 'sold');
  }
}

/** A bare step with as many calls and statements as one of ours had on average. */
function stepLike({ shopCalls, warehouseCalls, statements }: Half, count: number): BareStep {
  return {
    shopCalls: Math.round(total(shopCalls) / count),
    warehouseCalls: Math.round(total(warehouseCalls) / count),
    writing: Math.round(statements.writing / count),
    reading: Math.round(statements.reading / count),
  };
}

/** Length of each order's history, from the first webhook to the sale. */
async function historyEvents({ temporal }: World, ids: readonly string[]): Promise<number[]> {
  const lengths: number[] = [];
  await inParallel(ids, 20, async (shopOrderId) => {
    const id = orderWorkflowId({ connection: DEMO_CONNECTION, shopOrderId });
    const { historyLength } = await temporal.workflow.getHandle(id).describe();
    lengths.push(historyLength);
  });
  return lengths;
}
