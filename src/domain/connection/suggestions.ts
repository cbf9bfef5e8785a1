import type { Lookups, NamedChoice } from './lookups.ts';
import { sameName } from './names.ts';
import type { ConnectionSettings } from './settings.ts';

/** What a service item stands for. */
export type ServiceRole = 'delivery' | 'discount' | 'fee' | 'rounding';

/** Names that merchants give these items, the first one that is there counts. */
export const SERVICE_NAMES: Readonly<Record<ServiceRole, readonly string[]>> = {
  delivery: ['Доставка', 'Куриерска услуга'],
  discount: ['Търговска отстъпка', 'Отстъпка'],
  fee: ['Такса', 'Такса обслужване'],
  rounding: ['Закръгление'],
};

/** Paid on delivery or by hand: there is no payment page that a buyer could leave (CloudCart API 4.9). */
const NOT_ONLINE: readonly string[] = ['cod', 'bwt'];

/** The one choice of that name; undefined when there is none, or more than one. */
export function onlyNamed<T extends NamedChoice>(choices: readonly T[], name: string): T | undefined {
  const [same, ...others] = choices.filter((each) => name.trim() !== '' && sameName(each.name, name));
  return others.length === 0 ? same : undefined;
}

/** The service item for a role, by its usual names. A name that exists twice is no answer. */
export function suggestService<T extends NamedChoice>(
  services: readonly T[],
  role: ServiceRole,
): T | undefined {
  for (const usual of SERVICE_NAMES[role]) {
    const same = services.filter(({ name }) => sameName(name, usual));
    if (same.length > 0) return same.length === 1 ? same[0] : undefined;
  }
  return undefined;
}

/** Payments on a page that a buyer can leave: the shop does not say which those are. */
export function suggestOnline(providers: Lookups['shop']['providers']): string[] {
  return providers
    .map(({ code }) => code)
    .filter((code) => !NOT_ONLINE.includes(code))
    .toSorted();
}

/** Suggestions for what settings leave open. None of them is applied by itself. */
export interface Suggestions {
  readonly objectId: number | null;
  readonly paymentTypes: Readonly<Record<string, number>>;
  readonly onlineProviders: readonly string[];
  readonly fiscalPaymentTypes: readonly number[];
  readonly serviceItems: Readonly<Record<ServiceRole, number | null>>;
  readonly priceList: number | null;
}

/** What the names and lists of both sides suggest. */
export function suggestionsOf(lookups: Lookups, settings: ConnectionSettings): Suggestions {
  const { shop, warehouse } = lookups;
  const objects = warehouse.objects.filter(({ deleted }) => !deleted);
  const types = warehouse.paymentTypes.filter(({ deleted }) => !deleted);
  const services = warehouse.items?.services ?? [];
  const roles = Object.keys(SERVICE_NAMES) as ServiceRole[];
  return {
    objectId: objects.length === 1 ? (objects[0]?.id ?? null) : null,
    paymentTypes: Object.fromEntries(
      shop.providers.flatMap(({ code, title }) => {
        const same = onlyNamed(types, title);
        return same === undefined ? [] : [[code, same.id] as const];
      }),
    ),
    onlineProviders: suggestOnline(shop.providers),
    fiscalPaymentTypes: types
      .filter(({ fiscalMode }) => fiscalMode === 1)
      .map(({ id }) => id)
      .toSorted((a, b) => a - b),
    serviceItems: Object.fromEntries(
      roles.map((role) => [role, suggestService(services, role)?.id ?? null]),
    ) as Suggestions['serviceItems'],
    priceList: suggestPriceList(lookups, settings),
  };
}

/**
 * Retail, the second list, when all objects are offered together, else the list of the order object. `PriceGroup`
 * may count from 0, and two equal lists tell nobody which is meant: both are left to the merchant.
 */
function suggestPriceList({ warehouse }: Lookups, { stockObjects }: ConnectionSettings): number | null {
  const filled = warehouse.items?.priceLists.filter(({ priced }) => priced > 0) ?? [];
  const usable = filled.filter(({ sameAs }) => sameAs === null);
  const [only] = usable;
  if (only !== undefined && usable.length === 1) return only.list;
  const retail = filled.find(({ list }) => list === 2);
  return stockObjects === 'all' && retail?.sameAs === null ? retail.list : null;
}
