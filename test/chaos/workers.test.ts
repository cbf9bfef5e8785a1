import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { orderWorkflowId } from '../../src/workflows/order/contract.ts';
import {
  type Expected,
  type WrongOrder,
  customersNotOnce,
  everDoubled,
  wrongOrders,
} from '../../tools/chaos/verdict.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { type RunningStack, startRunningStack } from './running-stack.ts';

/**
 * Orders whose worker dies while a request of theirs is under way: each at its own request, and each with another fate
 * of that request. Every order has a connection of its own, because an application has few places at micro.bg.
 */

/** Which request is hit, and what the merchant does to cause it. */
interface Place {
  readonly function: string;
  /** Calls of this function in the pass that still go well. */
  readonly after?: number;
  readonly action: 'place' | 'edit' | 'pay' | 'cancel';
}
const places: readonly Place[] = [
  { action: 'place', function: 'insertPartner' },
  { action: 'place', function: 'saveOperation' },
  { action: 'edit', function: 'saveOperation' },
  // The first one looks whether staff touched the document, the second one reads back what was saved.
  { action: 'edit', function: 'getOperations', after: 1 },
  { action: 'pay', function: 'saveOperation' },
  { action: 'pay', function: 'deleteOperation' },
  { action: 'cancel', function: 'deleteOperation' },
];

/** What becomes of the request. `lands`: a parked one is carried out once the worker is dead, nobody hears of it. */
interface Fate {
  readonly kind: 'park' | 'timeoutAfter' | 'dropAfter' | 'http502';
  readonly apply?: boolean;
  readonly lands?: 'before the next worker' | 'beside the next worker' | 'never';
}
const fates: readonly Fate[] = [
  { kind: 'park', lands: 'before the next worker' },
  { kind: 'park', lands: 'beside the next worker' },
  { kind: 'park', lands: 'never' },
  { kind: 'timeoutAfter' },
  { kind: 'dropAfter' },
  { kind: 'http502', apply: true },
];

/** Pairs of orders; about half of them meet at two workers. */
const PAIRS = 12;

interface Case extends Place, Fate {
  readonly connection: string;
  readonly email: string;
  readonly apiId: string;
  orderId: string;
}

const bodies = {
  pay: { by: 'merchant' },
  edit: { lines: { add: [{ sku: 'PEN-1', quantity: 1 }] } },
  cancel: {},
};
const ends = { place: [19], edit: [19], pay: [2], cancel: [] } as const;

let running: RunningStack;
const cases: Case[] = [];
beforeAll(async () => {
  // Long enough for all requests to hang at the same time on a busy machine.
  running = await startRunningStack({
    HTTP_DEADLINE_MS: '6000',
    LEASE_MS: '8000',
    LAND_MS: '8000',
    WAREHOUSE_PASSES: '2',
  });
  for (const place of places) {
    for (const fate of fates) {
      const connection = `held-${cases.length}`;
      const apiId = await connectUnswept(connection);
      cases.push({ ...place, ...fate, connection, apiId, email: `${connection}@example.com`, orderId: '' });
    }
  }
}, 120_000);
afterAll(() => running?.stop());

/** All connections here belong to one shop: a sweep of one would find, and post, the orders of the others. */
async function connectUnswept(id: string): Promise<string> {
  const apiId = await running.connect(id, { shopUrl: (await running.wireTo('cloudcart')).url });
  await running.pool.query(
    `insert into connection_duty (connection_id, duty, due_at) values ($1, 'sweep', 'infinity')
     on conflict (connection_id, duty) do update set due_at = 'infinity'`,
    [id],
  );
  return apiId;
}

async function placeOrder(email: string): Promise<string> {
  const { id } = await running.shop.post<{ id: number }>('/orders', {
    customer: { email, firstName: 'Купувач', lastName: 'Чакащ', guest: true },
    lines: [{ sku: 'CUP-01', quantity: 1 }],
    shipping: { provider: 'econt', price: '4.80' },
    payment: 'cod',
  });
  return String(id);
}

async function place(one: Case): Promise<void> {
  one.orderId = await placeOrder(one.email);
  await running.deliver(one.connection, 'order.created', one.orderId);
}

async function act(one: Case): Promise<void> {
  if (one.action === 'place') return place(one);
  await running.shop.post(`/orders/${one.orderId}/${one.action}`, bodies[one.action]);
  await running.deliver(one.connection, 'order.updated', one.orderId);
}

