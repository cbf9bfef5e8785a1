import { z } from 'zod';
import { comparedOrders } from '../../db/queries/foreign-documents.ts';
import { compareWithForeign } from '../../domain/completeness/comparison.ts';
import { comparisonReply } from './replies.ts';
import { type Route, connectionId, nothing, route } from './route.ts';

const comparison = route({
  method: 'get',
  path: '/api/connections/{id}/comparison',
  role: 'viewer',
  summary:
    'What we would post, or would have posted, beside what another program did; by the number of the order',
  params: z.strictObject({ id: connectionId }),
  query: z.strictObject({
    after: z
      .string()
      .regex(/^[0-9]{1,18}$/, 'must be digits')
      .optional(),
    limit: z.coerce.number().int().min(1).max(1_000).default(200),
  }),
  body: nothing,
  reply: comparisonReply,
  answer: async ({ pool }, { params: { id }, query: { after, limit } }) => {
    const rows = await comparedOrders(pool, id, { after, limit });
    const orders = rows.map((row) => ({ ...row, ...compareWithForeign(row) }));
    const counts: Record<string, number> = {};
    for (const { verdict } of orders) counts[verdict] = (counts[verdict] ?? 0) + 1;
    return { orders, counts, next: rows.length < limit ? null : (rows.at(-1)?.order ?? null) };
  },
});

/** Routes for the time beside another program, and for the day of the change. */
export const comparisonRoutes: readonly Route[] = [comparison];
