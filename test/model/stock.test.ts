import { describe, expect, it } from 'vitest';
import { type Fault, explore, mutations } from './explore.ts';
import { type Rules, start } from './stock-world.ts';

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
const large = [['two orders, a mishap', 2, { stock: 2, counter: 0, deliveries: 0, mishaps: 1 }]] as const;
const worlds = scale > 1 ? [...small, ...large] : small;

const settings = [
  { decrement: 'pending', holdBack: false },
  { decrement: 'paid', holdBack: false },
  { decrement: 'paid', holdBack: true },
] as const;

describe.each(settings)(
  'stock in every interleaving, units taken when $decrement, hold-back $holdBack',
  (setting) => {
    it.each(worlds)(
      '%s: nothing that is gone is offered, and at rest the shop shows the rule',
      (name, orders, budget) => {
        const rules: Rules = { ...setting, lateWebhooks: name.includes('webhooks'), mutation: 'none' };
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
      const rules: Rules = { decrement, holdBack: false, lateWebhooks: false, mutation };
      let fault: Fault | undefined;
      for (const [, orders, budget] of small) fault ??= explore(start(orders, budget), rules).fault;
      process.stdout.write(`stock model: ${mutation}: ${fault?.what}: ${fault?.path.join(', ')}\n`);
      expect(fault).toBeDefined();
    },
    60_000,
  );
});