function right(expected: readonly Expected[]): Promise<void> {
  let wrong: WrongOrder[] = [];
  return waitUntil(
    'the documents',
    async () => {
      wrong = await wrongOrders(running.shop, running.warehouse, expected);
      return wrong.length === 0;
    },
    { timeoutMs: 120_000, everyMs: 250 },
  ).catch(() => expect(wrong).toEqual([]));
}

interface HeldCall {
  readonly id: number;
  readonly apiId: string;
}
const heldCalls = async (): Promise<HeldCall[]> =>
  (await running.warehouse.get<{ held: HeldCall[] }>('/held')).held;

async function release(held: readonly HeldCall[], lands: Case['lands']): Promise<void> {
  for (const { id, apiId } of held) {
    const fate = cases.find((one) => one.apiId === apiId)?.lands;
    if (fate !== lands) continue;
    await running.warehouse.post(`/held/${id}/release`, { apply: lands !== 'never', answer: false });
  }
}

describe('a worker killed while requests are under way', () => {
  it('every order ends right, whatever became of its request', async () => {
    const began = Date.now();
    const standing = cases.filter(({ action }) => action !== 'place');
    await Promise.all(standing.map(place));
    await right(standing.map(({ orderId }) => ({ orderId, ends: [19] })));
    for (const { function: name, apiId, kind, after, apply } of cases)
      await running.warehouse.post('/faults', { function: name, apiId, kind, after, apply });
    await Promise.all(cases.map(act));
    const parked = cases.filter(({ kind }) => kind === 'park').length;
    await waitUntil('the faults', async () => {
      const { faults } = await running.warehouse.get<{ faults: unknown[] }>('/faults');
      return faults.length === 0 && (await heldCalls()).length === parked;
    });
    await running.stack.kill('worker');
    const held = await heldCalls();
    await release(held, 'before the next worker');
    await release(held, 'never');
    await running.stack.start('worker');
    await release(held, 'beside the next worker');
    await right(cases.map(({ orderId, action }) => ({ orderId, ends: ends[action] })));
    expect(await everDoubled(running.warehouse)).toEqual([]);
    const customers = cases.map(({ email }) => ({ email, stands: true }));
    expect(await customersNotOnce(running.warehouse, customers)).toEqual([]);
    process.stdout.write(
      `  ${cases.length} orders held at a request each, one SIGKILL, all right after ${Date.now() - began} ms\n`,
    );
  }, 300_000);
});

/** Which worker ran the first pass of an order, and between which moments. */
async function firstPass(orderId: string): Promise<{ worker: string; from: number; to: number }> {
  const workflowId = orderWorkflowId({ connection: 'pair', shopOrderId: orderId });
  const { events } = await running.temporal.workflow.getHandle(workflowId).fetchHistory();
  const started = events?.find((event) => event.activityTaskStartedEventAttributes);
  const completed = events?.find((event) => event.activityTaskCompletedEventAttributes);
  const at = (event: typeof started): number =>
    Number(event?.eventTime?.seconds) * 1_000 + Number(event?.eventTime?.nanos) / 1e6;
  const worker = started?.activityTaskStartedEventAttributes?.identity ?? '';
  return { worker, from: at(started), to: at(completed) };
}

describe('two workers', () => {
  it('two orders of a new customer at the same moment make one partner', async () => {
    const apiId = await connectUnswept('pair');
    await running.addWorker('second worker');
    // Searching and creating take a while, as they do over the Internet: both passes are in the middle of it.
    for (const name of ['getPartners', 'insertPartner'])
      await running.warehouse.post('/faults', { function: name, apiId, kind: 'delay', ms: 30, times: 1_000 });
    let apart = 0;
    const emails = Array.from({ length: PAIRS }, (_, pair) => `pair-${pair}@example.com`);
    for (const email of emails) {
      const orders = [await placeOrder(email), await placeOrder(email)];
      await Promise.all(orders.map((orderId) => running.deliver('pair', 'order.created', orderId)));
      await right(orders.map((orderId) => ({ orderId, ends: [19] })));
      const [one, other] = await Promise.all(orders.map(firstPass));
      if (one === undefined || other === undefined) continue;
      if (one.worker !== other.worker && one.from < other.to && other.from < one.to) apart += 1;
    }
    expect(
      await customersNotOnce(
        running.warehouse,
        emails.map((email) => ({ email, stands: true })),
      ),
    ).toEqual([]);
    process.stdout.write(`  ${PAIRS} pairs, ${apart} of them at two workers at the same moment\n`);
    expect(apart).toBeGreaterThan(0);
  }, 120_000);
});
