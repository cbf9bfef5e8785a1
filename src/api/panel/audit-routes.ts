import { z } from 'zod';
import { listAudit } from '../../db/queries/audit.ts';
import { type Route, connectionId, nothing, route } from './route.ts';

const audit = route({
  method: 'get',
  path: '/api/audit',
  summary: 'Who changed what, newest first, a page at a time',
  role: 'operator',
  params: nothing,
  query: z.strictObject({
    connection: connectionId.optional(),
    action: z.string().max(100).optional(),
    by: z.string().max(254).optional(),
    before: z.coerce.number().int().min(1).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  body: nothing,
  reply: z.strictObject({
    entries: z.array(
      z.strictObject({
        id: z.int(),
        at: z.iso.datetime(),
        by: z.string(),
        connection: z.string().nullable(),
        action: z.string(),
        subject: z.string().nullable(),
        before: z.unknown(),
        after: z.unknown(),
        reason: z.string().nullable(),
      }),
    ),
    /** `before` of the next page; null: this is the last one. */
    next: z.int().nullable(),
  }),
  answer: async ({ pool }, { query: { limit, ...filter } }) => {
    const rows = await listAudit(pool, filter, limit + 1);
    const entries = rows.slice(0, limit);
    return { entries, next: rows.length > limit ? (entries.at(-1)?.id ?? null) : null };
  },
});

/** Routes of the audit log. */
export const auditRoutes: readonly Route[] = [audit];
