import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { askForWebhooks, viewWebhooks } from '../../src/db/queries/subscriptions.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { followHints, shopRequests, sweepOnce } from '../sweep/world.ts';
import { testDatabase, testSecrets } from '../support/database.ts';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { PassWorld } from '../support/passes.ts';
import { FrontDoor, askWebhookApi, watchOnce } from './world.ts';

const { pool } = await testDatabase();
const cart = { lines: [{ sku: 'CUP-01', quantity: 1 }], payment: 'cod' };
const EVENTS = ['order.created', 'order.updated', 'product.created', 'product.deleted', 'product.updated'];
let emulators: Emulators;
let world: PassWorld;
let door: FrontDoor;
beforeAll(async () => {
  [emulators, door] = await Promise.all([startEmulators(), FrontDoor.open()]);
});
afterAll(async () => {
  door?.close();
  await emulators?.stop();
});
beforeEach(async () => {
  await pool.query('delete from connection');
  await emulators.shop.control.post('/reset');
  world = await PassWorld.create(pool, emulators, 'watched');
  door.status = 200;
  door.arrived.length = 0;
});

async function register(wanted = true): Promise<void> {
  await askForWebhooks(pool, 'watched', { wanted, publicUrl: door.url, by: 'test' });
  expect(await watchOnce(pool, 'watched')).toEqual({ due: 1, failed: 0 });
}

async function journal(): Promise<{ what: string }[]> {
  const { rows } = await pool.query<{ data: { what: string } }>(
    `select data from journal where connection_id = 'watched' and kind = 'webhook' order by id`,
  );
  return rows.map(({ data }) => data).filter(({ what }) => what !== 'asked');
}

/** Deliveries of orders that came to the door. */
function ofOrders() {
  return door.arrived.filter(({ url }) => url.includes('/order.'));
}

async function isSweepDue(): Promise<boolean> {
  const { rows } = await pool.query(
    `select 1 from connection_duty where connection_id = 'watched' and duty = 'sweep' and due_at <= clock_timestamp()`,
  );
  return rows.length > 0;
}

describe('known failures of others', () => {
  it('a webhook switched off for days without anyone noticing', async () => {
    const { control } = emulators.shop;
    await register();
    await sweepOnce(pool, 'watched');
    // A proxy in front of us answers once as no one may: CloudCart switches the webhook off (CloudCart API 6.4).
    door.status = 403;
    const missed = [await world.place(cart)];
    await waitUntil('the shop to switch it off', async () => {
      const hooks = await askWebhookApi(emulators);
      return hooks.some(({ event, active }) => event === 'order.created' && active !== 'yes');
    });
    door.status = 200;
    for (let day = 0; day < 3; day += 1) {
      await control.post('/clock', { advanceMs: 24 * 3_600_000 });
      for (let count = 0; count < 3; count += 1) missed.push(await world.place(cart));
    }
    expect(ofOrders()).toHaveLength(1);

    expect(await watchOnce(pool, 'watched')).toEqual({ due: 1, failed: 0 });
    expect(await askWebhookApi(emulators)).toMatchObject(
      EVENTS.map((event) => ({
        event,
        active: 'yes',
        headers: { 'x-sync-token': testSecrets.webhookHeaderSecret },
      })),
    );
    expect(await journal()).toEqual([
      expect.objectContaining({ what: 'registered' }),
      // The order took a cup from the stock: the product's webhook met the same proxy.
      { what: 'repaired', events: { 'order.created': 'switched_off', 'product.updated': 'switched_off' } },
    ]);
    expect(await isSweepDue()).toBe(true);
    await sweepOnce(pool, 'watched');
    await followHints(world);
    for (const id of missed) expect(await world.documents(id)).toHaveLength(1);
    await world.place(cart);
    await waitUntil('the next delivery', async () => ofOrders().length === 2);
    expect(ofOrders()[1]).toMatchObject({ token: testSecrets.webhookHeaderSecret });
  });
});

