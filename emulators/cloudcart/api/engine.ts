import { fulfil } from '../orders/fulfil.ts';
import { Refusal, type Shop } from '../shop.ts';
import type { AnyRow } from '../store/table.ts';
import { apiError, badParameter, invalid } from './errors.ts';
import { DocumentWriter } from './documents.ts';
import { readQuery, selectRows } from './query.ts';
import { registry } from './registry.ts';
import { trackingOf } from './resources/fulfilments.ts';
import type { Resource } from './resource.ts';
import { readWriteBody } from './write-body.ts';

/** A request that passed authentication. */
export interface ApiRequest {
  readonly method: string;
  /** Parts of the path after `/api/v2/`. */
  readonly path: readonly string[];
  readonly params: URLSearchParams;
  readonly body: string;
  /** Base of links when they were asked for. */
  readonly links: string | undefined;
}

/** Answer before it is written: `body` undefined has none. */
export interface ApiAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Finds the resource of a path and checks the verb (CloudCart API 1.4, step 6). @throws ApiError 404 or 405. */
export function route({ method, path }: Pick<ApiRequest, 'method' | 'path'>): Resource | 'order-status' {
  const [type = '', id, third] = path;
  if (type === 'order-status' && path.length === 1) {
    if (method !== 'GET') throw apiError(405);
    return 'order-status';
  }
  const resource = registry.get(type);
  if (resource === undefined || path.length > 4) throw apiError(404);
  const allowed = resource.methods as readonly string[];
  const isFulfil = type === 'orders' && third === 'fulfill' && path.length === 3;
  if (isFulfil) {
    if (method !== 'PATCH') throw apiError(405);
    return resource;
  }
  if (path.length > 2) {
    const name =
      path.length === 4 && third === 'relationships' ? path[3] : path.length === 3 ? third : undefined;
    if (name === undefined || resource.relations?.[name] === undefined) throw apiError(404);
    if (method !== 'GET') throw apiError(405);
    return resource;
  }
  const onCollection = method === 'GET' || method === 'POST';
  if (!allowed.includes(method) || (id === undefined ? !onCollection : method === 'POST'))
    throw apiError(405);
  return resource;
}

/** Refuses resources whose app is not installed (CloudCart API 1.4, step 9; U-03). */
export function checkApp(shop: Shop, resource: Resource): void {
  const missing =
    (resource.app === 'stores' && !shop.switches.appStores) ||
    (resource.app === 'grocery_store' && !shop.switches.appGrocery);
  if (!missing) return;
  const error = apiError(404, `${resource.app} app not installed`);
  if (shop.switches.appMissing === '404') throw error;
  throw Object.assign(error, { status: 422 });
}

/** Does what a request asks for (CloudCart API 1.6, 3). @throws ApiError. */
export function perform(shop: Shop, resource: Resource, request: ApiRequest): ApiAnswer {
  const [, id, third, fourth] = request.path;
  if (id === undefined)
    return request.method === 'POST' ? create(shop, resource, request) : list(shop, resource, request);
  const row = find(shop, resource, id);
  if (third === 'fulfill') return fulfilOrder(shop, resource, row, request);
  if (third !== undefined)
    return related(shop, resource, row, fourth ?? third, fourth !== undefined, request);
  switch (request.method) {
    case 'PATCH':
      resource.update?.(shop, row, readWriteBody(request.body, resource.type, id));
      return { status: 200, body: writer(shop, resource, request).one(resource, find(shop, resource, id)) };
    case 'DELETE':
      resource.remove?.(shop, row);
      return { status: 204 };
    default:
      return { status: 200, body: writer(shop, resource, request).one(resource, row) };
  }
}

function find(shop: Shop, resource: Resource, id: string): AnyRow {
  const row = shop.db.generic(resource.table).get(id);
  if (row === undefined || resource.visible?.(row, shop) === false) throw apiError(404);
  return row;
}

/** Filters and sorting do not work on one record (CloudCart API 3.4). */
function writer(shop: Shop, resource: Resource, request: ApiRequest): DocumentWriter {
  const query = readQuery(request.params, resource, shop);
  const [filter] = query.filters;
  if (filter !== undefined) throw badParameter(`filter[${filter[0]}]`, 'Filters are not allowed here.');
  if (query.sorts.length > 0) throw badParameter('sort', 'Sorting is not allowed here.');
  return new DocumentWriter(shop, registry, query, request.links);
}

