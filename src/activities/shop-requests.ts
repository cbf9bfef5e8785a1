import type { Answer } from '../clients/answer.ts';
import { type BudgetClass, type Grant, returnCall, settleCall, takeCall } from '../db/queries/budget.ts';
import type { PassIo } from './order/io.ts';
import { PassStopped, vendorUnavailable } from './order/stops.ts';

/** Waits for the shop's budget up to here happen in place; longer ones go back to Temporal. */
const WAIT_IN_PLACE_MS = 2_000;
/** After a refusal the shop's window needs a minute to empty (CloudCart API 2.3). */
const PAUSE_MS = 60_000;

/** Whose budget a request to the shop is paid from, and how urgent it is. */
export interface ShopBudget {
  readonly io: PassIo;
  readonly shopHost: string;
  readonly budgetClass: BudgetClass;
  /** Longest that one request may take, milliseconds. */
  readonly httpDeadlineMs: number;
  /** How long it waits in place, milliseconds; missing: two seconds. */
  readonly waitMs?: number;
}

/**
 * One request to the shop outside of a pass, paid from its budget. Undefined: the shop does not know the thing.
 * @throws {PassStopped} when the budget is used up, or the shop did not answer.
 */
export async function askShop<T>(
  budget: ShopBudget,
  name: string,
  send: () => Promise<Answer<T>>,
): Promise<T | undefined> {
  const answer = await payForRequest(budget, () => budget.io.call(`shop.${name}`, send));
  if (answer.kind === 'failed') throw vendorUnavailable(answer.decision);
  return answer.kind === 'ok' ? answer.value : undefined;
}

/**
 * Waits for one request of the budget, sends it and settles what the answer said of the budget.
 * @throws {PassStopped} when the wait would be a long one.
 */
export async function payForRequest<T>(
  budget: ShopBudget,
  send: () => Promise<Answer<T>>,
): Promise<Answer<T>> {
  const grant = await waitForBudget(budget);
  const answer = await send();
  await settle(budget, grant, answer);
  return answer;
}

/**
 * As {@link payForRequest}, where only the end of the wait shows whether there is something to send. Undefined: nothing was, and
 * nothing was paid.
 */
export async function payIfSent<T>(
  budget: ShopBudget,
  send: () => Promise<Answer<T> | undefined>,
): Promise<Answer<T> | undefined> {
  const grant = await waitForBudget(budget);
  const answer = await send();
  if (answer !== undefined) await settle(budget, grant, answer);
  else await budget.io.db('return-call', (database) => returnCall(database, budget.shopHost, grant));
  return answer;
}

async function waitForBudget(budget: ShopBudget): Promise<Grant> {
  const { io, shopHost, budgetClass, httpDeadlineMs, waitMs = WAIT_IN_PLACE_MS } = budget;
  const until = io.now() + waitMs;
  for (;;) {
    const taken = await io.db('take-call', (database) =>
      takeCall(database, shopHost, budgetClass, httpDeadlineMs),
    );
    if (!('waitMs' in taken)) return taken;
    if (io.now() + taken.waitMs > until) {
      throw new PassStopped('shop_budget', "The shop's requests are used up, or it asked for a pause", {
        retryInMs: Math.max(taken.waitMs, 250),
      });
    }
    await io.sleep(taken.waitMs);
  }
}

async function settle<T>({ io, shopHost }: ShopBudget, grant: Grant, answer: Answer<T>): Promise<void> {
  const refused = answer.kind === 'failed' && answer.decision.class === 'retry_after';
  await io.db('settle-call', (database) =>
    settleCall(database, shopHost, grant, {
      limit: answer.rate?.limit ?? null,
      remaining: answer.rate?.remaining ?? null,
      pauseMs: refused ? (answer.decision.retryAfterMs ?? PAUSE_MS) : null,
    }),
  );
}
