import { setTimeout as pause } from 'node:timers/promises';
import { waitUntil } from '../local/process.ts';
import type { OnEnd } from '../local/scope.ts';
import { type FaultCounts, harm } from './faults.ts';
import { type Lived, ORDER, live } from './lives.ts';
import { randomFrom } from './random.ts';
import { customersNotOnce, describeWrong, everDoubled, wrongOrders } from './verdict.ts';
import { type ChaosWorld, startChaosWorld } from './world.ts';

export interface ChaosOptions {
  readonly orders: number;
  /** Decides which fault comes when, and what happens to which order; the moments are those of real processes. */
  readonly seed: number;
  /** How long orders come in and faults happen. */
  readonly seconds: number;
  /** Where state and logs are kept. */
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** What a run found. */
export interface ChaosReport {
  readonly chaos: { readonly orders: number; readonly seed: number; readonly seconds: number };
  /** Faults that hit something, by kind. */
  readonly faults: FaultCounts;
  /** From the last fault until every order was right, seconds. */
  readonly recoverySeconds: number;
  readonly deliveries: number;
  readonly passesStopped: number;
  /** Orders whose documents are missing or not the right ones. */
  readonly lost: number;
  /** Documents and partners that there were twice at any moment. */
  readonly doubled: number;
  /** Problems without a cause, or causes without a problem. */
  readonly unexplained: number;
  /** The first things that are wrong, in words. */
  readonly wrong: readonly string[];
}

/** When nothing more becomes right for so long, the rest never will. */
const STUCK_AFTER_MS = 90_000;
const TELL_EVERY_MS = 10_000;
/** The shop repeats a failed delivery after two minutes (CloudCart API 6.4): its clock is moved, not waited for. */
const FIRST_RETRY_MS = 120_000;

/** Orders come in and live while everything fails that can fail; then it is looked at what is left of them. */
export async function runChaos(options: ChaosOptions, onEnd: OnEnd): Promise<ChaosReport> {
  const { seed, say } = options;
  say('starting PostgreSQL, Temporal, both emulators, gateway and worker');
  const world = await startChaosWorld(options.folder, onEnd);
  await firstOrder(world);
  say(`${options.orders} orders in ${options.seconds} s while everything fails that can fail (seed ${seed})`);
  const load = placeAll(world, options);
  const teller = setInterval(() => say(`${load.placed()} orders placed`), TELL_EVERY_MS);
  const [orders, faults] = await Promise.all([
    load.done,
    harm(world, (sort) => randomFrom(seed * 1_000 + sort), load.done),
  ]).finally(() => clearInterval(teller));
  const mended = Date.now();
  say('everything runs again; waiting until every order is right');
  await world.shop.post('/clock', { advanceMs: FIRST_RETRY_MS });
  await untilRight(world, orders, say);
  const recoverySeconds = (Date.now() - mended) / 1_000;
  return { ...(await judge(world, orders)), faults, recoverySeconds, chaos: chaosOf(options) };
}

async function untilRight(
  world: ChaosWorld,
  orders: readonly Lived[],
  say: (line: string) => void,
): Promise<void> {
  let left = await findings(world, orders);
  let best = { count: left.length, at: Date.now() };
  const teller = setInterval(() => say(`${left.length} things are not right yet: ${left[0]}`), TELL_EVERY_MS);
  while (left.length > 0 && Date.now() - best.at < STUCK_AFTER_MS) {
    await pause(500);
    left = await findings(world, orders);
    if (left.length < best.count) best = { count: left.length, at: Date.now() };
  }
  clearInterval(teller);
}

function chaosOf({ orders, seed, seconds }: ChaosOptions): ChaosReport['chaos'] {
  return { orders, seed, seconds };
}

/** An account is got to know by its first order, in some thirty calls: with every third one failing that takes for ever. */
async function firstOrder({ shop, warehouse }: ChaosWorld): Promise<void> {
  const { id } = await shop.post<{ id: number }>('/orders', { preset: 'guest' });
  const expected = [{ orderId: String(id), ends: [ORDER] }];
  await waitUntil('the first order', async () => (await wrongOrders(shop, warehouse, expected)).length === 0);
}

/** Orders at even distances, each with its own life. */
function placeAll(
  { shop }: ChaosWorld,
  { orders: count, seconds, seed }: ChaosOptions,
): { readonly done: Promise<Lived[]>; readonly placed: () => number } {
  let placed = 0;
  const one = async (number: number): Promise<Lived> => {
    await pause((number / count) * seconds * 1_000);
    placed += 1;
    return live(shop, randomFrom(seed + number), { number, count });
  };
  return {
    done: Promise.all(Array.from({ length: count }, (_, number) => one(number))),
    placed: () => placed,
  };
}

/** What is not right yet, in words. */
async function findings(world: ChaosWorld, orders: readonly Lived[]): Promise<string[]> {
  const wrong = await wrongOrders(world.shop, world.warehouse, orders);
  const open = await openDeliveries(world);
  return [
    ...wrong.map(describeWrong),
    ...(await unexplained(world, orders)),
    ...(await silentWebhooks(world)),
    ...(open === 0 ? [] : [`${open} deliveries are not answered by a look at the shop`]),
  ];
}

async function judge(world: ChaosWorld, orders: readonly Lived[]) {
  const { shop, warehouse } = world;
  const lost = await wrongOrders(shop, warehouse, orders);
  const doubled = [
    ...(await everDoubled(warehouse)),
    ...(await customersNotOnce(warehouse, customersOf(orders))),
  ];
  return {
    lost: lost.length,
    doubled: doubled.length,
    unexplained: (await unexplained(world, orders)).length,
    wrong: [...(await findings(world, orders)), ...doubled].slice(0, 20),
    deliveries: await countDeliveries(world),
    passesStopped: world.logged('worker', 'the pass stops'),
  };
}

function customersOf(orders: readonly Lived[]) {
  const stands = new Map<string, boolean>();
  for (const { email, ends, orNothing } of orders)
    stands.set(email, (stands.get(email) ?? false) || (ends.length > 0 && orNothing !== true));
  return [...stands].map(([email, does]) => ({ email, stands: does }));
}

/** Problems of orders that have none, and orders whose problem nobody sees. */
async function unexplained({ pool }: ChaosWorld, orders: readonly Lived[]): Promise<string[]> {
  const { rows } = await pool.query<{ id: string; code: string }>(
    'select shop_order_id as id, code from problem where resolved_at is null order by id',
  );
  const expected = new Map(orders.map(({ orderId, attention }) => [orderId, attention]));
  const seen = new Set(rows.map(({ id }) => id));
  return [
    ...rows
      .filter(({ id, code }) => expected.get(id) !== code)
      .map(({ id, code }) => `order ${id}: ${code} without a cause`),
    ...orders
      .filter(({ orderId, attention }) => attention !== undefined && !seen.has(orderId))
      .map(({ orderId, attention }) => `order ${orderId}: nobody is told of ${attention}`),
  ];
}

/** Subscriptions that nobody switched on again. */
async function silentWebhooks({ shop }: ChaosWorld): Promise<string[]> {
  const { webhooks } = await shop.get<{ webhooks: { event: string; active: string }[] }>('/webhooks');
  return webhooks.filter(({ active }) => active !== 'yes').map(({ event }) => `the webhook ${event} is off`);
}

async function openDeliveries({ pool }: ChaosWorld): Promise<number> {
  const { rows } = await pool.query<{ open: number }>(
    'select count(*)::int as open from webhook_delivery where closed_at is null',
  );
  return rows[0]?.open ?? 0;
}

async function countDeliveries({ pool }: ChaosWorld): Promise<number> {
  const { rows } = await pool.query<{ count: number }>('select count(*)::int as count from webhook_delivery');
  return rows[0]?.count ?? 0;
}
