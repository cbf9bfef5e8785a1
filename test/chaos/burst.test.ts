import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../tools/local/process.ts';
import { type RunningStack, startRunningStack } from './running-stack.ts';
import { type Expected, customersNotOnce, everDoubled, wrongOrders } from './verdict.ts';

/**
 * Everything that can lose power loses it while a hundred orders come in. The processes are real and die by SIGKILL;
 * the verdict comes from the warehouse's own view.
 */
const ORDERS = 100;
const CUSTOMERS = 60;
/** Between two orders, and between two things that happen to one order, milliseconds. */
const EVERY_MS = 120;
const NEXT_STEP_MS = 1_500;
const RIGHT_WITHIN_MS = 120_000;
/** The shop repeats a failed delivery after two minutes (CloudCart API 6.4): its clock is moved, not waited for. */
const FIRST_RETRY_MS = 120_000;

type Action = 'pay' | 'edit' | 'cancel';
interface Life {
  readonly actions: readonly Action[];
  readonly ends: Expected['ends'];
}
const lives: readonly Life[] = [
  { actions: [], ends: 19 },
  { actions: ['pay'], ends: 2 },
  { actions: ['edit'], ends: 19 },
  { actions: ['cancel'], ends: 'none' },
  { actions: ['pay', 'edit'], ends: 2 },
];
const bodies: Readonly<Record<Action, object>> = {
  pay: { by: 'merchant' },
  edit: { lines: { add: [{ sku: 'PEN-1', quantity: 1 }] } },
  cancel: {},
};

let running: RunningStack;
beforeAll(async () => {
  running = await startRunningStack();
  await running.connect('burst');
  await running.subscribe('burst');
}, 120_000);
afterAll(() => running?.stop());

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const emailOf = (number: number): string => `burst-${number % CUSTOMERS}@example.com`;

/** One order and what happens to it. */
async function live(number: number): Promise<Expected> {
  const { actions, ends } = lives[number % lives.length] as Life;
  await pause(number * EVERY_MS);
  const { id } = await running.shop.post<{ id: number }>('/orders', {
    customer: {
      email: emailOf(number),
      firstName: 'Купувач',
      lastName: `Номер ${number % CUSTOMERS}`,
      guest: true,
    },
    lines: [{ sku: 'CUP-01', quantity: 1 + (number % 3) }],
    shipping: { provider: 'econt', price: '4.80' },
    payment: 'cod',
  });
  for (const action of actions) {
    await pause(NEXT_STEP_MS);
    await running.shop.post(`/orders/${id}/${action}`, bodies[action]);
  }
  return { orderId: String(id), ends };
}

/** One power cut after the other, for as long as orders come in. Answers how many there were. */
async function powerCuts(burst: Promise<unknown>): Promise<number> {
  let over = false;
  void burst.finally(() => (over = true)).catch(() => undefined);
  let cuts = 0;
  while (!over) {
    for (const service of ['worker', 'temporal', 'postgres', 'server', 'worker'] as const) {
      await pause(1_000);
      await running.restart(service);
      cuts += 1;
    }
  }
  return cuts;
}

/** Lets the shop repeat what it could not deliver while the gateway or its database was away. */
async function repeatDeliveries(): Promise<number> {
  const waiting = async (): Promise<number> => {
    const { deliveries } = await running.shop.get<{ deliveries: { state: string }[] }>('/deliveries');
    return deliveries.filter(({ state }) => state === 'waiting' || state === 'sending').length;
  };
  const missed = await waiting();
  await waitUntil('the deliveries', async () => {
    await running.shop.post('/clock', { advanceMs: FIRST_RETRY_MS });
    return (await waiting()) === 0;
  });
  return missed;
}

async function openDeliveries(): Promise<number> {
  const { rows } = await running.pool.query<{ open: number }>(
    'select count(*)::int as open from webhook_delivery where closed_at is null',
  );
  return rows[0]?.open ?? 0;
}

/** How often the orders were signalled, and how many deliveries there were. */
async function signalled(orders: readonly Expected[]): Promise<{ signals: number; deliveries: number }> {
  let signals = 0;
  for await (const run of running.temporal.workflow.list()) {
    const { events } = await running.temporal.workflow.getHandle(run.workflowId, run.runId).fetchHistory();
    signals += (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes).length;
  }
  const { rows } = await running.pool.query<{ count: number }>(
    'select count(*)::int as count from webhook_delivery where entity_id = any($1)',
    [orders.map(({ orderId }) => orderId)],
  );
  return { signals, deliveries: rows[0]?.count ?? 0 };
}

describe('a burst of orders while everything is killed', () => {
  it('100 orders end in the right document each, exactly once', async () => {
    const began = Date.now();
    const burst = Promise.all(Array.from({ length: ORDERS }, (_, number) => live(number)));
    const [orders, cuts] = await Promise.all([burst, powerCuts(burst)]);
    const repeated = await repeatDeliveries();
    let wrong: string[] = [];
    await waitUntil(
      'the documents',
      async () => {
        wrong = await wrongOrders(running.shop, running.warehouse, orders);
        return wrong.length === 0 && (await openDeliveries()) === 0;
      },
      { timeoutMs: RIGHT_WITHIN_MS, everyMs: 250 },
    ).catch(() => undefined);
    const seconds = Math.round((Date.now() - began) / 1_000);
    expect(wrong).toEqual([]);
    expect(await openDeliveries()).toBe(0);
    expect(await everDoubled(running.warehouse)).toEqual([]);
    const customers = orders.map(({ ends }, number) => ({ email: emailOf(number), stands: ends !== 'none' }));
    expect(await customersNotOnce(running.warehouse, customers)).toEqual([]);
    const { signals, deliveries } = await signalled(orders);
    const stopped = running.logged('worker', 'the pass stops');
    process.stdout.write(
      `  ${orders.length} orders right after ${seconds} s and ${cuts} power cuts: ${stopped} passes stopped, ` +
        `${deliveries} deliveries (${repeated} repeated by the shop), ${signals} signals\n`,
    );
    expect(stopped).toBeGreaterThan(0);
  }, 240_000);
});
