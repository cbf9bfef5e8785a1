import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startCloudcartEmulator } from '../../../emulators/cloudcart/emulator.ts';
import { waitUntil } from '../../../tools/local/process.ts';
import { startReceiver, startShop, subscribe, type TestShop } from './shop.ts';

const fault = (shop: TestShop, body: object) => shop.control('POST', '/faults', body);
const setPrice = (shop: TestShop, price: number) =>
  shop.api('PATCH', 'variants/5207', { data: { type: 'variants', id: '5207', attributes: { price } } });
const price = async (shop: TestShop): Promise<number> =>
  (await shop.control('GET', '/stock?sku=CUP-01')).body.stock[0].price;

describe('faults', () => {
  it('answers instead of the shop, once each, without applying', async () => {
    const shop = await startShop();
    const kinds: Record<string, number> = {
      ...{
        http403: 403,
        http404: 404,
        http429: 429,
        html429: 429,
        http500: 500,
        http502html: 502,
        http504html: 504,
      },
    };
    for (const [kind, status] of Object.entries(kinds)) {
      await fault(shop, { kind, method: 'PATCH', path: '/api/v2/variants' });
      expect((await shop.api('GET', 'variants/5207')).status).toBe(200);
      expect([kind, (await setPrice(shop, 1)).status]).toEqual([kind, status]);
    }
    expect(await price(shop)).toBe(960);
    expect((await setPrice(shop, 970)).status).toBe(200);
  });

  it('applies and breaks the answer', async () => {
    const shop = await startShop();
    await fault(shop, { kind: 'invalidJson' });
    expect((await setPrice(shop, 901)).body).toBeUndefined();
    await fault(shop, { kind: 'emptyBody' });
    expect((await setPrice(shop, 902)).text).toBe('');
    expect(await price(shop)).toBe(902);
  });

  it('drops connections before or after applying, after some that pass', async () => {
    const shop = await startShop();
    await fault(shop, { kind: 'dropBefore', after: 1, path: '^/api/v2/(variants|products)' });
    expect((await setPrice(shop, 901)).status).toBe(200);
    await expect(setPrice(shop, 902)).rejects.toThrow('fetch failed');
    expect(await price(shop)).toBe(901);
    await fault(shop, { kind: 'dropAfter' });
    await expect(setPrice(shop, 903)).rejects.toThrow('fetch failed');
    expect(await price(shop)).toBe(903);
  });

  it('times out with the write applied, not applied, or applied later', async () => {
    const shop = await startShop();
    const impatient = (value: number) =>
      fetch(`${shop.emulator.url}/api/v2/variants/5207`, {
        method: 'PATCH',
        headers: {
          accept: 'application/vnd.api+json',
          'content-type': 'application/vnd.api+json',
          'x-cloudcart-apikey': shop.emulator.apiKey,
        },
        body: JSON.stringify({ data: { type: 'variants', id: '5207', attributes: { price: value } } }),
        signal: AbortSignal.timeout(100),
      });
    await fault(shop, { kind: 'timeoutBefore' });
    await expect(impatient(901)).rejects.toThrow('aborted due to timeout');
    expect(await price(shop)).toBe(960);
    await fault(shop, { kind: 'timeoutAfter' });
    await expect(impatient(902)).rejects.toThrow('aborted due to timeout');
    expect(await price(shop)).toBe(902);
    await fault(shop, { kind: 'holdAndApplyLater', ms: 20 });
    await expect(impatient(903)).rejects.toThrow('aborted due to timeout');
    await waitUntil('late write', async () => (await price(shop)) === 903, { everyMs: 5 });
  });

  it('gives up with 504 in HTML after 30 seconds, the write applied', async () => {
    const shop = await startShop();
    expect((await shop.control('GET', '/switches')).body.switches.platformTimeoutMs).toBe(30_000);
    await shop.switches({ platformTimeoutMs: 20 });
    await fault(shop, { kind: 'timeoutAfter' });
    const { status, headers } = await setPrice(shop, 901);
    expect([status, headers.get('content-type')]).toEqual([504, 'text/html; charset=utf-8']);
    expect(await price(shop)).toBe(901);
  });

  it('moves rows between two reads, so that a page shows a row again', async () => {
    const shop = await startShop();
    await shop.control('POST', '/clock', { advanceMs: 60_000 });
    const page = async (number: number): Promise<string[]> => {
      const path = `orders?sort=-updated_at&page[size]=5&page[number]=${number}`;
      return (await shop.api('GET', path)).body.data.map(({ id }: { id: string }) => id);
    };
    const first = await page(1);
    await fault(shop, { kind: 'pageShift', method: 'GET' });
    expect((await page(2))[0]).toBe(first.at(-1));
    expect((await page(1))[0]).not.toBe(first[0]);
  });

  it('parks a request until it is released', async () => {
    const shop = await startShop();
    await fault(shop, { kind: 'park' });
    const waiting = setPrice(shop, 901);
    const held = async () => (await shop.control('GET', '/held')).body.held.length === 1;
    await waitUntil('held request', held, { everyMs: 5 });
    expect(await price(shop)).toBe(960);
    const { body } = await shop.control('GET', '/held');
    await shop.control('POST', `/held/${body.held[0].id}/release`, { apply: true, answer: true });
    expect((await waiting).status).toBe(200);
    expect(await price(shop)).toBe(901);
    expect((await shop.control('POST', '/held/99/release', {})).status).toBe(404);
  });

  it('refuses unknown kinds and forgets faults when told', async () => {
    const shop = await startShop();
    expect((await fault(shop, { kind: 'nonsense' })).status).toBe(422);
    await fault(shop, { kind: 'http500' });
    await shop.control('DELETE', '/faults');
    expect((await shop.api('GET', 'orders')).status).toBe(200);
  });
});

