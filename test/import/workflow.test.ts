import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createImportControl } from '../../src/api/import-control.ts';
import type { Config } from '../../src/config.ts';
import {
  type ImportProgress,
  PROGRESS_QUERY,
  importWorkflowId,
} from '../../src/workflows/import/contract.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { matcher, report } from '../catalogue/world.ts';
import { testDatabase } from '../support/database.ts';
import type { Emulators } from '../support/emulators.ts';
import { type TestPanel, startPanel } from '../support/panel.ts';
import { type Scheduled, connectToday, startScheduled, whileWorking } from '../support/scheduled.ts';
import { createConnectionCache } from '../../src/db/connection-cache.ts';
import { createSecretBox } from '../../src/db/secrets.ts';
import { itemsIn, snapshotOfItems } from './world.ts';

const { pool, url } = await testDatabase();
let scheduled: Scheduled;
let emulators: Emulators;
let client: Client;
let config: Config;
let panel: TestPanel;
const base = '/api/connections/shop/imports';

beforeAll(async () => {
  scheduled = await startScheduled(url);
  ({ client, emulators } = scheduled);
  config = scheduled.config();
  panel = await startPanel(pool, {
    imports: createImportControl({ client, taskQueue: config.TEMPORAL_TASK_QUEUE }),
  });
  await connectToday(pool, emulators, scheduled.secretsKey, 'shop', { priceList: 2 });
}, 600_000);
afterAll(async () => {
  await panel?.stop();
  await scheduled?.stop();
});

async function freshReport(): Promise<void> {
  await pool.query(`update match_report set state = 'abandoned' where state in ('asked', 'running')`);
  await report(
    { ...matcher(pool), connections: createConnectionCache(pool, createSecretBox(scheduled.secretsKey), 0) },
    'shop',
  );
}

let made = 0;
async function addProducts(count: number): Promise<void> {
  made += 1;
  await emulators.shop.control.post('/products', {
    products: Array.from({ length: count }, (_, index) => ({
      ...{ name: `Внос ${made}-${index}`, variants: [{ sku: `WF-${made}-${index}`, price: '7.20' }] },
    })),
  });
}

/** Asks for a preview and waits until it is complete. Only while a worker works. */
async function previewed(): Promise<number> {
  const { status, body } = await panel.ask('POST', base, {});
  expect(status).toBe(200);
  await untilState(body.id, 'preview');
  return body.id as number;
}

async function untilState(run: number, state: string): Promise<void> {
  await waitUntil(
    `the state ${state}`,
    async () => (await panel.ask('GET', `${base}/${run}`)).body.state === state,
    { timeoutMs: 60_000 },
  );
}

