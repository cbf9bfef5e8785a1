import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from '../../../clients/answer.ts';
import type { CloudcartClient } from '../../../clients/cloudcart/index.ts';
import type { Pool } from '../../../db/pool.ts';
import { type Grant, settleCall, takeCall } from '../../../db/queries/budget.ts';
import { ApiFailure } from '../failure.ts';

/** Longest that a request of a person may take; its charge ends with its answer. */
const CHARGED_MS = 30_000;
const PAUSE_MS = 60_000;
/** Waits up to here happen in place. */
const WAIT_MS = 2_000;

/**
 * Requests to a connected shop for a person who waits, paid from the budget that its orders use. In the class of
 * orders: only that one gets through while the budget believes that the plan has no access, and so finds out that it
 * has one by now.
 */
export function paidShop(
  pool: Pool,
  shopHost: string,
  shop: CloudcartClient,
): Pick<CloudcartClient, 'paymentProviders' | 'frontPage' | 'webhooks' | 'deleteWebhook'> {
  const paid = async <T>(send: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    const grant = await waitForCall(pool, shopHost);
    const answer = await send();
    const refused = answer.kind === 'failed' && answer.decision.class === 'retry_after';
    await settleCall(pool, shopHost, grant, {
      limit: answer.rate?.limit ?? null,
      remaining: answer.rate?.remaining ?? null,
      pauseMs: refused ? (answer.decision.retryAfterMs ?? PAUSE_MS) : null,
    });
    return answer;
  };
  return {
    paymentProviders: (page) => paid(() => shop.paymentProviders(page)),
    // No API request: the shop does not count it.
    frontPage: shop.frontPage,
    webhooks: (page) => paid(() => shop.webhooks(page)),
    deleteWebhook: (id) => paid(() => shop.deleteWebhook(id)),
  };
}

/** @throws {ApiFailure} 503 when the wait would be longer than a person wants to wait. */
async function waitForCall(pool: Pool, shopHost: string): Promise<Grant> {
  const until = performance.now() + WAIT_MS;
  for (;;) {
    const taken = await takeCall(pool, shopHost, 'orders', CHARGED_MS);
    if (!('waitMs' in taken)) return taken;
    if (performance.now() + taken.waitMs > until) {
      const seconds = String(Math.max(1, Math.ceil(taken.waitMs / 1_000)));
      const title = "The shop's requests are used up: try again later";
      throw new ApiFailure(503, 'shop_budget', title, undefined, { 'retry-after': seconds });
    }
    await sleep(taken.waitMs);
  }
}
