import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../../support/http.ts';
import type { Ring } from '../../support/request-log.ts';
import type { Faults } from '../faults.ts';
import { GQL_PATH, answerGql } from '../gql/answer.ts';
import type { Shop } from '../shop.ts';
import type { Dispatcher } from '../webhooks/dispatcher.ts';
import { type ApiAnswer, checkApp, perform, route } from './engine.ts';
import { ApiError } from './errors.ts';
import { authenticate, checkRate, EdgeRefusal, type Hosts, negotiate, type RateHeaders } from './gate.ts';
import type { Held } from './held.ts';
import type { RateLimiter } from './rate-limit.ts';
import { misbehave } from './misbehave.ts';
import { parseBody } from './write-body.ts';
import { orderStatuses } from './order-statuses.ts';

/** A request as the operator of the emulator sees it; keys are never kept. */
export interface LoggedRequest {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: unknown;
  status: number | string;
  ms: number;
}

/** What the API works with. */
export interface ApiContext {
  readonly shop: Shop;
  readonly dispatcher: Dispatcher;
  readonly limiter: RateLimiter;
  /** Of the admin interface: a limit of its own. */
  readonly gqlLimiter: RateLimiter;
  readonly faults: Faults;
  readonly held: Held;
  readonly requests: Ring<LoggedRequest>;
  readonly hosts: () => Hosts;
  readonly unlimited: boolean;
}

/** A request that was read, and how to apply it: the fault decides when, and whether. */
export interface ReceivedRequest {
  readonly method: string;
  readonly target: string;
  readonly apply: () => Promise<WrittenAnswer>;
}

/** An answer as bytes and headers. */
export interface WrittenAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Answers `/api/v2/*` (CloudCart API 1) and the admin interface `/api/gql` (CloudCart API 7.6). */
export function createApi(context: ApiContext) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const started = performance.now();
    const target = request.url ?? '/';
    const method = request.method ?? 'GET';
    const body = method === 'GET' ? '' : (await readBody(request)).toString('utf8');
    const mark = target.indexOf('?');
    const path = mark < 0 ? target : target.slice(0, mark);
    const entry = context.requests.add({
      at: context.shop.clock.now(),
      method,
      path,
      query: mark < 0 ? '' : decodeQuery(target.slice(mark + 1)),
      body: jsonOrText(body),
      status: 'open',
      ms: 0,
    });
    const received: ReceivedRequest = {
      method,
      target,
      apply: () => applyRequest(context, request, path, new URL(target, 'http://shop').searchParams, body),
    };
    const finish = (status: number | string): void => {
      entry.status = status;
      entry.ms = Math.round((performance.now() - started) * 100) / 100;
    };
    const { latencyMs } = context.shop.switches;
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
    const fault = context.faults.take(method, target);
    if (fault !== undefined) {
      await misbehave({ fault, received, response, held: context.held, shop: context.shop, finish });
      return;
    }
    const answer = await received.apply();
    send(response, answer);
    finish(answer.status);
  };
}

function decodeQuery(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function jsonOrText(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text.slice(0, 2000);
  }
}

/** Writes an answer, if the client is still there. */
export function send(response: ServerResponse, { status, text, headers }: WrittenAnswer): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

/** Runs the request through all checks in their order and waits for what it delivers at once (CloudCart API 1.4). */
async function applyRequest(
  context: ApiContext,
  request: IncomingMessage,
  path: string,
  params: URLSearchParams,
  body: string,
): Promise<WrittenAnswer> {
  const { shop } = context;
  if (path === GQL_PATH) return applyGql(context, request, body);
  const host = (request.headers.host ?? '').toLowerCase();
  if (!path.startsWith('/api/')) return storefront(context.hosts(), host);
  const { rate, refusal } = checkRate(shop, context.limiter, context.hosts(), host, context.unlimited);
  const common = commonHeaders(rate, request, shop.clock.now());
  if (refusal !== undefined) return edge(refusal, common);
  try {
    authenticate(shop, context.hosts(), host, request.headers);
    const answer = dispatch(context, request, path, params, body, host);
    if (request.method !== 'GET') {
      shop.changed();
      await context.dispatcher.settleNow();
    }
    return written(answer, common);
  } catch (error) {
    return failure(error, common);
  }
}

