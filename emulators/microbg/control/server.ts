import type { IncomingMessage, ServerResponse } from 'node:http';
import { ZodError } from 'zod';
import { readBody, sendJson } from '../../support/http.ts';
import type { EmulatorContext } from '../emulator.ts';
import { servePage } from '../page/serve.ts';
import { Refusal } from '../refusal.ts';
import { companyRoutes } from './company-routes.ts';
import { emulatorRoutes } from './emulator-routes.ts';
import { ControlError, matchRoute } from './route.ts';
import { staffRoutes } from './staff-routes.ts';
import { viewRoutes } from './view-routes.ts';

const routes = [...emulatorRoutes, ...viewRoutes, ...staffRoutes, ...companyRoutes];

/** Answers the control port: what people at the screen would do, what everybody may look at, and what goes wrong. */
export function createControl(context: EmulatorContext) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', 'http://control');
    const body = method === 'GET' ? '' : (await readBody(request)).toString('utf8');
    try {
      if (method === 'GET' && servePage(context, url, response)) return;
      sendJson(response, 200, act(context, method, url, body) ?? { ok: true });
    } catch (error) {
      const { status, body } = describe(error);
      sendJson(response, status, body);
    }
  };
}

function act(context: EmulatorContext, method: string, url: URL, text: string): unknown {
  const parts = url.pathname.split('/').slice(1);
  for (const route of routes) {
    const names = matchRoute(route, method, parts);
    if (names === undefined) continue;
    const answer = route.action(context, { names, params: url.searchParams, body: parse(text) });
    if (method !== 'GET') context.warehouse.changed();
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
