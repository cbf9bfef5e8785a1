import { z } from 'zod';
import { partnerChanges } from '../../db/queries/partner-changes.ts';
import { type Route, connectionId, nothing, route } from './route.ts';

const changes = route({
  method: 'get',
  path: '/api/connections/{id}/partners/changes',
  summary:
    'Partners that orders created, took up or changed, newest first; which fields, never what is in them',
  role: 'viewer',
  params: z.strictObject({ id: connectionId }),
  query: z.strictObject({
    /** `next` of the page before. */
    before: z.coerce.number().int().min(1).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  body: nothing,
  reply: z.strictObject({
    changes: z.array(
      z.strictObject({
        id: z.int(),
        at: z.iso.datetime(),
        order: z.string(),
        partnerId: z.int(),
        what: z.enum(['created', 'adopted', 'changed']),
        fields: z.array(z.string()),
      }),
    ),
    next: z.int().nullable(),
  }),
  answer: async ({ pool }, { params: { id }, query: { before, limit } }) => {
    const rows = await partnerChanges(pool, id, { before, limit: limit + 1 });
    const page = rows.slice(0, limit);
    return { changes: page, next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
  },
});

/** Routes of partners. */
export const partnerRoutes: readonly Route[] = [changes];
