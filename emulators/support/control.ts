import type { IncomingMessage, ServerResponse } from 'node:http';
import { ZodError } from 'zod';
import { readBody, sendJson } from './http.ts';

/** A control request that was read. */
export interface ControlRequest {
  /** Parts of the path that the pattern names. */
  readonly names: Readonly<Record<string, string>>;
  readonly params: URLSearchParams;
  readonly body: unknown;
}

/** One address of a control API, `POST /orders/:id/pay`, and what it does; the answer becomes JSON. */
export interface Route<Context> {
  readonly method: string;
  readonly parts: readonly string[];
  readonly action: (context: Context, request: ControlRequest) => unknown;
}

/** Names an address and what it does. */
export function route<Context>(address: string, action: Route<Context>['action']): Route<Context> {
  const [method = 'GET', path = '/'] = address.split(' ');
  return { method, parts: path.split('/').slice(1), action };
}

/** Refused with a status of its own. */
export class ControlError extends Error {
  readonly status: number;
  readonly more: Readonly<Record<string, unknown>>;

  constructor(status: number, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.status = status;
    this.more = more;
  }
}

/** What one emulator's control port consists of. */
export interface ControlPort<Context> {
  readonly context: Context;
  readonly routes: readonly Route<Context>[];
  /** Serves a page for people; false when there is none at this address. */
  readonly page: (url: URL, response: ServerResponse) => boolean;
  /** After something was changed. */
  readonly changed: () => unknown;
  /** Is it a refusal of the emulated system, and not a fault of the emulator? */
  readonly isRefusal: (error: unknown) => error is Error;
}

/** Answers a control port: what people at the screen would do, what everybody may look at, and what goes wrong. */
export function createControlPort<Context>(port: ControlPort<Context>) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', 'http://control');
    const body = method === 'GET' ? '' : (await readBody(request)).toString('utf8');
    try {
      if (method === 'GET' && port.page(url, response)) return;
      refuseStrangers(request);
      sendJson(response, 200, (await act(port, method, url, body)) ?? { ok: true });
    } catch (error) {
      const { status, body } = describe(error, port.isRefusal);
      sendJson(response, status, body);
    }
  };
}

/** No other page in the same browser may act here. */
function refuseStrangers({ headers, method }: IncomingMessage): void {
  if (method === 'GET' || headers.origin === undefined) return;
  if (headers.origin !== `http://${headers.host}`) throw new ControlError(403, 'not from this page');
}

async function act<Context>(
  { context, routes, changed }: ControlPort<Context>,
  method: string,
  url: URL,
  text: string,
): Promise<unknown> {
  const parts = url.pathname.split('/').slice(1);
  for (const each of routes) {
    const names = match(each, method, parts);
    if (names === undefined) continue;
    const request = { names, params: url.searchParams, body: parse(text) };
    const answer: unknown = await each.action(context, request);
    if (method !== 'GET') await changed();
    return answer;
  }
  throw new ControlError(404, `no ${method} ${url.pathname}`);
}

/** Parts that a pattern names, undefined when the path is another. */
function match(
  { method, parts }: Pick<Route<never>, 'method' | 'parts'>,
  asked: string,
  given: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (method !== asked || parts.length !== given.length) return undefined;
  const names: Record<string, string> = {};
  for (const [index, wanted] of parts.entries()) {
    const part = given[index] ?? '';
    if (wanted.startsWith(':')) names[wanted.slice(1)] = decodeURIComponent(part);
    else if (wanted !== part) return undefined;
  }
  return names;
}

function parse(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ControlError(400, 'the body is not JSON');
  }
}

function describe(
  error: unknown,
  isRefusal: ControlPort<never>['isRefusal'],
): { readonly status: number; readonly body: unknown } {
  if (error instanceof ControlError)
    return { status: error.status, body: { error: error.message, ...error.more } };
  if (isRefusal(error)) return { status: 422, body: { error: error.message } };
  if (error instanceof ZodError) {
    const issues = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return { status: 422, body: { error: issues.join('; ') } };
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return { status: 500, body: { error: error instanceof Error ? error.message : 'unknown' } };
}
