import { z } from 'zod';
import { inTransaction } from '../../../db/pool.ts';
import { audit } from '../../../db/queries/audit.ts';
import { readCard, saveAdminToken } from '../../../db/queries/connection-edits.ts';
import { readConnection } from '../../../db/queries/connections.ts';
import { Versioned } from '../answers.ts';
import { ApiFailure } from '../failure.ts';
import { type Route, connectionId, nothing, route } from '../route.ts';
import { known } from './known.ts';
import { cardReply } from './replies.ts';

const token = route({
  method: 'put',
  path: '/api/connections/{id}/admin-token',
  role: 'owner',
  summary:
    'Stores the token of the shop’s admin interface for writing stock in bulk, or takes it away (null)',
  params: z.strictObject({ id: connectionId }),
  query: nothing,
  body: z.strictObject({
    token: z
      .string()
      .trim()
      .regex(/^cc_pat_[0-9a-f]{64}$/, 'must begin with cc_pat_ and have 64 more letters and digits')
      .nullable(),
    siteId: z
      .string()
      .regex(/^[0-9]{1,15}$/, 'must be digits')
      .nullable()
      .default(null)
      .meta({ description: 'Number of the site, where the shop wants it beside the token' }),
  }),
  reply: cardReply,
  answer: async ({ pool, box, vendors }, { params: { id }, body, by }) => {
    const connection = known(await readConnection(pool, box, id));
    if (body.token !== null) {
      const access = { url: connection.shopUrl, token: body.token, siteId: body.siteId };
      const answer = await vendors.admin(access).check();
      if (answer.kind === 'failed')
        throw new ApiFailure(422, 'access_refused', 'Nothing was saved: the token does not work', {
          'body.token': answer.decision.operator,
        });
    }
    const access = body.token === null ? null : { token: body.token, siteId: body.siteId };
    const { version, ...card } = await inTransaction(pool, async (database) => {
      await saveAdminToken(database, box, connection, access);
      const action = access === null ? 'admin_token.removed' : 'admin_token.stored';
      await audit(database, { by, connectionId: id, action });
      return known(await readCard(database, id));
    });
    return new Versioned(version, card);
  },
});

/** The shop's admin interface. */
export const adminTokenRoutes: readonly Route[] = [token];
