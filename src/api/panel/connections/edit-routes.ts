import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { type Queryable, inTransaction } from '../../../db/pool.ts';
import { audit } from '../../../db/queries/audit.ts';
import {
  type ConnectionCard,
  changeMode,
  hasDocumentsUnder,
  pauseConnection,
  readCard,
  updateConnection,
} from '../../../db/queries/connection-edits.ts';
import { type Connection, readConnection } from '../../../db/queries/connections.ts';
import { Versioned } from '../answers.ts';
import { ApiFailure } from '../failure.ts';
import { type PanelDependencies, type Route, connectionId, nothing, route } from '../route.ts';
import { type Access, shopAccess, verifyAccess, warehouseAccess } from './access.ts';
import { gateGoLive } from './judge.ts';
import { known, refuseStale } from './known.ts';
import { paidShop } from './paid-shop.ts';
import { cardReply } from './replies.ts';
import { connectionName, refuseHeld } from './setup-routes.ts';
import { startPreflight } from './start-preflight.ts';

const oneConnection = z.strictObject({ id: connectionId });
const reason = z.string().trim().min(1, 'is empty').max(500, 'must have at most 500 characters');

const edit = route({
  method: 'patch',
  path: '/api/connections/{id}',
  role: 'owner',
  summary: 'Changes name, mode or access; access is checked by reading first. Needs If-Match',
  params: oneConnection,
  query: nothing,
  body: z.strictObject({
    name: connectionName.optional(),
    mode: z.enum(['off', 'observe', 'live']).optional(),
    shop: shopAccess.partial().optional(),
    warehouse: warehouseAccess
      .extend({ entryPoint: warehouseAccess.shape.entryPoint.unwrap() })
      .partial()
      .optional(),
    override: reason.optional().meta({ description: 'Why checks that fail do not matter for going live' }),
  }),
  reply: cardReply,
  answer: async (panel, { params: { id }, body, by, ifMatch }) => {
    const before = known(await readConnection(panel.pool, panel.box, id));
    refuseStale(ifMatch, known(await readCard(panel.pool, id)).version);
    const access = changedAccess(before, body);
    const encoding =
      access === undefined ? before.bodyEncoding : await verifyNewAccess(panel, before, access);
    const card = await inTransaction(panel.pool, async (database) => {
      const locked = known(await readCard(database, id, 'lock'));
      refuseStale(ifMatch, locked.version);
      if (access !== undefined || body.name !== undefined)
        await storeEdit(panel, database, before, { name: body.name, access, encoding, by });
      if (body.mode !== undefined && body.mode !== locked.mode)
        await switchMode(database, before, body.mode, { by, override: body.override });
      return known(await readCard(database, id));
    });
    if (access !== undefined) await startPreflight(panel, id);
    return shown(card);
  },
});

const pause = route({
  method: 'post',
  path: '/api/connections/{id}/pause',
  role: 'operator',
  summary: 'Turns a connection off until it is resumed; what the shop reports is kept',
  params: oneConnection,
  query: nothing,
  body: z.strictObject({ reason }),
  reply: cardReply,
  answer: async ({ pool }, { params: { id }, body, by }) => {
    const before = known(await readCard(pool, id));
    return shown(
      await inTransaction(pool, async (database) => {
        if (!(await pauseConnection(database, id, by)))
          throw new ApiFailure(409, 'connection_off', 'The connection is off');
        await audit(database, {
          ...{ by, connectionId: id, action: 'connection.paused', reason: body.reason },
          ...{ before: { mode: before.mode }, after: { mode: 'off' } },
        });
        return known(await readCard(database, id));
      }),
    );
  },
});

const resume = route({
  method: 'post',
  path: '/api/connections/{id}/resume',
  role: 'operator',
  summary: 'Goes back to the mode from before the pause; going live needs checks that do not fail',
  params: oneConnection,
  query: nothing,
  body: z.strictObject({ override: reason.optional() }),
  reply: cardReply,
  answer: async (panel, { params: { id }, body: { override }, by, caller }) => {
    if (override !== undefined && caller?.role !== 'owner')
      throw new ApiFailure(403, 'owner_overrides', 'Only an owner may override checks that fail');
    const connection = known(await readConnection(panel.pool, panel.box, id));
    return shown(
      await inTransaction(panel.pool, async (database) => {
        const { pausedMode } = known(await readCard(database, id, 'lock'));
        if (pausedMode === null) throw new ApiFailure(409, 'not_paused', 'The connection is not paused');
        await switchMode(database, connection, pausedMode, { by, override });
        return known(await readCard(database, id));
      }),
    );
  },
});