describe('control', () => {
  it('refuses unknown switches and values, and lists the known ones', async () => {
    const shop = await startShop();
    const unknown = await shop.control('PATCH', '/switches', { nonsense: 1 });
    expect(unknown.status).toBe(422);
    expect(unknown.body.known.length).toBeGreaterThan(30);
    expect((await shop.control('PATCH', '/switches', { rateLimitPerMinute: 801 })).status).toBe(422);
    expect((await shop.control('PATCH', '/switches', { dateZone: 'mars', webhooksOn: false })).status).toBe(
      422,
    );
    expect((await shop.control('GET', '/switches')).body.switches.webhooksOn).toBe(true);
  });

  it('places many orders at once, each with its delivery', async () => {
    const shop = await startShop();
    const receiver = await startReceiver();
    await subscribe(shop, receiver, 'order.created');
    const { body } = await shop.control('POST', '/orders/bulk', { preset: 'G02', count: 500 });
    expect(new Set(body.ids).size).toBe(500);
    await expect.poll(() => receiver.got.length, { timeout: 20_000 }).toBeGreaterThanOrEqual(500);
    expect(receiver.got.map((delivery) => delivery.body[0].id).toSorted()).toEqual(body.ids);
    expect((await shop.control('POST', '/orders/bulk', { preset: 'G02', count: 0 })).status).toBe(422);
  });

  it('has a clock that can be wrong, also behind', async () => {
    const shop = await startShop();
    const { body } = await shop.control('POST', '/clock', { offsetMs: -3_600_000 });
    expect(body.now).toBeLessThan(Date.now() - 3_500_000);
    const reset = Number((await shop.api('GET', 'orders')).headers.get('x-ratelimit-reset'));
    expect(reset).toBeLessThan(Date.now() / 1000 - 3_500);
  });

  it('logs requests without the key', async () => {
    const shop = await startShop();
    await setPrice(shop, 901);
    await shop.api('GET', 'orders?page[size]=1');
    const { body, text } = await shop.control('GET', '/requests?since=0');
    expect(body.requests).toMatchObject([
      { seq: 1, method: 'PATCH', path: '/api/v2/variants/5207', status: 200 },
      { seq: 2, method: 'GET', path: '/api/v2/orders', query: 'page[size]=1' },
    ]);
    expect(text).not.toContain(shop.emulator.apiKey);
    expect((await shop.control('GET', '/requests?since=2')).body.requests).toEqual([]);
    await shop.control('DELETE', '/requests');
    expect((await shop.control('GET', '/requests')).body.requests).toEqual([]);
  });

  it('takes and restores snapshots, and resets', async () => {
    const shop = await startShop();
    const id = await shop.place({ preset: 'G01' });
    const { body: snapshot } = await shop.control('GET', '/snapshot');
    await shop.control('DELETE', `/orders/${id}`);
    await shop.switches({ dateZone: 'utc' });
    await shop.control('PUT', '/snapshot', snapshot);
    expect(await shop.order(id)).toMatchObject({ price_total: 6420 });
    expect((await shop.control('GET', '/switches')).body.switches.dateZone).toBe('local');
    await fault(shop, { kind: 'park' });
    const parked = shop.api('GET', 'orders');
    const held = async () => (await shop.control('GET', '/held')).body.held.length === 1;
    await waitUntil('held request', held, { everyMs: 5 });
    await Promise.all([
      expect(parked).rejects.toThrow('fetch failed'),
      expect(shop.control('POST', '/reset')).resolves.toMatchObject({ status: 200 }),
    ]);
    expect((await shop.control('GET', '/held')).body.held).toEqual([]);
    expect((await shop.api('GET', `orders/${id}`)).status).toBe(404);
    expect(await shop.place({ preset: 'G01' })).toBe(id);
  });

  it('has a history with every special case', async () => {
    const shop = await startShop();
    const { body } = await shop.control('GET', '/orders?limit=100');
    const orders = body.orders as {
      status: string;
      currency: string;
      draft: boolean;
      archived: boolean;
      returnStatus: string;
    }[];
    expect(orders.length).toBeGreaterThanOrEqual(30);
    const statuses = new Set(orders.map(({ status }) => status));
    for (const status of [
      'pending',
      'authorized',
      'paid',
      'completed',
      'cancelled',
      'refunded',
      'order-za-utochniavane',
    ])
      expect([...statuses]).toContain(status);
    expect(orders.filter(({ draft }) => draft)).toHaveLength(1);
    expect(orders.filter(({ archived }) => archived)).toHaveLength(1);
    expect(orders.filter(({ currency }) => currency === 'BGN')).toHaveLength(1);
    expect(orders.filter(({ returnStatus }) => returnStatus === 'partial')).toHaveLength(1);
  });

  it('changes prices and stock like the merchant, and the whole shop to euro', async () => {
    const shop = await startShop();
    await shop.control('PATCH', '/products/815', { price: '19.56', quantity: 4 });
    expect((await shop.control('GET', '/stock?sku=CUP-01')).body.stock[0]).toMatchObject({
      price: 1956,
      quantity: 4,
    });
    expect((await shop.control('POST', '/convert-to-euro')).status).toBe(422);
    await shop.control('PATCH', '/settings', { currency: 'BGN' });
    await shop.control('POST', '/convert-to-euro');
    expect(await price(shop)).toBe(1000);
    expect((await shop.control('GET', '/settings')).body.currency).toBe('EUR');
  });

  it('keeps its state in a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'cloudcart-'));
    const stateFile = join(folder, 'state.json');
    const first = await startCloudcartEmulator({ stateFile });
    await fetch(`${first.controlUrl}/switches`, { method: 'PATCH', body: '{"firstAttempt":"queued"}' });
    await fetch(`${first.url}/api/v2/webhooks`, {
      method: 'POST',
      headers: { 'x-cloudcart-apikey': first.apiKey, 'content-type': 'application/vnd.api+json' },
      body: JSON.stringify({
        data: { type: 'webhooks', attributes: { url: 'http://127.0.0.1:9/x', event: 'order.created' } },
      }),
    });
    const placed = await fetch(`${first.controlUrl}/orders`, { method: 'POST', body: '{"preset":"G01"}' });
    const { id } = (await placed.json()) as { id: number };
    await first.close();
    expect(readFileSync(stateFile, 'utf8')).toContain('price_total');
    const second = await startCloudcartEmulator({ stateFile });
    expect(second.shop.db.tables.orders.get(id)?.price_total).toBe(6420);
    const { deliveries } = (await (await fetch(`${second.controlUrl}/deliveries`)).json()) as {
      deliveries: { entityId: number; state: string }[];
    };
    expect(deliveries).toMatchObject([{ entityId: id, state: 'waiting' }]);
    await second.close();
    rmSync(folder, { recursive: true });
  });
});

describe('process', () => {
  it('says one line when ready, ends with stdin and at SIGTERM', async () => {
    for (const how of ['stdin', 'signal'] as const) {
      const args = ['--import', 'tsx', 'emulators/cloudcart/main.ts', '--port', '0', '--control-port', '0'];
      const child = spawn(process.execPath, [...args, '--exit-with-parent'], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const line = await new Promise<string>((resolve) =>
        child.stdout.once('data', (chunk: Buffer) => resolve(String(chunk))),
      );
      const ready = JSON.parse(line) as {
        url: string;
        controlUrl: string;
        shops: { host: string; apiKey: string }[];
      };
      expect(ready.shops[0]?.host).toBe(new URL(ready.url).host);
      expect(ready.shops[0]?.apiKey).toMatch(/^[A-Z0-9]{64}$/);
      expect((await fetch(`${ready.controlUrl}/health`)).status).toBe(200);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (how === 'stdin') child.stdin.end();
      else child.kill('SIGTERM');
      expect(await ended).toBe(0);
    }
  });
});
