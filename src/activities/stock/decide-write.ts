import { type Queryable, inTransaction } from '../../db/pool.ts';
import { type SkuFacts, skuFacts } from '../../db/queries/stock/sku-facts.ts';
import { type SkuWrite, beginWrite, lockSkus, settleSku } from '../../db/queries/stock/sku-writes.ts';
import { nextStep } from '../../domain/stock/export-step.ts';
import { desiredOf } from './evaluate.ts';
import type { Export } from './export-context.ts';

/** What a request that is ready to leave would write of a SKU: only that is begun. */
export type Expected = Pick<SkuWrite, 'quantity' | 'price'>;

/**
 * Decides about the SKUs of one request together, as {@link decideWrite} does about one; those of which something else is to be
 * written now are left out.
 */
export async function decideWrites(
  work: Export,
  expected: ReadonlyMap<string, Expected>,
  landsInMs: number,
): Promise<SkuWrite[]> {
  const { io, pool, connection } = work;
  return io.db('decide-writes', () =>
    inTransaction(pool, async (tx) => {
      const writes: SkuWrite[] = [];
      const keys = [...expected.keys()];
      await lockSkus(tx, connection.id, keys);
      for (const facts of await skuFacts(tx, connection.id, keys)) {
        const write = await decide(work, tx, facts, landsInMs, expected.get(facts.key));
        if (write !== undefined) writes.push(write);
      }
      return writes;
    }),
  );
}

/**
 * Decides about one SKU with what is known at this moment, and stores the write before it leaves: orders, figure, step
 * and intent in one transaction, so that an order that is noted meanwhile comes before or after all of it. Undefined: nothing
 * is to be written now.
 * @param landsInMs how long after now the request may still take effect.
 */
export async function decideWrite(
  work: Export,
  key: string,
  landsInMs: number,
): Promise<SkuWrite | undefined> {
  const { io, pool, connection } = work;
  return io.db('decide-write', () =>
    inTransaction(pool, async (tx) => {
      await lockSkus(tx, connection.id, [key]);
      const [facts] = await skuFacts(tx, connection.id, [key]);
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
  expected?: Expected,
): Promise<SkuWrite | undefined> {
  const { sku, nowMs } = facts;
  const desired = desiredOf(work, facts, work.acceptedPrices.has(facts.variantKey));
  const price = priceToWrite(work, sku.shownPrice, desired.price);
  const { variantKey, storeId, rowId, variantId, productId } = facts;
  const write = {
    ...{ variantKey, storeId, rowId, variantId, productId },
    ...(price === null ? {} : { price }),
  };
  if (desired.quantity === null || desired.missing) return price === null ? nothing() : begin(write);
  const { quantity } = desired.quantity;
  const fresh = { quantity, readVersion: facts.touchedSinceRead ? -1 : sku.version };
  const step = nextStep(sku, fresh, { ordersUnread: facts.ordersUnread, nowMs });
  if (step.kind === 'write') return begin({ ...write, quantity: step.quantity });
  if (price !== null && sku.openWrite === null) return begin(write);
  return nothing(step.kind === 'wait' || (sku.doubtUntilMs !== null && nowMs < sku.doubtUntilMs));

  async function begin(whole: SkuWrite): Promise<SkuWrite | undefined> {
    const one = expected === undefined ? whole : asExpected(whole, expected);
    if (one === undefined) return undefined;
    const landsUntilMs = nowMs + landsInMs;
    const sent = { quantity: one.quantity ?? '', delta: null, sentAtMs: nowMs, landsUntilMs };
    return (await beginWrite(tx, work.lease, one, { ...sent, version: sku.version })) ? one : undefined;
  }

  async function nothing(waits = false): Promise<undefined> {
    if (expected !== undefined) return undefined;
    await settleSku(tx, work.lease, facts.key, { version: sku.version, waits });
    return undefined;
  }
}

/** The part of a write that a request carries; undefined when the figures have changed since it was planned. */
function asExpected({ quantity, price, ...rest }: SkuWrite, expected: Expected): SkuWrite | undefined {
  const quantityFits = expected.quantity === undefined || Number(quantity) === Number(expected.quantity);
  const priceFits = expected.price === undefined || price === expected.price;
  return quantityFits && priceFits ? { ...rest, ...expected } : undefined;
}

function priceToWrite({ pricesKept }: Export, shown: number | null, wanted: number | null): number | null {
  return pricesKept || wanted === null || wanted === shown ? null : wanted;
}
