import { z } from 'zod';
import {
  askForReconciliation,
  listReconciliations,
  viewReconciliation,
} from '../../db/queries/reconciliation.ts';
import { CsvFile } from './csv.ts';
import { ApiFailure } from './failure.ts';
import { askedReply, reconciliationReply, reconciliationsReply } from './replies.ts';
import { type Route, connectionId, nothing, route } from './route.ts';

const oneConnection = z.strictObject({ id: connectionId });
const oneResult = z.strictObject({
  id: connectionId,
  reconciliation: z
    .string()
    .regex(/^[0-9]{1,15}$/, 'must be digits')
    .transform(Number),
});
/** Differences of an answer at most; a file holds all that were listed. */
const SHOWN = 1_000;
const IN_FILE = 10_000;

const list = route({
  method: 'get',
  path: '/api/connections/{id}/reconciliations',
  role: 'viewer',
  summary: 'Comparisons of a shop with its warehouse, newest first, with their figures',
  params: oneConnection,
  query: nothing,
  body: nothing,
  reply: reconciliationsReply,
  answer: async ({ pool }, { params: { id } }) => {
    const found = await listReconciliations(pool, id);
    if (found === undefined) throw new ApiFailure(404, 'unknown_connection', 'There is no such connection');
    return { reconciliations: found };
  },
});

const ask = route({
  method: 'post',
  path: '/api/connections/{id}/reconciliations',
  role: 'operator',
  summary: 'Compares a shop with its warehouse now; the result is there some minutes later',
  params: oneConnection,
  query: nothing,
  body: nothing,
  reply: askedReply,
  answer: async ({ pool, reconcile }, { params: { id }, by }) => {
    const known = await listReconciliations(pool, id);
    if (known === undefined) throw new ApiFailure(404, 'unknown_connection', 'There is no such connection');
    const reconciliation = await askForReconciliation(pool, id, by);
    if (reconciliation === undefined)
      throw new ApiFailure(409, 'reconciliation_under_way', 'A comparison is under way');
    // While Temporal is away it waits: the schedule begins what was asked for.
    await reconcile({ connection: id, reconciliation }).catch(() => undefined);
    return { id: reconciliation };
  },
});

const one = route({
  method: 'get',
  path: '/api/connections/{id}/reconciliations/{reconciliation}',
  role: 'viewer',
  summary: 'One comparison with the first 1,000 differences',
  params: oneResult,
  query: nothing,
  body: nothing,
  reply: reconciliationReply,
  answer: async ({ pool }, { params: { id, reconciliation } }) =>
    known(await viewReconciliation(pool, id, reconciliation, SHOWN)),
});

const file = route({
  method: 'get',
  path: '/api/connections/{id}/reconciliations/{reconciliation}.csv',
  role: 'viewer',
  summary: 'The differences of a comparison as a CSV file, at most 10,000',
  params: oneResult,
  query: nothing,
  body: nothing,
  answer: async ({ pool }, { params: { id, reconciliation } }) => {
    const { differences } = known(await viewReconciliation(pool, id, reconciliation, IN_FILE));
    return new CsvFile(
      `reconciliation-${id}-${reconciliation}.csv`,
      ['kind', 'order', 'warehouse id', 'warehouse number', 'expected', 'found'],
      differences.map((each) => [
        ...[each.kind, each.shopOrderId, each.warehouseId, each.warehouseNumber, each.expected, each.found],
      ]),
    );
  },
});

/** The file stands before the one that would take its name for an id. */
export const reconciliationRoutes: readonly Route[] = [list, ask, file, one];

function known<T>(found: T | undefined): T {
  if (found === undefined) throw new ApiFailure(404, 'unknown_reconciliation', 'There is no such comparison');
  return found;
}
