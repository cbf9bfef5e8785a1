import { waitUntil } from '../tools/local/process.ts';
import { withCleanUp } from '../tools/local/scope.ts';
import { ask } from './orders/control.ts';
import { waitForState } from './orders/progress.ts';
import { BURST_STEP, payAll, placeBurst, placeFirstOrders } from './orders/shop.ts';
import { type World, startWorld } from './orders/world.ts';
import { type BenchOptions, type BenchReport, type Measure, target, thisMachine } from './support/report.ts';

const BACKLOG = 1_000;
/** Requests a minute, as the shop counts them: one less passes (CloudCart API 2.1). Few enough for two busy processors. */
const LIMIT = 300;
const MINUTE_MS = 60_000;
/** How long the shop is away, milliseconds: long enough for the pauses between two tries to have grown. */
const AWAY_MS = 30_000;

/** One read each; besides sweeps, and what a hint in the very moment of the read costs. */
const MOST_REQUESTS_PER_ORDER = 1.1;

type Outage = 'worker' | 'shop';
const TITLES: Readonly<Record<Outage, string>> = {
  worker: 'after the worker was away',
  shop: 'after the shop was away',
};

/** A backlog that was worked off. */
interface Recovery {
  readonly outage: Outage;
  readonly seconds: number;
  /** Whole minutes in which there was work all the time, and the requests that the shop let through in them. */
  readonly minutes: number;
  readonly used: number;
  /** 429 that we got. */
  readonly refused: number;
  readonly requests: number;
}

/**
 * Orders that came in during an outage are worked off: as fast as the shop's limit allows, without a single request
 * too many. Once after the worker was killed, once after the shop answered nothing but errors.
 */
export async function chaos({ seconds, say }: BenchOptions): Promise<BenchReport> {
  return withCleanUp(async (onEnd) => {
    const count = seconds === undefined ? BACKLOG : backlogOf(seconds);
    const world = await startWorld(onEnd, say, { limited: true });
    await ask(`${world.stack.cloudcart.controlUrl}/switches`, { rateLimitPerMinute: LIMIT }, 'PATCH');
    say('warming up: the first orders of the regular customers');
    const first = await placeFirstOrders(world);
    await waitForState(world, first, 'ordered');
    await payAll(world, first);
    await waitForState(world, first, 'sold');
    const recoveries: Recovery[] = [];
    for (const outage of ['worker', 'shop'] as const) {
      await aMinuteLater(world);
      say(`${count} orders come in; the ${outage} is away`);
      recoveries.push(await recover(world, outage, count));
    }
    return report(count, recoveries);
  });
}

/** In a short run about as many as pass in the time, in whole orders per customer; a minute of work at least. */
function backlogOf(seconds: number): number {
  const passing = Math.max(1, Math.min(2, seconds / 60)) * LIMIT;
  return Math.ceil((passing * 1.1) / BURST_STEP) * BURST_STEP;
}

/** What was asked before shall not count: the minute that the shop counts is over on both sides. */
async function aMinuteLater({ stack, pool }: World): Promise<void> {
  await ask(`${stack.cloudcart.controlUrl}/clock`, { advanceMs: MINUTE_MS });
  await pool.query(`update shop_budget set charges = '{}', foreign_charges = '{}'`);
}

async function recover(world: World, outage: Outage, count: number): Promise<Recovery> {
  const end = await (outage === 'worker' ? worker : shop)(world, () => placeBurst(world, count));
  const began = Date.now();
  const since = await lastRequest(world);
  await end.over();
  await waitForState(world, end.ids, 'ordered');
  const seconds = (Date.now() - began) / 1_000;
  const requests = await requestsSince(world, since);
  const passed = requests.filter(({ status }) => status !== 429).map(({ at }) => at);
  const from = passed[0] ?? 0;
  const minutes = Math.floor(((passed.at(-1) ?? 0) - from) / MINUTE_MS);
  return {
    ...{ outage, seconds, minutes },
    used: passed.filter((at) => at < from + minutes * MINUTE_MS).length,
    refused: requests.length - passed.length,
    requests: requests.length,
  };
}

interface Backlog {
  readonly ids: readonly string[];
  readonly over: () => Promise<unknown>;
}

/** The worker is killed; the gateway stores, the relay signals, nobody works. */
async function worker(world: World, place: () => Promise<string[]>): Promise<Backlog> {
  await world.stack.kill('worker');
  const ids = await place();
  await allSignalled(world);
  return { ids, over: () => world.stack.start('worker') };
}

/** The shop answers every read of an order with an error page; passes are tried again with growing pauses. */
async function shop(world: World, place: () => Promise<string[]>): Promise<Backlog> {
  const faults = `${world.stack.cloudcart.controlUrl}/faults`;
  await ask(faults, { kind: 'http502html', method: 'GET', path: '/api/v2/orders', times: 1_000_000 });
  const began = Date.now();
  const ids = await place();
  await allSignalled(world);
  await waitUntil('the end of the outage', async () => Date.now() - began >= AWAY_MS, {
    timeoutMs: AWAY_MS + MINUTE_MS,
  });
  return { ids, over: () => ask(faults, undefined, 'DELETE') };
}

async function allSignalled({ pool }: World): Promise<void> {
  const done = async (): Promise<boolean> => {
    const { rows } = await pool.query<{ waiting: number }>(
      'select count(*)::int as waiting from webhook_delivery where signalled_at is null and closed_at is null',
    );
    return rows[0]?.waiting === 0;
  };
  await waitUntil('the hints', done, { timeoutMs: 300_000, everyMs: 200 });
}

interface Logged {
  readonly seq: number;
  readonly at: number;
  readonly status: number | string;
}

async function requestsSince({ stack }: World, since: number): Promise<readonly Logged[]> {
  const { requests } = await ask<{ requests: Logged[] }>(
    `${stack.cloudcart.controlUrl}/requests?since=${since}`,
  );
  return requests;
}

async function lastRequest(world: World): Promise<number> {
  return (await requestsSince(world, 0)).at(-1)?.seq ?? 0;
}

function report(count: number, recoveries: readonly Recovery[]): BenchReport {
  const share = ({ outage, used, minutes }: Recovery): Measure => ({
    name: `${TITLES[outage]}: requests of those allowed`,
    value: (used / (minutes * (LIMIT - 1))) * 100,
    unit: '%',
  });
  return {
    bench: 'chaos',
    machine: thisMachine(),
    baseline: [
      { name: 'requests a minute that the shop lets through', value: LIMIT - 1, unit: '' },
      {
        name: `least time for ${count} orders, one request each`,
        value: (Math.ceil(count / (LIMIT - 1)) - 1) * 60,
        unit: 's',
      },
    ],
    results: recoveries.flatMap(({ outage, seconds, minutes, used, requests }) => [
      { name: `${TITLES[outage]}: ${count} orders right after`, value: seconds, unit: 's' },
      { name: `${TITLES[outage]}: requests to the shop`, value: requests, unit: '' },
      { name: `${TITLES[outage]}: whole minutes of work`, value: minutes, unit: '' },
      { name: `${TITLES[outage]}: requests in them`, value: used, unit: '' },
    ]),
    targets: recoveries.flatMap((each) => [
      target(share(each), 'higher', 90),
      target(
        { name: `${TITLES[each.outage]}: requests per order`, value: each.requests / count, unit: '' },
        'lower',
        MOST_REQUESTS_PER_ORDER,
      ),
      target(
        { name: `${TITLES[each.outage]}: 429 of our own making`, value: each.refused, unit: '' },
        'lower',
        0,
      ),
    ]),
  };
}
