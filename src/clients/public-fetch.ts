import { lookup as dnsLookup } from 'node:dns';
import { Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { BlockList, type LookupFunction, isIP } from 'node:net';
import { Readable } from 'node:stream';
import { createUnzip } from 'node:zlib';

/**
 * Addresses of somebody's own network, of this machine and of clouds' metadata services (169.254.169.254), and what
 * stands for them. A merchant types the addresses of his vendors: without this he could have us ask our own network.
 */
const NOT_PUBLIC_V4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24'],
  ...['203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
];
/** Of IPv6 only what is routed as unicast, without what holds an IPv4 address (6to4, Teredo) and without examples. */
const PUBLIC_V6 = ['2000::/3'];
const NOT_PUBLIC_V6 = ['2001::/32', '2001:db8::/32', '2002::/16'];

const notPublic4 = blocks('ipv4', NOT_PUBLIC_V4);
const public6 = blocks('ipv6', PUBLIC_V6);
const notPublic6 = blocks('ipv6', NOT_PUBLIC_V6);

function blocks(family: 'ipv4' | 'ipv6', subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', prefix] = subnet.split('/');
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

/** Is this an address on the public internet? False for what is no address, and for an IPv4 address written as IPv6. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !notPublic4.check(address);
  return family === 6 && public6.check(address, 'ipv6') && !notPublic6.check(address, 'ipv6');
}

/** The host has an address that we do not talk to. Nothing was sent. */
class PrivateAddress extends Error {
  override readonly name = 'PrivateAddress';
  readonly code = 'PRIVATE_ADDRESS';
}

/**
 * A `fetch` that connects only to addresses that are allowed: the name is resolved once, every address of it is
 * checked, and the connection goes to one of those, so a name that resolves otherwise a moment later changes nothing.
 * It follows no redirects.
 * @param allowed for tests; public addresses otherwise.
 */
export function createPublicFetch(
  allowed: (address: string) => boolean = isPublicAddress,
  resolve: typeof dnsLookup = dnsLookup,
): typeof fetch {
  const lookup: LookupFunction = (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) return done(error ?? new PrivateAddress(), '', 0);
      if (!addresses.every(({ address }) => allowed(address))) return done(new PrivateAddress(), '', 0);
      return options.all === true ? done(null, addresses) : done(null, first.address, first.family);
    });
  };
  const plain = new HttpAgent({ keepAlive: true, scheduling: 'lifo', lookup });
  const secure = new HttpsAgent({ keepAlive: true, scheduling: 'lifo', lookup });
  return async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    // Addresses that are written out are never looked up.
    if (isIP(literal) !== 0 && !allowed(literal)) throw new PrivateAddress();
    const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
    const headers = {
      ...Object.fromEntries(request.headers),
      'accept-encoding': 'gzip, deflate',
      ...(body === undefined ? {} : { 'content-length': String(body.length) }),
    };
    const { method, signal } = request;
    const options = { method, headers, signal };
    return new Promise((answer, fail) => {
      const sent =
        url.protocol === 'https:'
          ? httpsRequest(url, { ...options, agent: secure })
          : httpRequest(url, { ...options, agent: plain });
      sent.on('response', (incoming) => answer(responseOf(incoming)));
      sent.on('error', fail);
      sent.end(body);
    });
  };
}

function responseOf(incoming: IncomingMessage): Response {
  const status = incoming.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headersDistinct))
    for (const each of value ?? []) headers.append(name, each);
  if ([101, 204, 205, 304].includes(status)) {
    incoming.resume();
    return new Response(null, { status, headers });
  }
  const packed = /^(?:gzip|deflate)$/i.test(incoming.headers['content-encoding'] ?? '');
  const body = packed ? incoming.compose(createUnzip()) : incoming;
  return new Response(Readable.toWeb(body as Readable) as ReadableStream, { status, headers });
}
