import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../src/api/app.ts';
import { createHttpServer } from '../../src/api/http-server.ts';
import { webhookUrl } from '../../src/domain/webhook-address.ts';
import { createConnectionCache } from '../../src/db/connection-cache.ts';
import { newSecretsKey } from '../../src/config.ts';
import { type Pool, openPool } from '../../src/db/pool.ts';
import { createSecretBox } from '../../src/db/secrets.ts';
import { QUARANTINE_KEPT } from '../../src/db/queries/inbox.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { emptyDatabase, testBox, testConnection, testDatabase, testSecrets } from '../support/database.ts';

const logger = createLogger('test', 'silent');
const { pool } = await testDatabase();
const scale = Number(process.env['TEST_SCALE'] ?? 1);

/** A gateway on a real port; `on` may be a pool whose database is gone, `ttlMs` is how long it trusts what it knows. */
async function startGateway(
  on = pool,
  ttlMs?: number,
  box = testBox,
): Promise<{ url: string; port: number; close: () => Promise<void> }> {
  const app = createApp({
    box,
    pool: on,
    metrics: createMetrics(),
    temporalProblem: () => Promise.resolve(undefined),
    webhooks: {
      pool: on,
      logger,
      connections: createConnectionCache(on, testBox, ttlMs),
      onStored: () => undefined,
      count: () => undefined,
    },
  });
  const server = createHttpServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

let gateway: Awaited<ReturnType<typeof startGateway>>;
beforeAll(async () => {
  await testConnection(pool, 'shop');
  gateway = await startGateway();
});
afterAll(() => gateway.close());
beforeEach(() => pool.query('truncate webhook_delivery, webhook_quarantine'));

function address(changes: { connection?: string; secret?: string; event?: string } = {}): string {
  return webhookUrl(gateway.url, {
    connection: 'shop',
    secret: testSecrets.webhookUrlSecret,
    event: 'order.created',
    ...changes,
  });
}

async function deliver(
  url: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const response = await fetch(url, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: {
      'Content-Type': 'application/json',
      'X-Sync-Token': testSecrets.webhookHeaderSecret,
      ...headers,
    },
  });
  return { status: response.status, text: await response.text() };
}

async function stored(): Promise<
  { event: string; entity_id: string; header_ok: boolean; hint: { status?: string } }[]
> {
  return (await pool.query('select event, entity_id, header_ok, hint from webhook_delivery order by id'))
    .rows;
}

async function reasons(): Promise<string[]> {
  const { rows } = await pool.query<{ reason: string }>('select reason from webhook_quarantine order by id');
  return rows.map((row) => row.reason);
}

const order = JSON.stringify([{ id: 10457, status: 'pending', note: 'please unsubscribe me' }]);

