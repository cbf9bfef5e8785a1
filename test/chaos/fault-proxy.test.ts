import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { exchange } from '../../src/clients/http.ts';
import { type FaultProxy, startFaultProxy } from '../../tools/chaos/fault-proxy.ts';

/** Long enough on a busy machine; and how long nothing must be heard. */
const DEADLINE_MS = 10_000;
const SILENCE_MS = 300;
const SLOW_MS = 100;

const server = createServer((request, response) => {
  asked.push(`${request.headers.host}${request.url}`);
  response.end('здравей');
});
const asked: string[] = [];
let proxy: FaultProxy;
let port = 0;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  proxy = await startFaultProxy(`http://127.0.0.1:${port}`, SLOW_MS);
});
afterEach(async () => {
  asked.length = 0;
  await proxy.setMode('pass');
});
afterAll(async () => {
  await proxy.close();
  await new Promise((resolve) => server.close(resolve));
});

async function ask(deadlineMs = DEADLINE_MS): Promise<string> {
  const call = {
    operation: 'ask',
    method: 'POST',
    headers: {},
    body: `${'b'.repeat(100_000)}127.0.0.1`,
  } as const;
  const outcome = await exchange({ ...call, url: new URL(`${proxy.url}/path`), deadlineMs });
  return outcome.kind === 'answer'
    ? outcome.text
    : `${outcome.reason}, ${outcome.sent ? 'sent' : 'not sent'}`;
}

describe('the wire to a vendor', () => {
  it('lets everything through, under the name of the target', async () => {
    expect(await ask()).toBe('здравей');
    expect(asked).toEqual([`127.0.0.1:${port}/path`]);
  });

  it('refused: the request certainly never left, and the wire comes back', async () => {
    await proxy.setMode('refuse');
    expect(await ask()).toBe('refused, not sent');
    await proxy.setMode('pass');
    expect(await ask()).toBe('здравей');
    expect(asked).toHaveLength(1);
  });

  it('reset: open connections as well', async () => {
    expect(await ask()).toBe('здравей');
    await proxy.setMode('reset');
    expect(await ask()).toBe('broken, sent');
    expect(asked).toHaveLength(1);
  });

  it('half-open: taken, silent, never closed, and dead for good', async () => {
    expect(await ask()).toBe('здравей');
    await proxy.setMode('halfOpen');
    expect(await ask(SILENCE_MS)).toBe('timeout, sent');
    expect(await ask(SILENCE_MS)).toBe('timeout, sent');
    expect(asked).toHaveLength(1);
    await proxy.setMode('pass');
    expect(await ask()).toBe('здравей');
  });

  it('slow: late by so much in each direction', async () => {
    await proxy.setMode('slow');
    const began = performance.now();
    expect(await ask()).toBe('здравей');
    expect(performance.now() - began).toBeGreaterThanOrEqual(2 * SLOW_MS - 5);
  });

  it('the answer is lost after the request was carried out', async () => {
    await proxy.setMode('loseAnswer');
    expect(await ask()).toBe('broken, sent');
    expect(asked).toEqual([`127.0.0.1:${port}/path`]);
  });
});
