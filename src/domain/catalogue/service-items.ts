import type { ConnectionSettings } from '../connection/settings.ts';

/** Every item of the warehouse that may stand for delivery, discount, fee or rounding. */
export function serviceItemIds({ serviceItems }: Pick<ConnectionSettings, 'serviceItems'>): number[] {
  const { delivery, discount, fee, rounding, byRate, feeByName } = serviceItems;
  const tables = [byRate?.delivery, byRate?.discount, byRate?.fee, feeByName];
  const all = [delivery, discount, fee, rounding, ...tables.flatMap((table) => Object.values(table ?? {}))];
  return [...new Set(all.filter((id) => typeof id === 'number'))];
}
