import type { Registry } from './documents.ts';
import type { Resource } from './resource.ts';
import { catalogueResources } from './resources/catalogue.ts';
import { customerResources } from './resources/customers.ts';
import { fulfilmentResource } from './resources/fulfilments.ts';
import { orderResources } from './resources/orders.ts';
import { productResource } from './resources/products.ts';
import { providerResources } from './resources/providers.ts';
import { storeQuantityResource } from './resources/store-quantity.ts';
import { variantResource } from './resources/variants.ts';
import { webhookResource } from './resources/webhooks.ts';

const all: readonly Resource[] = [
  ...orderResources,
  fulfilmentResource,
  productResource,
  variantResource,
  ...catalogueResources,
  ...customerResources,
  ...providerResources,
  storeQuantityResource,
  webhookResource,
];

/** Every resource of the API by its type (CloudCart API 1.9). */
export const registry: Registry = new Map(all.map((resource) => [resource.type, resource]));
