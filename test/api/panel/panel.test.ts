import { request as httpRequest } from 'node:http';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../src/api/panel/openapi.ts';
import { routes } from '../../../src/api/panel/routes.ts';
import { storeDeliveries, takeDueOrders } from '../../../src/db/queries/inbox.ts';
import { testConnection, testDatabase } from '../../support/database.ts';
import { type TestPanel, startPanel } from '../../support/panel.ts';

const { pool } = await testDatabase();
let server: TestPanel;
let port: number;
let operator: { readonly authorization: string };
let due = 0;

beforeAll(async () => {
  server = await startPanel(pool, { onDue: () => (due += 1) });
  port = Number(new URL(server.url).port);
  operator = await server.as('operator');
  for (const id of ['one', 'two']) await testConnection(pool, id);
  await testConnection(pool, 'off', { mode: 'off' });
});

afterAll(() => server?.stop());

beforeEach(async () => {
  due = 0;
  await pool.query('truncate shop_order, journal, webhook_delivery cascade');
});

interface Answer {
  readonly status: number;
  readonly type: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

/** Not `fetch`: it chooses Host and Origin by itself. */
function ask(
  method: string,
  path: string,
  body?: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, method, path, headers: { ...operator, ...headers } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'] ?? '',
            body: JSON.parse(Buffer.concat(chunks).toString('utf8')),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

const get = (path: string, headers?: Record<string, string>): Promise<Answer> =>
  ask('GET', path, undefined, headers);

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> =>
  ask('POST', path, JSON.stringify(body), { 'content-type': 'application/json', ...headers });

/** An order that waits for a cause to be mended, or for nothing when there is no code. */
async function order(connection: string, id: string, code?: string, severity = 'blocking'): Promise<void> {
  await pool.query(
    `insert into shop_order (connection_id, shop_order_id, state, shop_status, shop_total, shop_currency)
     values ($1, $2, $3, 'paid', 1250, 'EUR')`,
    [connection, id, code === undefined ? 'sold' : 'blocked'],
  );
  if (code !== undefined)
    await pool.query(
      `insert into problem (connection_id, shop_order_id, code, severity, params) values ($1, $2, $3, $4, '{"sku": "A-1"}')`,
      [connection, id, code, severity],
    );
}

async function journal(): Promise<unknown[]> {
  return (await pool.query(`select shop_order_id, kind, data from journal order by id`)).rows;
}

describe('the list of orders', () => {
  it('every order is on exactly one page, in both directions, although many changed in one instant', async () => {
    for (let number = 1; number <= 23; number += 1) await order('one', String(number));
    await pool.query(
      `update shop_order set updated_at = '2026-01-02 03:04:05.123456Z' where shop_order_id::int <= 15`,
    );
    for (const sort of ['updated', '-updated']) {
      const seen: string[] = [];
      let next: string | null = '';
      while (next !== null) {
        const { body }: Answer = await get(
          `/api/orders?limit=5&sort=${sort}${next === '' ? '' : `&cursor=${next}`}`,
        );
        seen.push(...body.orders.map((one: { order: string }) => one.order));
        next = body.next;
      }
      expect(seen).toHaveLength(23);
      expect(new Set(seen).size).toBe(23);
    }
  });

  it('filters by connection, state, shop status, problem and number, and counts the states', async () => {
    await order('one', '100', 'sku_not_matched');
    await order('one', '101');
    await order('two', '205', 'disputed');
    await pool.query(
      `insert into document (connection_id, warehouse_api_id, ext_id, shop_order_id, kind, generation, state,
         warehouse_number, settings_version, fence) values ('one', 'api-one', 7, '101', 'sale', 1, 'live', '640', 1, 1)`,
    );
    const found = async (query: string): Promise<string[]> =>
      (await get(`/api/orders?sort=updated&${query}`)).body.orders.map((one: { order: string }) => one.order);
    expect(await found('connection=two')).toEqual(['205']);
    expect(await found('state=blocked')).toEqual(['100', '205']);
    expect(await found('shopStatus=pending')).toEqual([]);
    expect(await found('problem=disputed')).toEqual(['205']);
    expect(await found('search=10')).toEqual(['100', '101']);
    expect(await found('search=640')).toEqual(['101']);
    expect((await get('/api/orders?connection=one')).body.states).toEqual({ blocked: 1, sold: 1 });
  });

  it('a cursor that is none, or of another direction, is refused by name', async () => {
    for (const number of ['1', '2']) await order('one', number);
    const { body } = await get('/api/orders?limit=1');
    for (const query of ['cursor=abc', `sort=updated&cursor=${body.next}`, 'cursor=eyJ4IjoxfQ']) {
      const refused = await get(`/api/orders?${query}`);
      expect(refused.status).toBe(400);
      expect(Object.keys(refused.body.fields)).toEqual(['query.cursor']);
    }
  });
});

describe('one order', () => {
  it('shows what is in the way in both languages, and why it cannot be looked at again', async () => {
    await order('one', '1', 'sku_not_matched');
    await order('one', '2');
    await order('off', '3', 'sku_not_matched');
    const blocked = (await get('/api/orders/one/1')).body;
    expect(blocked).toMatchObject({ state: 'blocked', total: 1250, workflowId: 'order:one:1' });
    expect(blocked.problems[0].en.text).toContain('A-1');
    expect(blocked.problems[0].bg.mend).toMatch(/[а-я]/);
    expect(blocked.actions).toEqual([
      { action: 'retry', possible: true, why: null },
      { action: 'ignore', possible: true, why: null },
    ]);
    expect((await get('/api/orders/one/2')).body.actions[0]).toMatchObject({
      possible: false,
      why: 'not_blocked',
    });
    expect((await get('/api/orders/off/3')).body.actions[0]).toMatchObject({ why: 'connection_off' });
    expect(await get('/api/orders/one/999')).toMatchObject({ status: 404, body: { code: 'unknown_order' } });
  });

  it('its timeline holds deliveries, decisions, writes with what they replaced, and problems, in order', async () => {
    await order('one', '1', 'sku_not_matched');
    await order('one', '2');
    await storeDeliveries(pool, [
      {
        connectionId: 'one',
        event: 'order.created',
        entityId: '1',
        hint: { status: 'pending' },
        body: Buffer.from('{}'),
        headerOk: true,
        closed: false,
      },
    ]);
    const write = (id: string, kind: string, data: unknown) =>
      pool.query(
        `insert into journal (connection_id, shop_order_id, kind, data) values ('one', $1, $2, $3)`,
        [id, kind, JSON.stringify(data)],
      );
    await write('1', 'sent', { document: 'order', extId: 7, content: { total: 1 } });
    await write('2', 'sent', { document: 'order', extId: 8, content: { total: 9 } });
    await write('1', 'live', { document: 'order', extId: 7 });
    await write('1', 'sent', { document: 'order', extId: 7, content: { total: 2 } });
    await write('1', 'sent', { document: 'sale', extId: 9, content: { total: 2 } });
    await pool.query(`update problem set resolved_at = clock_timestamp()`);
    const { entries } = (await get('/api/orders/one/1/timeline')).body;
    expect(entries.map((one: { kind: string }) => one.kind)).toEqual([
      'problem_opened',
      'delivery',
      'sent',
      'live',
      'sent',
      'sent',
      'problem_resolved',
    ]);
    expect(entries.map((one: { before: unknown }) => one.before)).toEqual([
      null,
      null,
      null,
      null,
      { total: 1 },
      null,
      null,
    ]);
  });
});

describe('what needs attention', () => {
  it('problems stand together by code, with how many orders and the oldest, blocking ones first', async () => {
    for (let number = 1; number <= 25; number += 1) await order('one', String(number), 'sku_not_matched');
    await order('two', '1', 'disputed');
    await order('two', '2', 'order_vanished', 'info');
    const { groups } = (await get('/api/attention')).body;
    expect(groups.map(({ code, orders }: { code: string; orders: number }) => [code, orders])).toEqual([
      ['sku_not_matched', 25],
      ['disputed', 1],
      ['order_vanished', 1],
    ]);
    expect(groups[0].first).toHaveLength(20);
    expect(groups[0].first[0]).toMatchObject({ connection: 'one', order: '1', params: { sku: 'A-1' } });
    expect((await get('/api/attention?connection=two')).body.groups).toHaveLength(2);
  });

  it('any number of blocked orders is retried at once, each noted with who and why', async () => {
    await pool.query(
      `insert into shop_order (connection_id, shop_order_id, state) select 'one', n::text, 'blocked' from generate_series(1, 1000) n`,
    );
    await pool.query(
      `insert into problem (connection_id, shop_order_id, code, severity)
       select 'one', n::text, 'sku_not_matched', 'blocking' from generate_series(1, 1000) n`,
    );
    await order('one', '2000', 'order_vanished', 'info');
    await order('two', '1', 'disputed');
    const answer = await post('/api/attention/retry', { code: 'sku_not_matched', reason: 'items imported' });
    expect(answer).toMatchObject({ status: 200, body: { retried: 1000 } });
    expect(due).toBe(1);
    // What the relay would take now.
    expect(await takeDueOrders(pool, 5000, 60_000)).toHaveLength(1000);
    const notes = await journal();
    expect(notes).toHaveLength(1000);
    expect(notes[0]).toMatchObject({
      kind: 'operator',
      data: { action: 'retry', by: 'token:operator', reason: 'items imported' },
    });
  });

  it('orders of a connection that is off or stopped are left alone', async () => {
    await order('off', '1', 'disputed');
    expect((await post('/api/attention/retry', { all: true, reason: 'r' })).body).toEqual({ retried: 0 });
    expect(await journal()).toEqual([]);
    expect(due).toBe(0);
  });

  it('a rejected action leaves nothing behind and names the field', async () => {
    await order('one', '1', 'disputed');
    const cases: [unknown, string][] = [
      [{ reason: 'r' }, 'body'],
      [{ all: true }, 'body.reason'],
      [{ all: true, reason: '  ' }, 'body.reason'],
      [{ code: 'no_such_code', reason: 'r' }, 'body.code'],
      [{ connection: "one' or '1'='1", reason: 'r' }, 'body.connection'],
      [{ code: 'disputed', order: '1', reason: 'r' }, 'body.order'],
      [{ all: true, reason: 'r', extra: 1 }, 'body'],
      [[], 'body'],
    ];
    for (const [body, field] of cases) {
      const refused = await post('/api/attention/retry', body);
      expect(refused).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
      expect(refused.type).toContain('application/problem+json');
      expect(Object.keys(refused.body.fields)).toContain(field);
    }
    expect(await journal()).toEqual([]);
    expect((await pool.query('select 1 from shop_order where due_at is not null')).rowCount).toBe(0);
  });
});

describe('who may ask', () => {
  it('a foreign name, a foreign page and a form of another site are refused before anything is done', async () => {
    await order('one', '1', 'disputed');
    const body = { all: true, reason: 'r' };
    const refusals: [Promise<Answer>, number][] = [
      [get('/api/orders', { host: 'evil.example:8090' }), 421],
      [get('/api/orders', { host: '127.0.0.1.evil.example' }), 421],
      [post('/api/attention/retry', body, { origin: 'https://evil.example' }), 403],
      [post('/api/attention/retry', body, { origin: 'null' }), 403],
      [post('/api/attention/retry', body, { 'sec-fetch-site': 'cross-site' }), 403],
      [post('/api/attention/retry', body, { 'content-type': 'text/plain' }), 415],
    ];
    for (const [answer, status] of refusals) expect((await answer).status).toBe(status);
    expect(await journal()).toEqual([]);
    const own = { origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' };
    expect((await post('/api/attention/retry', body, own)).body).toEqual({ retried: 1 });
  });

  it('broken, long and hostile requests are refused without a word from inside', async () => {
    const json = { 'content-type': 'application/json' };
    const answers = [
      await ask('POST', '/api/attention/retry', '{"all":', json),
      await ask('POST', '/api/attention/retry', JSON.stringify({ reason: 'x'.repeat(300_000) }), json),
      await get('/api/orders/one/%ff'),
      await get('/api/orders/one/1%20or%201=1'),
      await get('/api/orders?limit=100000'),
      await get('/api/orders?state[]=sold'),
      await get('/api/../../etc/passwd'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 413, 400, 400, 400, 400, 404]);
    for (const { body, type } of answers) {
      expect(type).toContain('application/problem+json');
      expect(JSON.stringify(body)).not.toMatch(/node_modules|\bat \w|SyntaxError/);
    }
  });

  it('connections are shown with figures and without secrets', async () => {
    await order('one', '1', 'disputed');
    const { body } = await get('/api/connections');
    expect(body.connections.find((one: { id: string }) => one.id === 'one')).toMatchObject({
      mode: 'live',
      orders: 1,
      blocked: 1,
      waiting: 0,
    });
    expect(body.connections.find((one: { id: string }) => one.id === 'two')).toMatchObject({
      orders: 0,
      blocked: 0,
    });
    expect(JSON.stringify(body)).not.toMatch(/secret/i);
  });
});

describe('the OpenAPI document', () => {
  it('passes a linter with its recommended rules', async () => {
    const config = await createConfig({ extends: ['recommended'] });
    const problems = await lintFromString({
      source: JSON.stringify(openApiDocument(routes)),
      config,
    });
    expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual(
      [],
    );
  });

  it('names every route with all its parameters', async () => {
    const { body } = await get('/api/openapi.json');
    expect(body.openapi).toBe('3.1.0');
    for (const { path, method, role } of routes) {
      const operation = body.paths[path][method];
      expect(operation.responses['200']).toBeDefined();
      const inPath = (operation.parameters ?? []).flatMap(
        (one: { in: string; name: string; required: boolean }) =>
          one.in === 'path' && one.required ? [`{${one.name}}`] : [],
      );
      expect([path, inPath]).toEqual([path, path.match(/\{\w+\}/g) ?? []]);
      expect(operation.requestBody !== undefined).toBe(method !== 'get' && method !== 'delete');
      // A refusal is described too, and who may ask.
      expect(operation.responses.default.content['application/problem+json'].schema).toEqual({
        $ref: '#/components/schemas/Problem',
      });
      expect(operation.security).toHaveLength(role === 'anyone' ? 0 : 2);
    }
    expect(routes.filter(({ path, reply }) => reply === undefined && !/\.csv$|\/events$/.test(path))).toEqual(
      [],
    );
    const retry = body.paths['/api/attention/retry'].post.requestBody.content['application/json'].schema;
    expect(retry.required).toEqual(['reason']);
  });
});