function create(shop: Shop, resource: Resource, request: ApiRequest): ApiAnswer {
  const row = resource.create?.(shop, readWriteBody(request.body, resource.type));
  if (row === undefined) throw apiError(405);
  const saved = find(shop, resource, String(row.id));
  const location = `/api/v2/${resource.type}/${row.id}`;
  const body = writer(shop, resource, { ...request, params: new URLSearchParams() }).one(resource, saved);
  return { status: 201, body, headers: { Location: location } };
}

function fulfilOrder(shop: Shop, resource: Resource, row: AnyRow, request: ApiRequest): ApiAnswer {
  const tracking = trackingOf(readWriteBody(request.body, resource.type, String(row.id)));
  try {
    fulfil(shop, Number(row.id), tracking);
  } catch (error) {
    if (error instanceof Refusal) throw invalid('/data', error.message);
    throw error;
  }
  return {
    status: 200,
    body: writer(shop, resource, request).one(resource, find(shop, resource, String(row.id))),
  };
}

function list(shop: Shop, resource: Resource, request: ApiRequest): ApiAnswer {
  const query = readQuery(request.params, resource, shop);
  const rows = selectRows(resource, query, shop);
  const documents = new DocumentWriter(shop, registry, query, request.links);
  if (query.filters.some(([name]) => resource.singleFilters?.includes(name))) {
    const [only] = rows;
    if (only !== undefined) return { status: 200, body: documents.one(resource, only) };
    if (shop.switches.singleRecordMiss === '404') throw apiError(404);
    return { status: 200, body: { data: null, jsonapi: { version: '1.0' } } };
  }
  return { status: 200, body: page(documents, resource, rows, query, request) };
}

/** A page with `meta.page` in kebab-case (CloudCart API 3.1). */
function page(
  documents: DocumentWriter,
  resource: Resource,
  rows: readonly AnyRow[],
  { pageNumber, pageSize }: { readonly pageNumber: number; readonly pageSize: number },
  request: ApiRequest,
): Record<string, unknown> {
  const start = (pageNumber - 1) * pageSize;
  const shown = rows.slice(start, start + pageSize);
  const last = Math.max(1, Math.ceil(rows.length / pageSize));
  const meta = {
    'current-page': pageNumber,
    'per-page': pageSize,
    from: shown.length === 0 ? null : start + 1,
    to: shown.length === 0 ? null : start + shown.length,
    total: rows.length,
    'last-page': last,
  };
  return {
    ...documents.many(resource, shown),
    meta: { page: meta },
    ...(request.links === undefined ? {} : { links: pageLinks(request, pageNumber, last) }),
    jsonapi: { version: '1.0' },
  };
}

function pageLinks(request: ApiRequest, current: number, last: number): Record<string, string | null> {
  const to = (number: number): string => {
    const params = new URLSearchParams(request.params);
    params.set('page[number]', String(number));
    return `${request.links}/${request.path.join('/')}?${params}`;
  };
  return {
    first: to(1),
    prev: current > 1 ? to(current - 1) : null,
    next: current < last ? to(current + 1) : null,
    last: to(last),
  };
}

function related(
  shop: Shop,
  resource: Resource,
  row: AnyRow,
  name: string,
  linkageOnly: boolean,
  request: ApiRequest,
): ApiAnswer {
  const relation = resource.relations?.[name];
  const target = relation === undefined ? undefined : registry.get(relation.type);
  if (relation === undefined || target === undefined) throw apiError(404);
  const ids = relation.ids(row, shop);
  if (linkageOnly) {
    const linkage = ids.map((id) => ({ type: relation.type, id: String(id) }));
    return {
      status: 200,
      body: { data: relation.many ? linkage : (linkage[0] ?? null), jsonapi: { version: '1.0' } },
    };
  }
  checkApp(shop, target);
  const query = readQuery(request.params, target, shop);
  const documents = new DocumentWriter(shop, registry, query, request.links);
  const rows = ids.map((id) => shop.db.generic(target.table).need(id));
  if (relation.many) return { status: 200, body: page(documents, target, rows, query, request) };
  const [only] = rows;
  return { status: 200, body: only === undefined ? { data: null } : documents.one(target, only) };
}
