import type { IncomingMessage, ServerResponse } from 'node:http';
import { ZodError } from 'zod';
import { readBody, sendJson } from '../../support/http.ts';
import { sendHtml } from '../../support/page.ts';
import type { EmulatorContext } from '../emulator.ts';
import { Refusal } from '../shop.ts';
import { catalogueRoutes } from './catalogue-routes.ts';
import { operationRoutes } from './operation-routes.ts';
import { orderRoutes } from './order-routes.ts';
import { pageAt } from './page/page.ts';
import { ControlError, matchRoute } from './route.ts';

const routes = [...operationRoutes, ...orderRoutes, ...catalogueRoutes];

/** Answers the control port: what a merchant, a buyer, a courier or a gateway would do, and what goes wrong. */
export function createControl(context: EmulatorContext) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', 'http://control');
    const body = method === 'GET' ? '' : (await readBody(request)).toString('utf8');
    try {
      const page = method === 'GET' ? pageAt(url.pathname, context) : undefined;
      if (page !== undefined) return sendHtml(response, page);
      refuseStrangers(request);
      const answer = await act(context, method, url, body);
      sendJson(response, 200, answer ?? { ok: true });
    } catch (error) {
      const { status, body } = describe(error);
      sendJson(response, status, body);
    }
  };
}

/** No other page in the same browser may play merchant. */
function refuseStrangers({ headers, method }: IncomingMessage): void {
  if (method === 'GET' || headers.origin === undefined) return;
  if (headers.origin !== `http://${headers.host}`) throw new ControlError(403, 'not from this page');
}

async function act(context: EmulatorContext, method: string, url: URL, text: string): Promise<unknown> {
  const parts = url.pathname.split('/').slice(1);
  for (const route of routes) {
    const names = matchRoute(route, method, parts);
    if (names === undefined) continue;
    const answer: unknown = await route.action(context, {
      names,
      params: url.searchParams,
      body: parse(text),
    });
    if (method !== 'GET') {
      context.shop.changed();
      await context.dispatcher.settleNow();
    }
    return answer;
  }
  throw new ControlError(404, `no ${method} ${url.pathname}`);
}

function parse(text: string): unknown {
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new ControlError(400, 'the body is not JSON');
  }
}

function describe(error: unknown): { readonly status: number; readonly body: unknown } {
  if (error instanceof ControlError)
    return { status: error.status, body: { error: error.message, ...error.more } };
  if (error instanceof Refusal) return { status: 422, body: { error: error.message } };
  if (error instanceof ZodError) {
    const issues = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    return { status: 422, body: { error: issues.join('; ') } };
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return { status: 500, body: { error: error instanceof Error ? error.message : 'unknown' } };
}
