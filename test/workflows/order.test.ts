import type { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ORDER_WORKFLOW,
  type OrderActivities,
  type HintDetails,
  type OrderRef,
  type OrderSignal,
  type PassResult,
  orderRefOf,
  orderWorkflowId,
} from '../../src/workflows/order/contract.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { localTemporal } from '../support/temporal.ts';
import { bundleWorkflows } from '../support/temporal-bundle.ts';

const QUEUE = 'order-test';
let server: Awaited<ReturnType<typeof localTemporal>>;
let client: Client;
let native: NativeConnection;
let workflowBundle: { code: string };

beforeAll(async () => {
  server = await localTemporal();
  client = server.client;
  native = await NativeConnection.connect({ address: server.address });
  workflowBundle = await bundleWorkflows();
}, 600_000);

afterAll(async () => {
  await native?.close();
  await server?.stop();
});

/** Steps that answer what a test tells them to, and note which were asked for. */
class Steps {
  readonly asked: string[] = [];
  answers: PassResult[] = [];
  /** Held back until the test lets go: what happens while a pass is under way. */
  gate: Promise<void> = Promise.resolve();

  readonly activities: OrderActivities = {
    createOrder: () => this.#answer('createOrder'),
    convertToSale: () => this.#answer('convertToSale'),
    applyEdit: () => this.#answer('applyEdit'),
    withdrawOrder: () => this.#answer('withdrawOrder'),
    recheckOrder: () => this.#answer('recheckOrder'),
  };

  async #answer(step: string): Promise<PassResult> {
    this.asked.push(step);
    const answer = this.answers.shift() ?? ordered;
    await this.gate;
    return answer;
  }
}

const ordered: PassResult = { outcome: 'open', deed: 'ordered', state: 'ordered', shopStatus: 'pending' };
const sold: PassResult = { outcome: 'settled', deed: 'sold', state: 'sold', shopStatus: 'paid' };

async function withWorker(steps: Steps, work: () => Promise<void>): Promise<void> {
  const worker = await Worker.create({
    connection: native,
    taskQueue: QUEUE,
    workflowBundle,
    activities: steps.activities,
  });
  await worker.runUntil(work);
}

function send(ref: OrderRef, signal: OrderSignal, details: HintDetails = {}) {
  return client.workflow.signalWithStart(ORDER_WORKFLOW, {
    workflowId: orderWorkflowId(ref),
    taskQueue: QUEUE,
    args: [ref],
    signal,
    signalArgs: [details],
    staticSummary: `CloudCart order #${ref.shopOrderId}`,
  });
}

describe('the order process in Temporal', () => {
  it('create order -> await status -> convert to sale, in at most 25 history events', async () => {
    const ref = { connection: 'shop', shopOrderId: '1' };
    const steps = new Steps();
    steps.answers = [ordered, sold];
    await withWorker(steps, async () => {
      const handle = await send(ref, 'orderCreated');
      await waitUntil(
        'the order',
        async () => (await handle.describe()).typedSearchAttributes !== undefined && steps.asked.length === 1,
      );
      await waitUntil('the state', async () =>
        JSON.stringify((await handle.describe()).searchAttributes).includes('ordered'),
      );
      await send(ref, 'statusChanged');
      expect(await handle.result()).toEqual(sold);
      const { historyLength } = await handle.describe();
      expect(historyLength).toBeLessThanOrEqual(25);
    });
    expect(steps.asked).toEqual(['createOrder', 'convertToSale']);
  });

  it('a signal that comes while a pass runs is always served, even when the pass settles the order', async () => {
    const ref = { connection: 'shop', shopOrderId: '2' };
    const steps = new Steps();
    steps.answers = [sold, { ...sold, deed: 'edited' }];
    let open: () => void = () => undefined;
    steps.gate = new Promise((resolve) => (open = resolve));
    await withWorker(steps, async () => {
      const handle = await send(ref, 'orderCreated');
      await waitUntil('the pass', async () => steps.asked.length === 1);
      await send(ref, 'orderEdited');
      open();
      expect(await handle.result()).toMatchObject({ deed: 'edited' });
    });
    expect(steps.asked).toEqual(['createOrder', 'applyEdit']);
  });

  it('what was heard before the look at the shop began is answered by it; what came later is served', async () => {
    const ref = { connection: 'shop', shopOrderId: '7' };
    const steps = new Steps();
    steps.answers = [
      { ...sold, readAtMs: 2_000 },
      { ...sold, deed: 'edited', readAtMs: 4_000 },
    ];
    let open: () => void = () => undefined;
    steps.gate = new Promise((resolve) => (open = resolve));
    await withWorker(steps, async () => {
      const handle = await send(ref, 'orderCreated', { heardAtMs: 1_000 });
      await waitUntil('the pass', async () => steps.asked.length === 1);
      await send(ref, 'orderCreated', { heardAtMs: 1_000 });
      await send(ref, 'statusChanged', { heardAtMs: 1_999 });
      await send(ref, 'orderEdited', { heardAtMs: 3_000 });
      open();
      expect(await handle.result()).toMatchObject({ deed: 'edited' });
    });
    expect(steps.asked).toEqual(['createOrder', 'applyEdit']);
  });

  it('a burst of signals costs one pass, and the strongest hint names it', async () => {
    const ref = { connection: 'shop', shopOrderId: '3' };
    const steps = new Steps();
    steps.answers = [{ outcome: 'settled', deed: 'withdrawn', state: 'withdrawn' }];
    for (const signal of ['orderCreated', 'orderEdited', 'statusChanged', 'orderDeleted'] as const)
      await send(ref, signal);
    await withWorker(steps, async () => {
      await client.workflow.getHandle(orderWorkflowId(ref)).result();
    });
    expect(steps.asked).toEqual(['withdrawOrder']);
  });

  it('waits while something is in the way and goes on at the next hint', async () => {
    const ref = { connection: 'shop', shopOrderId: '4' };
    const steps = new Steps();
    steps.answers = [
      { outcome: 'blocked', deed: 'blocked', state: 'blocked', problems: ['payment_not_mapped'] },
      sold,
    ];
    await withWorker(steps, async () => {
      const handle = await send(ref, 'orderCreated');
      await waitUntil('the block', async () =>
        JSON.stringify((await handle.describe()).searchAttributes).includes('blocked'),
      );
      await send(ref, 'recheck');
      expect(await handle.result()).toEqual(sold);
    });
    expect(steps.asked).toEqual(['createOrder', 'recheckOrder']);
  });

  it('replays its own history with the present code', async () => {
    const handle = client.workflow.getHandle(orderWorkflowId({ connection: 'shop', shopOrderId: '1' }));
    await Worker.runReplayHistory({ workflowBundle }, await handle.fetchHistory(), handle.workflowId);
  });

  it('ids and orders name each other', () => {
    const ref = { connection: 'my-shop', shopOrderId: '10457' };
    expect(orderWorkflowId(ref)).toBe('order:my-shop:10457');
    expect(orderRefOf('order:my-shop:10457')).toEqual(ref);
    expect(orderRefOf('import:my-shop:1')).toBeUndefined();
  });
});
