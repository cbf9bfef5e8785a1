import type { CloudcartOrder } from '../../clients/cloudcart/order-types.ts';
import { type Grant, settleCall, takeCall } from '../../db/queries/budget.ts';
import type { Answer } from '../../clients/answer.ts';
import { type PassContext, sendUnderLease, valueOf } from './context.ts';
import { PassBlocked, PassStopped } from './stops.ts';

/** Waits for the shop's budget up to here happen in place; longer ones go back to Temporal. */
const WAIT_IN_PLACE_MS = 2_000;
/** After a refusal the shop's window needs a minute to empty (CloudCart API 2.3). */
const PAUSE_MS = 60_000;

/** What the shop showed. */
export interface ShopRead {
  /** Undefined: the shop does not know the order. */
  readonly order: CloudcartOrder | undefined;
  /** The database's clock, milliseconds since 1970: deliveries received before are answered by this read. */
  readonly startedAtMs: number;
}

/** Reads the order as the shop has it now: one request. */
export async function readOrder(pass: PassContext): Promise<ShopRead> {
  const { startedAtMs, answer } = await askShop(pass, 'orders.get', () =>
    pass.shop.order(pass.key.shopOrderId),
  );
  if (answer.kind === 'failed' && answer.decision.class === 'defect') {
    throw new PassBlocked('shop_order_unreadable', { said: answer.decision.operator });
  }
  return { order: valueOf(pass, answer), startedAtMs };
}

/** Price of a variant now, minor units; undefined when it is gone. For the parts of bundles. */
export async function readVariantPrice(pass: PassContext, variantId: number): Promise<number | undefined> {
  const { answer } = await askShop(pass, 'variants.get', () => pass.shop.variant(String(variantId)));
  return valueOf(pass, answer)?.price ?? undefined;
}

/** Type of a product, for instance `bundle`; undefined when it is gone. */
export async function readProductType(pass: PassContext, productId: number): Promise<string | undefined> {
  const { answer } = await askShop(pass, 'products.get', () => pass.shop.product(String(productId)));
  return valueOf(pass, answer)?.product_type ?? undefined;
}

/** Surcharges of the options of a line, minor units each (CloudCart API 4.3). */
export async function readLineOptions(pass: PassContext, lineId: string): Promise<readonly number[]> {
  const { answer } = await askShop(pass, 'order-products-options.list', () =>
    pass.shop.orderPart('order-products-options', lineId),
  );
  return valueOf(pass, answer)?.rows.map((row) => row.price ?? 0) ?? [];
}

/** One request to the shop, paid from its budget. */
async function askShop<T>(
  pass: PassContext,
  name: string,
  send: () => Promise<Answer<T>>,
): Promise<{ startedAtMs: number; answer: Answer<T> }> {
  const grant = await waitForBudget(pass);
  await pass.lease.reach(pass.durations.httpDeadlineMs);
  const startedAtMs = pass.databaseNow();
  const answer = await sendUnderLease(pass, `shop.${name}`, send);
  await settle(pass, grant, answer);
  return { startedAtMs, answer };
}

async function waitForBudget(pass: PassContext): Promise<Grant> {
  const until = pass.io.now() + WAIT_IN_PLACE_MS;
  for (;;) {
    const taken = await pass.io.db('take-call', (database) =>
      takeCall(database, pass.connection.shopHost, pass.budgetClass, pass.durations.httpDeadlineMs),
    );
    if (!('waitMs' in taken)) return taken;
    if (pass.io.now() + taken.waitMs > until) {
      throw new PassStopped('shop_budget', "The shop's requests are used up, or it asked for a pause", {
        retryInMs: Math.max(taken.waitMs, 250),
      });
    }
    await pass.io.sleep(taken.waitMs);
  }
}

async function settle<T>(pass: PassContext, grant: Grant, answer: Answer<T>): Promise<void> {
  const refused = answer.kind === 'failed' && answer.decision.class === 'retry_after';
  await pass.io.db('settle-call', (database) =>
    settleCall(database, pass.connection.shopHost, grant, {
      limit: answer.rate?.limit ?? null,
      remaining: answer.rate?.remaining ?? null,
      pauseMs: refused ? (answer.decision.retryAfterMs ?? PAUSE_MS) : null,
    }),
  );
}
