import type { Answer } from '../../clients/answer.ts';
import type { SkuWrite, WriteEnd } from '../../db/queries/stock/sku-writes.ts';
import { payForRequest } from '../shop-requests.ts';
import { decideWrite } from './decide-write.ts';
import { writeDelta } from './delta-writer.ts';
import type { Export } from './export-context.ts';

/** A request that was held up for longer leaves no more: it might take effect when nobody expects it any longer. */
const SEND_WITHIN_MS = 1_000;

/** What became of a try to write one variant. */
export type WriteTry =
  /** Nothing is to be written of it now. */
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'ended';
      readonly write: SkuWrite;
      readonly end: WriteEnd;
      readonly stop: string | null;
    };

/**
 * Writes one variant: its delta where that can be sent, else with one request price and quantity together (CloudCart API 4.14). The
 * budget is waited for first, then the figure is decided, then it leaves: nothing that waits grows old.
 * @throws {PassStopped} when the budget means a long wait.
 */
export async function writeVariant(work: Export, variantKey: string): Promise<WriteTry> {
  const delta = await writeDelta(work, variantKey);
  if (delta !== undefined) return delta;
  const { io, connection, httpDeadlineMs, landMs } = work;
  const shop = work.shopOf(connection);
  const budget = { io, shopHost: connection.shopHost, budgetClass: 'export' as const, httpDeadlineMs };
  let begun: SkuWrite | undefined;
  let late = false;
  const answer = await payForRequest<unknown>(budget, async () => {
    const sendUntil = io.now() + SEND_WITHIN_MS;
    begun = await decideWrite(work, variantKey, SEND_WITHIN_MS + httpDeadlineMs + landMs);
    if (begun === undefined) return { kind: 'not_found' };
    const { variantId, quantity, price } = begun;
    return io.call('shop.variants.update', (): Promise<Answer<unknown>> => {
      late = io.now() > sendUntil;
      if (late) return Promise.resolve({ kind: 'not_found' });
      return shop.updateVariant(variantId, {
        ...(quantity === undefined ? {} : { quantity }),
        ...(price === undefined ? {} : { price }),
      });
    });
  });
  if (begun === undefined) return { kind: 'nothing' };
  const end = late ? { end: { outcome: 'unsent', said: null } as const, stop: null } : endOf(answer);
  return { kind: 'ended', write: begun, ...end };
}

/** How an answer ends a write, and whether the shop takes no more for now. */
export function endOf(answer: Answer<unknown>): { readonly end: WriteEnd; readonly stop: string | null } {
  if (answer.kind === 'ok') return { end: { outcome: 'done', said: null }, stop: null };
  if (answer.kind === 'not_found')
    return { end: { outcome: 'refused', said: 'the shop does not know the variant' }, stop: null };
  const { class: decided, operator, code } = answer.decision;
  switch (decided) {
    case 'unknown_outcome':
      return { end: { outcome: 'unknown', said: operator }, stop: null };
    case 'retry':
    case 'retry_after':
      return { end: { outcome: 'unsent', said: operator }, stop: null };
    case 'auth':
    case 'paused':
      return { end: { outcome: 'unsent', said: operator }, stop: code };
    case 'refused':
    case 'defect':
      return { end: { outcome: 'refused', said: operator }, stop: null };
  }
}
