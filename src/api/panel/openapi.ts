import { z } from 'zod';
import type { Route } from './route.ts';

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

/** The OpenAPI 3.1 document, made of the schemas that check the requests. Answers are not described yet. */
export function openApiDocument(routes: readonly Route[]) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method] = operation(route);
  return {
    openapi: '3.1.0',
    info: { title: 'cloudcart-microbg', version: '1' },
    paths,
    components: { schemas: { Failure: failure } },
  };
}

const failure = {
  type: 'object',
  required: ['title', 'status', 'code'],
  properties: {
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'stable' },
    fields: { type: 'object', additionalProperties: { type: 'string' } },
  },
} as const;

function operation(route: Route) {
  return {
    summary: route.summary,
    parameters: [
      ...parameters('path', route.params),
      ...parameters('query', route.query),
      ...(route.method !== 'get'
        ? [{ name: 'X-Operator', in: 'header', required: false, schema: { type: 'string' } }]
        : []),
    ],
    ...(route.method !== 'get'
      ? { requestBody: { required: true, content: { 'application/json': { schema: schemaOf(route.body) } } } }
      : {}),
    responses: {
      '200': {
        description: 'Done',
        content: route.path.endsWith('.csv')
          ? { 'text/csv': { schema: { type: 'string' } } }
          : { 'application/json': { schema: { type: 'object' } } },
      },
      default: {
        description: 'Refused or failed',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Failure' } } },
      },
    },
  };
}

function parameters(place: 'path' | 'query', schema: z.ZodObject) {
  const { properties = {}, required = [] } = schemaOf(schema) as ObjectSchema;
  return Object.entries(properties).map(([name, one]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: one,
  }));
}

function schemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _dialect, ...plain } = z.toJSONSchema(schema, { io: 'input' });
  return plain;
}
