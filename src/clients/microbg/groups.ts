import { type Answer, mapAnswer } from '../answer.ts';
import type { Caller } from './call.ts';
import { groupRow, writtenRow } from './schemas.ts';

/** Which tree a group belongs to (micro.bg API 5.2). */
export type GroupModule = 'Items' | 'Partners';

/** Node of a tree; `path` is opaque, `-1` is the service group that collects orphans (micro.bg API 3.3). */
export interface Group {
  readonly id: number;
  readonly name: string;
  readonly path: string;
  readonly parentId: number | null;
}

/** Lists a tree (micro.bg API 3.3). */
export async function getGroups(caller: Caller, module: GroupModule): Promise<Answer<readonly Group[]>> {
  const answer = await caller.list({ fn: 'getGroups', parameters: { Module: module } }, groupRow);
  return mapAnswer(answer, (list) =>
    list.map((row) => ({ id: row.id, name: row.Name, path: row.Path, parentId: row.parentId })),
  );
}

/** Creates a group; without a parent at the top. Not idempotent: list first (micro.bg API 2). */
export async function insertGroup(
  caller: Caller,
  module: GroupModule,
  name: string,
  parentId?: number,
): Promise<Answer<Group>> {
  const parameters = { Module: module, parentId };
  const answer = await caller.write({ fn: 'insertGroup', parameters, data: { Name: name } }, writtenRow);
  return mapAnswer(answer, (row) => ({ id: row.id, name, path: row.Path, parentId: parentId ?? 0 }));
}

/** Renames a group; safe to repeat (micro.bg API 2). */
export async function renameGroup(
  caller: Caller,
  module: GroupModule,
  id: number,
  name: string,
): Promise<Answer<null>> {
  return caller.erase({ fn: 'renameGroup', parameters: { Module: module, Id: id }, data: { Name: name } });
}

/** Deletes one group by id. The mode that empties a whole tree is left out on purpose (micro.bg API 3.3). */
export async function deleteGroup(caller: Caller, module: GroupModule, id: number): Promise<Answer<null>> {
  return caller.erase({ fn: 'deleteGroup', parameters: { Module: module, Mode: 'ById', Id: id } });
}
