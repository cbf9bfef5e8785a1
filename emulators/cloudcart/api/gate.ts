import type { IncomingHttpHeaders } from 'node:http';
import type { Shop } from '../shop.ts';
import { apiError } from './errors.ts';
import type { RateLimiter } from './rate-limit.ts';

/** Names under which the shop can be reached. */
export interface Hosts {
  /** The one that the edge knows. */
  readonly primary: string;
  /** Others that reach the shop but not the edge's plan: limit 0 (CloudCart API 1.1). */
  readonly aliases: readonly string[];
}

/** Headers of every answer about the limit (CloudCart API 2.2). */
export interface RateHeaders {
  readonly limit: number;
  readonly remaining: number;
}

const QUOTA =
  'API rate limit exceeded. Please wait and retry later, or upgrade your current plan to a higher level for increased API limits.';
const NO_ACCESS =
  'API rate limit exceeded. You do not have API access on your current plan. Please upgrade your subscription plan to enable API access.';

/** Refused by the edge, before the application: JSON but not JSON:API (CloudCart API 2.3). */
export class EdgeRefusal extends Error {
  readonly body: Readonly<Record<string, unknown>>;

  constructor(noAccess: boolean) {
    super('429');
    this.body = { error: 'Too Many Requests', message: noAccess ? NO_ACCESS : QUOTA, retry_after: 60 };
  }
}

/** What an emulator without a limit says: more than anybody asks for. */
const UNLIMITED = 1_000_000;

/** Step 0 of a request: the limit of the primary domain (CloudCart API 1.4). */
export function checkRate(
  shop: Shop,
  limiter: RateLimiter,
  hosts: Hosts,
  host: string,
  unlimited: boolean,
): { readonly rate: RateHeaders; readonly refusal?: EdgeRefusal } {
  const alias = hosts.aliases.includes(host);
  const limit = alias ? 0 : shop.switches.rateLimitPerMinute;
  if (limit === 0) return { rate: { limit: 0, remaining: 0 }, refusal: new EdgeRefusal(true) };
  if (unlimited) return { rate: { limit: UNLIMITED, remaining: UNLIMITED - 1 } };
  if (host !== hosts.primary) return { rate: { limit, remaining: limit - 1 } };
  const { passes, remaining } = limiter.take(limit);
  return { rate: { limit, remaining }, ...(passes ? {} : { refusal: new EdgeRefusal(false) }) };
}

/** Steps 1 to 5: key there, host known, key valid, maintenance, plan (CloudCart API 1.4). @throws ApiError. */
export function authenticate(shop: Shop, hosts: Hosts, host: string, headers: IncomingHttpHeaders): void {
  const given = headers['x-cloudcart-apikey'];
  if (typeof given !== 'string' || given === '') throw apiError(401);
  if (host !== hosts.primary && !hosts.aliases.includes(host)) throw apiError(404);
  const known = shop.db.tables['api-keys'].all().some((key) => key.value === given && key.active === 'yes');
  if (!known) throw apiError(401);
  if (shop.switches.maintenance) throw apiError(503, 'Try again few minutes later');
  if (shop.switches.planExpired) throw apiError(402, 'The plan of this store has expired');
}

const MEDIA = 'application/vnd.api+json';

/** Step 7: media types (CloudCart API 1.2). @throws ApiError 406 or 415. */
export function negotiate(headers: IncomingHttpHeaders, hasBody: boolean): void {
  const accept = headers.accept ?? '*/*';
  const accepted = accept.split(',').some((part) => {
    const type = part.split(';')[0]?.trim().toLowerCase();
    return type === MEDIA || type === '*/*' || type === 'application/*';
  });
  if (!accepted) throw apiError(406);
  if (!hasBody) return;
  const [type = '', ...parameters] = (headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== MEDIA || parameters.some((each) => each.includes('ext=')))
    throw apiError(415);
}
