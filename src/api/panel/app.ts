import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import type { z } from 'zod';
import type { Logger } from '../../observability/logger.ts';
import { jsonOf, sendAnswer } from './answers.ts';
import { ApiFailure, sendFailure } from './failure.ts';
import { openApiDocument } from './openapi.ts';
import { fromOwnPage } from './own-page.ts';
import type { Input, PanelDependencies, Route } from './route.ts';
import { routes } from './routes.ts';
import { type Caller, findCaller, requireRole, sessionSecret } from './sign-in/caller.ts';
import { hashSecret } from './sign-in/secret.ts';

/** The longest body of each kind. A CSV holds a row per article of a shop. */
const LONGEST = { json: '256kb', csv: '10mb' } as const;

type Panel = PanelDependencies & {
  readonly logger: Logger;
  /** Fails what answers otherwise than its route says. For tests: people get the answer as it is. */
  readonly checkReplies?: boolean;
};

/** The API of the panel: what the routes say, for callers who are signed in. */
export function createPanelApp(panel: Panel): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('trust proxy', panel.signIn.trustedProxies);
  app.use(helmet());
  app.use(fromOwnPage(panel.signIn.origin));
  app.get('/api/openapi.json', (_request, response) => void response.json(openApiDocument(routes)));
  for (const route of routes) addRoute(app, panel, route);
  app.use(() => {
    throw new ApiFailure(404, 'not_found', 'There is no such address');
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const failure = toFailure(error);
    if (failure.status === 500) panel.logger.error({ err: error, path: request.path }, 'a request failed');
    if (response.headersSent) response.destroy();
    else sendFailure(response, failure);
  });
  return app;
}

/** Nobody's body is read before he may send one. */
function addRoute(app: Express, panel: Panel, route: Route): void {
  const identify = async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const caller = await findCaller(request, panel);
    requireRole(caller, route.role);
    response.locals['caller'] = caller;
    next();
  };
  const answer = async (request: Request, response: Response): Promise<void> => {
    const input = readInput(route, request, panel, response.locals['caller'] as Caller | undefined);
    const given = await route.answer(panel, input);
    if (panel.checkReplies === true) checkReply(route, jsonOf(given));
    await sendAnswer(response, given, panel.signIn);
  };
  const bodies = [
    express.json({ limit: LONGEST.json }),
    express.text({ type: 'text/csv', limit: LONGEST.csv }),
  ];
  app[route.method](expressPath(route.path), identify, ...bodies, answer);
}

/** As the caller would read it: dates are texts there. */
function checkReply({ method, path, reply }: Route, answer: unknown): void {
  if (answer === undefined) return;
  if (reply === undefined) throw new Error(`${method} ${path} does not say what it answers`);
  reply.parse(JSON.parse(JSON.stringify(answer)));
}

function readInput(
  route: Route,
  request: Request,
  { signIn }: Panel,
  caller: Caller | undefined,
): Input<unknown, unknown, unknown> {
  const wrong: Record<string, string> = {};
  const read = (part: string, schema: z.ZodType, value: unknown): unknown => {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues) wrong[[part, ...path].join('.')] = message;
    return undefined;
  };
  const secret = sessionSecret(request, signIn);
  const input = {
    params: read('path', route.params, { ...request.params }),
    query: read('query', route.query, { ...request.query }),
    body: read('body', route.body, request.body ?? {}),
    by: caller?.by ?? 'anyone',
    caller,
    from: {
      address: request.ip ?? 'unknown',
      session: secret === undefined ? undefined : hashSecret(secret),
    },
    ifMatch: request.headers['if-match']?.replaceAll(/^(?:W\/)?"|"$/g, ''),
    lastEventId: request.get('last-event-id'),
  };
  if (Object.keys(wrong).length > 0)
    throw new ApiFailure(400, 'invalid_input', 'The request is not valid', wrong);
  return input;
}

function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

/** Never tells what went wrong inside. */
function toFailure(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error;
  // What the body parser and the router refuse: broken JSON, too long, a broken escape in the path.
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (status === 413) return new ApiFailure(413, 'too_long', 'The body is too long');
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new ApiFailure(400, 'unreadable', 'The request cannot be read');
  return new ApiFailure(500, 'internal', 'Something went wrong on our side');
}