describe('200, stored', () => {
  it('a good delivery is stored with the order it speaks of and what it says', async () => {
    expect(await deliver(address(), order)).toEqual({ status: 200, text: '' });
    expect(await stored()).toEqual([
      { event: 'order.created', entity_id: '10457', header_ok: true, hint: { status: 'pending' } },
    ]);
  });

  it('in a rush every delivery is answered after it was stored, each once', async () => {
    const ids = Array.from({ length: 300 }, (_, index) => String(50_000 + index));
    const answers = await Promise.all(ids.map((id) => deliver(address(), `[{"id":${id}}]`)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const entities = (await stored()).map((row) => row.entity_id);
    expect(entities.toSorted()).toEqual(ids);
  });

  it('a connection that was removed a moment ago costs the deliveries of the others nothing', async () => {
    await testConnection(pool, 'leaving');
    const other = await startGateway(pool, 600_000);
    const to = (connection: string): string => address({ connection }).replace(gateway.url, other.url);
    expect((await deliver(to('leaving'), order)).status).toBe(200);
    await pool.query("delete from connection where id = 'leaving'");
    const answers = await Promise.all(
      Array.from({ length: 80 }, (_, index) => deliver(to(index % 2 === 0 ? 'shop' : 'leaving'), order)),
    );
    await other.close();
    // 503: CloudCart repeats it, and by then the gateway knows that there is no such connection.
    expect(answers.map(({ status }) => status)).toEqual(
      Array.from({ length: 80 }, (_, index) => (index % 2 === 0 ? 200 : 503)),
    );
    expect(await stored()).toHaveLength(40);
  });

  it('an object instead of an array of one is understood', async () => {
    expect((await deliver(address(), '{"id":"7"}')).status).toBe(200);
    expect(await stored()).toHaveLength(1);
  });

  it('a delivery whose header the shop lost is taken as a hint and marked', async () => {
    const response = await fetch(address(), { method: 'POST', body: order });
    expect(response.status).toBe(200);
    expect(await stored()).toMatchObject([{ header_ok: false }]);
  });
});

describe('200, quarantined', () => {
  it.each([
    ['wrong secret in the URL', { secret: 'guess' }, order, {}, 'wrong_url_secret'],
    ['wrong header', {}, order, { 'X-Sync-Token': 'guess' }, 'wrong_header_secret'],
    ['unknown connection', { connection: 'nobody' }, order, {}, 'unknown_connection'],
    ['unknown event', { event: 'order.exploded' }, order, {}, 'unknown_event'],
  ])('%s', async (_name, where, body, headers, reason) => {
    expect(await deliver(address(where), body, headers)).toEqual({ status: 200, text: '' });
    expect(await stored()).toEqual([]);
    expect(await reasons()).toEqual([reason]);
  });

  it.each([
    ...['', '[]', 'null', '{', '<html>', '[{"id":-1}]', '[{"id":{}}]', '[{"id":1},{"id":2}]'],
    ...['[{"id":0}]', '[{"id":"007"}]', '[{"id":"7 "}]'],
  ])('a body that names no order: %s', async (body) => {
    expect((await deliver(address(), body)).status).toBe(200);
    expect(await stored()).toEqual([]);
    expect(await reasons()).toHaveLength(1);
  });

  it('more than 5 MB: the first 64 KB, the size and the hash are kept', async () => {
    expect((await deliver(address(), Buffer.alloc(6_000_000, 0x61))).status).toBe(200);
    const { rows } = await pool.query<{ kept: number; body_bytes: number }>(
      'select length(body_start) as kept, body_bytes from webhook_quarantine',
    );
    expect(rows).toEqual([{ kept: 65_536, body_bytes: 6_000_000 }]);
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s on a webhook address', async (method) => {
    expect((await fetch(address(), { method })).status).toBe(200);
    expect(await stored()).toEqual([]);
  });

  it.each([
    '/hooks',
    '/hooks/',
    '/hooks/cloudcart',
    '/hooks/x/y',
    '//hooks/a',
    '/HOOKS/a',
    '/hooks%2fcloudcart',
    '/hooks?x=1',
  ])('an address below the prefix that is not ours: %s', async (path) => {
    expect((await fetch(`${gateway.url}${path}`, { method: 'POST', body: order })).status).toBe(200);
  });

  it('one that may be news brings the next sweep forward, but never to less than a minute after the last', async () => {
    const dueInSeconds = async (): Promise<number> => {
      const { rows } = await pool.query<{ seconds: number }>(
        `select round(extract(epoch from due_at - started_at))::int as seconds from connection_duty where duty = 'sweep'`,
      );
      return rows[0]?.seconds ?? Number.NaN;
    };
    await pool.query(
      `insert into connection_duty (connection_id, duty, started_at, due_at) values ('shop', 'sweep', now(), now() + interval '2 minutes')`,
    );
    await deliver(address({ secret: 'guess' }), order);
    expect(await dueInSeconds()).toBe(120);
    await deliver(address(), 'not json');
    await deliver(address(), 'not json either');
    expect(await dueInSeconds()).toBe(60);
    await pool.query(
      `update connection_duty set started_at = now() - interval '90 seconds', due_at = now() + interval '30 seconds'`,
    );
    await deliver(address(), 'not json');
    expect(await dueInSeconds()).toBe(90);
  });

  it('the quarantine is bounded', async () => {
    await pool.query(
      `insert into webhook_quarantine (connection_id, reason, body_start, body_bytes, body_sha256)
       select 'shop', 'old', '', 0, '' from generate_series(1, $1)`,
      [QUARANTINE_KEPT + 20],
    );
    await deliver(address({ secret: 'guess' }), order);
    expect((await reasons()).length).toBe(QUARANTINE_KEPT);
    expect((await reasons()).at(-1)).toBe('wrong_url_secret');
  });
});

it('503 when the store is not available, so that the shop repeats it', async () => {
  const dead = openPool({
    url: 'postgres://nobody:nothing@127.0.0.1:1/none',
    max: 1,
    applicationName: 'test',
    onError: () => undefined,
  });
  const broken = await startGateway(dead);
  const response = await fetch(address().replace(gateway.url, broken.url), { method: 'POST', body: order });
  expect([response.status, await response.text()]).toEqual([503, '']);
  await broken.close();
  await dead.end();
});

it('no hostile body gets anything but an empty 200', async () => {
  const nested = fc.integer({ min: 1, max: 5_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth));
  const spoilt = fc
    .tuple(fc.nat(order.length), fc.string({ maxLength: 5 }))
    .map(([at, text]) => order.slice(0, at) + text + order.slice(at));
  const strange = fc
    .anything({ withBigInt: false, maxDepth: 3 })
    .map((id) => JSON.stringify([{ id, status: id, __proto__: { id } }]) ?? '');
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)),
    fc.json().map((text) => Buffer.from(text)),
    fc.oneof(nested, spoilt, strange).map((text) => Buffer.from(text)),
  );
  await fc.assert(
    fc.asyncProperty(bodies, async (body) => {
      expect(await deliver(address(), body)).toEqual({ status: 200, text: '' });
    }),
    { numRuns: 250 * scale },
  );
  const { rows } = await pool.query<{ entity_id: string }>('select entity_id from webhook_delivery');
  expect(rows.every((row) => /^[1-9][0-9]{0,19}$/.test(row.entity_id))).toBe(true);
});

