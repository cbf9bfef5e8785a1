import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askForReport } from '../../src/db/queries/catalogue/match-run.ts';
import { askForDuty } from '../../src/db/queries/duties.ts';
import { askForReconciliation } from '../../src/db/queries/reconciliation.ts';
import {
  type BatchResult,
  type ImportProgress,
  type ImportSummary,
  PROGRESS_QUERY,
  importWorkflowId,
} from '../../src/workflows/import/contract.ts';
import { MATCH_WORKFLOW, type MatchSummary, matchWorkflowId } from '../../src/workflows/match/contract.ts';
import { productWorkflowId } from '../../src/workflows/product/contract.ts';
import {
  RECONCILIATION_WORKFLOW,
  reconciliationWorkflowId,
} from '../../src/workflows/reconciliation/contract.ts';
import type { ShardReport } from '../../src/workflows/shard-run.ts';
import { type StockCycle, stockExportId } from '../../src/workflows/stock-export/contract.ts';
import { Api } from '../../tools/cli/api.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { type RunningStack, startRunningStack } from '../chaos/running-stack.ts';
import { bundleWorkflows } from '../support/temporal-bundle.ts';
import { expectGood, placeOrder } from './finished-run.ts';
import { textOf } from './recorded.ts';

/** Whole runs of everything but orders through the whole product: goods, imports, and what the schedules start. */
const CONNECTION = 'runs';
/** The seed's pen. */
const PRODUCT = '821';
const LOOKS = { SWEEP_LOOK_MS: '1000', WATCHDOG_LOOK_MS: '1000', RECONCILIATION_LOOK_MS: '1000' };

let running: RunningStack;
let api: Api;
let workflowBundle: { code: string };
beforeAll(async () => {
  running = await startRunningStack(LOOKS);
  api = new Api(running.stack.apiUrl, running.stack.apiToken);
  await running.connect(CONNECTION, { settings: { priceList: 2 } });
  await placeOrder(running);
  workflowBundle = await bundleWorkflows();
}, 120_000);
afterAll(() => running?.stop());

const post = (path: string, body: object = {}) =>
  api.json('POST', `connections/${CONNECTION}/${path}`, { body });
const workflowOf = (id: string): WorkflowHandle => running.temporal.workflow.getHandle(id);

/** Waits for a run of the type that ended with such a result, the newest. */
async function ended<T>(type: string, fits: (result: T) => boolean, since = began): Promise<WorkflowHandle> {
  let found: WorkflowHandle | undefined;
  const query = `WorkflowType = '${type}' and ExecutionStatus = 'Completed' and StartTime >= '${since.toISOString()}'`;
  await waitUntil(
    `the end of ${type}`,
    async () => {
      for await (const { workflowId, runId } of running.temporal.workflow.list({ query })) {
        const handle = running.temporal.workflow.getHandle(workflowId, runId);
        if (fits((await handle.result()) as T)) found ??= handle;
      }
      return found !== undefined;
    },
    { timeoutMs: 60_000, everyMs: 200 },
  );
  return found as WorkflowHandle;
}
const began = new Date();

/** What a run of a shard came to. */
const shard = (type: string, wanted: ShardReport): Promise<WorkflowHandle> =>
  ended<ShardReport>(type, ({ due, failed }) => due === wanted.due && failed === wanted.failed);

/** The runs that come of what happens, by the names under which they are recorded. */
type Life = () => Promise<Readonly<Record<string, WorkflowHandle>>>;

const ofSchedules: Readonly<Record<string, Life>> = {
  async 'every connection is looked at'() {
    const quiet = { due: 1, failed: 0 };
    return {
      'sweep/one-shop': await shard('sweep', quiet),
      'verification/one-connection': await shard('verification', quiet),
      'watchdog/one-connection': await shard('watchdog', quiet),
      'preflight/one-connection': await shard('preflight', quiet),
    };
  },
  async 'a shop is away'() {
    await running.shop.post('/faults', { kind: 'http500', path: '/api/v2/orders', times: 100 });
    await askForDuty(running.pool, CONNECTION, 'sweep');
    const sweep = await shard('sweep', { due: 1, failed: 1 });
    await running.shop.send('DELETE', '/faults');
    return { 'sweep/shop-away': sweep };
  },
};

