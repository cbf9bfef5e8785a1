import type { Answer } from '../../clients/answer.ts';
import type { CloudcartAdmin, RefusedVariant } from '../../clients/cloudcart/admin.ts';
import { type PlannedWrite, plannedWrites } from '../../db/queries/stock/planned-writes.ts';
import { type SkuWrite, type WriteEnd, endWrite } from '../../db/queries/stock/sku-writes.ts';
import { type ShopCall, planWrites } from '../../domain/stock/bulk-plan.ts';
import { pauseAdmin, takeAdminCall } from './admin-calls.ts';
import { type Expected, decideWrites } from './decide-write.ts';
import type { Export } from './export-context.ts';
import { endOf } from './shop-writer.ts';

/** Variants that are planned together. */
const PLANNED = 20_000;
/** Below that, planning saves nothing worth a second interface. */
const LEAST = 10;
/** Variants of one request: what is documented for one product, taken for the others too until the shop says otherwise (U-51). */
const LIMITS = { idsPerCall: 500, variantsPerProductCall: 500 } as const;
/** As with single writes; the figures of so many variants take longer to decide. */
const SEND_WITHIN_MS = 5_000;

/** What bulk requests came to. */
export interface BulkWritten {
  readonly calls: number;
  readonly done: number;
  readonly unknown: number;
  readonly refused: number;
  /** Why no more of them were sent, a code; null: all that the plan has were. */
  readonly stopped: string | null;
}

/**
 * Writes what waits with the fewest requests, where the shop's owner gave a token; what is left goes variant by variant.
 * As there, the budget is waited for first, then the figures are decided, then they leave. Only figures that are set: what goes
 * as a delta goes by itself.
 * @param between what is urgent goes between two requests.
 */
export async function writeInBulk(work: Export, between: () => Promise<void>): Promise<BulkWritten | null> {
  const { io, pool, connection, pricesKept } = work;
  const admin = work.adminOf(connection);
  if (admin === undefined) return null;
  const due = await io.db('planned-writes', () =>
    plannedWrites(pool, connection.id, { limit: PLANNED, pricesKept }),
  );
  if (due.length < LEAST) return null;
  const calls = planWrites(due, LIMITS).filter(({ kind }) => kind !== 'variant');
  const tally = { calls: 0, done: 0, unknown: 0, refused: 0, stopped: null as string | null };
  for (const call of calls) {
    tally.stopped = (await takeAdminCall(work, work.until)) ? null : 'time';
    if (tally.stopped !== null) break;
    tally.stopped = await sendCall(work, admin, call, tally);
    work.adminRefusal.code = tally.stopped;
    if (tally.stopped !== null) break;
    await between();
  }
  return tally;
}

interface Tally {
  calls: number;
  done: number;
  unknown: number;
  refused: number;
}

async function sendCall(
  work: Export,
  admin: CloudcartAdmin,
  call: ShopCall<PlannedWrite>,
  tally: Tally,
): Promise<string | null> {
  const { io, pool, lease, httpDeadlineMs, landMs } = work;
  const expected = new Map(call.writes.map((write) => [write.variantKey, partOf(call, write)]));
  const sendUntil = io.now() + SEND_WITHIN_MS;
  const writes = await decideWrites(work, expected, SEND_WITHIN_MS + httpDeadlineMs + landMs);
  if (writes.length === 0) return null;
  let late = false;
  const answer = await io.call(`shop.admin.${call.kind}`, (): ReturnType<typeof request> => {
    late = io.now() > sendUntil;
    return late ? Promise.resolve({ kind: 'not_found' }) : request(admin, call, writes);
  });
  if (!late) tally.calls += 1;
  const ends = late ? writes.map(() => unsentEnd) : endsOf(answer, writes);
  await io.db('end-writes', async () => {
    for (const [index, write] of writes.entries()) {
      const end = ends[index] ?? unknownEnd;
      if (end.outcome !== 'unsent') tally[end.outcome] += 1;
      await endWrite(pool, lease, write, end);
    }
  });
  if (answer.kind !== 'failed') return null;
  const { class: decided, retryAfterMs, code } = answer.decision;
  if (decided === 'retry_after') {
    await pauseAdmin(work, retryAfterMs);
    return null;
  }
  return decided === 'unknown_outcome' ? null : code;
}

/** What of a variant a request carries. */
function partOf(call: ShopCall<PlannedWrite>, { quantity, price }: PlannedWrite): Expected {
  const quantityPart = quantity === undefined ? {} : { quantity };
  const pricePart = price === undefined ? {} : { price };
  if (call.kind === 'quantity') return quantityPart;
  return call.kind === 'price' ? pricePart : { ...quantityPart, ...pricePart };
}

function request(
  admin: CloudcartAdmin,
  call: ShopCall<PlannedWrite>,
  writes: readonly SkuWrite[],
): Promise<Answer<readonly RefusedVariant[]>> {
  const ids = writes.map(({ variantId }) => variantId);
  switch (call.kind) {
    case 'quantity':
      return admin.setQuantity(ids, call.quantity);
    case 'price':
      return admin.setPrice(ids, call.price);
    case 'product':
      return admin.updateProduct(
        call.productId,
        writes.map(({ variantId, quantity, price }) => ({
          variantId,
          ...(quantity === undefined ? {} : { quantity: Number(quantity) }),
          ...(price === undefined ? {} : { price }),
        })),
      );
    case 'variant':
      throw new Error('a single variant goes through the REST API');
  }
}

const unsentEnd: WriteEnd = { outcome: 'unsent', said: null };
const unknownEnd: WriteEnd = { outcome: 'unknown', said: 'the shop refused others of the same request' };

/**
 * How each write of a request ended. What the shop names it refused; whether it did the rest is open (U-51), so that is
 * written again.
 */
export function endsOf(answer: Answer<readonly RefusedVariant[]>, writes: readonly SkuWrite[]): WriteEnd[] {
  if (answer.kind !== 'ok' || answer.value.length === 0) {
    const { end } = endOf(answer);
    // A query that is refused whole has changed nothing: each of its variants is tried by itself.
    const whole: WriteEnd = end.outcome === 'refused' ? { ...end, outcome: 'unsent' } : end;
    return writes.map(() => whole);
  }
  const named = new Map(
    answer.value.flatMap(({ field, message }) => {
      const [place] = /\d+/.exec(field) ?? [];
      return place === undefined ? [] : [[Number(place), message] as const];
    }),
  );
  return writes.map((_, index) => {
    const said = named.get(index);
    return said === undefined ? unknownEnd : { outcome: 'refused', said };
  });
}
