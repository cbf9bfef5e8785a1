import { z } from 'zod';
import type { Pool } from '../../db/pool.ts';
import { attentionGroups, retryBlocked } from '../../db/queries/attention.ts';
import { countStates, listOrders, viewOrder } from '../../db/queries/order-views.ts';
import { timelineOf } from '../../db/queries/timeline.ts';
import { type ProblemCode, describeProblem, problemCodes } from '../../domain/problems.ts';
import { supportBundle } from '../../support/bundle.ts';
import { orderWorkflowId } from '../../workflows/order/contract.ts';
import { auditRoutes } from './audit-routes.ts';
import { comparisonRoutes } from './comparison-routes.ts';
import { connectionRoutes } from './connection-routes.ts';
import { connectionSetupRoutes } from './connections/routes.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { ApiFailure } from './failure.ts';
import { actOnOrder, actionBody, offeredActions } from './order-actions.ts';
import { importRoutes } from './import/routes.ts';
import { matchRoutes } from './match/routes.ts';
import { partnerRoutes } from './partner-routes.ts';
import { reconciliationRoutes } from './reconciliation-routes.ts';
import {
  attentionReply,
  bundleReply,
  doneReply,
  orderReply,
  ordersReply,
  retriedReply,
  timelineReply,
} from './replies.ts';
import { type Route, connectionId, nothing, route } from './route.ts';
import { sessionRoutes } from './sign-in/session-routes.ts';
import { stockRoutes } from './stock-routes.ts';
import { userRoutes } from './sign-in/user-routes.ts';

const orderId = z.string().regex(/^[0-9]{1,20}$/, 'must be digits');
const problemCode = z.enum(problemCodes as readonly [ProblemCode, ...ProblemCode[]]);
const oneOrder = z.strictObject({ connection: connectionId, order: orderId });
const states = [
  'new',
  'none',
  'ordered',
  'sold',
  'withdrawn',
  'returned',
  'blocked',
  'conflict',
  'ignored',
  'foreign',
] as const;