/** Has a workflow of this id under way that no worker takes, until the work is done. */
async function whileUnderWay<T>(type: string, workflowId: string, work: () => Promise<T>): Promise<T> {
  const options = { workflowId, taskQueue: 'nobody', args: [{ connection: CONNECTION }] };
  const handle = await running.temporal.workflow.start(type, options);
  try {
    return await work();
  } finally {
    await handle.terminate('the test has seen what it wanted');
  }
}

const ofGoods: Readonly<Record<string, Life>> = {
  async 'a match report is asked for'() {
    await post('match');
    return {
      'match/whole': await ended<MatchSummary | null>('match', (summary) => summary !== null),
      'matches/one-begun': await ended<number>('matches', (due) => due === 1),
    };
  },
  async 'a match report is asked for while the one before has not ended'() {
    const since = new Date();
    const id = matchWorkflowId({ connection: CONNECTION });
    const looked = await whileUnderWay(MATCH_WORKFLOW, id, async () => {
      await askForReport(running.pool, CONNECTION, 'test');
      return ended<number>('matches', (due) => due === 1, since);
    });
    await ended<MatchSummary | null>('match', (summary) => summary !== null, since);
    return { 'matches/under-way-already': looked };
  },
  async 'a match report is given up before it begins'() {
    const since = new Date();
    await running.temporal.workflow.start(MATCH_WORKFLOW, {
      ...{ workflowId: matchWorkflowId({ connection: CONNECTION }), taskQueue: 'cloudcart-microbg' },
      args: [{ connection: CONNECTION, report: 0 }],
    });
    return { 'match/given-up': await ended('match', (summary) => summary === null, since) };
  },
  async 'a webhook tells of a product'() {
    await running.deliver(CONNECTION, 'product.updated', PRODUCT);
    return { 'product/one-webhook': await ended('product', () => true) };
  },
  async 'webhooks tell of a product while it is read'() {
    const since = new Date();
    const path = `/api/v2/products/${PRODUCT}`;
    await running.shop.post('/faults', { kind: 'park', method: 'GET', path });
    await running.deliver(CONNECTION, 'product.updated', PRODUCT);
    await waitUntil('the read', async () => (await heldInShop()).length === 1);
    await running.deliver(CONNECTION, 'product.updated', PRODUCT);
    await running.deliver(CONNECTION, 'product.deleted', PRODUCT);
    const handle = workflowOf(productWorkflowId({ connection: CONNECTION, product: PRODUCT }));
    await waitUntil('the news', async () => {
      const { events } = await handle.fetchHistory();
      return (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes).length >= 2;
    });
    for (const { id } of await heldInShop())
      await running.shop.ask('POST', `/held/${id}/release`, { apply: true, answer: true });
    const twice = await ended('product', () => true, since);
    const { events } = await twice.fetchHistory();
    expect(
      (events ?? []).filter((event) => event.activityTaskScheduledEventAttributes).length,
    ).toBeGreaterThanOrEqual(2);
    return { 'product/several-webhooks': twice };
  },
};

async function heldInShop(): Promise<readonly { readonly id: number }[]> {
  return (await running.shop.get<{ held: { id: number }[] }>('/held')).held;
}

const ofReconciliations: Readonly<Record<string, Life>> = {
  async 'a comparison is asked for'() {
    await post('reconciliations');
    return { 'reconciliation/whole': await ended('reconciliation', (summary) => summary !== null) };
  },
  async 'comparisons are asked for while nobody starts them, and while the one before has not ended'() {
    const since = new Date();
    const id = reconciliationWorkflowId({ connection: CONNECTION, reconciliation: 0 });
    const looked = await whileUnderWay(RECONCILIATION_WORKFLOW, id, async () => {
      await askForReconciliation(running.pool, CONNECTION, 'test');
      return ended<number>('reconciliations', (due) => due === 1, since);
    });
    const whole = await ended('reconciliation', (summary) => summary !== null, since);
    const begun = await ended<number>('reconciliations', (due) => due === 1, since);
    expect(begun.workflowId).not.toBe(looked.workflowId);
    expect(whole.workflowId).toBe(id);
    return { 'reconciliations/under-way-already': looked, 'reconciliations/one-begun': begun };
  },
};

