import { z } from 'zod';
import { inTransaction } from '../../../db/pool.ts';
import { audit } from '../../../db/queries/audit.ts';
import { readCard } from '../../../db/queries/connection-edits.ts';
import { readLookups } from '../../../db/queries/lookups.ts';
import { listServices, wantService } from '../../../db/queries/service-items.ts';
import type { Lookups } from '../../../domain/connection/lookups.ts';
import { SERVICE_NAMES, onlyNamed } from '../../../domain/connection/suggestions.ts';
import { ApiFailure } from '../failure.ts';
import { type Route, connectionId, nothing, route } from '../route.ts';
import { known } from './known.ts';
import { startPreflight } from './start-preflight.ts';

const oneConnection = z.strictObject({ id: connectionId });
const service = z
  .strictObject({
    id: z.int(),
    role: z.enum(['delivery', 'discount', 'fee', 'rounding']),
    name: z.string(),
    taxRate: z.string(),
    taxGroup: z.int(),
    measureId: z.int(),
    code: z.string(),
    state: z.enum(['asked', 'sent', 'made', 'refused']),
    itemId: z.int().nullable(),
    refusal: z.string().nullable(),
  })
  .meta({ id: 'ServiceItem' });

const list = route({
  method: 'get',
  path: '/api/connections/{id}/service-items',
  role: 'viewer',
  summary: 'Service items that were asked for, and what became of them',
  params: oneConnection,
  query: nothing,
  body: nothing,
  reply: z.strictObject({ services: z.array(service) }),
  answer: async ({ pool }, { params: { id } }) => {
    known(await readCard(pool, id));
    return { services: await listServices(pool, id) };
  },
});

const create = route({
  method: 'post',
  path: '/api/connections/{id}/service-items',
  role: 'owner',
  summary: 'Has a missing service item made in the warehouse, once; the settings are not changed by it',
  params: oneConnection,
  query: nothing,
  body: z.strictObject({
    role: z.enum(['delivery', 'discount', 'fee', 'rounding']),
    name: z.string().trim().min(1, 'is empty').max(100, 'must have at most 100 characters').optional(),
    taxRate: z
      .string()
      .regex(/^\d{1,2}(\.\d+)?$/, 'must be a rate in percent')
      .default('20'),
    measureId: z.int().positive().optional(),
  }),
  reply: service,
  answer: async (panel, { params: { id }, body, by }) => {
    known(await readCard(panel.pool, id));
    const wanted = wantedOf(body, (await readLookups(panel.pool, id))?.lookups.warehouse);
    const made = await inTransaction(panel.pool, async (database) => {
      const { service: row, isNew } = await wantService(database, id, wanted, by);
      if (isNew)
        await audit(database, {
          ...{ by, connectionId: id, action: 'service_item.asked', subject: row.role, after: wanted },
        });
      return row;
    });
    await startPreflight(panel, id);
    return made;
  },
});

/** Service items that the warehouse lacks. */
export const serviceRoutes: readonly Route[] = [list, create];

/** @throws {ApiFailure} 409 when nobody has looked yet, or the item is there; 400 for a rate or measure that is not. */
function wantedOf(
  body: {
    readonly role: keyof typeof SERVICE_NAMES;
    readonly name?: string | undefined;
    readonly taxRate: string;
    readonly measureId?: number | undefined;
  },
  warehouse: Lookups['warehouse'] | undefined,
) {
  const items = warehouse?.items ?? null;
  if (warehouse === undefined || items === null)
    throw new ApiFailure(409, 'not_looked', 'Nobody has looked yet: start the checks first');
  const name = body.name ?? SERVICE_NAMES[body.role][0] ?? body.role;
  const same = onlyNamed(
    items.services.filter(({ taxRate }) => taxRate === body.taxRate),
    name,
  );
  if (same !== undefined)
    throw new ApiFailure(409, 'service_exists', `The warehouse has this service: item ${same.id}`);
  const group = warehouse.taxGroups.find(({ rate }) => rate === body.taxRate);
  if (group === undefined)
    throw new ApiFailure(400, 'invalid_input', 'The request is not valid', {
      'body.taxRate': `micro.bg has no VAT group of ${body.taxRate} %`,
    });
  const measureId = body.measureId ?? items.measures[0]?.id;
  if (measureId === undefined || !items.measures.some(({ id }) => id === measureId))
    throw new ApiFailure(400, 'invalid_input', 'The request is not valid', {
      'body.measureId': 'no item of micro.bg has this measure',
    });
  return { role: body.role, name, taxRate: body.taxRate, taxGroup: group.number, measureId };
}
