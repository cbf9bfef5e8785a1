import { sameName } from '../connection/names.ts';
import type { ConnectionSettings } from '../connection/settings.ts';
import type { ShopOrder } from './shop-order.ts';

/**
 * The payment type that an order's document carries: the one for its provider and courier, else the one for its
 * provider. Undefined: nobody has mapped it, and only orders that use it wait.
 */
export function paymentTypeOf(
  { payment, shipping }: Pick<ShopOrder, 'payment' | 'shipping'>,
  {
    paymentTypes,
    // Decisions that an older version kept have none.
    paymentTypesByCourier = {},
  }: Pick<ConnectionSettings, 'paymentTypes'> & Partial<Pick<ConnectionSettings, 'paymentTypesByCourier'>>,
): number | undefined {
  const provider = payment?.provider ?? '';
  const courier = shipping?.providerName ?? '';
  const couriers = own(paymentTypesByCourier, provider) ?? {};
  const [, byCourier] = Object.entries(couriers).find(([name]) => sameName(name, courier)) ?? [];
  return byCourier ?? own(paymentTypes, provider);
}

/** A provider may be called like a member of every object. */
function own<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
