import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Exchange, exchange, type HttpCall } from '../../src/clients/http.ts';

let server: Server | undefined;

async function serve(listener: RequestListener): Promise<URL> {
  const created = createServer(listener);
  server = created;
  await new Promise<void>((resolve) => created.listen(0, '127.0.0.1', resolve));
  return new URL(`http://127.0.0.1:${(created.address() as AddressInfo).port}/path?filter[email]=a@b.c`);
}

function call(url: URL, more: Partial<HttpCall> = {}): HttpCall {
  return { operation: 'test', method: 'GET', url, headers: {}, deadlineMs: 2000, ...more };
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

describe('one HTTP exchange', () => {
  it('hands back status, headers and text, and journals no query', async () => {
    const url = await serve((_, response) => response.writeHead(418, { 'x-a': 'b' }).end('\uFEFFчай'));
    const journal: Exchange[] = [];
    const outcome = await exchange(call(url), { onExchange: (entry) => journal.push(entry) });
    expect(outcome).toMatchObject({ kind: 'answer', status: 418, text: 'чай' });
    expect(journal).toEqual([
      { operation: 'test', method: 'GET', path: '/path', ms: expect.any(Number), status: 418 },
    ]);
  });

  it('does not follow redirects', async () => {
    const url = await serve((_, response) => response.writeHead(302, { location: '/other' }).end());
    expect(await exchange(call(url))).toMatchObject({ kind: 'answer', status: 302 });
  });

  it('a refused connection was certainly not sent', async () => {
    const url = await serve((_, response) => response.end());
    await new Promise((resolve) => server?.close(resolve));
    expect(await exchange(call(url))).toEqual({
      kind: 'failure',
      sent: false,
      reason: 'refused',
      code: 'ECONNREFUSED',
    });
  });

  it('the deadline covers the headers', async () => {
    const url = await serve(() => undefined);
    expect(await exchange(call(url, { deadlineMs: 50 }))).toMatchObject({ reason: 'timeout', sent: true });
  });

  it('the deadline covers the body', async () => {
    const url = await serve((_, response) => void response.writeHead(200).write('{'));
    expect(await exchange(call(url, { deadlineMs: 100 }))).toMatchObject({ reason: 'timeout', sent: true });
  });

  it('a reset before and within the body may have been acted upon', async () => {
    const before = await serve((request) => request.socket.destroy());
    expect(await exchange(call(before))).toMatchObject({ kind: 'failure', sent: true, reason: 'broken' });
    server?.close();
    const within = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{', () => request.socket.destroy());
    });
    expect(await exchange(call(within))).toMatchObject({ kind: 'failure', sent: true, reason: 'broken' });
  });

  it('gives up on a body that is too long', async () => {
    const url = await serve((_, response) => response.end('x'.repeat(5000)));
    expect(await exchange(call(url, { maxBytes: 1000 }))).toMatchObject({ reason: 'too_large', sent: true });
  });
});
