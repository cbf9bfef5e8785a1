import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeChaos, passed } from './chaos/report.ts';
import { type ChaosReport, runChaos } from './chaos/run.ts';
import { withCleanUp } from './local/scope.ts';

const USAGE = 'Usage: npm run chaos -- [--orders N] [--seed S] [--seconds N] [--json]';
const ORDERS = 300;
/** Orders a second, and the least time: every kind of fault shall come up. */
const RATE = 4;
const LEAST_SECONDS = 40;

interface Arguments {
  readonly orders: number;
  readonly seed: number;
  readonly seconds: number;
  readonly json: boolean;
}

/**
 * `npm run chaos`: the whole product as real processes, orders that live, and everything that can fail fails. Ends
 * with 1, the seed and what is wrong when an order is lost, doubled or not what it should be.
 */
export async function main(args: readonly string[]): Promise<number> {
  const read = readArguments(args);
  if (read === undefined) {
    console.error(USAGE);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'cloudcart-microbg-chaos-'));
  // As root, PostgreSQL runs as another user, who must be able to enter.
  chmodSync(folder, 0o755);
  const say = (line: string): void => console.error(`  ${line}`);
  const report = await withCleanUp((onEnd) => runChaos({ ...read, folder, say }, onEnd));
  console.log(describeChaos(report));
  if (read.json) console.log(JSON.stringify(report));
  if (passed(report)) {
    rmSync(folder, { recursive: true, force: true });
    return 0;
  }
  console.error(failure(report, folder));
  return 1;
}

function failure({ chaos, wrong }: ChaosReport, folder: string): string {
  const { orders, seed, seconds } = chaos;
  return [
    `Seed ${seed}: ${wrong[0] ?? 'see above'}`,
    `State and logs are in ${folder}`,
    `The same plan again: npm run chaos -- --orders ${orders} --seed ${seed} --seconds ${seconds}`,
  ].join('\n');
}

function readArguments(args: readonly string[]): Arguments | undefined {
  const numbers = new Map<string, number>();
  let json = false;
  const rest = [...args];
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (name === '--json') json = true;
    else if (name === '--orders' || name === '--seed' || name === '--seconds') {
      const value = Number(rest.shift());
      if (!Number.isInteger(value) || value < 1) return undefined;
      numbers.set(name, value);
    } else return undefined;
  }
  const orders = numbers.get('--orders') ?? ORDERS;
  return {
    orders,
    json,
    seed: numbers.get('--seed') ?? 1 + Math.floor(Math.random() * 1_000_000),
    seconds: numbers.get('--seconds') ?? Math.max(LEAST_SECONDS, Math.ceil(orders / RATE)),
  };
}
