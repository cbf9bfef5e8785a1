import type { IncomingHttpHeaders } from 'node:http';
import {
  type DocumentNode,
  type GraphQLSchema,
  GraphQLError,
  Kind,
  OperationTypeNode,
  execute,
  parse,
  validate,
  visit,
} from 'graphql';
import type { WrittenAnswer } from '../api/server.ts';
import type { Shop } from '../shop.ts';
import type { RateLimiter } from '../api/rate-limit.ts';
import { adminResolvers } from './resolvers.ts';
import { adminSchema } from './schema.ts';

/** Address of the admin interface (CloudCart API 7.6). */
export const GQL_PATH = '/api/gql';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const schemas = new Map<boolean, GraphQLSchema>();

/** Answers a request of the admin interface: limit, token, then the query (CloudCart API 7.6). */
export async function answerGql(
  shop: Shop,
  limiter: RateLimiter,
  {
    method,
    headers,
    body,
  }: { readonly method: string; readonly headers: IncomingHttpHeaders; readonly body: string },
): Promise<WrittenAnswer> {
  const { limit, passes } = takeOne(shop, limiter);
  const rate = { 'X-RateLimit-Limit': String(limit) };
  if (!passes) return said(429, 'Too Many Attempts.', { ...rate, 'Retry-After': '60' });
  const refusal = authenticate(shop, headers);
  if (refusal !== undefined) return { ...refusal, headers: { ...refusal.headers, ...rate } };
  if (method !== 'POST') return said(405, 'The method is not supported.', { ...rate, Allow: 'POST' });
  const asked = readQuery(body);
  if (asked === undefined) return said(400, 'GraphQL Request must include the "query" parameter.', rate);
  const result = await perform(shop, asked);
  return { status: 200, text: JSON.stringify(result), headers: { ...JSON_TYPE, ...rate } };
}

/** Of its own, beside the limit of the REST API. The counter of this gateway does not include the request. */
function takeOne(shop: Shop, limiter: RateLimiter): { readonly limit: number; readonly passes: boolean } {
  const limit = shop.switches.gqlRatePerMinute;
  return { limit, passes: limiter.take(limit + 1).passes };
}

function said(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): WrittenAnswer {
  return { status, text: JSON.stringify({ errors: [{ message }] }), headers: { ...JSON_TYPE, ...headers } };
}

function authenticate(shop: Shop, headers: IncomingHttpHeaders): WrittenAnswer | undefined {
  const { adminToken } = shop.settings;
  const { gqlSiteId, gqlAuthError, maintenance } = shop.switches;
  const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
  const given = bearer ?? headers['x-cloudcart-token'];
  const known = adminToken.active && given === adminToken.value;
  const siteGiven = headers['x-site-id'] === String(shop.settings.storeId);
  if (!known || (gqlSiteId === 'required' && !siteGiven))
    return said(gqlAuthError === '401' ? 401 : 200, 'Unauthenticated.');
  if (maintenance) return said(503, 'Service Unavailable');
  return undefined;
}

interface Asked {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | undefined;
}

function readQuery(body: string): Asked | undefined {
  try {
    const { query, variables, operationName } = JSON.parse(body) as Partial<Record<keyof Asked, unknown>>;
    if (typeof query !== 'string') return undefined;
    return {
      query,
      variables: (variables ?? {}) as Record<string, unknown>,
      operationName: typeof operationName === 'string' ? operationName : undefined,
    };
  } catch {
    return undefined;
  }
}

/** One write of the platform per request, as in REST. Errors of the query itself come under 200. */
async function perform(shop: Shop, { query, variables, operationName }: Asked): Promise<unknown> {
  const schema = schemaOf(shop.switches.gqlFractions === 'accepted');
  let document: DocumentNode;
  try {
    document = parse(query, { maxTokens: 10_000 });
  } catch (error) {
    return { errors: [error instanceof GraphQLError ? error.toJSON() : { message: String(error) }] };
  }
  const problems = [...validate(schema, document), ...scopeProblems(shop, document)];
  const most = shop.switches.gqlMaxComplexity;
  const complexity = complexityOf(document);
  if (complexity > most)
    problems.push(new GraphQLError(`Max query complexity should be ${most} but got ${complexity}.`));
  if (problems.length > 0) return { errors: problems.map((problem) => problem.toJSON()) };
  return shop.atomically(() =>
    execute({
      ...{ schema, document, rootValue: adminResolvers(shop), variableValues: { ...variables } },
      ...(operationName === undefined ? {} : { operationName }),
    }),
  );
}

function schemaOf(fractions: boolean): GraphQLSchema {
  const made = schemas.get(fractions) ?? adminSchema(fractions);
  schemas.set(fractions, made);
  return made;
}

/** What a token may change; reading is always allowed to one that is known. */
function scopeProblems(shop: Shop, document: DocumentNode): GraphQLError[] {
  const { scopes } = shop.settings.adminToken;
  if (scopes.includes('full-access') || (scopes.includes('inventory') && scopes.includes('products')))
    return [];
  const writes = document.definitions.some(
    (each) => each.kind === Kind.OPERATION_DEFINITION && each.operation === OperationTypeNode.MUTATION,
  );
  return writes ? [new GraphQLError('This action is unauthorized.')] : [];
}

function complexityOf(document: DocumentNode): number {
  let fields = 0;
  visit(document, { Field: () => void (fields += 1) });
  return fields;
}
