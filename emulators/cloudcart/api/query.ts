import type { Shop } from '../shop.ts';
import type { AnyRow } from '../store/table.ts';
import { apiError, badParameter } from './errors.ts';
import type { Resource } from './resource.ts';

/** Parameters of a read (CloudCart API 3). */
export interface ApiQuery {
  readonly pageNumber: number;
  readonly pageSize: number;
  readonly filters: readonly (readonly [name: string, value: string])[];
  readonly sorts: readonly { readonly column: string; readonly descending: boolean }[];
  readonly include: readonly string[];
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly append: readonly string[];
}

/** Reads the parameters that a resource allows. @throws ApiError 422, or what is switched for includes (U-04). */
export function readQuery(params: URLSearchParams, resource: Resource, shop: Shop): ApiQuery {
  const filters: [string, string][] = [];
  const fields = new Map<string, string[]>();
  const append: string[] = [];
  for (const [name, value] of params) {
    const inBrackets = /^(filter|fields|append)\[([^\]]+)\](\[\])?$/.exec(name);
    const key = inBrackets?.[2] ?? '';
    if (inBrackets?.[1] === 'filter') filters.push([key, value]);
    else if (inBrackets?.[1] === 'fields') fields.set(key, list(value));
    else if (inBrackets?.[1] === 'append') {
      if (key !== resource.type || list(value).some((each) => !resource.appends?.includes(each)))
        throw badParameter(name, `The append ${value} is not allowed.`);
      append.push(...list(value));
    } else if (!['page[number]', 'page[size]', 'sort', 'include'].includes(name)) {
      throw badParameter(name, `The parameter ${name} is not allowed.`);
    }
  }
  return {
    pageNumber: pageParameter(params, 'page[number]', 1, Number.MAX_SAFE_INTEGER),
    pageSize: pageParameter(params, 'page[size]', 20, 100),
    filters,
    sorts: list(params.get('sort') ?? '').map((text) => sortKey(text, resource)),
    include: includesOf(params, resource, shop),
    fields,
    append,
  };
}

function list(text: string): string[] {
  return text.split(',').filter((each) => each !== '');
}

function pageParameter(params: URLSearchParams, name: string, initial: number, most: number): number {
  const text = params.get(name);
  if (text === null) return initial;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > most) throw badParameter(name, `The ${name} must be between 1 and ${most}.`);
  return value;
}

function sortKey(text: string, resource: Resource): { column: string; descending: boolean } {
  const descending = text.startsWith('-');
  const column = descending ? text.slice(1) : text;
  if (resource.sorts?.includes(column) !== true) {
    throw badParameter('sort', `Sort parameter ${column} is not allowed.`);
  }
  return { column, descending };
}

function includesOf(params: URLSearchParams, resource: Resource, shop: Shop): readonly string[] {
  const asked = list(params.get('include') ?? '');
  for (const path of asked) {
    const allowed =
      resource.includes?.includes(path) === true ||
      (resource.type === 'orders' && path === 'products.options' && shop.switches.includeProductsOptions);
    if (allowed) continue;
    const status = resource.type === 'orders' ? Number(shop.switches.unlistedInclude) : 422;
    throw apiError(status, `Include path ${path} is not allowed.`, { parameter: 'include' });
  }
  return asked;
}

/** Whole lists as last worked out: somebody who reads 100,000 rows page by page does not wait for each page. */
const wholeLists = new WeakMap<Shop, Map<string, { readonly version: string; readonly rows: AnyRow[] }>>();

/** Rows of a resource that pass all filters, in the order asked for. */
export function selectRows(resource: Resource, query: ApiQuery, shop: Shop): AnyRow[] {
  const [sort, second] = query.sorts;
  const whole = query.filters.length === 0 && resource.listed === undefined && second === undefined;
  if (!whole || sort === undefined) return workOut(resource, query, shop);
  const { tables } = shop.db;
  // Whether a variant is visible says its product.
  const version = `${shop.db.generic(resource.table).version} ${tables.products.version}`;
  const lists = wholeLists.get(shop) ?? new Map<string, { version: string; rows: AnyRow[] }>();
  wholeLists.set(shop, lists);
  const key = `${resource.type} ${sort.column} ${sort.descending}`;
  const known = lists.get(key);
  if (known?.version === version) return known.rows;
  const rows = workOut(resource, query, shop);
  lists.set(key, { version, rows });
  return rows;
}

function workOut(resource: Resource, query: ApiQuery, shop: Shop): AnyRow[] {
  const table = shop.db.generic(resource.table);
  const indexed = query.filters.find(([name]) => table.isIndexed(name) && name !== 'status');
  let rows = indexed === undefined ? table.all() : table.by(indexed[0], indexed[1]);
  for (const [name, value] of query.filters) {
    const match = matcher(resource, name, value, table.all()[0], shop);
    rows = rows.filter(match);
  }
  const { visible, listed } = resource;
  if (visible !== undefined) rows = rows.filter((row) => visible(row, shop));
  if (listed !== undefined) rows = rows.filter((row) => listed(row, shop));
  const sorts = isByInsertion(query, rows) ? [] : query.sorts;
  for (const { column, descending } of [...sorts].reverse()) {
    const sign = descending ? -1 : 1;
    rows.sort((left, right) => sign * compare(left[column], right[column]));
  }
  return rows;
}

/** Rows come in the order of insertion, which is that of their ids: a large table is not sorted for every page. */
function isByInsertion({ sorts }: ApiQuery, rows: readonly AnyRow[]): boolean {
  const [first, second] = sorts;
  if (first?.column !== 'id' || first.descending || second !== undefined) return false;
  return rows.every((row, index) => index === 0 || compare(rows[index - 1]?.id, row.id) < 0);
}

function compare(left: unknown, right: unknown): number {
  if (left === right) return 0;
  if (left === null || left === undefined) return -1;
  if (right === null || right === undefined) return 1;
  return (left as number) < (right as number) ? -1 : 1;
}

function matcher(
  resource: Resource,
  name: string,
  value: string,
  sample: AnyRow | undefined,
  shop: Shop,
): (row: AnyRow) => boolean {
  const named = resource.filters?.[name];
  if (named !== undefined) return (row) => named(row, value, shop);
  const isColumn = sample === undefined || (Object.hasOwn(sample, name) && !name.startsWith('_'));
  if (!isColumn && resource.moreColumns?.includes(name) !== true) {
    throw badParameter(`filter[${name}]`, `Filter parameter ${name} is not allowed.`);
  }
  return (row) => sameValue(row[name], value);
}

/** Equality as the database has it: yes and 1 are one value, so are null and nothing. */
function sameValue(stored: unknown, asked: string): boolean {
  if (stored === 'yes' || stored === 'no') {
    return asked === stored || asked === (stored === 'yes' ? '1' : '0') || asked === String(stored === 'yes');
  }
  return textOf(stored) === asked;
}

/** A stored value as a parameter would write it. */
export function textOf(stored: unknown): string {
  return typeof stored === 'string'
    ? stored
    : stored === null || stored === undefined
      ? ''
      : JSON.stringify(stored);
}
