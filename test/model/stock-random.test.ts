import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comeToRest, faultOf } from './explore.ts';
import { type Rules, type World, rule, start } from './stock-state.ts';
import { steps } from './stock-world.ts';

const numRuns = 800 * Number(process.env['TEST_SCALE'] ?? 1);

/** Worlds that are too large to be visited completely. */
const first = fc
  .record({
    orders: fc.integer({ min: 2, max: 6 }),
    stock: fc.integer({ min: 0, max: 6 }),
    counter: fc.integer({ min: 0, max: 4 }),
    deliveries: fc.integer({ min: 0, max: 4 }),
    mishaps: fc.integer({ min: 0, max: 4 }),
  })
  .map(({ orders, ...budget }) => start(orders, budget));
const rules: fc.Arbitrary<Rules> = fc.record({
  decrement: fc.constantFrom('pending', 'paid'),
  holdBack: fc.boolean(),
  lateWebhooks: fc.boolean(),
  deltas: fc.constantFrom('never', 'always', 'always', 'at times'),
  readInTime: fc.constant(false),
  mutation: fc.constant('none' as const),
});
const choices = fc.array(fc.nat(), { minLength: 20, maxLength: 150, size: 'max' });

/** Lives on by chance; answers all that happened. */
function live(world: World, by: Rules, chosen: readonly number[]): { end: World; path: string[] } {
  const path: string[] = [];
  let end = world;
  for (const choice of chosen) {
    const all = steps(end, by);
    const next = all[choice % all.length];
    if (next === undefined) break;
    path.push(next.name);
    end = next.world;
    const fault = faultOf(end, by);
    if (fault !== undefined) throw new Error(`${fault}: ${path.join(', ')}`);
  }
  return { end, path };
}

describe('stock in larger worlds, by chance', () => {
  it('nothing that is gone is offered; left alone, the shop comes to show the rule', () => {
    const seen = { steps: 0, late: 0, crashes: 0, overwritten: 0, deltas: 0 };
    fc.assert(
      fc.property(first, rules, choices, (world, by, chosen) => {
        const { end, path } = live(world, by, chosen);
        seen.steps += path.length;
        seen.late += path.filter((name) => name === 'late write lands').length;
        seen.crashes += path.filter((name) => name === 'cycle crashes').length;
        seen.deltas += path.filter((name) => name === 'delta lands').length;
        seen.overwritten += Number(end.orders.some((order) => order.excused));
        const rest = comeToRest(end, by);
        if (rest === undefined) throw new Error(`never at rest: ${path.join(', ')}`);
        expect(rest.shop).toBe(Number(rule(rest, by)));
      }),
      { numRuns },
    );
    process.stdout.write(`stock model, by chance: ${numRuns} lives, ${JSON.stringify(seen)}\n`);
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
  }, 300_000);
});
