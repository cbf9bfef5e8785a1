import type { Registry } from './documents.ts';
import type { Resource } from './resource.ts';
import { orderResources } from './resources/orders.ts';
import { providerResources } from './resources/providers.ts';
import { variantResource } from './resources/variants.ts';
import { webhookResource } from './resources/webhooks.ts';

const all: readonly Resource[] = [...orderResources, ...providerResources, variantResource, webhookResource];

/** Every resource of the API by its type (CloudCart API 1.9). */
export const registry: Registry = new Map(all.map((resource) => [resource.type, resource]));
