import type { Answer } from '../../clients/answer.ts';
import type { CloudcartAdmin, RefusedVariant } from '../../clients/cloudcart/admin.ts';
import { inTransaction } from '../../db/pool.ts';
import type { BudgetClass } from '../../db/queries/budget.ts';
import { deltaVariant, noteGap } from '../../db/queries/stock/deltas.ts';
import { skuFacts } from '../../db/queries/stock/sku-facts.ts';
import {
  type SkuWrite,
  type WriteEnd,
  beginWrite,
  endWrite,
  lockSkus,
} from '../../db/queries/stock/sku-writes.ts';
import { deltaStep, foundAfter } from '../../domain/stock/delta.ts';
import { OWN, skuOf } from '../../domain/stock/sku-key.ts';
import { PassStopped } from '../order/stops.ts';
import { payForRequest } from '../shop-requests.ts';
import { pauseAdmin, takeAdminCall } from './admin-calls.ts';
import { desiredOf } from './evaluate.ts';
import type { Export } from './export-context.ts';

/** A delta that was held up for longer leaves no more, as with a figure that is set. */
const SEND_WITHIN_MS = 1_000;
/** A place at the admin interface is waited for so long; then the figure is set, as without a token. */
const ADMIN_WAIT_MS = 2_000;
/** An order whose webhook does not come is read within one sweep; the second is for one that was under way. */
const SWEEPS_OF_A_GAP = 2;

/** A delta whose intent is stored. */
interface Delta extends SkuWrite {
  readonly quantity: string;
  readonly delta: number;
}

/** What became of a delta; undefined: the figure is to be set. */
export type DeltaTry =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'ended'; readonly write: SkuWrite; readonly end: WriteEnd; readonly stop: null }
  | undefined;

/**
 * Changes the quantity of a variant relative to what the shop has, where the shop's owner gave a token and the variant sells: an
 * order that nobody has read keeps its units (CloudCart API 7.3). The shop is read before and after; the intent is stored
 * between the first read and the request; and a delta is never sent twice.
 */
export async function writeDelta(
  work: Export,
  { key, budgetClass }: { readonly key: string; readonly budgetClass: BudgetClass },
): Promise<DeltaTry> {
  const { io, pool, connection, lease, adminRefusal } = work;
  const admin = work.adminOf(connection);
  if (admin === undefined || adminRefusal.code !== null) return undefined;
  const { variantKey, storeId } = skuOf(key);
  if (storeId !== OWN) return undefined;
  const found = await io.db('delta-variant', () => deltaVariant(pool, connection.id, variantKey));
  if (found === undefined || !(await takeAdminCall(work, io.now() + ADMIN_WAIT_MS))) return undefined;
  const before = await readQuantity(work, found.variantId, budgetClass);
  if (before === null) return undefined;
  const sendUntil = io.now() + SEND_WITHIN_MS;
  const write = await decideDelta(work, variantKey, before);
  if (write === 'set') return undefined;
  if (write === 'wait') return { kind: 'nothing' };
  const answer = await send(work, admin, write, sendUntil);
  const end = await endOfDelta(work, write, { before, answer, budgetClass });
  if (end.outcome !== 'unsent') return { kind: 'ended', write, end, stop: null };
  await io.db('end-write', () => endWrite(pool, lease, write, end));
  return undefined;
}

/** What the shop has of a variant now; null where it does not say, or has no limit. */
async function readQuantity(
  work: Export,
  variantId: string,
  budgetClass: BudgetClass,
): Promise<string | null> {
  const { io, connection, httpDeadlineMs } = work;
  const shop = work.shopOf(connection);
  const waitMs = work.until - io.now();
  const budget = { io, shopHost: connection.shopHost, budgetClass, httpDeadlineMs, waitMs };
  try {
    const answer = await payForRequest(budget, () =>
      io.call('shop.variants.get', () => shop.variant(variantId)),
    );
    return answer.kind === 'ok' ? answer.value.quantity : null;
  } catch (error) {
    if (error instanceof PassStopped && error.code === 'shop_budget') return null;
    throw error;
  }
}