describe('the watchdog', () => {
  it('costs one request while all is well, and none where nobody asked for webhooks', async () => {
    expect(await shopRequests(emulators, () => watchOnce(pool, 'watched'))).toEqual([]);
    expect(await askWebhookApi(emulators)).toEqual([]);
    await register();
    const requests = await shopRequests(emulators, () => watchOnce(pool, 'watched'));
    expect(requests.map(({ method }) => method)).toEqual(['GET']);
    expect(await journal()).toHaveLength(1);
  });

  it('creates anew what was deleted, gives wiped headers back, and touches nothing of others', async () => {
    await register();
    const [created, updated] = await askWebhookApi(emulators);
    const others = [
      'https://else.example.bg/anything',
      'https://else.example.bg/hooks/cloudcart/other/s/order.created',
      // Another installation of this product with a connection of the same name.
      'https://else.example.bg/hooks/cloudcart/watched/their-secret/order.created',
    ];
    for (const url of others) await askWebhookApi(emulators, 'POST', '', { url, event: 'order.created' });
    await askWebhookApi(emulators, 'DELETE', created?.id);
    await askWebhookApi(emulators, 'PATCH', updated?.id, { active: 'yes' });
    await watchOnce(pool, 'watched');
    const now = await askWebhookApi(emulators);
    expect(now).toHaveLength(EVENTS.length + others.length);
    for (const url of others) expect(now.filter((each) => each.url === url)).toHaveLength(1);
    const ours = now.filter(({ url }) => url.startsWith(door.url));
    expect(ours.map(({ event, headers }) => [event, headers['x-sync-token']]).toSorted()).toEqual(
      EVENTS.map((event) => [event, testSecrets.webhookHeaderSecret]),
    );
    expect((await journal()).at(-1)).toEqual({
      what: 'repaired',
      events: { 'order.created': 'missing', 'order.updated': 'changed' },
    });
  });

  it('in mode observe nothing is repaired; what would be is journaled once', async () => {
    await register();
    await pool.query(`update connection set mode = 'observe'`);
    const [created] = await askWebhookApi(emulators);
    await emulators.shop.control.send('PATCH', `/webhooks/${created?.id}`, { active: 'no' });
    const requests = await shopRequests(emulators, async () => {
      await watchOnce(pool, 'watched');
      await watchOnce(pool, 'watched');
    });
    expect(requests.map(({ method }) => method)).toEqual(['GET', 'GET']);
    expect((await journal()).slice(1)).toEqual([
      { what: 'would_repair', events: { 'order.created': 'switched_off' } },
    ]);
    // The button is a wish in so many words.
    await register();
    expect((await askWebhookApi(emulators)).map(({ active }) => active)).toEqual(EVENTS.map(() => 'yes'));
  });

  it('turned off: ours are removed, those of others stay, and none comes back', async () => {
    await register();
    await askWebhookApi(emulators, 'POST', '', { url: 'https://else.example.bg/x', event: 'order.created' });
    await register(false);
    await watchOnce(pool, 'watched');
    expect((await askWebhookApi(emulators)).map(({ url }) => url)).toEqual(['https://else.example.bg/x']);
    expect(await viewWebhooks(pool, 'watched')).toMatchObject({ wanted: false, webhooks: [] });
  });

  it('one that is switched off again and again is repaired later and later', async () => {
    await register();
    const [created] = await askWebhookApi(emulators);
    const switchOff = () =>
      emulators.shop.control.send('PATCH', `/webhooks/${created?.id}`, { active: 'no' });
    const isOn = async () => (await askWebhookApi(emulators))[0]?.active === 'yes';
    const pass = (minutes: number) =>
      pool.query(`update webhook_subscription set repaired_at = repaired_at - make_interval(mins => $1)`, [
        minutes,
      ]);
    const results: boolean[] = [];
    for (const minutes of [0, 5, 5, 5]) {
      await pass(minutes);
      await switchOff();
      await watchOnce(pool, 'watched');
      results.push(await isOn());
    }
    expect(results).toEqual([true, true, false, true]);
    expect((await viewWebhooks(pool, 'watched'))?.webhooks[0]).toMatchObject({ repairs: 3, active: true });
  });

  it('what was asked for while the shop was away is done when it is back', async () => {
    await emulators.shop.control.send('PATCH', '/switches', { maintenance: true });
    await askForWebhooks(pool, 'watched', { wanted: true, publicUrl: door.url, by: 'test' });
    expect(await watchOnce(pool, 'watched')).toEqual({ due: 1, failed: 1 });
    expect(await viewWebhooks(pool, 'watched')).toMatchObject({ wanted: true, doneAt: null });
    await emulators.shop.control.send('PATCH', '/switches', { maintenance: false });
    await pool.query('delete from shop_budget');
    await watchOnce(pool, 'watched');
    expect(await askWebhookApi(emulators)).toHaveLength(EVENTS.length);
    expect((await viewWebhooks(pool, 'watched'))?.doneAt).toBeInstanceOf(Date);
  });
});
