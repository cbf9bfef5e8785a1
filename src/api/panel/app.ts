import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import { z } from 'zod';
import type { Logger } from '../../observability/logger.ts';
import { sendAnswer } from './answers.ts';
import { ApiFailure, sendFailure } from './failure.ts';
import { openApiDocument } from './openapi.ts';
import { fromOwnPage } from './own-page.ts';
import type { PanelDependencies, Route } from './route.ts';
import { routes } from './routes.ts';

/** The panel never listens anywhere else until there is sign-in. */
export const PANEL_HOST = '127.0.0.1';

const operatorName = z
  .string()
  .trim()
  .regex(/^[\p{L}\p{N} .@_-]{1,100}$/u, 'must be a name or an address')
  .default('operator');

/** The API of orders and attention. It has no sign-in: it must be served on {@link PANEL_HOST} only. */
export function createPanelApp(panel: PanelDependencies & { readonly logger: Logger }): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(helmet());
  app.use(fromOwnPage);
  app.use(express.json({ limit: '64kb' }));
  app.get('/api/openapi.json', (_request, response) => void response.json(openApiDocument(routes)));
  for (const route of routes)
    app[route.method](expressPath(route.path), async (request: Request, response: Response) => {
      await sendAnswer(response, await route.answer(panel, readInput(route, request)));
    });
  app.use(() => {
    throw new ApiFailure(404, 'not_found', 'There is no such address');
  });
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const failure = toFailure(error);
    if (failure.status === 500) panel.logger.error({ err: error, path: request.path }, 'a request failed');
    sendFailure(response, failure);
  });
  return app;
}

function readInput(route: Route, request: Request) {
  const wrong: Record<string, string> = {};
  const read = (part: string, schema: z.ZodType, value: unknown): unknown => {
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    for (const { path, message } of result.error.issues) wrong[[part, ...path].join('.')] = message;
    return undefined;
  };
  const input = {
    params: read('path', route.params, { ...request.params }),
    query: read('query', route.query, { ...request.query }),
    body: read('body', route.body, request.body ?? {}),
    by: String(read('header.x-operator', operatorName, request.headers['x-operator'])),
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
