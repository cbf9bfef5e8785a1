import { z } from 'zod';
import {
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
  createDocument,
} from 'zod-openapi';
import { problemDocument } from './failure.ts';
import type { Route } from './route.ts';

/** Server-sent events, for routes that answer a stream. */
const EVENTS = 'text/event-stream';

/** The OpenAPI 3.1 document, made of the schemas that check the requests and, in the tests, the answers. */
export function openApiDocument(routes: readonly Route[]) {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operation(route) };
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'cloudcart-microbg',
      version: '1',
      description: 'API of the panel: connections, goods, orders and what is in their way.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'session',
          description: 'Set by POST /api/session; `__Host-session` with https',
        },
        token: { type: 'http', scheme: 'bearer', description: 'Made by POST /api/tokens' },
      },
    },
  });
}

function operation(route: Route): ZodOpenApiOperationObject {
  const open = route.role === 'anyone';
  return {
    operationId: operationId(route),
    summary: route.summary,
    description: open ? 'Needs no sign-in.' : `Least role: ${route.role}.`,
    tags: [tagOf(route)],
    security: open ? [] : [{ session: [] }, { token: [] }],
    requestParams: { path: route.params, query: route.query },
    ...(route.method === 'get' || route.method === 'delete'
      ? {}
      : { requestBody: { required: true, content: body(route.body) } }),
    responses: {
      '200': { description: 'Done', content: answer(route) },
      '400': refused('The request is not valid; `fields` says what'),
      ...(open ? {} : { '401': refused('Nobody is signed in'), '403': refused('The role is too low') }),
      default: refused('Refused or failed: see `code`'),
    },
  };
}

function body(schema: z.ZodType): Record<string, { schema: z.ZodType }> {
  return schema instanceof z.ZodString ? { 'text/csv': { schema } } : { 'application/json': { schema } };
}

function answer({ path, reply }: Route): NonNullable<ZodOpenApiResponseObject['content']> {
  if (reply !== undefined) return { 'application/json': { schema: reply } };
  return { [path.endsWith('.csv') ? 'text/csv' : EVENTS]: { schema: z.string() } };
}

function refused(description: string): ZodOpenApiResponseObject {
  return { description, content: { 'application/problem+json': { schema: problemDocument } } };
}

/** `postOrdersActions`: method and the fixed parts of the path. */
function operationId({ method, path }: Route): string {
  const words = path
    .split('/')
    .slice(2)
    .flatMap((part) => part.replaceAll(/[{}]/g, '').split(/[^a-z]+/i))
    .filter((word) => word !== '');
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** The resource: what follows a connection's id, or the first part. */
function tagOf({ path }: Route): string {
  const parts = path.split('/').slice(2);
  const own = parts[0] === 'connections' ? parts[2] : parts[0];
  return own ?? 'connections';
}
