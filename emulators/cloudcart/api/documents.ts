import type { Shop } from '../shop.ts';
import type { AnyRow } from '../store/table.ts';
import type { ApiQuery } from './query.ts';
import { attributesOf, type Resource } from './resource.ts';

/** A resource object of a document. */
export interface ResourceObject {
  readonly type: string;
  readonly id: string;
  readonly attributes: Record<string, unknown>;
  readonly relationships?: Record<string, unknown>;
  readonly links?: Record<string, string>;
}

/** Looks resources up by type. */
export type Registry = ReadonlyMap<string, Resource>;

/** Writes rows as JSON:API documents (CloudCart API 1.6). */
export class DocumentWriter {
  readonly #shop: Shop;
  readonly #registry: Registry;
  readonly #query: Pick<ApiQuery, 'include' | 'fields' | 'append'>;
  readonly #links: string | undefined;

  /** `links` is the base of links when the request asked for them with `X-Show-Links`. */
  constructor(
    shop: Shop,
    registry: Registry,
    query: Pick<ApiQuery, 'include' | 'fields' | 'append'>,
    links?: string,
  ) {
    this.#shop = shop;
    this.#registry = registry;
    this.#query = query;
    this.#links = links;
  }

  one(resource: Resource, row: AnyRow): Record<string, unknown> {
    return {
      data: this.object(resource, row, this.#query.include),
      ...this.#included(resource, [row]),
      jsonapi: { version: '1.0' },
    };
  }

  many(resource: Resource, rows: readonly AnyRow[]): Record<string, unknown> {
    return {
      data: rows.map((row) => this.object(resource, row, this.#query.include)),
      ...this.#included(resource, rows),
    };
  }

  /** One row as a resource object; linkage is shown where something is included. */
  object(resource: Resource, row: AnyRow, include: readonly string[]): ResourceObject {
    const attributes = attributesOf(resource, row, this.#shop);
    for (const name of this.#query.append)
      attributes[name] ??= name === 'meta' ? (resource.meta?.(row) ?? {}) : null;
    const relationships: Record<string, unknown> = {};
    for (const [name, relation] of Object.entries(resource.relations ?? {})) {
      const wanted =
        relation.always === true || include.some((path) => path === name || path.startsWith(`${name}.`));
      if (!wanted) continue;
      const ids = relation.ids(row, this.#shop).map((id) => ({ type: relation.type, id: String(id) }));
      relationships[name] = { data: relation.many ? ids : (ids[0] ?? null) };
    }
    return {
      type: resource.type,
      id: String(row.id),
      attributes: this.#sparse(resource.type, attributes),
      ...(Object.keys(relationships).length === 0 ? {} : { relationships }),
      ...(this.#links === undefined ? {} : { links: { self: `${this.#links}/${resource.type}/${row.id}` } }),
    };
  }

  #sparse(type: string, attributes: Record<string, unknown>): Record<string, unknown> {
    const wanted = this.#query.fields.get(type);
    if (wanted === undefined) return attributes;
    return Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted.includes(name)));
  }

  /** Everything that the include paths reach, each once. Only there when something was asked for. */
  #included(resource: Resource, rows: readonly AnyRow[]): { included?: ResourceObject[] } {
    if (this.#query.include.length === 0) return {};
    const found = new Map<string, ResourceObject>();
    for (const path of this.#query.include) this.#collect(resource, rows, path.split('.'), found);
    return { included: [...found.values()] };
  }

  #collect(
    resource: Resource,
    rows: readonly AnyRow[],
    [name = '', ...rest]: readonly string[],
    found: Map<string, ResourceObject>,
  ): void {
    const relation = resource.relations?.[name];
    const target = relation === undefined ? undefined : this.#registry.get(relation.type);
    if (relation === undefined || target === undefined) return;
    const table = this.#shop.db.generic(target.table);
    const reached: AnyRow[] = [];
    for (const row of rows) {
      for (const id of relation.ids(row, this.#shop)) {
        const each = table.get(id);
        if (each === undefined) continue;
        reached.push(each);
        const key = `${target.type}/${id}`;
        const nested = rest.length === 0 ? [] : [rest.join('.')];
        if (!found.has(key) || nested.length > 0) found.set(key, this.object(target, each, nested));
      }
    }
    if (rest.length > 0) this.#collect(target, reached, rest, found);
  }
}
