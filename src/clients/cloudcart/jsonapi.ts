import { z } from 'zod';
import { optionalInt } from '../wire.ts';

/** A JSON:API document, leniently: `included`, `meta` and `jsonapi` may be missing (CloudCart API 1.6). */

const identifier = z.looseObject({ type: z.string(), id: z.string() });

// PHP writes an empty object as an empty list.
const object = z.preprocess(
  (value) =>
    value === undefined || value === null || (Array.isArray(value) && value.length === 0) ? {} : value,
  z.record(z.string(), z.unknown()),
);

const resource = z.looseObject({
  type: z.string(),
  id: z.string(),
  attributes: object,
  relationships: object,
});

/** One entity of a document. Numbers in attributes are text. */
export type Resource = z.output<typeof resource>;

const included = z.preprocess((value) => value ?? [], z.array(resource));

const pageMeta = z.looseObject({
  'current-page': optionalInt,
  'last-page': optionalInt,
  total: optionalInt,
});

/** Document with one entity; `data: null` stands for "nothing found" (U-09). */
export const singleDocument = z.looseObject({ data: resource.nullable(), included });

/** Document with a list. */
export const listDocument = z.looseObject({
  data: z.array(resource),
  included,
  meta: z
    .looseObject({ page: pageMeta.optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/** The entities that came along with a document, by type and id. */
export type Included = ReadonlyMap<string, Resource>;

/** Indexes what came along. */
export function indexIncluded(resources: readonly Resource[]): Included {
  return new Map(resources.map((entry) => [`${entry.type}/${entry.id}`, entry]));
}

const linkage = z.looseObject({ data: z.union([identifier.nullable(), z.array(identifier)]) });

/**
 * Entities behind a relationship. Without linkage those of the type that name the owner in `ownerColumn` count.
 * Returns undefined when something is linked but did not come along: a missing line would change the money.
 */
export function related(
  owner: Resource,
  name: string,
  type: string,
  all: Included,
  ownerColumn: string,
): readonly Resource[] | undefined {
  const parsed = linkage.safeParse(owner.relationships[name]);
  if (!parsed.success) {
    return [...all.values()].filter(
      (entry) => entry.type === type && entry.attributes[ownerColumn] === owner.id,
    );
  }
  const { data } = parsed.data;
  const wanted = data === null ? [] : Array.isArray(data) ? data : [data];
  const found = wanted.flatMap((link) => all.get(`${link.type}/${link.id}`) ?? []);
  return found.length === wanted.length ? found : undefined;
}
