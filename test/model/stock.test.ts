import { describe, expect, it } from 'vitest';
import { type Fault, explore, mutations, windowOf } from './explore.ts';
import { NOW, type Rules, type World, start } from './stock-state.ts';

const scale = Number(process.env['TEST_SCALE'] ?? 1);

/** Small enough for every interleaving, large enough that each rule is needed. */
const small = [
  ['an order, the counter, a delivery, a mishap', 1, { stock: 1, counter: 1, deliveries: 1, mishaps: 1 }],
  [
    'an order, webhooks after their read too, two mishaps',
    1,
    { stock: 1, counter: 0, deliveries: 0, mishaps: 2 },
  ],
  ['two orders', 2, { stock: 2, counter: 0, deliveries: 0, mishaps: 0 }],
] as const;
const delivery = ['two orders, a delivery', 2, { stock: 1, counter: 0, deliveries: 1, mishaps: 0 }] as const;
const large = [['two orders, a mishap', 2, { stock: 2, counter: 0, deliveries: 0, mishaps: 1 }]] as const;
const worldsOf = (holdBack: boolean) => [
  ...small,
  ...(holdBack && scale === 1 ? [] : [delivery]),
  ...(scale > 1 ? large : []),
];

const settings = [
  { decrement: 'pending', holdBack: false },
  { decrement: 'paid', holdBack: false },
  { decrement: 'paid', holdBack: true },
] as const;

describe.each(settings)(
  'stock in every interleaving, units taken when $decrement, hold-back $holdBack',
  (setting) => {
    it.each(worldsOf(setting.holdBack))(
      '%s: nothing that is gone is offered, and at rest the shop shows the rule',
      (name, orders, budget) => {
        const rules: Rules = {
          ...{ ...setting, lateWebhooks: name.includes('webhooks'), mutation: 'none' },
          ...{ deltas: 'at times', readInTime: false },
        };
        const { worlds: count, quiet, fault } = explore(start(orders, budget), rules);
        const held = setting.holdBack ? ', held back' : '';
        process.stdout.write(
          `stock model: ${setting.decrement}${held}: ${name}: ${count} states, ${quiet} of them at rest\n`,
        );
        expect(fault).toBeUndefined();
        expect(count).toBeGreaterThan(5_000);
        expect(quiet).toBeGreaterThan(10);
      },
      300_000,
    );
  },
);

describe.each(['pending', 'paid'] as const)('a missing rule is noticed, units taken when %s', (decrement) => {
  it.each(mutations)(
    '%s',
    (mutation) => {
      expect(faultWithout(mutation, { decrement, deltas: 'never' })).toBeDefined();
    },
    60_000,
  );
});

describe('a missing rule of deltas is noticed, units taken with the payment', () => {
  it.each([
    ['no_read_before', delivery],
    ['added_again', small[0]],
    ['set_beside_a_lost_one', small[0]],
  ] as const)(
    '%s',
    (mutation, world) => {
      const fault = faultWithout(mutation, { decrement: 'paid', deltas: 'always' }, [world]);
      expect(fault).toBeDefined();
    },
    60_000,
  );
});

/** The shortest way to a fault in the small worlds. */
function faultWithout(
  mutation: Rules['mutation'],
  changes: Pick<Rules, 'decrement' | 'deltas'>,
  worlds: readonly (typeof small | readonly [typeof delivery])[number][] = small,
): Fault | undefined {
  const rules: Rules = { holdBack: false, lateWebhooks: false, readInTime: false, mutation, ...changes };
  let fault: Fault | undefined;
  for (const [, orders, budget] of worlds) fault ??= explore(start(orders, budget), rules).fault;
  process.stdout.write(`stock model: ${mutation}: ${fault?.what}: ${fault?.path.join(', ')}\n`);
  return fault;
}

describe('the window of an order that nobody has read', () => {
  const rules: Rules = {
    ...{ decrement: 'pending', holdBack: false, lateWebhooks: false, readInTime: true, mutation: 'none' },
    deltas: 'never',
  };
  it.each([
    ['goods arrive', { stock: 2, counter: 0, deliveries: 1 }],
    ['the counter sells', { stock: 3, counter: 1, deliveries: 0 }],
  ])('opens when the figure is set because %s', (name, budget) => {
    const { fault } = explore(start(1, { ...budget, mishaps: 0 }), rules, windowOf);
    process.stdout.write(`stock model: set because ${name}: ${fault?.what}: ${fault?.path.join(', ')}\n`);
    expect(fault?.what).toContain('the window');
  });

  it('does not open when deltas are sent, in any world where both happen', () => {
    const first = start(1, { stock: 3, counter: 1, deliveries: 2, mishaps: 0 });
    const { worlds, fault } = explore(first, { ...rules, deltas: 'always' }, windowOf);
    process.stdout.write(`stock model: deltas, the window stays shut: ${worlds} states\n`);
    expect(fault).toBeUndefined();
    expect(worlds).toBeGreaterThan(10_000);
  }, 60_000);

  it('nor while a raise without an answer may still land', () => {
    const first = start(1, { stock: 3, counter: 0, deliveries: 2, mishaps: 1 });
    const inDoubt = (world: World): string | undefined =>
      (world.sku.doubtUntilMs ?? NOW) > NOW ? windowOf(world) : undefined;
    const { worlds, fault } = explore(first, { ...rules, deltas: 'always' }, inDoubt);
    process.stdout.write(`stock model: lost raises, the window stays shut: ${worlds} states\n`);
    expect(fault).toBeUndefined();
    expect(worlds).toBeGreaterThan(10_000);
  }, 120_000);
});
