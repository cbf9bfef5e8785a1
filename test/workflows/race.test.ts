import type { Client } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ORDER_WORKFLOW,
  type OrderActivities,
  type OrderRef,
  type OrderSignal,
  type PassResult,
  orderWorkflowId,
} from '../../src/workflows/order/contract.ts';
import { inParallel } from '../support/stops.ts';
import { localTemporal } from '../support/temporal.ts';
import { bundleMutated, bundleWorkflows } from '../support/temporal-bundle.ts';

/**
 * A signal that races the end of a run: Temporal takes it, the run ends, and nobody ever looks. The history is the
 * judge: after the last signal of a run a pass must have begun, whatever the moment at which the signal came.
 */
const ORDERS = 120 * Number(process.env['TEST_SCALE'] ?? 1);
const ORDERS_MUTATED = 30;
const AT_ONCE = 8;

let server: Awaited<ReturnType<typeof localTemporal>>;
let client: Client;
let native: NativeConnection;
beforeAll(async () => {
  server = await localTemporal();
  client = server.client;
  native = await NativeConnection.connect({ address: server.address });
}, 600_000);
afterAll(async () => {
  await native?.close();
  await server?.stop();
});

const settled: PassResult = { outcome: 'settled', deed: 'sold', state: 'sold' };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function send(taskQueue: string, ref: OrderRef, signal: OrderSignal): Promise<string> {
  const handle = await client.workflow.signalWithStart(ORDER_WORKFLOW, {
    workflowId: orderWorkflowId(ref),
    taskQueue,
    args: [ref],
    signal,
  });
  return handle.signaledRunId;
}

/** What became of the signals. `tight`: it came while the end was on its way to Temporal, which refused it therefore. */
interface Races {
  readonly lost: number;
  readonly tight: number;
}

/** Lets every order end while a signal comes. */
async function race(name: string, count: number, workflowBundle: { code: string }): Promise<Races> {
  const racing = new Map<string, Promise<string>>();
  const passed = new Map<string, number>();
  // From the end of a pass to the end of its run, as last seen: the signal comes before, in, or after that moment.
  let endingMs = 30;
  const step = async ({ connection, shopOrderId }: OrderRef): Promise<PassResult> => {
    if (racing.has(shopOrderId)) return settled;
    const late = pause(Math.random() * endingMs);
    racing.set(
      shopOrderId,
      late.then(() => send(name, { connection, shopOrderId }, 'orderEdited')),
    );
    passed.set(shopOrderId, performance.now());
    return settled;
  };
  const activities: OrderActivities = {
    createOrder: step,
    convertToSale: step,
    applyEdit: step,
    withdrawOrder: step,
    recheckOrder: step,
  };
  const worker = await Worker.create({ connection: native, taskQueue: name, workflowBundle, activities });
  const orders = Array.from({ length: count }, (_, number) => ({
    connection: name,
    shopOrderId: String(number),
  }));
  const judged = await worker.runUntil(() =>
    inParallel(orders, AT_ONCE, async (ref) => {
      const first = await send(name, ref, 'orderCreated');
      await client.workflow.getHandle(orderWorkflowId(ref), first).result();
      endingMs = performance.now() - (passed.get(ref.shopOrderId) ?? 0);
      const runId = (await racing.get(ref.shopOrderId)) ?? first;
      const handle = client.workflow.getHandle(orderWorkflowId(ref), runId);
      await handle.result();
      const events = (await handle.fetchHistory()).events ?? [];
      const signal = events.findLastIndex((event) => event.workflowExecutionSignaledEventAttributes);
      return {
        lost: !events.slice(signal).some((event) => event.activityTaskScheduledEventAttributes),
        tight: events.some((event) => event.workflowTaskFailedEventAttributes),
      };
    }),
  );
  return {
    lost: judged.filter(({ lost }) => lost).length,
    tight: judged.filter(({ tight }) => tight).length,
  };
}

describe('a signal that races the end of its run', () => {
  it('is never lost', async () => {
    const { lost, tight } = await race('race', ORDERS, await bundleWorkflows());
    process.stdout.write(`  ${ORDERS} signals, ${tight} of them within the end of their run\n`);
    expect(lost).toBe(0);
    expect(tight).toBeGreaterThan(0);
  }, 900_000);

  it('would be lost with an await between the last look at the hints and the return', async () => {
    const mutated = await bundleMutated(
      ['condition,', 'condition, sleep,'],
      [
        "if (hints.size === 0 && allHandlersFinished() && result.outcome === 'settled') return result;",
        "if (hints.size === 0 && allHandlersFinished() && result.outcome === 'settled') { await sleep(20); return result; }",
      ],
    );
    const { lost } = await race('mutated', ORDERS_MUTATED, mutated);
    process.stdout.write(`  with an await in between ${lost} of ${ORDERS_MUTATED} signals are lost\n`);
    expect(lost).toBeGreaterThan(0);
  }, 120_000);
});
