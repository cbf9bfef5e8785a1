import { type Answer, mapAnswer } from '../../clients/answer.ts';
import type { CloudcartClient } from '../../clients/cloudcart/index.ts';
import type { BudgetClass } from '../../db/queries/budget.ts';
import { type SkuWrite, type WriteEnd, endWrite, noteRow } from '../../db/queries/stock/sku-writes.ts';
import { OWN, skuKey } from '../../domain/stock/sku-key.ts';
import { payIfSent } from '../shop-requests.ts';
import { decideWrite } from './decide-write.ts';
import { writeDelta } from './delta-writer.ts';
import type { Export } from './export-context.ts';
import { STORES_APP_MISSING, findRow, reportStoresMissing } from './stores.ts';

/** A request that was held up for longer leaves no more: it might take effect when nobody expects it any longer. */
const SEND_WITHIN_MS = 1_000;

/** What became of a try to write one SKU. */
export type WriteTry =
  /** Nothing is to be written of it now. */
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'ended';
      readonly write: SkuWrite;
      readonly end: WriteEnd;
      readonly stop: string | null;
    };

const unsent = (said: string | null): WriteEnd => ({ outcome: 'unsent', said });

/** The SKU whose turn it is. */
export interface Turn {
  readonly budgetClass: BudgetClass;
  /** Asked once the request may leave, so that what became urgent meanwhile goes first; undefined: nothing is left. */
  readonly key: () => Promise<string | undefined>;
}

/**
 * Writes one SKU: its delta where that can be sent, else its figure.
 * @throws {PassStopped} when the budget means a wait beyond the time of this work.
 */
export async function writeSku(work: Export, turn: Turn): Promise<WriteTry> {
  if (work.adminOf(work.connection) === undefined || work.adminRefusal.code !== null)
    return writeFigure(work, turn);
  const key = await turn.key();
  if (key === undefined) return { kind: 'nothing' };
  const delta = await writeDelta(work, { key, budgetClass: turn.budgetClass });
  return delta ?? writeFigure(work, { ...turn, key: () => Promise.resolve(key) });
}

/**
 * Writes one figure with one request: price and quantity of a variant together, or the row of a store (CloudCart API 4.14, 4.16). Where
 * the shop has another row than we know, or none, that is found out first and then written.
 */
async function writeFigure(work: Export, turn: Turn): Promise<WriteTry> {
  const { io, pool, lease } = work;
  const sent = await send(work, turn);
  if (sent === undefined) return { kind: 'nothing' };
  const { write, answer } = sent;
  if (!isAboutRow(sent)) return endedBy(sent);
  const endUnsent = () => io.db('end-write', () => endWrite(pool, lease, write, unsent(null)));
  const found = await findRow(work, write).catch(async (error: unknown) => {
    await endUnsent();
    throw error;
  });
  if (found.kind === 'failed') return { kind: 'ended', write, ...endOf(found) };
  if (found.kind === 'not_found') {
    await reportStoresMissing(work);
    const end = unsent('the shop has no app with stores');
    return { kind: 'ended', write, end, stop: STORES_APP_MISSING };
  }
  // As we knew it: what it refused it refuses.
  if (found.value === write.rowId) return { kind: 'ended', write, ...endOf(answer) };
  await io.db('note-store-row', () => noteRow(pool, lease, write, found.value));
  await endUnsent();
  const again = await send(work, { ...turn, key: () => Promise.resolve(skuKey(write)) });
  return again === undefined ? { kind: 'nothing' } : endedBy(again);
}

/** A request that was decided about, and what the shop said. */
interface Sent {
  readonly write: SkuWrite;
  /** The id of the store's row, where there is one. */
  readonly answer: Answer<string | null>;
  /** It did not leave. */
  readonly late: boolean;
}

/** The budget is waited for first, then SKU and figure are decided, then it leaves: nothing that waits grows old. */
async function send(work: Export, { budgetClass, key }: Turn): Promise<Sent | undefined> {
  const { io, pool, connection, lease, httpDeadlineMs, landMs } = work;
  const shop = work.shopOf(connection);
  // In place as long as there is time.
  const waitMs = work.until - io.now();
  const budget = { io, shopHost: connection.shopHost, budgetClass, httpDeadlineMs, waitMs };
  let begun: SkuWrite | undefined;
  let late = false;
  const answer = await payIfSent<string | null>(budget, async () => {
    const next = await key();
    if (next === undefined) return undefined;
    const sendUntil = io.now() + SEND_WITHIN_MS;
    begun = await decideWrite(work, next, SEND_WITHIN_MS + httpDeadlineMs + landMs);
    if (begun === undefined) return undefined;
    const { name, request } = requestOf(shop, begun);
    return io.call(name, (): ReturnType<typeof request> => {
      late = io.now() > sendUntil;
      return late ? Promise.resolve({ kind: 'not_found' }) : request();
    });
  });
  if (begun === undefined || answer === undefined) return undefined;
  const write: SkuWrite = begun;
  if (answer.kind === 'ok' && answer.value !== write.rowId)
    await io.db('note-store-row', () => noteRow(pool, lease, write, answer.value));
  return { write, answer, late };
}

interface ShopRequest {
  readonly name: string;
  readonly request: () => Promise<Answer<string | null>>;
}

function requestOf(
  shop: CloudcartClient,
  { storeId, rowId, variantId, productId, quantity, price }: SkuWrite,
): ShopRequest {
  if (storeId === OWN) {
    const change = {
      ...(quantity === undefined ? {} : { quantity }),
      ...(price === undefined ? {} : { price }),
    };
    const request = async () => mapAnswer(await shop.updateVariant(variantId, change), () => null);
    return { name: 'shop.variants.update', request };
  }
  if (quantity === undefined) throw new Error('a store has nothing but a quantity');
  return rowId === null
    ? {
        name: 'shop.store-quantity.create',
        request: () => shop.createStoreQuantity({ storeId, productId, variantId, quantity }),
      }
    : {
        name: 'shop.store-quantity.update',
        request: () => shop.updateStoreQuantity(rowId, quantity),
      };
}

/**
 * Does the answer say that the shop has another row of a store's figure than we know? A row that was deleted, with its app or
 * alone, is not found; one that is there already is refused (CloudCart API 4.16).
 */
function isAboutRow({ write, answer, late }: Sent): boolean {
  if (write.storeId === OWN || late) return false;
  const isRefused = answer.kind === 'failed' && answer.decision.class === 'refused';
  return answer.kind === 'not_found' || (isRefused && write.rowId === null);
}

function endedBy({ write, answer, late }: Sent): WriteTry {
  const end = late ? { end: unsent(null), stop: null } : endOf(answer);
  return { kind: 'ended', write, ...end };
}

/** How an answer ends a write, and whether the shop takes no more for now. */
export function endOf(answer: Answer<unknown>): { readonly end: WriteEnd; readonly stop: string | null } {
  if (answer.kind === 'ok') return { end: { outcome: 'done', said: null }, stop: null };
  if (answer.kind === 'not_found')
    return { end: { outcome: 'refused', said: 'the shop does not know what is written' }, stop: null };
  const { class: decided, operator, code } = answer.decision;
  switch (decided) {
    case 'unknown_outcome':
      return { end: { outcome: 'unknown', said: operator }, stop: null };
    case 'retry':
    case 'retry_after':
      return { end: unsent(operator), stop: null };
    case 'auth':
    case 'paused':
      return { end: unsent(operator), stop: code };
    case 'refused':
    case 'defect':
      return { end: { outcome: 'refused', said: operator }, stop: null };
  }
}
