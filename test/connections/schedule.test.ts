import { afterAll, beforeAll, expect, it } from 'vitest';
import { lastPreflight } from '../../src/db/queries/preflight.ts';
import { createSecretBox } from '../../src/db/secrets.ts';
import { ensureSchedules, lookNow } from '../../src/schedules.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { testDatabase } from '../support/database.ts';
import type { Emulators } from '../support/emulators.ts';
import { startPanel } from '../support/panel.ts';
import { type Scheduled, startScheduled, whileWorking } from '../support/scheduled.ts';

const { pool, url } = await testDatabase();
let scheduled: Scheduled;
let emulators: Emulators;
beforeAll(async () => {
  scheduled = await startScheduled(url);
  ({ emulators } = scheduled);
}, 600_000);
afterAll(() => scheduled?.stop());

it('connecting has the checks made at once, and a running worker takes changed settings and a new key without a restart', async () => {
  const config = scheduled.config({
    WATCHDOG_LOOK_MS: '600000',
    SWEEP_LOOK_MS: '600000',
  });
  await ensureSchedules(scheduled.client, config);
  const panel = await startPanel(pool, {
    box: createSecretBox(scheduled.secretsKey),
    lookNow: (kind, id) => void lookNow(scheduled.client, config, kind, id),
  });
  const path = '/api/connections/shop';
  const run = async () => (await lastPreflight(pool, 'shop'))?.evidence;
  const checked = (objectId: number) =>
    waitUntil(`a check of object ${objectId}`, async () => {
      const evidence = await run();
      if (evidence?.shop.reached !== true || !evidence.warehouse.reached) return false;
      return evidence.warehouse.readableObjects.includes(objectId);
    });
  await whileWorking(pool, config, async () => {
    const { shop, warehouse } = emulators;
    const { apiId, secret } = warehouse;
    const made = await panel.ask('POST', '/api/connections', {
      ...{ id: 'shop', name: 'Проба', shop: { url: shop.url, apiKey: shop.apiKey } },
      warehouse: { entryPoint: warehouse.url, apiId, secret },
    });
    expect(made.status).toBe(200);
    await checked(2);
    const { body: settings, headers } = await panel.ask('GET', `${path}/settings`);
    const etag = headers.get('etag') ?? '';
    const saved = await panel.ask(
      'PUT',
      `${path}/settings`,
      { ...settings, objectId: 3 },
      { headers: { 'if-match': etag } },
    );
    expect(saved.status).toBe(200);
    const { apiKey } = await shop.control.post<{ apiKey: string }>('/keys/rotate');
    const card = await panel.ask('GET', path);
    const edited = await panel.ask(
      'PATCH',
      path,
      { shop: { apiKey } },
      { headers: { 'if-match': card.headers.get('etag') ?? '' } },
    );
    expect(edited.status).toBe(200);
    await waitUntil('the worker to know both', async () => {
      await panel.ask('POST', `${path}/preflight`, {});
      const evidence = await run();
      return (
        evidence?.shop.reached === true &&
        evidence.warehouse.reached &&
        evidence.warehouse.readableObjects.includes(3)
      );
    });
  });
  await panel.stop();
  const lengths: number[] = [];
  for await (const { workflowId, runId } of scheduled.client.workflow.list({
    query: `WorkflowType = 'preflight'`,
  }))
    lengths.push((await scheduled.client.workflow.getHandle(workflowId, runId).describe()).historyLength);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(12);
}, 90_000);
