import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { lookupsOf } from '../../../clients/access/lookups.ts';
import { inTransaction } from '../../../db/pool.ts';
import { audit } from '../../../db/queries/audit.ts';
import { holdersOf, readCard } from '../../../db/queries/connection-edits.ts';
import { createConnection, readConnection } from '../../../db/queries/connections.ts';
import { storeLookups } from '../../../db/queries/lookups.ts';
import { suggestionsOf } from '../../../domain/connection/suggestions.ts';
import { type ConnectionSettings, defaultSettings } from '../../../domain/connection/settings.ts';
import { Versioned } from '../answers.ts';
import { ApiFailure } from '../failure.ts';
import { type PanelDependencies, type Route, connectionId, nothing, route } from '../route.ts';
import { type Access, type Verified, shopAccess, verifyAccess, warehouseAccess } from './access.ts';
import { known } from './known.ts';
import { paidShop } from './paid-shop.ts';
import { cardReply, testedReply } from './replies.ts';
import { startPreflight } from './start-preflight.ts';

export const connectionName = z
  .string()
  .trim()
  .min(1, 'is empty')
  .max(200, 'must have at most 200 characters');

const test = route({
  method: 'post',
  path: '/api/connections/test',
  role: 'owner',
  summary: 'Checks access to a shop and a warehouse by reading; nothing is saved',
  params: nothing,
  query: nothing,
  body: z.strictObject({ shop: shopAccess, warehouse: warehouseAccess }),
  reply: testedReply,
  answer: async ({ vendors }, { body }) => tested(body, await verifyAccess(vendors, body)),
});

const create = route({
  method: 'post',
  path: '/api/connections',
  role: 'owner',
  summary: 'Connects a shop and a warehouse after checking both; in mode `off` unless said',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    id: connectionId,
    name: connectionName,
    mode: z.enum(['off', 'observe']).default('off'),
    shop: shopAccess,
    warehouse: warehouseAccess,
  }),
  reply: cardReply,
  answer: async (panel, { body, by }) => {
    await refuseHeld(panel, body.id, body);
    const verified = await verifyAccess(panel.vendors, body);
    await save(panel, body, verified, by);
    await startPreflight(panel, body.id);
    const { version, ...card } = known(await readCard(panel.pool, body.id));
    return new Versioned(version, card);
  },
});

const testStored = route({
  method: 'post',
  path: '/api/connections/{id}/test',
  role: 'operator',
  summary: 'Checks the stored access of a connection by reading',
  params: z.strictObject({ id: connectionId }),
  query: nothing,
  body: nothing,
  reply: testedReply,
  answer: async ({ pool, box, vendors }, { params: { id } }) => {
    const connection = known(await readConnection(pool, box, id));
    const access = {
      shop: { url: connection.shopUrl, apiKey: connection.secrets.shopApiKey },
      warehouse: {
        entryPoint: connection.warehouseEntryPoint,
        apiId: connection.warehouseApiId,
        secret: connection.secrets.warehouseSecret,
      },
    };
    const shop = paidShop(pool, connection.shopHost, vendors.shop(access.shop));
    return tested(access, await verifyAccess(vendors, access, shop));
  },
});

const one = route({
  method: 'get',
  path: '/api/connections/{id}',
  role: 'viewer',
  summary: 'One connection; of its secrets only since when they are in use',
  params: z.strictObject({ id: connectionId }),
  query: nothing,
  body: nothing,
  reply: cardReply,
  answer: async ({ pool }, { params: { id } }) => {
    const { version, ...card } = known(await readCard(pool, id));
    return new Versioned(version, card);
  },
});

/** Connecting, and looking at a connection. */
export const setupRoutes: readonly Route[] = [test, create, testStored, one];

/**
 * Refuses a shop or an application that belongs to another connection.
 * @throws {ApiFailure} 409 naming which.
 */
export async function refuseHeld(
  { pool }: Pick<PanelDependencies, 'pool'>,
  id: string,
  { shop, warehouse }: Access,
): Promise<void> {
  const { host } = new URL(shop.url);
  const fields: Record<string, string> = {};
  for (const holder of await holdersOf(pool, { shopHost: host, apiId: warehouse.apiId })) {
    if (holder.id === id) continue;
    if (holder.shop) fields['body.shop.url'] = `belongs to connection ${holder.id} already`;
    if (holder.application) fields['body.warehouse.apiId'] = `belongs to connection ${holder.id} already`;
  }
  if (Object.keys(fields).length > 0)
    throw new ApiFailure(409, 'connected_already', 'Another connection has this already', fields);
}

async function save(
  { pool, box }: PanelDependencies,
  given: Access & { readonly id: string; readonly name: string; readonly mode: 'off' | 'observe' },
  verified: Verified,
  by: string,
): Promise<void> {
  const { id, name, mode, shop, warehouse } = given;
  const lookups = lookupsOf(verified, undefined);
  const settings = firstSettings(lookups);
  const secrets = {
    ...{ shopApiKey: shop.apiKey, warehouseSecret: warehouse.secret },
    webhookUrlSecret: randomBytes(24).toString('hex'),
    webhookHeaderSecret: randomBytes(24).toString('hex'),
  };
  const places = {
    ...{ shopUrl: shop.url, warehouseEntryPoint: warehouse.entryPoint, warehouseApiId: warehouse.apiId },
    bodyEncoding: verified.encoding,
  };
  try {
    await inTransaction(pool, async (database) => {
      await createConnection(database, box, { id, name, mode, ...places, secrets, settings }, by);
      await storeLookups(database, id, lookups);
      await audit(database, {
        ...{ by, connectionId: id, action: 'connection.created', after: { name, mode, ...places } },
      });
    });
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== '23505') throw error;
    throw new ApiFailure(409, 'connection_exists', 'There is such a connection already', {
      'body.id': 'is used, or somebody connected the same shop just now',
    });
  }
}

/** Only what has one answer is filled in; the rest is left to the merchant, and its orders wait. */
function firstSettings(lookups: ReturnType<typeof lookupsOf>): ConnectionSettings {
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Sofia' }).format(new Date());
  const settings = defaultSettings(today);
  const { objectId, paymentTypes, onlineProviders, fiscalPaymentTypes } = suggestionsOf(lookups, settings);
  const first = lookups.warehouse.objects[0]?.id ?? settings.objectId;
  return { ...settings, objectId: objectId ?? first, paymentTypes, onlineProviders, fiscalPaymentTypes };
}

function tested({ shop }: Access, verified: Verified) {
  const { company, objects, paymentTypes } = lookupsOf(verified, undefined).warehouse;
  return {
    shop: {
      host: new URL(shop.url).host,
      requestsPerMinute: verified.shop.requestsPerMinute,
      providers: verified.shop.providers,
    },
    warehouse: { company, bodyEncoding: verified.encoding, objects, paymentTypes },
  };
}
