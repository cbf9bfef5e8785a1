import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exchange } from '../../src/clients/http.ts';
import { createPublicFetch, isPublicAddress } from '../../src/clients/public-fetch.ts';

let server: Server;
let port = 0;
const seen: {
  method: string | undefined;
  url: string | undefined;
  type: string | undefined;
  body: string;
}[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      seen.push({ method: request.method, url: request.url, type: request.headers['content-type'], body });
      if (request.url === '/redirect')
        response.writeHead(302, { location: `http://127.0.0.1:${port}/` }).end();
      else if (request.url === '/packed')
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('опаковано'));
      else if (request.url === '/nothing') response.writeHead(204).end();
      else response.end(`good ${request.headers['x-key']}`);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

function ask(url: string, fetchHook: typeof fetch, more: { body?: string | FormData } = {}) {
  const method = more.body === undefined ? 'GET' : 'POST';
  return exchange(
    { operation: 'test', method, url: new URL(url), headers: { 'x-key': 'k' }, deadlineMs: 2_000, ...more },
    { fetchHook },
  );
}

describe('addresses', () => {
  it.each([
    ...['127.0.0.1', '10.1.2.3', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'],
    ...['224.0.0.1', '255.255.255.255', '::', '::1', 'fe80::1', 'fd00:ec2::254', '::ffff:8.8.8.8'],
    ...['::ffff:127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1', 'localhost', ''],
  ])('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2a00:1450:4001::1'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});

describe('a request to a private address leaves nothing', () => {
  it.each([
    ['written out', () => `http://127.0.0.1:${port}/`],
    ['as one number', () => `http://2130706433:${port}/`],
    ['in octal', () => `http://0177.0.0.1:${port}/`],
    ['as IPv6 that holds IPv4', () => `http://[::ffff:127.0.0.1]:${port}/`],
    ['as a name that this machine resolves', () => `http://localhost:${port}/`],
    ['of a metadata service', () => 'http://169.254.169.254/latest/meta-data/'],
  ])('%s', async (_how, url) => {
    seen.length = 0;
    expect(await ask(url(), createPublicFetch())).toEqual({
      ...{ kind: 'failure', sent: false, reason: 'refused', code: 'PRIVATE_ADDRESS' },
    });
    expect(seen).toEqual([]);
  });

  it('also when only one of the addresses of a name is private', async () => {
    const twoFaced = createPublicFetch(isPublicAddress, ((_name: string, _options: unknown, done: Answered) =>
      done(null, [
        { address: '8.8.8.8', family: 4 },
        { address: '127.0.0.1', family: 4 },
      ])) as never);
    expect(await ask(`http://shop.example:${port}/`, twoFaced)).toMatchObject({ code: 'PRIVATE_ADDRESS' });
  });

  it('a name that resolves otherwise a moment later does not lead the connection elsewhere', async () => {
    let asked = 0;
    const rebinding = createPublicFetch((address) => address === '127.0.0.1', ((
      _name: string,
      _options: unknown,
      done: Answered,
    ) => {
      asked += 1;
      done(null, [{ address: asked === 1 ? '127.0.0.1' : '127.0.0.9', family: 4 }]);
    }) as never);
    expect(await ask(`http://shop.example:${port}/`, rebinding)).toMatchObject({
      kind: 'answer',
      text: 'good k',
    });
    expect(asked).toBe(1);
  });

  it('a redirect is reported and not followed', async () => {
    seen.length = 0;
    const answer = await ask(`http://127.0.0.1:${port}/redirect`, here);
    expect(answer).toMatchObject({ kind: 'answer', status: 302 });
    expect(seen.map(({ url }) => url)).toEqual(['/redirect']);
  });
});

type Answered = (error: null, addresses: { address: string; family: number }[]) => void;
const here = createPublicFetch((address) => address === '127.0.0.1');

describe('what is allowed is sent as a fetch sends it', () => {
  it('texts, forms, packed and empty answers', async () => {
    expect(await ask(`http://127.0.0.1:${port}/`, here, { body: 'тяло' })).toMatchObject({ text: 'good k' });
    expect(seen.at(-1)).toMatchObject({ method: 'POST', body: 'тяло' });
    const form = new FormData();
    form.set('field', 'стойност');
    await ask(`http://127.0.0.1:${port}/`, here, { body: form });
    expect(seen.at(-1)?.type).toMatch(/^multipart\/form-data; boundary=/);
    expect(seen.at(-1)?.body).toContain('стойност');
    expect(await ask(`http://127.0.0.1:${port}/packed`, here)).toMatchObject({ text: 'опаковано' });
    expect(await ask(`http://127.0.0.1:${port}/nothing`, here)).toMatchObject({ status: 204, text: '' });
  });

  it('a host that does not listen was not sent anything', async () => {
    expect(await ask('http://127.0.0.1:1/', here)).toMatchObject({ sent: false, code: 'ECONNREFUSED' });
  });
});
