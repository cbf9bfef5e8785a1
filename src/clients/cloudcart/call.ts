import type { z } from 'zod';
import { type Answer, failed, ok, type Rate } from '../answer.ts';
import { exchange, type HttpOptions } from '../http.ts';
import { whereOf } from '../wire.ts';
import { decideCloudcart, wrongShape } from './decision.ts';
import { indexIncluded, type Included, listDocument, type Resource, singleDocument } from './jsonapi.ts';

/** Settings of one shop. */
export interface CloudcartOptions extends HttpOptions {
  /** `https://<primary domain>`; any other host of the shop answers 429 at once (CloudCart API 1.1). */
  readonly baseUrl: string;
  /** `X-CloudCart-ApiKey` (CloudCart API 1.3). */
  readonly apiKey: string;
  /** Milliseconds for one call, body included; the platform gives up after 30 s itself (CloudCart API 2.5). */
  readonly deadlineMs: number;
  /** Clock, in milliseconds since 1970. */
  readonly now?: () => number;
}

/** A query of JSON:API (CloudCart API 3). Filters know equality only. */
export interface Query {
  readonly filter?: Readonly<Record<string, string | number | undefined>>;
  readonly sort?: string;
  readonly include?: string;
  /** The only attributes that are sent, by type (CloudCart API 3.4). */
  readonly fields?: Readonly<Record<string, string>>;
  /** Computed attributes, by type (CloudCart API 3.4). */
  readonly append?: Readonly<Record<string, string>>;
  readonly page?: PageRef;
}

/** A page: `number` from 1, `size` from 1 to 100 (CloudCart API 3.1). */
export interface PageRef {
  readonly number: number;
  readonly size: number;
}

/** Rows of one page; `next` is null at the end. Rows shift while paging, so de-duplicate by id (CloudCart API 3.1). */
export interface ShopPage<T> {
  readonly rows: readonly T[];
  readonly next: PageRef | null;
  readonly total: number | null;
}

interface One {
  readonly data: Resource;
  readonly included: Included;
}

interface Many {
  readonly data: readonly Resource[];
  readonly included: Included;
  readonly next: PageRef | null;
  readonly total: number | null;
}

/** Body of a write; `id` only in a PATCH (CloudCart API 1.6). */
export interface ResourceWrite {
  readonly type: string;
  readonly id?: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relationships?: Readonly<Record<string, unknown>>;
}

/** Calls the shop and checks the document. One request each, never repeated. */
export interface Caller {
  one(operation: string, path: string, query?: Query): Promise<Answer<One>>;
  many(operation: string, path: string, query?: Query): Promise<Answer<Many>>;
  write(operation: string, method: 'POST' | 'PATCH', path: string, data: ResourceWrite): Promise<Answer<One>>;
  erase(operation: string, path: string): Promise<Answer<null>>;
  /** A body that is not JSON:API. */
  plain<S extends z.ZodType>(operation: string, path: string, schema: S): Promise<Answer<z.output<S>>>;
}

/** A walk never goes further: a shop that reports ever more pages must not keep us busy for ever. */
const MAX_PAGES = 10_000;

/** Makes the {@link Caller} of a shop. */
export function createCaller(options: CloudcartOptions): Caller {
  const now = options.now ?? Date.now;

  async function call(
    operation: string,
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: URL,
    data?: ResourceWrite,
  ) {
    const media = 'application/vnd.api+json';
    const headers = {
      accept: media,
      'user-agent': 'cloudcart-microbg',
      'x-cloudcart-apikey': options.apiKey,
      ...(data === undefined ? {} : { 'content-type': media }),
    };
    const body = data === undefined ? {} : { body: JSON.stringify({ data }) };
    const { deadlineMs } = options;
    const outcome = await exchange({ operation, method, url, headers, deadlineMs, ...body }, options);
    return decideCloudcart(outcome, method !== 'GET', now());
  }

  async function checked<S extends z.ZodType>(
    operation: string,
    method: 'GET' | 'POST' | 'PATCH',
    url: URL,
    schema: S,
    data?: ResourceWrite,
  ): Promise<Answer<z.output<S>>> {
    const verdict = await call(operation, method, url, data);
    if (verdict.kind !== 'body') return verdict;
    const parsed = schema.safeParse(verdict.body);
    if (parsed.success) return { ...ok(parsed.data), ...rated(verdict.rate) };
    return {
      ...failed(wrongShape(operation, whereOf(parsed.error), method !== 'GET')),
      ...rated(verdict.rate),
    };
  }

  const addressOf = (path: string, query: Query = {}) => address(options.baseUrl, path, query);

  return {
    async one(operation, path, query) {
      const answer = await checked(operation, 'GET', addressOf(path, query), singleDocument);
      return answer.kind === 'ok' ? single(answer) : answer;
    },
    async many(operation, path, query) {
      const answer = await checked(operation, 'GET', addressOf(path, query), listDocument);
      return answer.kind === 'ok' ? { ...answer, value: paged(answer.value, query?.page) } : answer;
    },
    async write(operation, method, path, data) {
      const answer = await checked(operation, method, addressOf(path), singleDocument, data);
      if (answer.kind !== 'ok' || answer.value.data !== null)
        return answer.kind === 'ok' ? single(answer) : answer;
      return { ...failed(wrongShape(operation, 'data', true)), ...rated(answer.rate) };
    },
    async erase(operation, path) {
      const verdict = await call(operation, 'DELETE', addressOf(path));
      return verdict.kind === 'body' ? { ...ok(null), ...rated(verdict.rate) } : verdict;
    },
    plain: (operation, path, schema) => checked(operation, 'GET', addressOf(path), schema),
  };
}

function rated(rate: Rate | undefined): { readonly rate?: Rate } {
  return rate === undefined ? {} : { rate };
}

function single(answer: {
  readonly kind: 'ok';
  readonly value: z.output<typeof singleDocument>;
  readonly rate?: Rate;
}): Answer<One> {
  const { data, included } = answer.value;
  if (data === null) return { kind: 'not_found', ...rated(answer.rate) };
  return { ...answer, value: { data, included: indexIncluded(included) } };
}

/** Where a walk goes on; a page without rows ends it whatever the counters say (CloudCart API 3.1). */
function paged(document: z.output<typeof listDocument>, page: PageRef | undefined): Many {
  const { data, included, meta } = document;
  const asked = page ?? { number: 1, size: 20 };
  const last = meta?.page?.['last-page'] ?? null;
  const more = last === null ? data.length >= asked.size : asked.number < last;
  const next =
    more && data.length > 0 && asked.number < MAX_PAGES ? { ...asked, number: asked.number + 1 } : null;
  return { data, included: indexIncluded(included), next, total: meta?.page?.total ?? null };
}

function address(baseUrl: string, path: string, query: Query): URL {
  const url = new URL(`/api/v2/${path}`, baseUrl);
  if (query.page !== undefined) {
    url.searchParams.set('page[number]', String(query.page.number));
    url.searchParams.set('page[size]', String(query.page.size));
  }
  for (const [key, value] of Object.entries(query.filter ?? {})) {
    if (value !== undefined) url.searchParams.set(`filter[${key}]`, String(value));
  }
  if (query.sort !== undefined) url.searchParams.set('sort', query.sort);
  if (query.include !== undefined) url.searchParams.set('include', query.include);
  for (const [type, names] of Object.entries(query.fields ?? {}))
    url.searchParams.set(`fields[${type}]`, names);
  for (const [type, names] of Object.entries(query.append ?? {}))
    url.searchParams.set(`append[${type}]`, names);
  return url;
}
