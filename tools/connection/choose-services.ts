import type { ConnectionSettings } from '../../src/domain/connection/settings.ts';
import { SERVICE_NAMES, type ServiceRole, suggestService } from '../../src/domain/connection/suggestions.ts';
import { AS_BEFORE, type Choices, FROM_FILE, type Known } from './choices.ts';
import type { IdOrName } from './file.ts';
import { findGiven, isProblem, type Named, possibilities, show } from './names.ts';

type ServiceItems = ConnectionSettings['serviceItems'];
type Rates = NonNullable<ServiceItems['byRate']>;

const PURPOSES = ['delivery', 'discount', 'fee'] as const;

/** Items for what is not goods: the file, else as before, else by their usual names. */
export function chooseServices(known: Known, choices: Choices): ServiceItems {
  const { file, existing } = known;
  const roles = {
    delivery: chooseRole('delivery', known, choices),
    discount: chooseRole('discount', known, choices),
    fee: chooseRole('fee', known, choices),
    rounding: chooseRole('rounding', known, choices),
  };
  const byRate = chooseByRate(known, choices) ?? existing?.serviceItems.byRate;
  const named = file.serviceItems?.feeByName;
  const feeByName =
    named === undefined
      ? existing?.serviceItems.feeByName
      : findAll('settings.serviceItems.feeByName', named, known, choices);
  return {
    ...roles,
    ...(byRate === undefined ? {} : { byRate }),
    ...(feeByName === undefined ? {} : { feeByName }),
  };
}

function chooseRole(role: ServiceRole, { file, existing, services }: Known, choices: Choices): number | null {
  const what = `service ${role}`;
  const take = (item: Named, why: string): number => {
    choices.chosen.push({ what, value: show(item), why });
    return item.id;
  };
  const given = file.serviceItems?.[role];
  if (given === null) {
    choices.chosen.push({ what, value: 'none', why: FROM_FILE });
    return null;
  }
  if (given !== undefined) {
    const found = findGiven(`settings.serviceItems.${role}`, given, services);
    if (!isProblem(found)) return take(found, FROM_FILE);
    choices.problems.push(found);
    return null;
  }
  const before = services.find(({ id }) => id === existing?.serviceItems[role]);
  if (before !== undefined) return take(before, AS_BEFORE);
  const usual = suggestService(services, role);
  if (usual !== undefined) return take(usual, 'by its name');
  leaveOpen(role, services, choices);
  return null;
}

function leaveOpen(role: ServiceRole, services: readonly Named[], { open }: Choices): void {
  const names = SERVICE_NAMES[role].map((name) => `„${name}“`).join(' or ');
  open.push({
    what: `service ${role}`,
    why: `there is not exactly one service named ${names}. ${possibilities(services)}`,
    mend: `Name one in settings.serviceItems.${role}, or make an item of type услуга in micro.bg.`,
  });
}

function chooseByRate({ file, ...rest }: Known, choices: Choices): Rates | undefined {
  const given = file.serviceItems?.byRate;
  if (given === undefined) return undefined;
  const entries = PURPOSES.flatMap((purpose) => {
    const items = given[purpose];
    if (items === undefined) return [];
    const field = `settings.serviceItems.byRate.${purpose}`;
    return [[purpose, findAll(field, items, { file, ...rest }, choices)] as const];
  });
  return Object.fromEntries(entries);
}

function findAll(
  field: string,
  given: Readonly<Record<string, IdOrName>>,
  { services }: Known,
  { problems }: Choices,
): Record<string, number> {
  const entries = Object.entries(given).flatMap(([key, wanted]) => {
    const found = findGiven(`${field}.${key}`, wanted, services);
    if (!isProblem(found)) return [[key, found.id] as const];
    problems.push(found);
    return [];
  });
  return Object.fromEntries(entries);
}