/** Changing a connection. */
export const editRoutes: readonly Route[] = [edit, pause, resume];

function shown({ version, ...card }: ConnectionCard): Versioned {
  return new Versioned(version, card);
}

/** What a request may leave out. */
type Loose<T> = { readonly [Name in keyof T]?: T[Name] | undefined } | undefined;

/** Access as it would be; undefined when none of it changes. */
function changedAccess(
  before: Connection,
  {
    shop,
    warehouse,
  }: {
    readonly shop?: Loose<Access['shop']> | undefined;
    readonly warehouse?: Loose<Access['warehouse']> | undefined;
  },
): Access | undefined {
  if (shop === undefined && warehouse === undefined) return undefined;
  return {
    shop: { url: shop?.url ?? before.shopUrl, apiKey: shop?.apiKey ?? before.secrets.shopApiKey },
    warehouse: {
      entryPoint: warehouse?.entryPoint ?? before.warehouseEntryPoint,
      apiId: warehouse?.apiId ?? before.warehouseApiId,
      secret: warehouse?.secret ?? before.secrets.warehouseSecret,
    },
  };
}

async function verifyNewAccess(
  panel: PanelDependencies,
  before: Connection,
  access: Access,
): Promise<Connection['bodyEncoding']> {
  await refuseHeld(panel, before.id, access);
  const moved = access.warehouse.apiId !== before.warehouseApiId;
  if (moved && (await hasDocumentsUnder(panel.pool, before.warehouseApiId)))
    throw new ApiFailure(
      409,
      'documents_of_application',
      'Only the application that made documents may change them',
      {
        'body.warehouse.apiId': `there are documents under ${before.warehouseApiId}`,
      },
    );
  const shop = panel.vendors.shop(access.shop);
  const { host } = new URL(access.shop.url);
  const paid = host === before.shopHost ? paidShop(panel.pool, host, shop) : shop;
  return (await verifyAccess(panel.vendors, access, paid)).encoding;
}

async function storeEdit(
  { box }: PanelDependencies,
  database: Queryable,
  before: Connection,
  change: {
    readonly name: string | undefined;
    readonly access: Access | undefined;
    readonly encoding: Connection['bodyEncoding'];
    readonly by: string;
  },
): Promise<void> {
  const { access, encoding, by } = change;
  const name = change.name ?? before.name;
  const secrets =
    access === undefined
      ? before.secrets
      : { ...before.secrets, shopApiKey: access.shop.apiKey, warehouseSecret: access.warehouse.secret };
  const after = {
    ...{ shopUrl: access?.shop.url ?? before.shopUrl, bodyEncoding: encoding, secrets },
    warehouseEntryPoint: access?.warehouse.entryPoint ?? before.warehouseEntryPoint,
    warehouseApiId: access?.warehouse.apiId ?? before.warehouseApiId,
  };
  await updateConnection(database, box, before.id, { name, access: after, before });
  const visible = ({
    name: called,
    ...of
  }: Pick<Connection, 'name' | 'shopUrl' | 'warehouseEntryPoint' | 'warehouseApiId'>) => ({
    ...{ name: called, shopUrl: of.shopUrl },
    ...{ warehouseEntryPoint: of.warehouseEntryPoint, warehouseApiId: of.warehouseApiId },
  });
  await audit(database, {
    ...{ by, connectionId: before.id, action: 'connection.edited', before: visible(before) },
    after: { ...visible({ name, ...after }), newSecrets: !isDeepStrictEqual(secrets, before.secrets) },
  });
}

/** @throws {ApiFailure} 409 naming the checks that fail, when going live without a reason. */
async function switchMode(
  database: Queryable,
  connection: Connection,
  mode: Connection['mode'],
  { by, override }: { readonly by: string; readonly override: string | undefined },
): Promise<void> {
  const overridden = mode === 'live' ? await gateGoLive(database, connection.id, connection, override) : [];
  const before = await changeMode(database, connection.id, mode, by);
  await audit(database, {
    ...{ by, connectionId: connection.id, action: 'connection.mode', before: { mode: before } },
    after: { mode, ...(overridden.length === 0 ? {} : { overridden }) },
    ...(override === undefined ? {} : { reason: override }),
  });
}
