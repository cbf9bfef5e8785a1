import { type BenchReport, type Measure, median, target, thisMachine } from '../support/report.ts';
import type { BareBurst } from './bare.ts';
import type { Burst, Half } from './burst.ts';
import { type Counts, add, total } from './counts.ts';
import { MINIMUM, PARTNER_FUNCTIONS } from './minimum.ts';
import { percentile } from './progress.ts';
import { strangersAmong } from './shop.ts';
import type { Steady } from './steady.ts';

export interface Measured {
  /** Orders per burst. */
  readonly count: number;
  readonly ours: readonly Burst[];
  readonly theirs: readonly BareBurst[];
  readonly steady: Steady;
  /** History events of each order. */
  readonly events: readonly number[];
}

/** All numbers of a run, and what is promised of them. */
export function report(measured: Measured): BenchReport {
  const { count, ours, theirs, steady, events } = measured;
  const orders = count * ours.length;
  const halves = ours.flatMap(({ placed, paid }) => [placed, paid]);
  const perSecond = median(ours.map((each) => each.perSecond));
  const bare = median(theirs.map((each) => each.perSecond));
  const warehouse = halves.reduce<Counts>((sum, each) => add(sum, each.warehouseCalls), {});
  const partnerCalls = PARTNER_FUNCTIONS.reduce((sum, name) => sum + (warehouse[name] ?? 0), 0);
  const shopReads = halves.reduce((sum, { shopCalls }) => sum + total(shopCalls), 0);
  const events50 = median(events);
  const most = Math.max(...events);
  const calls: Measure = {
    name: 'micro.bg calls per order of a known customer',
    value: (total(warehouse) - partnerCalls) / orders,
    unit: '',
  };
  const reads: Measure = { name: 'shop reads per change', value: shopReads / (2 * orders), unit: '' };
  const handled = [...steady.placed, ...steady.paid].sort((left, right) => left - right);
  const share: Measure = {
    name: 'throughput of the bare engine',
    value: (perSecond / bare) * 100,
    unit: '%',
  };
  return {
    bench: 'orders',
    machine: thisMachine(),
    baseline: [
      { name: `bare engine: orders a second, median of ${theirs.length}`, value: bare, unit: '1/s' },
      ...cpuMeasures('bare engine', theirs, orders),
    ],
    results: [
      { name: `orders a second, median of ${ours.length}`, value: perSecond, unit: '1/s' },
      ...latencies('burst: delivery to order', halvesOf(ours, 'placed')),
      ...latencies('burst: delivery to sale', halvesOf(ours, 'paid')),
      ...latencies('steady: delivery to order', steady.placed),
      ...latencies('steady: delivery to sale', steady.paid),
      { name: 'history events per order, median', value: events50, unit: '' },
      calls,
      ...Object.entries(warehouse).map(([name, value]) => perOrder(`  ${name}`, value, orders)),
      {
        name: 'micro.bg calls more for a new customer',
        value: partnerCalls / (strangersAmong(count) * ours.length),
        unit: '',
      },
      reads,
      perOrder(
        'passes',
        sum(halves, ({ passes }) => passes),
        orders,
      ),
      perOrder(
        'SQL statements that write',
        sum(halves, ({ statements }) => statements.writing),
        orders,
      ),
      perOrder(
        'SQL statements that read',
        sum(halves, ({ statements }) => statements.reading),
        orders,
      ),
      ...cpuMeasures('ours', ours, orders),
    ],
    targets: [
      target(share, 'higher', 70),
      target({ name: 'history events per order, most', value: most, unit: '' }, 'lower', 25),
      target(reads, 'lower', MINIMUM.perHandledChange),
      target(calls, 'lower', MINIMUM.perOrder),
      target(
        { name: 'steady: delivery to document p50', value: percentile(handled, 0.5), unit: 'ms' },
        'lower',
        1_000,
      ),
      target(
        { name: 'steady: delivery to document p99', value: percentile(handled, 0.99), unit: 'ms' },
        'lower',
        3_000,
      ),
    ],
  };
}

function sum(halves: readonly Half[], of: (half: Half) => number): number {
  return halves.reduce((result, each) => result + of(each), 0);
}

function halvesOf(bursts: readonly Burst[], half: 'placed' | 'paid'): number[] {
  return bursts.flatMap((burst) => burst[half].latencies).sort((left, right) => left - right);
}

function latencies(name: string, sorted: readonly number[]): Measure[] {
  return [
    { name: `${name} p50`, value: percentile(sorted, 0.5), unit: 'ms' },
    { name: `${name} p99`, value: percentile(sorted, 0.99), unit: 'ms' },
  ];
}

function perOrder(name: string, value: number, orders: number): Measure {
  return { name: `${name} per order`, value: value / orders, unit: '' };
}

/** Where the time of the processors went: milliseconds per order and process. */
function cpuMeasures(who: string, bursts: readonly { readonly cpu: Counts }[], orders: number): Measure[] {
  const all = bursts.reduce<Counts>((result, { cpu }) => add(result, cpu), {});
  return Object.entries(all).map(([name, seconds]) => ({
    name: `${who}: CPU of ${name} per order`,
    value: (seconds * 1_000) / orders,
    unit: 'ms',
  }));
}
