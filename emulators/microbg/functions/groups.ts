import type { Call } from '../call.ts';
import type { Company, Module } from '../company.ts';
import { optionalInt, optionalText, requiredInt, requiredText } from '../input.ts';
import type { Group } from '../model.ts';
import { Refusal } from '../refusal.ts';

const SERVICE_PATH = '-1';

function moduleOf(call: Call): Module {
  const module = requiredText(call.parameters, 'Module');
  if (module !== 'Items' && module !== 'Partners') throw new Refusal('_EMU_INVALID_Module');
  return module;
}

/** `getGroups`: one of the two trees (micro.bg API 3.3). */
export function getGroups(call: Call): unknown {
  return call.company.groups[moduleOf(call)].all();
}

/** `insertGroup`: below a parent by id or path, or at the top; three letters of path a level (3.3). */
export function insertGroup(call: Call): unknown {
  const module = moduleOf(call);
  const Name = requiredText(call.data, 'Name');
  const parent = parentOf(call, module);
  const Path = freePath(call.company, module, parent?.Path ?? '');
  const id = call.company.next('group');
  call.company.groups[module].put({ id, Name, Path, parentId: parent?.id ?? 0 });
  return { id, Name, Path };
}

function parentOf(call: Call, module: Module): Group | undefined {
  const parentId = optionalInt(call.parameters, 'parentId') ?? 0;
  const path = optionalText(call.parameters, 'Path') ?? '';
  if (parentId === 0 && path === '') return undefined;
  const groups = call.company.groups[module];
  const parent = parentId === 0 ? groups.all().find((group) => group.Path === path) : groups.get(parentId);
  if (!parent) throw new Refusal('_EMU_UNKNOWN_Group');
  if (parent.Path === SERVICE_PATH) throw new Refusal('_EMU_SERVICE_GROUP');
  return parent;
}

function freePath(company: Company, module: Module, prefix: string): string {
  const used = new Set(company.groups[module].all().map((group) => group.Path));
  for (let number = 0; number < 26 ** 3; number++) {
    const letters = [Math.floor(number / 676), Math.floor(number / 26) % 26, number % 26];
    const path = prefix + String.fromCharCode(...letters.map((letter) => 65 + letter));
    if (!used.has(path)) return path;
  }
  throw new Refusal('_EMU_TOO_MANY_GROUPS');
}

/** `renameGroup` (micro.bg API 3.3). */
export function renameGroup(call: Call): unknown {
  const groups = call.company.groups[moduleOf(call)];
  const group = groups.get(requiredInt(call.parameters, 'Id'));
  if (!group) throw new Refusal('_EMU_UNKNOWN_Group');
  const renamed = { ...group, Name: requiredText(call.data, 'Name') };
  groups.put(renamed);
  return renamed;
}

/** `deleteGroup`: the whole subtree; its records move to the service group (micro.bg API 3.3). */
export function deleteGroup(call: Call): unknown {
  const { company } = call;
  const module = moduleOf(call);
  const groups = company.groups[module];
  const doomed = doomedOf(call, groups.all());
  const service = groups.all().find((group) => group.Path === SERVICE_PATH);
  const ids = new Set(doomed.map((group) => group.id));
  for (const group of doomed) groups.delete(group.id);
  const GroupId = service?.id ?? 0;
  if (module === 'Items') {
    for (const item of company.items.all()) {
      if (ids.has(item.GroupId)) company.items.put({ ...item, GroupId });
    }
  } else {
    for (const partner of company.partners.all()) {
      if (ids.has(partner.GroupId)) company.partners.put({ ...partner, GroupId });
    }
  }
  return null;
}

function doomedOf(call: Call, all: readonly Group[]): Group[] {
  const mode = requiredText(call.parameters, 'Mode');
  if (mode === 'All') return all.filter((group) => group.Path !== SERVICE_PATH);
  if (mode !== 'ById' && mode !== 'ByPath') throw new Refusal('_EMU_INVALID_Mode');
  const wanted = mode === 'ById' ? requiredInt(call.parameters, 'Id') : requiredText(call.parameters, 'Path');
  const root = all.find((group) => (mode === 'ById' ? group.id : group.Path) === wanted);
  if (!root) throw new Refusal('_EMU_UNKNOWN_Group');
  if (root.Path === SERVICE_PATH) throw new Refusal('_EMU_SERVICE_GROUP');
  return all.filter((group) => group.Path.startsWith(root.Path));
}
