import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { relayOnce } from '../../src/api/webhooks/relay.ts';
import type { Config } from '../../src/config.ts';
import { askForReport } from '../../src/db/queries/catalogue/match-run.ts';
import { hintProduct } from '../../src/db/queries/catalogue/product-hints.ts';
import { currentReport } from '../../src/db/queries/catalogue/reports.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { ensureSchedules, lookNow } from '../../src/schedules.ts';
import { type MatchProgress, PROGRESS_QUERY, matchWorkflowId } from '../../src/workflows/match/contract.ts';
import { defaultTimeouts } from '../../src/workflows/order/contract.ts';
import { productWorkflowId } from '../../src/workflows/product/contract.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { testDatabase } from '../support/database.ts';
import type { Emulators } from '../support/emulators.ts';
import { type Scheduled, connectToday, startScheduled, whileWorking } from '../support/scheduled.ts';

const { pool, url } = await testDatabase();
let scheduled: Scheduled;
let emulators: Emulators;
let client: Client;
let config: Config;

beforeAll(async () => {
  scheduled = await startScheduled(url);
  ({ client, emulators } = scheduled);
  config = scheduled.config({ RECONCILIATION_LOOK_MS: '1000' });
  await connectToday(pool, emulators, scheduled.secretsKey, 'shop');
}, 600_000);
afterAll(() => scheduled?.stop());

async function finished(id: number): Promise<void> {
  await waitUntil('the report', async () => (await currentReport(pool, 'shop'))?.id === id, {
    timeoutMs: 100_000,
  });
}

describe('a match report in Temporal', { timeout: 120_000 }, () => {
  it('begins when somebody asks, waits while no worker runs, and tells how far it came', async () => {
    const asked = await askForReport(pool, 'shop', 'ivan');
    await ensureSchedules(client, config);
    await lookNow(client, config, 'matches', 'shop');
    await whileWorking(pool, config, () => finished(asked?.id ?? 0));
    const handle = client.workflow.getHandle(matchWorkflowId({ connection: 'shop' }));
    const summary = (await handle.result()) as { variants: number; items: number };
    expect(summary.variants).toBeGreaterThan(20);
    await whileWorking(pool, config, async () => {
      const progress = await handle.query<MatchProgress>(PROGRESS_QUERY);
      expect(progress).toEqual({
        ...{ stage: 'done', variants: summary.variants, variantsInShop: summary.variants },
        items: summary.items,
      });
    });
    const { historyLength } = await handle.describe();
    expect(historyLength).toBeLessThanOrEqual(40);
  });

  it('begins by itself once a night for a connection that had one, and once only', async () => {
    await pool.query(`update match_report set asked_at = now() - interval '1 day'`);
    await pool.query(`update connection_duty set due_at = now() where duty = 'match'`);
    await whileWorking(pool, config, async () => {
      await waitUntil('the nightly one', async () => (await byWhom()).length === 2);
      const { rows } = await pool.query<{ id: number }>('select max(id) as id from match_report');
      await finished(rows[0]?.id ?? 0);
      const looks = await looksOf();
      await waitUntil('two more looks', async () => (await looksOf()) >= looks + 2);
    });
    expect(await byWhom()).toEqual(['ivan', 'schedule']);
  });
});

describe('a product in Temporal', () => {
  it('has a workflow of its own that looks at it once for any number of hints', async () => {
    const key = { connectionId: 'shop', productId: '821' };
    const relay = {
      ...{ pool, client, taskQueue: config.TEMPORAL_TASK_QUEUE, timeouts: defaultTimeouts },
      ...{ logger: createLogger('test', 'silent'), metrics: createMetrics(), everyMs: 50, resendMs: 60_000 },
    };
    await hintProduct(pool, key, null);
    await hintProduct(pool, key, null);
    expect(await relayOnce(relay)).toBe(1);
    await hintProduct(pool, key, null);
    expect(await relayOnce(relay)).toBe(1);
    const handle = client.workflow.getHandle(productWorkflowId({ connection: 'shop', product: '821' }));
    await whileWorking(pool, config, async () => {
      expect(await handle.result()).toMatchObject({ variants: expect.any(Number) as number });
    });
    const { rows } = await pool.query<{ fence: number; done: boolean }>(
      `select fence, due_at = 'infinity' as done from product_hint where product_id = '821'`,
    );
    expect(rows).toEqual([{ fence: 1, done: true }]);
  });
});

async function byWhom(): Promise<string[]> {
  const { rows } = await pool.query<{ asked_by: string }>('select asked_by from match_report order by id');
  return rows.map((row) => row.asked_by);
}

/** How often the schedule looked so far. */
async function looksOf(): Promise<number> {
  const { numActionsTaken } = (await client.schedule.getHandle('matches:0').describe()).info;
  return numActionsTaken;
}
