import { z } from 'zod';
import { viewWebhooks } from '../../db/queries/subscriptions.ts';
import { ApiFailure } from './failure.ts';
import { type Route, connectionId, nothing, route } from './route.ts';

const oneConnection = z.strictObject({ id: connectionId });

const webhooks = route({
  method: 'get',
  path: '/api/connections/{id}/webhooks',
  summary: 'Webhooks of a connection: on or off in the shop, and the last delivery of each',
  params: oneConnection,
  query: nothing,
  body: nothing,
  answer: async ({ pool }, { params: { id } }) => known(await viewWebhooks(pool, id)),
});

/** Routes of one connection. */
export const connectionRoutes: readonly Route[] = [webhooks];

function known<T>(found: T | undefined): T {
  if (found === undefined) throw new ApiFailure(404, 'unknown_connection', 'There is no such connection');
  return found;
}
