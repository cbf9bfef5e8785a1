import { databaseTime, latenciesOf, timesOf, waitForState } from './progress.ts';
import { pay, placeOne } from './shop.ts';
import type { World } from './world.ts';

/** Orders a second at which the latency is promised. Each is also paid, so twice as many changes are handled. */
export const RATE = 5;
/** A buyer is back from the bank after this time at the earliest. */
const PAID_AFTER_MS = 2_000;

export interface Steady {
  readonly orders: number;
  /** Milliseconds from delivery to document, sorted. */
  readonly placed: readonly number[];
  readonly paid: readonly number[];
}

/** Orders at a constant rate, each placed when it is due whether or not the one before was handled. */
export async function runSteady(world: World, seconds: number): Promise<Steady> {
  const since = await databaseTime(world);
  const lives: Promise<string>[] = [];
  const started = performance.now();
  for (let index = 0; index < seconds * RATE; index += 1) {
    await pauseUntil(started + (index * 1_000) / RATE);
    lives.push(liveOne(world, index));
  }
  const ids = await Promise.all(lives);
  await waitForState(world, ids, 'sold');
  return {
    orders: ids.length,
    placed: latenciesOf(await timesOf(world, ids, 'order', since)),
    paid: latenciesOf(await timesOf(world, ids, 'sale', since)),
  };
}

async function liveOne(world: World, index: number): Promise<string> {
  const started = performance.now();
  const id = await placeOne(world, index);
  await pauseUntil(started + PAID_AFTER_MS);
  await pay(world, id);
  return id;
}

async function pauseUntil(moment: number): Promise<void> {
  const early = moment - performance.now();
  if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
}
