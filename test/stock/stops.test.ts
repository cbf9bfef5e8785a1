import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { inParallel } from '../support/stops.ts';
import type { Mutation } from './stopped-process.ts';
import { OWN, type StopCase, type StopVerdict, type Work, StopsWorld, goods } from './stops-world.ts';

/**
 * A cycle and an urgent write are stopped at every point, in every way in which a process can stop: it dies, it freezes and goes
 * on when another one has done the work, or its request takes effect when everybody has given up on it. Meanwhile the counter
 * sells, goods arrive and an order comes. The verdict comes from the shop alone.
 */
const LANES = 6;
const scale = Number(process.env['TEST_SCALE'] ?? '1');
/** The first store of the sample shop. */
const STORE = 2;

describe.each([
  ['of a shop that sells the quantities of its variants', OWN],
  ['of a shop that sells what a store has', STORE],
])('the export %s, stopped at every point', (_shop, storeId) => {
  let emulators: Emulators;
  const lanes: StopsWorld[] = [];
  // The same statements under a wider key: in the usual run every third point of them.
  const every = storeId === OWN || scale > 1 ? 1 : 3;

  beforeAll(async () => {
    emulators = await startEmulators();
    await emulators.shop.control.send('PATCH', '/switches', { storeLocations: storeId !== OWN });
    for (let lane = 0; lane < LANES; lane += 1)
      lanes.push(await StopsWorld.create(emulators, `lane${lane}`, storeId));
    for (const lane of lanes) await lane.itemsAreRead();
  }, 120_000);
  afterAll(() => emulators?.stop());

  async function casesOf(work: Work): Promise<StopCase[]> {
    const points = ((await lanes[0]?.points(work)) ?? []).filter((_, index) => index % every === 0);
    const touched = work === 'cycle' ? goods : (['ordered'] as const);
    return [
      ...points.map((at) => ({ work, kind: 'frozen' as const, at })),
      ...touched.flatMap((sku) =>
        (['late', 'late, dead'] as const).map((kind) => ({ work, kind, at: { sku } })),
      ),
    ];
  }

  async function judge(cases: readonly StopCase[], mutation?: Mutation): Promise<StopVerdict[]> {
    const free = [...lanes];
    return inParallel(cases, LANES, async (one) => {
      const lane = free.pop() as StopsWorld;
      try {
        return await lane.run(one, mutation);
      } finally {
        free.push(lane);
      }
    });
  }

  it.each(['cycle', 'urgent write'] as const)(
    '%s: afterwards the shop shows the rule for every variant, and nothing that is gone is offered',
    async (work) => {
      const cases = await casesOf(work);
      const verdicts = await judge(cases);
      expect(verdicts.filter(({ fault }) => fault !== undefined)).toEqual([]);
      expect(verdicts.filter(({ stopped }) => !stopped)).toEqual([]);
      process.stdout.write(`  ${work}: stopped in ${cases.length} ways\n`);
      expect(cases.length).toBeGreaterThan((work === 'cycle' ? 60 : 15) / every);
    },
    400_000,
  );

  it.each<[Mutation, StopCase]>([
    ['no_fence', { work: 'cycle', kind: 'frozen', at: { name: 'before store-quantities', nth: 1 } }],
    // Not what rises: its row of a store is made, and a second one is refused whenever it comes (CloudCart API 4.16).
    ['no_intent', { work: 'cycle', kind: 'late, dead', at: { sku: 'sells-out' } }],
    [
      'no_clock',
      {
        ...{ work: 'cycle', kind: 'frozen' },
        at: {
          name: `before sending shop.${storeId === OWN ? 'variants' : 'store-quantity'}.update`,
          nth: 1,
        },
      },
    ],
  ])('the check notices an export without its rule: %s', async (mutation, one) => {
    const [verdict] = await judge([one], mutation);
    expect(verdict).toMatchObject({ stopped: true, fault: expect.stringContaining('instead of') });
  });
});
