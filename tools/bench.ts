import { chaos } from '../bench/chaos.ts';
import { exportStock } from '../bench/export.ts';
import { gateway } from '../bench/gateway.ts';
import { idle } from '../bench/idle.ts';
import { importGoods } from '../bench/import.ts';
import { match } from '../bench/match.ts';
import { orders } from '../bench/orders.ts';
import { sweep } from '../bench/sweep.ts';
import { type Benchmark, describeReport } from '../bench/support/report.ts';

const benchmarks: Readonly<Record<string, { readonly what: string; readonly run: Benchmark }>> = {
  gateway: {
    what: 'webhook gateway: latency at 200 deliveries a second, throughput beside bare Express',
    run: gateway,
  },
  orders: {
    what: 'a burst of 500 orders to finished sales beside the bare engine, latency at 5 orders a second',
    run: orders,
  },
  chaos: {
    what: 'recovery of 1,000 waiting orders after an outage, beside what the limit of the shop allows',
    run: chaos,
  },
  match: {
    what: 'a match report of 100,000 variants and 100,000 items, its pages, and one under the smallest limit of a shop',
    run: match,
  },
  import: {
    what: 'an import of new goods beside orders and with 20 kills of the worker, and a second one that writes nothing',
    run: importGoods,
  },
  export: {
    what: 'quiet cycles of 100,000 items, 10,000 changes in bulk, what sells out, what orders touch, three limits',
    run: exportStock,
  },
  idle: {
    what: '1,000 connections whose export runs every three minutes: how late, and what each costs',
    run: idle,
  },
  sweep: {
    what: 'a quiet sweep without open orders and with 1,000, and one that finds 200 changes',
    run: sweep,
  },
};

/** `npm run bench -- NAME [--json] [--seconds N]`: measures, and says what is promised and kept. */
export async function main(args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args;
  const options = readOptions(rest);
  const benchmark = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;
  if (benchmark === undefined || options === undefined) {
    console.error(
      benchmark === undefined ? `There is no benchmark ${name || '(none named)'}.` : 'Unknown option.',
    );
    console.error('Usage: npm run bench -- NAME [--json] [--seconds N]. There are:');
    for (const [each, { what }] of Object.entries(benchmarks)) console.error(`  ${each.padEnd(10)} ${what}`);
    return 2;
  }
  // Lines for people go to stderr: with --json the last line of stdout is the report.
  const report = await benchmark.run({ seconds: options.seconds, say: (line) => console.error(`  ${line}`) });
  console.log(describeReport(report));
  if (options.json) console.log(JSON.stringify(report));
  return report.targets.every(({ met }) => met) ? 0 : 1;
}

function readOptions(args: readonly string[]): { json: boolean; seconds: number | undefined } | undefined {
  let json = false;
  let seconds: number | undefined;
  const rest = [...args];
  for (let option = rest.shift(); option !== undefined; option = rest.shift()) {
    if (option === '--json') json = true;
    else if (option === '--seconds') {
      seconds = Number(rest.shift());
      if (!Number.isFinite(seconds) || seconds < 1) return undefined;
    } else return undefined;
  }
  return { json, seconds };
}
