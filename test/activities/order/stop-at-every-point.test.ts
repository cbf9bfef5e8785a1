import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../support/database.ts';
import { firstOrderEver } from '../../support/cold-start.ts';
import { type Emulators, startEmulators } from '../../support/emulators.ts';
import type { Mutation } from '../../support/mutations.ts';
import { type Case, type Verdict, StopWorld, inParallel, lives } from '../../support/stops.ts';

/**
 * A pass is stopped at every point of every life, in every way in which a process can stop: it dies, it freezes and
 * goes on when another pass has done the work, or its request takes effect long after everybody gave up on it.
 * The verdict comes from the warehouse alone.
 */
const { pool } = await testDatabase();
let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators?.stop());

const AT_ONCE = 24;

async function judge(world: StopWorld, cases: readonly Case[], mutation?: Mutation): Promise<Verdict[]> {
  const verdicts = await inParallel(cases, AT_ONCE, (one) => world.run(one, mutation));
  return [...verdicts, ...(await world.doublesEver())];
}

describe('stopped at every point', () => {
  it('zero documents are lost and none is doubled, whatever the way of stopping', async () => {
    const world = await StopWorld.create(pool, emulators, 'stops');
    const cases = await world.allCases(Object.keys(lives));
    const verdicts = await judge(world, cases);
    expect(verdicts.filter(({ fault }) => fault !== undefined)).toEqual([]);
    expect(verdicts.filter(({ stopped }) => !stopped)).toEqual([]);
    const kinds = new Map<string, number>();
    for (const { kind } of cases) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    process.stdout.write(
      `  stopped at ${cases.length} points: ${[...kinds].map(([kind, count]) => `${kind} ${count}`).join(', ')}\n`,
    );
    expect(cases.length).toBeGreaterThan(400);
  }, 600_000);

  it('nothing is lost and none is doubled when the pass that takes over dies as well', async () => {
    const { pool: own } = await testDatabase();
    const world = await StopWorld.create(own, emulators, 'recovery');
    const cases = await world.recoveryCases('placed, paid');
    const verdicts = await inParallel(cases, AT_ONCE, (one) => world.runRecovery(one));
    expect(verdicts.filter(({ fault, stopped }) => fault !== undefined || !stopped)).toEqual([]);
    expect(await world.doublesEver()).toEqual([]);
    process.stdout.write(`  stopped at ${cases.length} points of passes that had taken over\n`);
    expect(cases.length).toBeGreaterThan(100);
  }, 600_000);

  it('the first order of a connection survives a death at every point of its first pass', async () => {
    const { reached } = await firstOrderEver(emulators, -1);
    const points = reached.map((name, at) => ({ name, at }));
    const verdicts = await inParallel(points, 12, async ({ name, at }) => ({
      name,
      ...(await firstOrderEver(emulators, at)),
    }));
    expect(verdicts.filter(({ died, fault }) => !died || fault !== undefined)).toEqual([]);
    process.stdout.write(`  stopped at ${points.length} points of a first pass ever\n`);
    expect(points.map(({ name }) => name)).toContain('after start-id-counter');
  }, 300_000);

  it.each([
    ['no_fence', 'zombie at the end'],
    ['no_quarantine', 'late'],
    ['no_intent', 'crash'],
  ] as const)(
    'the check notices a protocol without its rule: %s',
    async (mutation, kind) => {
      const { pool: own } = await testDatabase();
      const world = await StopWorld.create(own, emulators, mutation);
      const cases = (await world.allCases(['placed, cancelled'])).filter((one) => one.kind === kind);
      const verdicts = await judge(world, cases, mutation);
      expect(verdicts.filter(({ fault }) => fault !== undefined)).not.toEqual([]);
    },
    300_000,
  );
});
