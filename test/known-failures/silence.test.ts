import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAlarms } from '../../src/db/queries/alarms.ts';
import { saveSettings } from '../../src/db/queries/connections.ts';
import { askForWebhooks } from '../../src/db/queries/subscriptions.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { goldenSettings } from '../support/passes.ts';
import { Life, ORDER, SALE } from './life.ts';

/** What other connectors got wrong when nobody tells them anything, by their own issue trackers. */
const LOOK_EVERY_SECONDS = 2;
const WITHIN = { timeoutMs: 60_000, everyMs: 100 };
let life: Life;
beforeAll(async () => {
  const looks = String(LOOK_EVERY_SECONDS * 1_000);
  life = await Life.start('silence', { SWEEP_LOOK_MS: looks, WATCHDOG_LOOK_MS: looks });
  const { pool, stack } = life.running;
  const often = { sweepEverySeconds: LOOK_EVERY_SECONDS, watchdogEverySeconds: LOOK_EVERY_SECONDS };
  await saveSettings(pool, 'silence', { ...goldenSettings(), ...often }, 'test');
  await askForWebhooks(pool, 'silence', { wanted: true, publicUrl: stack.gatewayUrl, by: 'test' });
  await allOn();
}, 120_000);
afterAll(() => life?.stop());

interface Subscription {
  readonly id: number;
  readonly event: string;
  readonly active: string;
}
const subscriptions = async (): Promise<Subscription[]> =>
  (await life.running.shop.get<{ webhooks: Subscription[] }>('/webhooks')).webhooks;

/** Waits until the watchdog has every webhook as it should be. */
async function allOn(): Promise<void> {
  const orders = async (): Promise<string[]> =>
    (await subscriptions())
      .filter(({ event, active }) => event.startsWith('order.') && active === 'yes')
      .map(({ event }) => event)
      .sort();
  const on = async (): Promise<boolean> => (await orders()).join() === 'order.created,order.updated';
  await waitUntil('all webhooks on', on, WITHIN);
}

/** Without the export's own: its next cycle is minutes away, and three days without one are late as well. */
const openAlarms = async (): Promise<string[]> =>
  (await readAlarms(life.running.pool, 'silence', 0))
    .map(({ code }) => code)
    .filter((code) => code !== 'export_late');

/** Failures of the regular work in a row, all kinds together. */
async function failures(): Promise<number> {
  const { rows } = await life.running.pool.query<{ failures: number }>(
    'select coalesce(sum(failures), 0)::int as failures from connection_duty',
  );
  return rows[0]?.failures ?? -1;
}

describe('known failures of others: silence', () => {
  it('webhook never sent', async () => {
    const { shop } = life.running;
    await shop.post('/webhook-faults', { kind: 'drop', event: 'order.created' });
    const id = await life.place();
    await life.becomes(id, [ORDER]);
    await shop.post('/webhook-faults', { kind: 'drop', event: 'order.updated' });
    await life.act(id, 'pay', { by: 'merchant' });
    await life.becomes(id, [SALE]);
    expect(await life.deliveries(id)).toEqual([]);
    // The report of a gateway fires none at all (CloudCart API 5.4).
    const byCard = await life.place({ payment: 'stripe' });
    await life.becomes(byCard, [ORDER]);
    await life.act(byCard, 'pay', { by: 'gateway' });
    await life.becomes(byCard, [SALE]);
  });

  it('a webhook switched off for days without anyone noticing', async () => {
    const { shop } = life.running;
    for (const { id } of await subscriptions()) await shop.send('PATCH', `/webhooks/${id}`, { active: 'no' });
    const missed: string[] = [];
    for (let day = 0; day < 3; day += 1) {
      await shop.post('/clock', { advanceMs: 24 * 3_600_000 });
      missed.push(await life.place());
    }
    for (const id of missed) await life.becomes(id, [ORDER]);
    await allOn();
    const heard = await life.place();
    await life.handled(heard, 1);
    expect((await life.deliveries(heard)).map(({ event }) => event)).toEqual(['order.created']);
  });

  it('jobs all green while nothing arrives', async () => {
    const { shop, pool } = life.running;
    await shop.send('PATCH', '/switches', { webhooksOn: false });
    // Three days in which nobody ordered anything, as far as anybody heard.
    await pool.query(`update connection set created_at = created_at - interval '3 days'`);
    await pool.query(`update webhook_delivery set received_at = received_at - interval '3 days'`);
    await pool.query(`update shop_order set last_read_at = last_read_at - interval '3 days'`);
    await waitUntil('the alarms', async () => (await openAlarms()).length > 0, WITHIN);
    expect(await openAlarms()).toContain('no_delivery');
    expect(await failures()).toBe(0);
    await shop.send('PATCH', '/switches', { webhooksOn: true });
    await life.becomes(await life.place(), [ORDER]);
    await waitUntil('the end of the alarms', async () => (await openAlarms()).length === 0, WITHIN);
  });
});
