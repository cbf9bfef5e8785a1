import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveSettings } from '../../src/db/queries/connections.ts';
import { type OrderState, orderWorkflowId } from '../../src/workflows/order/contract.ts';
import {
  connectionAttribute,
  orderStateAttribute,
  shopStatusAttribute,
} from '../../src/workflows/search-attributes.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { type RunningStack, startRunningStack } from '../chaos/running-stack.ts';
import { goldenSettings } from '../support/passes.ts';
import { bundleWorkflows } from '../support/temporal-bundle.ts';
import { expectGood, placeOrder } from './finished-run.ts';
import { textOf } from './recorded.ts';

/** Whole lives of orders through the whole product: what Temporal shows of them, and what it must never hold. */
const CONNECTION = 'lives';

let running: RunningStack;
let workflowBundle: { code: string };
beforeAll(async () => {
  running = await startRunningStack();
  await running.connect(CONNECTION);
  await running.subscribe(CONNECTION);
  workflowBundle = await bundleWorkflows();
}, 120_000);
afterAll(() => running?.stop());

function workflowOf(orderId: string): WorkflowHandle {
  return running.temporal.workflow.getHandle(
    orderWorkflowId({ connection: CONNECTION, shopOrderId: orderId }),
  );
}

const place = (changes: object = {}): Promise<string> => placeOrder(running, changes);

async function act(orderId: string, action: string, body: object = {}): Promise<void> {
  await running.shop.post(`/orders/${orderId}/${action}`, body);
}

/** Waits until the search attribute says so. */
function shows(orderId: string, state: OrderState): Promise<void> {
  return waitUntil(`order ${orderId} ${state}`, async () => {
    const { typedSearchAttributes } = await workflowOf(orderId).describe();
    return typedSearchAttributes.get(orderStateAttribute) === state;
  });
}

/** Current details, as Temporal's Web UI shows them. */
async function detailsOf(orderId: string): Promise<string> {
  const metadata = await workflowOf(orderId).query<{ currentDetails: string }>(
    '__temporal_workflow_metadata',
  );
  return metadata.currentDetails;
}

/** What happens to an order until nothing more is expected of it. */
const lives: Readonly<Record<string, () => Promise<string>>> = {
  async 'created-and-paid'() {
    const id = await place();
    await shows(id, 'ordered');
    await act(id, 'pay', { by: 'merchant' });
    return id;
  },
  async edited() {
    const id = await place();
    await shows(id, 'ordered');
    await act(id, 'edit', { lines: { add: [{ sku: 'PEN-1', quantity: 1 }] } });
    await waitUntil('the edit', async () => (await detailsOf(id)).includes('saved again'));
    await act(id, 'pay', { by: 'merchant' });
    return id;
  },
  async cancelled() {
    const id = await place();
    await shows(id, 'ordered');
    await act(id, 'cancel');
    return id;
  },
  async 'blocked-and-retried'() {
    // An answer that is none comes first: Temporal keeps the failure of an attempt in the history.
    await running.shop.post('/faults', { method: 'GET', kind: 'http500', times: 1 });
    const id = await place({ payment: 'mokka', status: 'paid' });
    await shows(id, 'blocked');
    const settings = goldenSettings();
    const paymentTypes = { ...settings.paymentTypes, mokka: 3 };
    await saveSettings(running.pool, CONNECTION, { ...settings, paymentTypes }, 'test');
    return id;
  },
};

async function live(name: string): Promise<{ orderId: string; handle: WorkflowHandle }> {
  const orderId = await (lives[name] as () => Promise<string>)();
  const handle = workflowOf(orderId);
  await handle.result();
  return { orderId, handle };
}

describe('an order in Temporal', () => {
  it.each(Object.keys(lives))('%s: replays, and its history holds nothing about the buyer', async (name) => {
    const { handle } = await live(name);
    const history = await expectGood(running, workflowBundle, `order/${name}`, handle);
    expect(textOf(history)).toContain(`"connection":"${CONNECTION}"`);
  });

  it('created and paid costs at most 25 events, and reads like a story', async () => {
    const { orderId, handle } = await live('created-and-paid');
    const { historyLength, typedSearchAttributes } = await handle.describe();
    expect(historyLength).toBeLessThanOrEqual(25);
    expect(typedSearchAttributes.get(connectionAttribute)).toBe(CONNECTION);
    expect(typedSearchAttributes.get(orderStateAttribute)).toBe('sold');
    expect(typedSearchAttributes.get(shopStatusAttribute)).toBe('paid');
    const text = textOf(await handle.fetchHistory());
    expect(text).toContain(`CloudCart order #${orderId}`);
    expect(text).toContain(`#${orderId}: create the order in the warehouse`);
    expect(text).toContain(`#${orderId}: follow the status: order, sale or withdrawal`);
    expect((await detailsOf(orderId)).split('\n\n')).toEqual([
      `**CloudCart order #${orderId}**`,
      'The order became a sale.',
      'Status in the shop: `paid`',
      expect.stringMatching(/^In the warehouse: sale \d+$/),
    ]);
  });
});
