import type { AlarmLimits } from '../../src/domain/connection/alarms.ts';
import { type ConnectionSettings, defaultSettings } from '../../src/domain/connection/settings.ts';
import { suggestOnline } from '../../src/domain/connection/suggestions.ts';
import { sameName } from '../../src/domain/connection/names.ts';
import { chooseServices } from './choose-services.ts';
import { AS_BEFORE, type Choices, FROM_FILE, type Known } from './choices.ts';
import { exampleOf } from './examples.ts';
import { findGiven, isProblem, type Named, possibilities, show } from './names.ts';
import type { ShopProvider } from '../../src/clients/access/verify-shop.ts';

/**
 * Settings from the file, else as they were, else by name. Nothing is guessed: what has no unique match stays open,
 * except the object, which every document needs (micro.bg API 3.2).
 */
export function chooseSettings(known: Known): Choices & { readonly settings: ConnectionSettings } {
  const { file, existing } = known;
  const choices: Choices = { chosen: [], open: [], problems: [] };
  const startDate = chooseStartDate(known, choices);
  const base = existing ?? defaultSettings(startDate);
  const { object: _object, paymentTypes: _types, serviceItems: _services, ...asWritten } = file;
  const settings: ConnectionSettings = {
    ...base,
    ...(asWritten as Partial<ConnectionSettings>),
    startDate,
    objectId: chooseObject(known, choices),
    paymentTypes: choosePaymentTypes(known, choices),
    onlineProviders: chooseOnline(known, choices),
    fiscalPaymentTypes: known.warehouse.types
      .filter(({ fiscalMode }) => fiscalMode === 1)
      .map(({ id }) => id)
      .toSorted((a, b) => a - b),
    serviceItems: chooseServices(known, choices),
    alarmAfterMinutes: { ...base.alarmAfterMinutes, ...(file.alarmAfterMinutes as Partial<AlarmLimits>) },
  };
  return { ...choices, settings };
}

/** Orders from before stay as they are: somebody has booked them already. */
function chooseStartDate({ file, existing }: Known, { chosen }: Choices): string {
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Sofia' }).format(new Date());
  const [value, why] =
    file.startDate !== undefined
      ? [file.startDate, FROM_FILE]
      : existing !== undefined
        ? [existing.startDate, AS_BEFORE]
        : [today, 'today in Sofia'];
  chosen.push({ what: 'start date', value, why: `${why}; older orders are left alone` });
  return value;
}

function chooseObject({ file, existing, warehouse: { objects } }: Known, choices: Choices): number {
  const take = (object: Named, why: string): number => {
    choices.chosen.push({ what: 'object (обект)', value: show(object), why });
    return object.id;
  };
  if (file.object !== undefined) {
    const found = findGiven('settings.object', file.object, objects);
    if (!isProblem(found)) return take(found, FROM_FILE);
    choices.problems.push(found);
    return 0;
  }
  const before = objects.find(({ id }) => id === existing?.objectId);
  if (before !== undefined) return take(before, AS_BEFORE);
  if (objects[0] !== undefined && objects.length === 1) return take(objects[0], 'the only one there is');
  choices.problems.push({
    field: 'settings.object',
    problem: `choose the object (обект) that documents are booked on. ${possibilities(objects)}`.replace(
      /\.$/,
      '',
    ),
    example: exampleOf('settings.object'),
  });
  return 0;
}

/** Shop payment -> payment type: the file, else as before, else the type of the same name. */
function choosePaymentTypes(known: Known, choices: Choices): Record<string, number> {
  const { file, existing, shop, warehouse } = known;
  const map: Record<string, number> = {};
  const given = file.paymentTypes ?? {};
  const codes = new Set([
    ...shop.providers.map(({ code }) => code),
    ...Object.keys(given),
    ...Object.keys(existing?.paymentTypes ?? {}),
  ]);
  for (const code of [...codes].toSorted()) {
    const provider = shop.providers.find((each) => each.code === code) ?? { code, title: '' };
    const what = `payment ${nameOf(provider)}`;
    const take = (type: Named, why: string): void => {
      choices.chosen.push({ what, value: show(type), why });
      map[code] = type.id;
    };
    const wanted = Object.hasOwn(given, code) ? given[code] : undefined;
    if (wanted === null) choices.chosen.push({ what, value: 'none', why: FROM_FILE });
    else if (wanted !== undefined) {
      const found = findGiven(`settings.paymentTypes.${code}`, wanted, warehouse.types);
      if (isProblem(found)) choices.problems.push(found);
      else take(found, FROM_FILE);
    } else {
      const before = warehouse.types.find(({ id }) => id === existing?.paymentTypes[code]);
      if (before !== undefined) take(before, AS_BEFORE);
      else takeByName(provider, known, choices, take);
    }
  }
  return map;
}

function takeByName(
  provider: ShopProvider,
  { warehouse: { types } }: Known,
  { open }: Choices,
  take: (type: Named, why: string) => void,
): void {
  const [same, ...others] = types.filter(
    ({ name }) => provider.title !== '' && sameName(name, provider.title),
  );
  if (same !== undefined && others.length === 0) return take(same, 'it has the same name as in the shop');
  open.push({
    what: `payment ${nameOf(provider)}`,
    why: `${same === undefined ? 'no payment type' : 'more than one payment type'} has that name. ${possibilities(types)}`,
    mend:
      `Name one in settings.paymentTypes.${provider.code}, or make one in micro.bg: ` +
      'За фирмата - Типове плащания - Нов тип плащане.',
  });
}

function nameOf({ code, title }: ShopProvider): string {
  return title === '' ? code : `${code} „${title}“`;
}

/** The shop does not say which of its payments are paid on a page that a buyer can leave. */
function chooseOnline({ file, existing, shop }: Known, { chosen }: Choices): string[] {
  const [codes, why] =
    file.onlineProviders !== undefined
      ? [file.onlineProviders, FROM_FILE]
      : existing !== undefined
        ? [existing.onlineProviders, AS_BEFORE]
        : [suggestOnline(shop.providers), 'all but cash on delivery and bank transfer'];
  const sorted = [...new Set(codes)].toSorted();
  chosen.push({ what: 'online payments', value: sorted.join(', ') || 'none', why });
  return sorted;
}
