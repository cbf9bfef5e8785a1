import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCloudcartEmulator } from '../../emulators/cloudcart/emulator.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { type RunningStack, startRunningStack } from '../chaos/running-stack.ts';
import { Control } from '../support/emulators.ts';
import { inParallel } from '../support/stops.ts';
import { lifeOf } from './generate.ts';
import { type ChoiceName, choices, settingsOf } from './lane.ts';
import { SEED } from './numbered.ts';
import { RealLife, type RealShop } from './real-life.ts';
import { faultsOf } from './verdict.ts';

/**
 * Lives through the real product: gateway, relay, sweep, Temporal, a worker that is killed in the middle, and vendors
 * that fail. Durations are short, nothing is parked; the verdict is the same as for the lives in virtual time.
 */
const LIVES = 150 * Number(process.env['TEST_SCALE'] ?? 1);
const AT_ONCE = 30;

const SHORT = {
  HTTP_DEADLINE_MS: '1000',
  LEASE_MS: '1500',
  LAND_MS: '1200',
  PASS_SPACING_MS: '50',
  GONE_AFTER_MS: '800',
  BLOCKED_RETRY_MS: '3000',
  PAUSED_RETRY_MS: '1000',
  CONNECTION_PASSES: '8',
  WAREHOUSE_PASSES: '2',
  RELAY_RESEND_MS: '1500',
  SWEEP_LOOK_MS: '1000',
};

let running: RunningStack;
const shops = new Map<ChoiceName, RealShop>();
const ends: (() => Promise<void>)[] = [];
beforeAll(async () => {
  running = await startRunningStack(SHORT);
  for (const choice of Object.keys(choices) as ChoiceName[]) shops.set(choice, await openShop(choice));
}, 180_000);
afterAll(async () => {
  await running?.stop();
  for (const end of ends) await end();
});

/** A shop and a company of its own: in one shop every connection would see the orders of all. */
async function openShop(choice: ChoiceName): Promise<RealShop> {
  const id = choice.replaceAll(' ', '-');
  const shop = await startCloudcartEmulator({ unlimited: true });
  ends.push(() => shop.close());
  const control = new Control(shop.controlUrl);
  await control.send('PATCH', '/switches', { returnStatusInRest: true });
  const apiId = await running.connect(id, {
    company: id,
    shopUrl: shop.url,
    settings: {
      ...settingsOf(choices[choice]),
      // The seed's own orders are older.
      startDate: new Date().toISOString().slice(0, 10),
      sweepEverySeconds: 2,
    },
  });
  return { choice, control, company: id, apiId };
}

async function wrongWith(life: RealLife): Promise<string[]> {
  const { name, witness } = life;
  const faults = (await life.isAtRest()) ? await faultsOf(witness) : ['not at rest'];
  return faults.map((fault) => `life ${name}, order ${witness.orderId}: ${fault}`);
}

describe('random lives through the real product', () => {
  it(`${LIVES} lives end with exactly the documents that the shop calls for, although the worker dies meanwhile`, async () => {
    const numbers = Array.from({ length: LIVES }, (_, number) => number);
    const started = performance.now();
    const lives = await inParallel(numbers, AT_ONCE, async (number) => {
      const life = lifeOf(SEED, number);
      const shop = shops.get(life.choice) as RealShop;
      if (number === Math.floor(LIVES / 2)) await running.restart('worker');
      const real = await RealLife.begin(running, shop, life, `${SEED}:${number}`);
      await real.run();
      return real;
    });
    const lived = performance.now();
    let left = lives;
    await waitUntil(
      'the end of all lives',
      async () => {
        const wrong: RealLife[] = [];
        for (const life of left) if ((await wrongWith(life)).length > 0) wrong.push(life);
        left = wrong;
        return left.length === 0;
      },
      { timeoutMs: 90_000, everyMs: 500 },
    ).catch(() => undefined);
    // All of them once more: nothing that came later may have touched those that were fine.
    const wrong = (await Promise.all(lives.map(wrongWith))).flat();
    const seconds = Math.round((performance.now() - started) / 1000);
    process.stdout.write(
      `  ${lives.length} lives through Temporal in ${seconds} s, ${Math.round((lived - started) / 1000)} s of them eventful\n`,
    );
    expect(wrong).toEqual([]);
    expect(lives).toHaveLength(LIVES);
  }, 400_000);
});