/** Events of a stream until it ends. */
async function eventsOf(
  run: number,
  lastEventId?: string,
): Promise<{ id: string; event: string; data: { done: number } }[]> {
  const response = await fetch(`${panel.url}${base}/${run}/events`, {
    headers: {
      ...(await panel.as('viewer')),
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const blocks = (await response.text()).split('\n\n').filter((block) => block.startsWith('id: '));
  return blocks.map((block) => {
    const [id = '', event = '', data = ''] = block.split('\n').map((line) => line.replace(/^\w+: /, ''));
    return { id, event, data: JSON.parse(data) as { done: number } };
  });
}

describe('an import over the API', () => {
  it('shows a preview, takes choices, runs as a tree of batches with progress, and is taken back', async () => {
    await addProducts(230);
    await freshReport();
    const snapshot = await snapshotOfItems(emulators);
    await whileWorking(pool, config, async () => {
      const run = await previewed();
      const shown = (await panel.ask('GET', `${base}/${run}`)).body;
      expect(shown.byAction).toMatchObject({ create: expect.any(Number), skip: expect.any(Number) });
      expect(shown.byAction.create).toBeGreaterThanOrEqual(230);
      expect(shown.actions).toEqual(['start', 'cancel']);
      const { rows, next } = (await panel.ask('GET', `${base}/${run}/rows?action=create&search=WF-1&limit=2`))
        .body;
      expect(rows).toMatchObject([{ vat: '20', measureId: 6, price: '7.2' }, { action: 'create' }]);
      expect(
        (await panel.ask('GET', `${base}/${run}/rows?action=create&limit=1&after=${next}`)).body.rows[0]
          .variant > next,
      ).toBe(true);
      expect(rows[0].notes).toMatchObject([{ code: 'vat_assumed' }]);
      const [first, second] = rows as { variant: string; sku: string }[];
      const patched = await panel.ask('PATCH', `${base}/${run}/rows`, {
        rows: [first?.variant],
        set: { vat: '9' },
      });
      expect(patched.body).toEqual({ changed: 1 });
      await refusesBadFiles(run, second?.variant ?? '');
      const file = `variant;selected;vat\r\n${second?.variant};no;\r\n`;
      expect((await panel.ask('PUT', `${base}/${run}/rows.csv`, file)).body).toEqual({ changed: 1 });
      expect((await panel.ask('POST', `${base}/${run}/start`, {})).status).toBe(400);
      expect((await panel.ask('POST', `${base}/${run}/start`, { backupMade: true })).status).toBe(200);
      const events = await eventsOf(run);
      expect(events.at(-1)).toMatchObject({ event: 'end', data: { state: 'finished', failed: 0 } });
      expect((await eventsOf(run, events.at(-1)?.id)).map(({ event }) => event)).toEqual(['end']);
      await untilOver(run);
      const items = await itemsIn(emulators);
      expect(items.filter(({ Code }) => Code.startsWith('WF-1-'))).toHaveLength(229);
      expect(items.find(({ Code }) => Code === first?.sku)).toMatchObject({ TaxGroup: 2 });
      expect(items.some(({ Code }) => Code === second?.sku)).toBe(false);
      const history = await client.workflow
        .getHandle(importWorkflowId({ connection: 'shop', run }))
        .describe();
      expect(history.historyLength).toBeLessThan(100);
      expect(await batchesOf(run)).toEqual(['1', '2', '3']);
      const result = await panel.ask('GET', `${base}/${run}/rows.csv?outcome=created`);
      expect(result.bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
      expect(result.text.trimEnd().split('\r\n')).toHaveLength(230);
      const undone = (await panel.ask('POST', `${base}/${run}/undo`)).body.id as number;
      await untilState(undone, 'finished');
      expect((await panel.ask('POST', `${base}/${run}/undo`)).body).toMatchObject({ code: 'already_undone' });
      await untilOver(undone);
    });
    expect(await snapshotOfItems(emulators)).toEqual(snapshot);
    const { rows: audited } = await pool.query(
      `select action from audit where action like 'import.%' order by id`,
    );
    expect(audited.map(({ action }) => action)).toEqual(
      ['previewed', 'chosen', 'chosen', 'started', 'undone'].map((what) => `import.${what}`),
    );
  }, 180_000);

  it('is paused, resumed and cancelled at any moment; what is done stays', async () => {
    await addProducts(240);
    await freshReport();
    await emulators.warehouse.control.send('PATCH', '/switches', { latencyMs: 15 });
    await whileWorking(pool, config, async () => {
      const run = await previewed();
      await panel.ask('POST', `${base}/${run}/start`, { backupMade: true });
      const done = async (): Promise<number> => (await panel.ask('GET', `${base}/${run}`)).body.progress.done;
      const created = async (): Promise<number> =>
        (await panel.ask('GET', `${base}/${run}`)).body.byOutcome.created ?? 0;
      await waitUntil('some rows', async () => (await done()) > 20);
      expect((await panel.ask('POST', `${base}/${run}/pause`)).body).toEqual({ done: true });
      expect((await panel.ask('POST', `${base}/${run}/pause`)).body).toMatchObject({
        code: 'import_not_ready',
      });
      const handle = client.workflow.getHandle(importWorkflowId({ connection: 'shop', run }));
      await waitUntil(
        'the pause',
        async () => (await handle.query<ImportProgress>(PROGRESS_QUERY)).state === 'paused',
      );
      // Rows that were under way come to their end; nothing is begun any more.
      await waitUntil('the end of what was under way', async () => (await itemsMade()) === (await created()));
      const paused = await done();
      const { total } = (await panel.ask('GET', `${base}/${run}`)).body.progress;
      expect(paused).toBeLessThan(total);
      await panel.ask('POST', `${base}/${run}/resume`);
      await waitUntil('more rows', async () => (await done()) > paused + 20);
      await panel.ask('POST', `${base}/${run}/cancel`);
      await untilOver(run);
      const { body } = await panel.ask('GET', `${base}/${run}`);
      expect(body).toMatchObject({ state: 'cancelled', actions: ['undo'] });
      expect(body.progress.done).toBeLessThan(total);
      expect(await itemsMade()).toBe(body.byOutcome.created);
    });
  }, 120_000);

  it('needs a match report that is newer than what changed', async () => {
    await freshReport();
    await pool.query(
      `update shop_variant set read_at = clock_timestamp() where variant_key = 'variant:5102'`,
    );
    expect((await panel.ask('POST', base, {})).body).toMatchObject({ status: 409, code: 'report_outdated' });
    expect((await panel.ask('POST', base, {}, { role: 'viewer' })).status).toBe(403);
    expect((await panel.ask('GET', `${base}/999999`)).status).toBe(404);
  });
});

async function refusesBadFiles(run: number, variant: string): Promise<void> {
  for (const [file, field] of [
    [`variant,vat\r\n${variant},twenty\r\n`, 'line 2, vat'],
    [`variant,vat\r\n${variant},9\r\nnobody,9\r\n`, 'line 3, variant'],
    ['sku,vat\r\nWF,9\r\n', 'line 1, variant'],
    [`variant,measure\r\n${variant},"6\r\n`, 'line 3'],
    [`variant,vat\r\n${variant},9\r\nvariant:1,9\r\n`, 'variant:1'],
  ] as const) {
    const { status, body } = await panel.ask('PUT', `${base}/${run}/rows.csv`, file);
    expect(status).toBe(400);
    expect(Object.keys(body.fields)).toContain(field);
  }
  const { body } = await panel.ask('GET', `${base}/${run}/rows?search=WF-1&limit=500`);
  expect(body.rows.filter(({ vat }: { vat: string }) => vat !== '20')).toHaveLength(1);
}

async function itemsMade(): Promise<number> {
  return (await itemsIn(emulators)).filter(({ Code }) => Code.startsWith('WF-')).length;
}

async function untilOver(run: number): Promise<void> {
  await client.workflow.getHandle(importWorkflowId({ connection: 'shop', run })).result();
}

async function batchesOf(run: number): Promise<string[]> {
  const prefix = `${importWorkflowId({ connection: 'shop', run })}:`;
  const { events } = await client.workflow
    .getHandle(importWorkflowId({ connection: 'shop', run }))
    .fetchHistory();
  return (events ?? []).flatMap((event) => {
    const id = event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowId ?? '';
    return id.startsWith(prefix) ? [id.slice(prefix.length)] : [];
  });
}
