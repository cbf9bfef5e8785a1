import type { Queryable } from '../pool.ts';
import type { OrderKey } from './orders.ts';

/** What an operator asks for, with who and why. */
export interface RequestedAction {
  /** The same id again is the same request. */
  readonly requestId: string;
  readonly action: 'retry' | 'ignore' | 'unignore' | 'answer';
  readonly question: string | null;
  readonly answer: string | null;
  readonly operator: string;
  readonly reason: string;
}

/** Why an action is not possible; null: it is. */
export type ActionRefusal =
  | 'unknown_order'
  | 'connection_off'
  | 'connection_stopped'
  | 'not_asked'
  | 'left_alone_already'
  | 'not_left_alone';

/**
 * Writes a request down before anything is done for it, or only looks for it. Answers `new`, `known` for one that was
 * written down before, or `other` when its id stands for something else.
 */
export async function requestAction(
  database: Queryable,
  { connectionId, shopOrderId }: OrderKey,
  { requestId, action, question, answer, operator, reason }: RequestedAction,
  how: 'look' | 'write',
): Promise<'new' | 'known' | 'other'> {
  if (how === 'write') {
    const inserted = await database.query({
      name: 'request-order-action',
      text: `insert into operator_action (connection_id, shop_order_id, request_id, action, question, answer, operator, reason)
             values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
      values: [connectionId, shopOrderId, requestId, action, question, answer, operator, reason],
    });
    if (inserted.rowCount === 1) return 'new';
  }
  const { rows } = await database.query<{ same: boolean }>({
    name: 'same-order-action',
    text: `select (action, question, answer) is not distinct from ($4::text, $5::text, $6::text) as same
           from operator_action where connection_id = $1 and shop_order_id = $2 and request_id = $3`,
    values: [connectionId, shopOrderId, requestId, action, question, answer],
  });
  const [row] = rows;
  if (row === undefined) return 'new';
  return row.same ? 'known' : 'other';
}

/**
 * Carries a request out in one statement: it ends as done or refused, an answer takes the place of a former one, and
 * the journal tells. Guarantee: what is refused changes nothing, and a repeated call has no further effect.
 */
export async function performAction(
  database: Queryable,
  { connectionId, shopOrderId }: OrderKey,
  requestId: string,
): Promise<ActionRefusal | null> {
  await database.query({
    name: 'perform-order-action',
    text: `with request as (
             select * from operator_action where connection_id = $1 and shop_order_id = $2 and request_id = $3),
           standing as (
             select * from order_answer where connection_id = $1 and shop_order_id = $2 and superseded_at is null),
           verdict as (
             select case
               when c.mode = 'off' then 'connection_off'
               when r.action = 'retry' and c.stopped_reason is not null then 'connection_stopped'
               when r.action = 'answer' and not exists (
                 select 1 from problem where connection_id = $1 and shop_order_id = $2 and code = r.question
                   and resolved_at is null) then 'not_asked'
               when r.action = 'ignore' and exists (select 1 from standing where answer = 'leave_alone')
                 then 'left_alone_already'
               when r.action = 'unignore' and not exists (select 1 from standing where answer = 'leave_alone')
                 then 'not_left_alone'
             end as refused
             from request r join connection c on c.id = r.connection_id),
           ended as (
             update operator_action a set ended_at = clock_timestamp(), refused = verdict.refused
             from verdict where connection_id = $1 and shop_order_id = $2 and request_id = $3 and ended_at is null
             returning a.*),
           done as (select * from ended where refused is null),
           former as (
             update order_answer o set superseded_at = clock_timestamp() from done
             where o.connection_id = $1 and o.shop_order_id = $2 and o.superseded_at is null
               and ((done.action = 'answer' and o.question = done.question)
                 or (done.action = 'unignore' and o.answer = 'leave_alone')) returning 1),
           given as (
             -- The former one is counted first: one answer to a question stands at a time.
             insert into order_answer (connection_id, shop_order_id, question, answer)
             select $1, $2, coalesce(question, 'leave_alone'), coalesce(answer, 'leave_alone')
             from done, (select count(*) from former) counted where action in ('answer', 'ignore')),
           due as (
             -- The workflow looks at once; this is for the case that it was ended by hand meanwhile.
             update shop_order set due_at = clock_timestamp() + interval '30 seconds', due_reason = 'operator'
             from done where shop_order.connection_id = $1 and shop_order.shop_order_id = $2)
           insert into journal (connection_id, shop_order_id, kind, data)
           select $1, $2, 'operator', jsonb_strip_nulls(jsonb_build_object('action', action, 'question', question,
             'answer', answer, 'by', operator, 'reason', reason)) from done`,
    values: [connectionId, shopOrderId, requestId],
  });
  const { rows } = await database.query<{ refused: ActionRefusal | null }>({
    name: 'order-action-outcome',
    text: `select refused from operator_action
           where connection_id = $1 and shop_order_id = $2 and request_id = $3 and ended_at is not null`,
    values: [connectionId, shopOrderId, requestId],
  });
  return rows.length === 0 ? 'unknown_order' : (rows[0]?.refused ?? null);
}