/** As `decideWrite` decides about a figure that is set: orders, figure, step and intent in one transaction. */
async function decideDelta(
  work: Export,
  variantKey: string,
  before: string,
): Promise<Delta | 'set' | 'wait'> {
  const { io, pool, connection, lease, httpDeadlineMs, landMs } = work;
  return io.db('decide-delta', () =>
    inTransaction(pool, async (tx) => {
      await lockSkus(tx, connection.id, [variantKey]);
      const [facts] = await skuFacts(tx, connection.id, [variantKey]);
      const desired = facts && desiredOf(work, facts);
      const quantity = desired?.quantity?.quantity;
      if (facts === undefined || quantity === undefined || desired?.missing === true) return 'set';
      const { sku, nowMs, ordersUnread, storeId, rowId, variantId, productId } = facts;
      const fresh = { quantity, readVersion: facts.touchedSinceRead ? -1 : sku.version };
      const step = deltaStep(sku, fresh, { ordersUnread, nowMs, before });
      if (step.kind === 'set') return 'set';
      if (step.kind === 'wait') {
        await noteGap(tx, lease, variantKey, gapMs(work));
        return 'wait';
      }
      const write = { variantKey, storeId, rowId, variantId, productId, quantity, delta: step.delta };
      const landsUntilMs = nowMs + SEND_WITHIN_MS + httpDeadlineMs + landMs;
      const open = { quantity, delta: step.delta, version: sku.version, sentAtMs: nowMs, landsUntilMs };
      return (await beginWrite(tx, lease, write, open)) ? write : 'wait';
    }),
  );
}

/** Undefined: it did not leave. */
async function send(
  { io }: Export,
  admin: CloudcartAdmin,
  { variantId, delta }: Delta,
  sendUntil: number,
): Promise<Answer<readonly RefusedVariant[]> | undefined> {
  let late = false;
  const answer = await io.call('shop.admin.add', (): ReturnType<CloudcartAdmin['addQuantity']> => {
    late = io.now() > sendUntil;
    return late ? Promise.resolve({ kind: 'not_found' }) : admin.addQuantity([variantId], delta);
  });
  return late ? undefined : answer;
}

/**
 * How a delta ended: done, with what the shop shows then; unknown: it may land, now or later; else it has changed nothing, and
 * the figure is set in its place.
 */
async function endOfDelta(
  work: Export,
  write: Delta,
  {
    before,
    answer,
    budgetClass,
  }: {
    readonly before: string;
    readonly answer: Answer<readonly RefusedVariant[]> | undefined;
    readonly budgetClass: BudgetClass;
  },
): Promise<WriteEnd> {
  const unsent: WriteEnd = { outcome: 'unsent', said: null };
  if (answer === undefined || answer.kind === 'not_found') return unsent;
  if (answer.kind === 'ok') {
    // The shop names what it did not change; there is one variant (CloudCart API 7.6).
    if (answer.value.length > 0) return unsent;
    // What it shows then is not among the documented parts of its answer, so it is read.
    const after = await readQuantity(work, write.variantId, budgetClass);
    const what = foundAfter(write, { before, after });
    return { outcome: 'done', said: null, found: { what, gapMs: gapMs(work) } };
  }
  const { class: decided, code, operator, retryAfterMs } = answer.decision;
  if (decided === 'unknown_outcome') return { outcome: 'unknown', said: operator };
  if (decided === 'retry_after') await pauseAdmin(work, retryAfterMs);
  else work.adminRefusal.code = code;
  return unsent;
}

/** How long an order may take to be read that explains why the shop shows less, milliseconds. */
function gapMs({ connection }: Export): number {
  return SWEEPS_OF_A_GAP * connection.settings.sweepEverySeconds * 1_000;
}
