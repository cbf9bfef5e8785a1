import { z } from 'zod';
import { type Pool, inTransaction } from '../../../db/pool.ts';
import { audit } from '../../../db/queries/audit.ts';
import { openCalibration } from '../../../db/queries/calibrations.ts';
import { changeMode, deleteConnection, readCard } from '../../../db/queries/connection-edits.ts';
import { exportConnection, exportedLately } from '../../../db/queries/connection-export.ts';
import { type Connection, readConnection } from '../../../db/queries/connections.ts';
import type { CloudcartClient } from '../../../clients/cloudcart/index.ts';
import { parseWebhookTarget } from '../../../domain/webhook-address.ts';
import { ApiFailure } from '../failure.ts';
import { type Route, connectionId, nothing, route } from '../route.ts';
import { known } from './known.ts';
import { paidShop } from './paid-shop.ts';

const oneConnection = z.strictObject({ id: connectionId });
/** An export that is older says too little of what would be lost. */
const EXPORT_MINUTES = 60;

const takeOut = route({
  method: 'get',
  path: '/api/connections/{id}/export',
  role: 'owner',
  summary: 'Settings of all versions, links, ledger and orders of a connection; needed before it is deleted',
  params: oneConnection,
  query: nothing,
  body: nothing,
  reply: z.looseObject({ format: z.literal('cloudcart-microbg/connection/1') }),
  answer: async ({ pool }, { params: { id }, by }) => {
    const { version: _version, ...connection } = known(await readCard(pool, id));
    const parts = await exportConnection(pool, id);
    await audit(pool, { by, connectionId: id, action: 'connection.exported' });
    return {
      format: 'cloudcart-microbg/connection/1',
      exportedAt: new Date().toISOString(),
      connection,
      ...parts,
    };
  },
});

const remove = route({
  method: 'delete',
  path: '/api/connections/{id}',
  role: 'owner',
  summary: 'Ends the webhooks in the shop and deletes a connection with all that belongs to it',
  params: oneConnection,
  query: nothing,
  body: z.strictObject({
    confirm: z.string().meta({ description: 'The name of the connection' }),
    leaveWebhooks: z
      .boolean()
      .default(false)
      .meta({ description: 'Delete although the shop does not answer; its webhooks then go to quarantine' }),
  }),
  reply: z.strictObject({ deleted: z.literal(true), webhooksRemoved: z.int().nullable() }),
  answer: async ({ pool, box, vendors }, { params: { id }, body, by }) => {
    const connection = known(await readConnection(pool, box, id));
    if (body.confirm !== connection.name)
      throw new ApiFailure(400, 'invalid_input', 'The request is not valid', {
        'body.confirm': 'must be the name of the connection',
      });
    if (!(await exportedLately(pool, id, EXPORT_MINUTES)))
      throw new ApiFailure(
        409,
        'export_first',
        'Export the connection first: nothing of it is left afterwards',
      );
    // Off first: the watchdog would bring the webhooks back.
    await switchOff(pool, id, by);
    const client = vendors.shop({ url: connection.shopUrl, apiKey: connection.secrets.shopApiKey });
    const shop = paidShop(pool, connection.shopHost, client);
    const removed = body.leaveWebhooks ? null : await endWebhooks(shop, connection);
    await inTransaction(pool, async (database) => {
      known(await readCard(database, id, 'lock'));
      // Its document would stay in the warehouse, and nobody would know of it.
      if ((await openCalibration(database, id)) !== undefined)
        throw new ApiFailure(409, 'calibration_under_way', 'A trial is under way: wait for its result');
      await deleteConnection(database, id);
      const { name, shopUrl, warehouseApiId } = connection;
      await audit(database, {
        ...{ by, connectionId: id, action: 'connection.deleted' },
        before: { name, shopUrl, warehouseApiId },
      });
    });
    return { deleted: true, webhooksRemoved: removed };
  },
});

/** Taking out and removing a connection. */
export const removeRoutes: readonly Route[] = [takeOut, remove];

async function switchOff(pool: Pool, id: string, by: string): Promise<void> {
  await inTransaction(pool, async (database) => {
    const before = await changeMode(database, id, 'off', by);
    await database.query('update webhook_registration set wanted = false where connection_id = $1', [id]);
    if (before !== 'off')
      await audit(database, {
        ...{ by, connectionId: id, action: 'connection.mode', before: { mode: before } },
        after: { mode: 'off' },
      });
  });
}

/** Repeatable: what is gone already is as good as ended. @throws {ApiFailure} 409 when the shop does not let us. */
async function endWebhooks(
  shop: Pick<CloudcartClient, 'webhooks' | 'deleteWebhook'>,
  { id, secrets }: Connection,
): Promise<number> {
  const ours: string[] = [];
  for (let answer = await shop.webhooks(); ;) {
    if (answer.kind !== 'ok') throw webhooksRemain();
    for (const { id: webhookId, url } of answer.value.rows) {
      const target = URL.canParse(url) ? parseWebhookTarget(url) : undefined;
      // Another installation may have a connection of the same id.
      if (target?.connection === id && target.secret === secrets.webhookUrlSecret) ours.push(webhookId);
    }
    if (answer.value.next === null) break;
    answer = await shop.webhooks(answer.value.next);
  }
  for (const webhookId of ours)
    if ((await shop.deleteWebhook(webhookId)).kind === 'failed') throw webhooksRemain();
  return ours.length;
}

function webhooksRemain(): ApiFailure {
  return new ApiFailure(
    409,
    'webhooks_remain',
    'The shop does not let us end its webhooks now. The connection is off; try again, or leave them',
  );
}
