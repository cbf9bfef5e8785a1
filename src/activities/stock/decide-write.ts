import { type Queryable, inTransaction } from '../../db/pool.ts';
import { type SkuFacts, skuFacts } from '../../db/queries/stock/sku-facts.ts';
import { type SkuWrite, beginWrite, lockSku, settleSku } from '../../db/queries/stock/sku-writes.ts';
import { nextStep } from '../../domain/stock/export-step.ts';
import { desiredOf } from './evaluate.ts';
import type { Export } from './export-context.ts';

/**
 * Decides about one variant with what is known at this moment, and stores the write before it leaves: orders, figure, step
 * and intent in one transaction, so that an order that is noted meanwhile comes before or after all of it. Undefined: nothing
 * is to be written now.
 * @param landsInMs how long after now the request may still take effect.
 */
export async function decideWrite(
  work: Export,
  variantKey: string,
  landsInMs: number,
): Promise<SkuWrite | undefined> {
  const { io, pool, connection } = work;
  return io.db('decide-write', () =>
    inTransaction(pool, async (tx) => {
      await lockSku(tx, connection.id, variantKey);
      const [facts] = await skuFacts(tx, connection.id, [variantKey]);
      // Not linked any more: the next evaluation says so.
      if (facts === undefined) return undefined;
      return decide(work, tx, facts, landsInMs);
    }),
  );
}

async function decide(
  work: Export,
  tx: Queryable,
  facts: SkuFacts,
  landsInMs: number,
): Promise<SkuWrite | undefined> {
  const { sku, nowMs } = facts;
  const desired = desiredOf(work, facts, work.acceptedPrices.has(facts.variantKey));
  const price = priceToWrite(work, sku.shownPrice, desired.price);
  const { variantKey, variantId, productId } = facts;
  const write = { variantKey, variantId, productId, ...(price === null ? {} : { price }) };
  if (desired.quantity === null || facts.missing) return price === null ? nothing() : begin(write);
  const { quantity } = desired.quantity;
  const fresh = { quantity, readVersion: facts.touchedSinceRead ? -1 : sku.version };
  const step = nextStep(sku, fresh, { ordersUnread: facts.ordersUnread, nowMs });
  if (step.kind === 'write') return begin({ ...write, quantity });
  if (price !== null && sku.openWrite === null) return begin(write);
  return nothing(step.kind === 'wait' || (sku.doubtUntilMs !== null && nowMs < sku.doubtUntilMs));

  async function begin(one: SkuWrite): Promise<SkuWrite | undefined> {
    const landsUntilMs = nowMs + landsInMs;
    const open = { quantity: one.quantity ?? '', version: sku.version, sentAtMs: nowMs, landsUntilMs };
    return (await beginWrite(tx, work.lease, one, open)) ? one : undefined;
  }

  async function nothing(waits = false): Promise<undefined> {
    await settleSku(tx, work.lease, variantKey, { version: sku.version, waits });
    return undefined;
  }
}

function priceToWrite({ pricesKept }: Export, shown: number | null, wanted: number | null): number | null {
  return pricesKept || wanted === null || wanted === shown ? null : wanted;
}
