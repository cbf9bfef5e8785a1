import type { CompanyLookups, Lookups } from '../../domain/connection/lookups.ts';
import type { ShopFacts } from './verify-shop.ts';
import type { WarehouseFacts } from './verify-warehouse.ts';

type CompanyAndLists = Pick<WarehouseFacts, 'company' | 'objects' | 'types'>;

/** The verifying reads as lookups; what they do not show stays as it was known. */
export function lookupsOf(
  { shop, warehouse }: { readonly shop: ShopFacts; readonly warehouse: CompanyAndLists },
  known: Lookups | undefined,
): Lookups {
  const { name, countryCode, currency, paidUntil, pricePrecision, quantityPrecision } = warehouse.company;
  const { pricesWithVat, allowNegativeStock, autoProduction, isVatRegistered } = warehouse.company;
  const company: CompanyLookups = {
    ...{ name, countryCode, currency, paidUntil, pricePrecision, quantityPrecision },
    ...{ pricesWithVat, allowNegativeStock, autoProduction, isVatRegistered },
  };
  return {
    shop: {
      requestsPerMinute: shop.requestsPerMinute,
      providers: shop.providers,
      couriers: known?.shop.couriers ?? [],
      statuses: known?.shop.statuses ?? [],
      stores: known?.shop.stores ?? null,
    },
    warehouse: {
      company,
      objects: warehouse.objects.map(({ id, name, priceGroup, deleted }) => ({
        ...{ id, name, priceGroup, deleted },
      })),
      paymentTypes: warehouse.types.map(({ id, name, fiscalMode, deleted }) => ({
        ...{ id, name, fiscalMode, deleted },
      })),
      taxGroups: known?.warehouse.taxGroups ?? [],
      items: known?.warehouse.items ?? null,
    },
  };
}