const orders = route({
  method: 'get',
  path: '/api/orders',
  role: 'viewer',
  summary: 'Orders by their last change, a page at a time, and how many are in which state',
  params: nothing,
  query: z.strictObject({
    connection: connectionId.optional(),
    state: z.enum(states).optional(),
    shopStatus: z.string().min(1).max(100).optional(),
    problem: problemCode.optional(),
    search: orderId.optional(),
    sort: z.enum(['updated', '-updated']).default('-updated'),
    cursor: z.string().max(500).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  body: nothing,
  reply: ordersReply,
  answer: async ({ pool }, { query: { sort, cursor, limit, ...filter } }) => {
    const after = cursor === undefined ? undefined : readCursor(sort, cursor);
    if (cursor !== undefined && after === undefined)
      throw new ApiFailure(400, 'invalid_input', 'The request is not valid', {
        'query.cursor': 'is not a cursor of this sort order',
      });
    // One more than wished: whether there is a next page.
    const rows = await listOrders(pool, filter, {
      newestFirst: sort === '-updated',
      after,
      limit: limit + 1,
    });
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return {
      orders: page,
      next: rows.length > limit && last !== undefined ? writeCursor(sort, last) : null,
      states: await countStates(pool, filter.connection),
    };
  },
});

const order = route({
  method: 'get',
  path: '/api/orders/{connection}/{order}',
  role: 'viewer',
  summary: 'One order: what the shop showed, documents, what is in the way, what can be done',
  params: oneOrder,
  query: nothing,
  body: nothing,
  reply: orderReply,
  answer: async ({ pool }, { params }) => {
    const view = await known(pool, params);
    const { openProblems, problems: _codes, ...shown } = view;
    return {
      ...shown,
      problems: openProblems.map((one) => ({ ...one, ...texts(one.code, one.params) })),
      actions: offeredActions(view),
      workflowId: orderWorkflowId({ connection: params.connection, shopOrderId: params.order }),
    };
  },
});

const act = route({
  method: 'post',
  path: '/api/orders/{connection}/{order}/actions',
  role: 'operator',
  summary: 'Retries, ignores, takes that back, or answers a question about one order',
  params: oneOrder,
  query: nothing,
  body: actionBody,
  reply: doneReply,
  answer: async (panel, { params, body, by }) => actOnOrder(panel, await known(panel.pool, params), body, by),
});

const timeline = route({
  method: 'get',
  path: '/api/orders/{connection}/{order}/timeline',
  role: 'viewer',
  summary: 'Everything that happened to an order, oldest first; holds personal data',
  params: oneOrder,
  query: nothing,
  body: nothing,
  reply: timelineReply,
  answer: async ({ pool }, { params }) => {
    await known(pool, params);
    return {
      entries: await timelineOf(pool, { connectionId: params.connection, shopOrderId: params.order }),
    };
  },
});

const bundle = route({
  method: 'get',
  path: '/api/orders/{connection}/{order}/bundle',
  role: 'viewer',
  summary:
    'Support bundle: events, decisions that can be worked out again, and the workflow; no personal data',
  params: oneOrder,
  query: nothing,
  body: nothing,
  reply: bundleReply,
  answer: async ({ pool, storyOf }, { params }) => supportBundle(pool, await known(pool, params), storyOf),
});

const attention = route({
  method: 'get',
  path: '/api/attention',
  role: 'viewer',
  summary: 'Open problems by code, with the way to mend each',
  params: nothing,
  query: z.strictObject({ connection: connectionId.optional() }),
  body: nothing,
  reply: attentionReply,
  answer: async ({ pool }, { query }) => ({
    groups: (await attentionGroups(pool, query.connection)).map(({ first, ...group }) => ({
      ...group,
      first: first.map((one) => ({ ...one, ...texts(group.code, one.params) })),
    })),
  }),
});

const retry = route({
  method: 'post',
  path: '/api/attention/retry',
  role: 'operator',
  summary: 'Looks at blocked orders again at once: all that the filter names',
  params: nothing,
  query: nothing,
  body: z
    .strictObject({
      connection: connectionId.optional(),
      code: problemCode.optional(),
      order: orderId.optional(),
      all: z.literal(true).optional(),
      reason: z.string().trim().min(1).max(500),
    })
    .refine(({ connection, code, all }) => (connection ?? code ?? all) !== undefined, {
      message: 'name a connection or a code, or say all: true',
    })
    .refine(({ connection, order: only }) => only === undefined || connection !== undefined, {
      path: ['order'],
      message: 'needs the connection beside it',
    }),
  reply: retriedReply,
  answer: async ({ pool, onDue }, { body: { reason, ...filter }, by }) => {
    const retried = await retryBlocked(pool, filter, { by, reason });
    if (retried > 0) onDue();
    return { retried };
  },
});

/** All routes, for the server and for the OpenAPI document. */
export const routes: readonly Route[] = [
  ...sessionRoutes,
  ...userRoutes,
  ...auditRoutes,
  ...connectionRoutes,
  ...connectionSetupRoutes,
  ...comparisonRoutes,
  ...reconciliationRoutes,
  ...matchRoutes,
  ...importRoutes,
  ...partnerRoutes,
  ...stockRoutes,
  orders,
  order,
  act,
  timeline,
  bundle,
  attention,
  retry,
];

async function known(pool: Pool, { connection, order: id }: z.output<typeof oneOrder>) {
  const view = await viewOrder(pool, { connectionId: connection, shopOrderId: id });
  if (view === undefined) throw new ApiFailure(404, 'unknown_order', 'There is no such order');
  return view;
}

/** Both languages; a code of a newer or older version has no texts here. */
function texts(code: string, params: Readonly<Record<string, string | number>>) {
  const ours = problemCodes.find((each) => each === code);
  if (ours === undefined) return {};
  return {
    bg: describeProblem({ code: ours, params }, 'bg'),
    en: describeProblem({ code: ours, params }, 'en'),
  };
}
