import type { CloudcartOrder } from '../../clients/cloudcart/order-types.ts';
import type { Answer } from '../../clients/answer.ts';
import { payForRequest } from '../shop-requests.ts';
import { type PassContext, sendUnderLease, valueOf } from './context.ts';
import { PassBlocked } from './stops.ts';

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

/** One request to the shop, paid from its budget; it leaves only while its deadline fits into the lease. */
async function askShop<T>(
  pass: PassContext,
  name: string,
  send: () => Promise<Answer<T>>,
): Promise<{ startedAtMs: number; answer: Answer<T> }> {
  const { io, connection, budgetClass, durations } = pass;
  const budget = { io, shopHost: connection.shopHost, budgetClass, httpDeadlineMs: durations.httpDeadlineMs };
  let startedAtMs = 0;
  const answer = await payForRequest(budget, async () => {
    await pass.lease.reach(durations.httpDeadlineMs);
    startedAtMs = pass.databaseNow();
    return sendUnderLease(pass, `shop.${name}`, send);
  });
  return { startedAtMs, answer };
}
