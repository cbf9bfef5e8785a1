import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { startShop, type TestShop } from './shop.ts';

/** A raw request: fetch does not let the Host header be chosen. */
function withHost(shop: TestShop, host: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      const asked = request(
        `${shop.emulator.url}/api/v2/orders`,
        { method, headers: { host, ...headers } },
        (response) => {
          let body = '';
          response.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          );
        },
      );
      asked.on('error', reject);
      asked.end();
    },
  );
}

describe('hosts and keys', () => {
  it('answers 429 with limit 0 on any host but the primary one', async () => {
    const shop = await startShop();
    const alias = `localhost:${new URL(shop.emulator.url).port}`;
    const { status, headers, body } = await withHost(shop, alias, {
      'x-cloudcart-apikey': shop.emulator.apiKey,
    });
    expect(status).toBe(429);
    expect(headers['x-ratelimit-limit']).toBe('0');
    expect(JSON.parse(body)).toMatchObject({ error: 'Too Many Requests', retry_after: 60 });
    expect(body).toContain('You do not have API access');
  });

  it('checks the key before the host, and the host before the value of the key', async () => {
    const shop = await startShop();
    expect((await withHost(shop, 'nobody.example')).status).toBe(401);
    expect((await withHost(shop, 'nobody.example', { 'x-cloudcart-apikey': 'X' })).status).toBe(404);
    const wrong = await shop.api('GET', 'orders', undefined, { 'x-cloudcart-apikey': 'X' });
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get('www-authenticate')).toBeNull();
    expect((await shop.api('OPTIONS', 'orders', undefined, { 'x-cloudcart-apikey': '' })).status).toBe(401);
  });

  it('checks route and verb, then media types, then the body, then the rules', async () => {
    const shop = await startShop();
    const json = { accept: 'application/json' };
    expect((await shop.api('GET', 'nothing', undefined, json)).status).toBe(404);
    expect((await shop.api('POST', 'orders', 'x', json)).status).toBe(405);
    expect((await shop.api('GET', 'orders', undefined, json)).status).toBe(406);
    expect(
      (await shop.api('PATCH', 'orders/10450', '{', { 'content-type': 'application/json' })).status,
    ).toBe(415);
    expect((await shop.api('PATCH', 'orders/10450', '{')).status).toBe(400);
    expect((await shop.api('PATCH', 'orders/10450', { data: { type: 'x', id: '10450' } })).status).toBe(400);
    expect((await shop.api('PATCH', 'orders/10450', { data: { type: 'orders', id: '1' } })).status).toBe(400);
  });

  it('answers 503 in maintenance and 402 when the plan has expired', async () => {
    const shop = await startShop();
    await shop.switches({ maintenance: true });
    const maintenance = await shop.api('GET', 'orders');
    expect([maintenance.status, maintenance.body.errors[0].title]).toEqual([503, 'Maintenance mode']);
    expect(maintenance.headers.get('retry-after')).toBeNull();
    await shop.switches({ maintenance: false, planExpired: true });
    expect((await shop.api('GET', 'orders')).body.errors[0]).toMatchObject({
      status: '402',
      title: 'Payment Required',
    });
  });

  it('stops taking a key that was rotated or switched off', async () => {
    const shop = await startShop();
    const { body } = await shop.control('POST', '/keys/rotate');
    expect(body.apiKey).toMatch(/^[A-Z0-9]{64}$/);
    expect((await shop.api('GET', 'orders')).status).toBe(401);
    const fresh = { 'x-cloudcart-apikey': body.apiKey as string };
    expect((await shop.api('GET', 'orders', undefined, fresh)).status).toBe(200);
    await shop.control('PATCH', '/keys/1', { active: 'no' });
    expect((await shop.api('GET', 'orders', undefined, fresh)).status).toBe(401);
  });

  it('refuses the verbs that a resource does not have', async () => {
    const shop = await startShop();
    const writes = [
      'order-products',
      'order-payment',
      'order-tax',
      'payment-providers',
      'stores',
      'order-status',
    ];
    for (const type of writes) expect([type, (await shop.api('POST', type, {})).status]).toEqual([type, 405]);
    expect((await shop.api('DELETE', 'orders/10450')).status).toBe(405);
    expect((await shop.api('POST', 'orders', {})).status).toBe(405);
  });
});

describe('rate limit', () => {
  it('lets one less than the limit pass and gives capacity back with time', async () => {
    const shop = await startShop({});
    await shop.switches({ rateLimitPerMinute: 10 });
    const statuses: number[] = [];
    for (let index = 0; index < 10; index++) statuses.push((await shop.api('GET', 'order-status')).status);
    expect(statuses).toEqual([...Array.from({ length: 9 }, () => 200), 429]);
    const refused = await shop.api('GET', 'orders');
    expect(refused.headers.get('retry-after')).toBe('60');
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(refused.body).toMatchObject({ error: 'Too Many Requests', retry_after: 60 });
    expect(refused.body.errors).toBeUndefined();
    await shop.control('POST', '/clock', { advanceMs: 61_000 });
    const again = await shop.api('GET', 'orders');
    expect([again.status, again.headers.get('x-ratelimit-remaining')]).toEqual([200, '8']);
    expect(again.headers.get('x-ratelimit-limit')).toBe('10');
  });

  it('says that there is plenty when it is started without a limit', async () => {
    const shop = await startShop({ unlimited: true });
    const { headers } = await shop.api('GET', 'orders');
    expect(headers.get('x-ratelimit-limit')).toBe('1000000');
  });

  it('counts refused keys and all methods too', async () => {
    const shop = await startShop({});
    await shop.switches({ rateLimitPerMinute: 3 });
    await shop.api('GET', 'orders', undefined, { 'x-cloudcart-apikey': 'X' });
    await shop.api('DELETE', 'orders');
    expect((await shop.api('GET', 'orders')).status).toBe(429);
  });

  it('has no API at all on the smallest plan', async () => {
    const shop = await startShop({});
    await shop.switches({ rateLimitPerMinute: 0 });
    const { status, headers } = await shop.api('GET', 'orders');
    expect([status, headers.get('x-ratelimit-limit')]).toEqual([429, '0']);
  });
});
