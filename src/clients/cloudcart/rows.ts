import type { z } from 'zod';
import { type Answer, failed } from '../answer.ts';
import { whereOf } from '../wire.ts';
import type { Caller, Query, ResourceWrite, ShopPage } from './call.ts';
import { wrongShape } from './decision.ts';
import type { Resource } from './jsonapi.ts';

/** A resource under its own names: `id` and the checked attributes. */
export type Row<S extends z.ZodType> = z.output<S> & { readonly id: string };

/** Reads one page of a resource and checks its attributes. One broken row fails the page. */
export async function readRows<S extends z.ZodType>(
  caller: Caller,
  path: string,
  schema: S,
  query: Query,
): Promise<Answer<ShopPage<Row<S>>>> {
  const answer = await caller.many(`${path}.list`, path, query);
  if (answer.kind !== 'ok') return answer;
  const rows: Row<S>[] = [];
  for (const resource of answer.value.data) {
    const row = rowOf(resource, schema);
    if (typeof row === 'string') return failed(wrongShape(path, row, false));
    rows.push(row);
  }
  const { next, total } = answer.value;
  return { ...answer, value: { rows, next, total } };
}

/** Reads one resource, or the one that a single-record filter finds (CloudCart API 3.2, U-09). */
export async function readRow<S extends z.ZodType>(
  caller: Caller,
  path: string,
  schema: S,
  query?: Query,
): Promise<Answer<Row<S>>> {
  const operation = `${path.split('/')[0]}.get`;
  return checkRow(operation, await caller.one(operation, path, query), schema, false);
}

/** Writes a resource and checks what came back. */
export async function writeRow<S extends z.ZodType>(
  caller: Caller,
  method: 'POST' | 'PATCH',
  schema: S,
  data: ResourceWrite,
): Promise<Answer<Row<S>>> {
  const operation = `${data.type}.${method === 'POST' ? 'create' : 'update'}`;
  const path = data.id === undefined ? data.type : `${data.type}/${encodeURIComponent(data.id)}`;
  return checkRow(operation, await caller.write(operation, method, path, data), schema, true);
}

function checkRow<S extends z.ZodType>(
  operation: string,
  answer: Answer<{ readonly data: Resource }>,
  schema: S,
  write: boolean,
): Answer<Row<S>> {
  if (answer.kind !== 'ok') return answer;
  const row = rowOf(answer.value.data, schema);
  return typeof row === 'string' ? failed(wrongShape(operation, row, write)) : { ...answer, value: row };
}

/** The row, or where it does not fit. */
function rowOf<S extends z.ZodType>(resource: Resource, schema: S): Row<S> | string {
  const parsed = schema.safeParse(resource.attributes);
  if (!parsed.success) return `${resource.type}.${whereOf(parsed.error)}`;
  return { ...(parsed.data as object), id: resource.id } as Row<S>;
}