/** Asks for a preview of so many new goods, and waits until it is complete. */
async function previewed(name: string, count: number): Promise<number> {
  await running.shop.post('/products', {
    products: Array.from({ length: count }, (_, number) => ({
      ...{ name: `Внос ${name} ${number}`, variants: [{ sku: `${name}-${number}`, price: '7.20' }] },
    })),
  });
  let since = new Date();
  await waitUntil('a report of now', async () => {
    since = new Date();
    return (await post('match')).fresh === true;
  });
  await ended<MatchSummary | null>('match', (summary) => summary !== null, since);
  const { id } = await post('imports');
  await waitUntil('the preview', async () => (await viewOf(id)).state === 'preview');
  return id as number;
}

const viewOf = (run: number) => api.json('GET', `connections/${CONNECTION}/imports/${run}`);
const importOf = (run: number): WorkflowHandle =>
  workflowOf(importWorkflowId({ connection: CONNECTION, run }));

const ofImports: Readonly<Record<string, Life>> = {
  async 'an import from its preview to its end'() {
    const run = await previewed('A', 230);
    await post(`imports/${run}/start`, { backupMade: true });
    const summary = (await importOf(run).result()) as ImportSummary;
    expect(summary).toMatchObject({ state: 'finished', failed: 0 });
    return {
      'import/finished': importOf(run),
      'import-batch/whole': await ended<BatchResult>('importBatch', ({ halted }) => !halted),
    };
  },
  async 'an import is paused, resumed and cancelled'() {
    const since = new Date();
    const run = await previewed('B', 240);
    await running.warehouse.send('PATCH', '/switches', { latencyMs: 15 });
    await post(`imports/${run}/start`, { backupMade: true });
    const done = async (): Promise<number> => (await viewOf(run)).progress.done as number;
    await waitUntil('some rows', async () => (await done()) > 10);
    await post(`imports/${run}/pause`);
    const halted = await ended<BatchResult>('importBatch', (result) => result.halted, since);
    const paused = await done();
    await post(`imports/${run}/resume`);
    await waitUntil('more rows', async () => (await done()) > paused + 10);
    await post(`imports/${run}/cancel`);
    const summary = (await importOf(run).result()) as ImportSummary;
    expect(summary.state).toBe('cancelled');
    await running.warehouse.send('PATCH', '/switches', { latencyMs: 0 });
    return { 'import/paused-resumed-cancelled': importOf(run), 'import-batch/halted': halted };
  },
  async 'an import is cancelled from the Web UI'() {
    const run = await previewed('C', 1);
    await waitUntil('the wait for a start', async () => {
      const { state } = await importOf(run).query<ImportProgress>(PROGRESS_QUERY);
      return state === 'preview';
    });
    await importOf(run).cancel();
    expect(((await importOf(run).result()) as ImportSummary).state).toBe('discarded');
    return { 'import/cancelled-in-the-web-ui': importOf(run) };
  },
};

const ofExports: Readonly<Record<string, Life>> = {
  async 'a cycle'() {
    await running.temporal.schedule.getHandle(stockExportId(CONNECTION)).trigger();
    return { 'stock-export/cycle': await ended<StockCycle>('stockExport', isWhole) };
  },
  async 'an empty answer stops a cycle'() {
    await running.warehouse.post('/faults', { kind: 'nullData', function: 'getItemQuantities' });
    await running.temporal.schedule.getHandle(stockExportId(CONNECTION)).trigger();
    return {
      'stock-export/kept-back': await ended<StockCycle>('stockExport', ({ reason }) => reason !== undefined),
    };
  },
};

function isWhole({ outcome, reason }: StockCycle): boolean {
  return outcome === 'finished' && reason === undefined;
}

const lives = { ...ofSchedules, ...ofReconciliations, ...ofGoods, ...ofImports, ...ofExports };

describe('everything but orders in Temporal', { timeout: 120_000 }, () => {
  it.each(Object.entries(lives))(
    '%s: replays, and its history holds neither buyers nor secrets',
    async (_, life) => {
      for (const [name, handle] of Object.entries(await life())) {
        const history = await expectGood(running, workflowBundle, name, handle);
        expect(textOf(history)).not.toMatch(/Внос|127\.0\.0\.1/);
      }
    },
  );
});
