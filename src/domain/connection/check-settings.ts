import type { Lookups } from './lookups.ts';
import type { ConnectionSettings, StoreStock } from './settings.ts';

/**
 * Settings that name something which the warehouse or the shop does not have, by field. What was not read yet is not judged: the
 * checks do that later.
 */
export function settingsProblems(
  settings: ConnectionSettings,
  { shop, warehouse }: Lookups,
): Readonly<Record<string, string>> {
  const problems: Record<string, string> = {};
  const refuse = (field: string, text: string): void => void (problems[field] = text);
  const objects = new Set(warehouse.objects.filter(({ deleted }) => !deleted).map(({ id }) => id));
  const types = new Set(warehouse.paymentTypes.filter(({ deleted }) => !deleted).map(({ id }) => id));
  const services =
    warehouse.items === null ? undefined : new Set(warehouse.items.services.map(({ id }) => id));
  if (!objects.has(settings.objectId)) refuse('objectId', `micro.bg has no object ${settings.objectId}`);
  const refuseObjects = (field: string, chosen: StoreStock['objects']): void => {
    if (chosen === 'all') return;
    for (const [index, id] of chosen.entries())
      if (!objects.has(id)) refuse(`${field}.${index}`, `micro.bg has no object ${id}`);
  };
  refuseObjects('stockObjects', settings.stockObjects);
  for (const [index, store] of settings.storeStock.entries()) {
    if (shop.stores !== null && !shop.stores.some(({ id }) => id === store.storeId))
      refuse(`storeStock.${index}.storeId`, `the shop has no store ${store.storeId}`);
    refuseObjects(`storeStock.${index}.objects`, store.objects);
  }
  for (const [provider, id] of Object.entries(settings.paymentTypes))
    if (!types.has(id)) refuse(`paymentTypes.${provider}`, `micro.bg has no payment type ${id}`);
  for (const [provider, couriers] of Object.entries(settings.paymentTypesByCourier))
    for (const [courier, id] of Object.entries(couriers))
      if (!types.has(id))
        refuse(`paymentTypesByCourier.${provider}.${courier}`, `micro.bg has no payment type ${id}`);
  if (services !== undefined)
    for (const [field, id] of servicesOf(settings))
      if (!services.has(id)) refuse(`serviceItems.${field}`, `item ${id} is no service of micro.bg`);
  return problems;
}

function servicesOf({ serviceItems }: ConnectionSettings): [field: string, id: number][] {
  const { byRate = {}, feeByName = {}, delivery, discount, fee, rounding } = serviceItems;
  return [
    ...Object.entries({ delivery, discount, fee, rounding }).flatMap(([role, id]): [string, number][] =>
      typeof id === 'number' ? [[role, id]] : [],
    ),
    ...Object.entries(byRate).flatMap(([role, rates]) =>
      Object.entries(rates).map(([rate, id]): [string, number] => [`byRate.${role}.${rate}`, id]),
    ),
    ...Object.entries(feeByName).map(([name, id]): [string, number] => [`feeByName.${name}`, id]),
  ];
}