describe('requests that the HTTP parser refuses', () => {
  const target = `/hooks/cloudcart/shop/${testSecrets.webhookUrlSecret}/order.created`;
  it.each([
    ['no Host header', `POST ${target} HTTP/1.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]`],
    ['garbage', 'HELLO\r\n\r\n'],
    ['a broken header', `POST ${target} HTTP/1.1\r\nHost: a\r\nBad Header\r\n\r\n`],
    [
      'length and chunks at once',
      `POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a length that is no number', `POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n`],
    ['headers of 100 KB', `POST ${target} HTTP/1.1\r\nHost: a\r\nX-A: ${'a'.repeat(100_000)}\r\n\r\n`],
    [
      'Expect',
      `POST ${target} HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]`,
    ],
    ['CONNECT', `CONNECT ${target} HTTP/1.1\r\nHost: a\r\n\r\n`],
    ['a body that breaks off', `POST ${target} HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n[{"id"`],
  ])('%s', async (_name, bytes) => {
    const answer = await raw(bytes);
    const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1];
    expect(['200', '503', undefined]).toContain(status);
    expect(answer).not.toContain('unsubscribe');
  });
});

/** Sends bytes and ends; answers with everything that came back until the connection closed. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(gateway.port, '127.0.0.1', () => socket.end(bytes));
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
  });
}

describe('readiness says what is missing', () => {
  const problems = async (on: Pool, box = testBox): Promise<string[]> => {
    const other = await startGateway(on, undefined, box);
    const answer = await fetch(`${other.url}/ready`);
    await other.close();
    expect(answer.status).toBe(503);
    return ((await answer.json()) as { problems: string[] }).problems;
  };

  it('an empty database waits for its migrations', async () => {
    const empty = openPool({
      url: await emptyDatabase(),
      max: 1,
      applicationName: 'test',
      onError: () => undefined,
    });
    expect(await problems(empty)).toEqual([
      expect.stringMatching(/migrations: 0001_foundation.*npm run migrate/),
    ]);
    await empty.end();
  });

  it('a key that does not open the stored secrets', async () => {
    expect(await problems(pool, createSecretBox(newSecretsKey()))).toEqual([
      'SECRETS_KEY is not the key that the stored secrets were sealed with',
    ]);
  });
});

it('health, readiness and metrics answer, everything else is not found', async () => {
  const status = async (path: string): Promise<number> => (await fetch(`${gateway.url}${path}`)).status;
  expect(await Promise.all(['/health', '/ready', '/metrics', '/nothing'].map(status))).toEqual([
    200, 200, 200, 404,
  ]);
});
