import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Pool } from '../../db/pool.ts';
import { type ActionRefusal, requestAction } from '../../db/queries/order-actions.ts';
import type { OrderView } from '../../db/queries/order-views.ts';
import { LEAVE_ALONE, answersTo } from '../../domain/order/questions.ts';
import type { OrderRef } from '../../workflows/order/contract.ts';
import type { ActOnOrder } from '../order-updates.ts';
import { ApiFailure } from './failure.ts';

/** What a request for an action looks like. */
export const actionBody = z
  .strictObject({
    action: z.enum(['retry', 'ignore', 'unignore', 'answer']),
    question: z.string().min(1).max(100).optional(),
    answer: z.string().min(1).max(100).optional(),
    reason: z.string().trim().min(1).max(500),
    /** The same id again is the same request. */
    requestId: z
      .string()
      .regex(/^[\w-]{1,100}$/, 'must be 1 to 100 letters, digits, _ or -')
      .optional(),
  })
  .refine(({ action, question }) => (action === 'answer') === (question !== undefined), {
    path: ['question'],
    message: 'belongs to the action answer, and only to it',
  })
  .refine(({ action, answer }) => (action === 'answer') === (answer !== undefined), {
    path: ['answer'],
    message: 'belongs to the action answer, and only to it',
  });

type ActionBody = z.output<typeof actionBody>;

interface OfferedAction {
  readonly action: ActionBody['action'];
  /** Codes of the problem and of the ways to answer it, with their texts. */
  readonly question?: string;
  readonly answers?: ReturnType<typeof answersTo>;
  readonly possible: boolean;
  readonly why: ActionRefusal | 'not_blocked' | null;
}

/** What an operator can do with an order now, and why not. */
export function offeredActions(view: OrderView): OfferedAction[] {
  const { mode, stoppedReason, openProblems, answers } = view;
  const off = mode === 'off' ? 'connection_off' : null;
  const stopped = stoppedReason === null ? null : 'connection_stopped';
  const leftAlone = answers.some(({ answer }) => answer === LEAVE_ALONE);
  const blocked = openProblems.some(({ severity }) => severity === 'blocking');
  const offer = (action: ActionBody['action'], why: OfferedAction['why']): OfferedAction => ({
    action,
    possible: why === null,
    why,
  });
  const questions = [...new Set(openProblems.map(({ code }) => code))].filter(
    (code) => answersTo(code).length > 0,
  );
  return [
    offer('retry', off ?? stopped ?? (blocked ? null : 'not_blocked')),
    leftAlone ? offer('unignore', off) : offer('ignore', off),
    ...questions.map((question) => ({ ...offer('answer', off), question, answers: answersTo(question) })),
  ];
}

/**
 * Checks, writes down, and hands to the order's workflow what an operator asks for.
 * @throws {ApiFailure} when it is not possible; nothing is left behind then.
 */
export async function actOnOrder(
  { pool, act }: { readonly pool: Pool; readonly act: ActOnOrder },
  view: OrderView,
  body: ActionBody,
  operator: string,
): Promise<{ requestId: string; done: true }> {
  const { action, question, answer, reason, requestId = randomUUID() } = body;
  const ref: OrderRef = { connection: view.connection, shopOrderId: view.order };
  const written = {
    requestId,
    action,
    question: question ?? null,
    answer: answer ?? null,
    operator,
    reason,
  };
  const key = { connectionId: ref.connection, shopOrderId: ref.shopOrderId };
  // A request that was written down before was possible then: its outcome is told again.
  const known = body.requestId !== undefined && (await requestAction(pool, key, written, 'look'));
  if (known === 'other')
    throw new ApiFailure(409, 'request_id_used', 'This requestId stands for another request');
  if (known !== 'known') {
    refuseImpossible(view, body);
    await requestAction(pool, key, written, 'write');
  }
  const { refused } = await act(ref, {
    requestId,
    action,
    ...(question === undefined ? {} : { question }),
    ...(answer === undefined ? {} : { answer }),
  });
  if (refused !== null) throw notPossible(refused);
  return { requestId, done: true };
}

function refuseImpossible(view: OrderView, { action, question, answer }: ActionBody): void {
  const offered = offeredActions(view).find(
    (one) => one.action === action && (action !== 'answer' || one.question === question),
  );
  if (offered === undefined) throw notPossible(undefinedReason(action));
  if (offered.why !== null) throw notPossible(offered.why);
  if (action === 'answer' && !offered.answers?.some((one) => one.answer === answer))
    throw new ApiFailure(400, 'invalid_input', 'The request is not valid', {
      'body.answer': `must be one of: ${(offered.answers ?? []).map((one) => one.answer).join(', ')}`,
    });
}

function undefinedReason(action: ActionBody['action']): ActionRefusal {
  if (action === 'answer') return 'not_asked';
  return action === 'ignore' ? 'left_alone_already' : 'not_left_alone';
}

function notPossible(why: string): ApiFailure {
  return new ApiFailure(409, why, 'This is not possible now');
}