/** The pages for buyers: other names of a shop send on to the primary domain, as shops commonly do. */
function storefront({ primary, aliases }: Hosts, host: string): WrittenAnswer {
  const headers = { 'Content-Type': 'text/html; charset=utf-8' };
  if (aliases.includes(host))
    return { status: 301, text: '', headers: { ...headers, Location: `http://${primary}/` } };
  return { status: host === primary ? 200 : 404, text: '<!doctype html><title>Магазин</title>', headers };
}

async function applyGql(
  { shop, gqlLimiter, dispatcher }: ApiContext,
  request: IncomingMessage,
  body: string,
): Promise<WrittenAnswer> {
  const { headers, method = 'GET' } = request;
  const answer = await answerGql(shop, gqlLimiter, { method, headers, body });
  shop.changed();
  await dispatcher.settleNow();
  return answer;
}

function dispatch(
  { shop }: ApiContext,
  request: IncomingMessage,
  path: string,
  params: URLSearchParams,
  body: string,
  host: string,
): ApiAnswer {
  const method = request.method ?? 'GET';
  const parts = path.replace(/^\/api\/v2\/?/, '').split('/');
  if (!path.startsWith('/api/v2/')) throw new ApiError(404, [{ status: '404', title: 'Not Found' }]);
  const resource = route({ method, path: parts });
  if (resource === 'order-status') return orderStatuses(shop, params);
  negotiate(request.headers, body !== '' || method === 'POST' || method === 'PATCH');
  if (method === 'POST' || method === 'PATCH') parseBody(body);
  checkApp(shop, resource);
  const links = showsLinks(request.headers['x-show-links']) ? `http://${host}/api/v2` : undefined;
  const asked = { method, path: parts.map(decodeQuery), params, body, links };
  return method === 'GET'
    ? perform(shop, resource, asked)
    : shop.atomically(() => perform(shop, resource, asked));
}

function showsLinks(asked: string | string[] | undefined): boolean {
  return asked !== undefined && !['', '0', 'false', 'no'].includes(String(asked));
}

function commonHeaders(rate: RateHeaders, request: IncomingMessage, now: number): Record<string, string> {
  return {
    'x-powered-by': 'cloudcart.com',
    'x-cc-p': 'emulator',
    'x-cc-h': 'local',
    'X-RateLimit-Limit': String(rate.limit),
    'X-RateLimit-Remaining': String(rate.remaining),
    'X-RateLimit-Reset': String(Math.floor(now / 1000) + 60),
    'X-RateLimit-Info': 'Requests are counted over the last 60 seconds.',
    'Access-Control-Allow-Origin': request.headers.origin ?? '*',
    'Access-Control-Allow-Methods': 'GET, POST, PATCH, DELETE, OPTIONS',
    'Access-Control-Allow-Headers':
      'Content-Type, Accept, X-XSRF-TOKEN, Authorization, X-Requested-With, Application, X-CloudCart-ApiKey, Origin, Accept-Encoding, X-PINGOTHER',
  };
}

const MEDIA = { 'Content-Type': 'application/vnd.api+json' };

function written(answer: ApiAnswer, common: Readonly<Record<string, string>>): WrittenAnswer {
  const text = answer.body === undefined ? '' : JSON.stringify(answer.body);
  return { status: answer.status, text, headers: { ...common, ...MEDIA, ...answer.headers } };
}

function edge(refusal: EdgeRefusal, common: Readonly<Record<string, string>>): WrittenAnswer {
  const headers = { ...common, 'Content-Type': 'application/json', 'Retry-After': '60' };
  return { status: 429, text: JSON.stringify(refusal.body), headers };
}

function failure(error: unknown, common: Readonly<Record<string, string>>): WrittenAnswer {
  const headers = { ...common, ...MEDIA };
  if (error instanceof ApiError) {
    return { status: error.status, text: JSON.stringify({ errors: error.problems }), headers };
  }
  // A defect of the emulator itself: say so where somebody looks.
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  const problem = { status: '500', title: 'Internal Server Error', details: randomUUID() };
  return { status: 500, text: JSON.stringify({ errors: [problem] }), headers };
}
