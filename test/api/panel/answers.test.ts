import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { EventStream, type StreamEvent, sendAnswer } from '../../../src/api/panel/answers.ts';
import { CsvStream } from '../../../src/api/panel/csv.ts';
import type { Response } from 'express';
import express from 'express';
import { testConnection, testDatabase } from '../../support/database.ts';
import { panelOfTest } from '../../support/panel.ts';

const rules = {
  ...{ origin: undefined, trustedProxies: 0 },
  session: { idleMs: 1_000, maxMs: 1_000 },
};

async function served(answer: () => unknown): Promise<string> {
  const app = express();
  app.get('/', async (_request, response: Response) => sendAnswer(response, answer(), rules));
  const server = createServer(app);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

it('a table of any length is sent while it is read: Bulgarian opens in Excel, formulas are text', async () => {
  async function* rows() {
    for (let row = 1; row <= 20_000; row += 1) {
      yield [row, row === 1 ? '=cmd()' : 'Тениска'];
      if (row % 1_000 === 0) await Promise.resolve();
    }
  }
  const response = await fetch(await served(() => new CsvStream('table.csv', ['n', 'name'], rows())));
  const text = new TextDecoder('utf8', { ignoreBOM: true }).decode(await response.arrayBuffer());
  expect(response.headers.get('content-disposition')).toContain('table.csv');
  expect(text.slice(0, 31)).toBe("\uFEFFn,name\r\n1,'=cmd()\r\n2,Тениска\r\n");
  expect(text.trimEnd().split('\r\n')).toHaveLength(20_001);
});

it('a stream tells its events with their ids and ends with its source', async () => {
  async function* events(): AsyncGenerator<StreamEvent> {
    for (const id of ['1', '2'])
      yield await Promise.resolve({ id, event: 'progress', data: { done: Number(id), text: 'a\nb' } });
  }
  const response = await fetch(await served(() => new EventStream(events)));
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  expect(await response.text()).toBe(
    [1, 2].map((id) => `id: ${id}\nevent: progress\ndata: {"done":${id},"text":"a\\nb"}\n\n`).join(''),
  );
});

it('a client that leaves ends the source of its stream', async () => {
  let left!: () => void;
  const ended = new Promise<void>((resolve) => (left = resolve));
  async function* events(signal: AbortSignal): AsyncGenerator<StreamEvent> {
    yield { id: '1', event: 'progress', data: {} };
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve());
    });
    left();
  }
  const leave = new AbortController();
  const response = await fetch(await served(() => new EventStream(events)), { signal: leave.signal });
  await response.body?.getReader().read();
  leave.abort();
  await ended;
});

it('what is changed through the API leaves a row that names who and what', async () => {
  const { pool } = await testDatabase();
  await testConnection(pool, 'one');
  const panel = await panelOfTest(pool, { publicUrl: 'https://sync.example.bg' });
  expect((await panel.ask('POST', '/api/connections/one/webhooks/turn-off')).status).toBe(200);
  const { rows } = await pool.query("select connection_id, action from audit where action <> 'token.made'");
  expect(rows).toEqual([{ connection_id: 'one', action: 'webhooks.turned_off' }]);
});
