import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '../../src/db/pool.ts';
import { createPreview, readImportRun, startRun } from '../../src/db/queries/catalogue/import-runs.ts';
import { askForReport } from '../../src/db/queries/catalogue/match-run.ts';
import { currentReport } from '../../src/db/queries/catalogue/reports.ts';
import { IMPORT_WORKFLOW, importWorkflowId } from '../../src/workflows/import/contract.ts';
import { MATCH_WORKFLOW, matchWorkflowId } from '../../src/workflows/match/contract.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { type RunningStack, startRunningStack } from '../chaos/running-stack.ts';
import type { SeenItem } from './world.ts';

const ITEMS = 400;
const KILLS = 20;
const TASK_QUEUE = 'cloudcart-microbg';
let running: RunningStack;

beforeAll(async () => {
  running = await startRunningStack();
  await running.connect('kills', { settings: { priceList: 2 } });
  await running.shop.post('/products', {
    products: Array.from({ length: ITEMS }, (_, index) => ({
      ...{ name: `Убит ${index}`, variants: [{ sku: `KILL-${index}`, price: '1.20' }] },
    })),
  });
}, 600_000);
afterAll(() => running?.stop());

async function reported(): Promise<number> {
  const asked = await askForReport(running.pool, 'kills', 'test');
  const ref = { connection: 'kills', report: asked?.id ?? 0 };
  await running.temporal.workflow.execute(MATCH_WORKFLOW, {
    ...{ workflowId: matchWorkflowId(ref), taskQueue: TASK_QUEUE, args: [ref] },
  });
  return (await currentReport(running.pool, 'kills'))?.id ?? 0;
}

async function stateOf(run: number): Promise<string | undefined> {
  return (await readImportRun(running.pool, 'kills', run))?.state;
}

/** Looks for an item under its code: reports and the export of stock read by the page, changes by the id. */
async function lookUps(): Promise<number> {
  const { requests } = await running.warehouse.get<{
    requests: { function?: string; parameters?: { Code?: string } | unknown[] | null }[];
  }>('/requests?since=0');
  return requests.filter(
    ({ function: name, parameters }) =>
      name === 'getItems' && parameters !== null && parameters !== undefined && 'Code' in parameters,
  ).length;
}

describe('an import whose worker is killed again and again', () => {
  it('makes every item once, and looks at most at what was under way', async () => {
    const reportId = await reported();
    const options = { measureId: null, groupId: null };
    const run = await inTransaction(running.pool, (database) =>
      createPreview(database, 'kills', { reportId, options, by: 'test' }),
    );
    const ref = { connection: 'kills', run };
    const workflowId = importWorkflowId(ref);
    const handle = await running.temporal.workflow.start(IMPORT_WORKFLOW, {
      ...{ workflowId, taskQueue: TASK_QUEUE, args: [ref] },
    });
    await waitUntil('the preview', async () => (await stateOf(run)) === 'preview');
    const reads = await lookUps();
    await running.warehouse.send('PATCH', '/switches', { latencyMs: 8 });
    await inTransaction(running.pool, (database) => startRun(database, run, 'test'));
    await handle.signal('start');
    let kills = 0;
    while (kills < KILLS && (await stateOf(run)) === 'running') {
      const before = await doneOf(run);
      await waitUntil(
        'some progress',
        async () => (await doneOf(run)) > before + 8 || (await stateOf(run)) !== 'running',
        {
          ...{ timeoutMs: 60_000, everyMs: 10 },
        },
      );
      await running.restart('worker');
      kills += 1;
    }
    await handle.result();
    const { items } = await running.warehouse.get<{ items: SeenItem[] }>('/items');
    const codes = items.map(({ Code }) => Code).filter((code) => code.startsWith('KILL-'));
    expect(codes).toHaveLength(ITEMS);
    expect(new Set(codes).size).toBe(ITEMS);
    const { rows } = await running.pool.query<{ outcome: string; count: number }>(
      `select outcome, count(*)::int as count from import_item where run_id = $1 and action = 'create' group by outcome`,
      [run],
    );
    expect(rows).toEqual([{ outcome: 'created', count: ITEMS }]);
    const extra = (await lookUps()) - reads;
    process.stdout.write(`  ${ITEMS} items, ${kills} kills, ${extra} extra reads\n`);
    expect(kills).toBe(KILLS);
    // Two batches are under way at once, with three rows each.
    expect(extra).toBeLessThanOrEqual(KILLS * 2 * 3);
  }, 400_000);
});

async function doneOf(run: number): Promise<number> {
  const { rows } = await running.pool.query<{ done: number }>(
    `select count(*)::int as done from import_item where run_id = $1 and state = 'done'`,
    [run],
  );
  return rows[0]?.done ?? 0;
}
