import type { Answer } from '../../clients/answer.ts';
import type { Operation } from '../../clients/microbg/operations.ts';
import {
  type LedgerDocument,
  isOfOtherConnection,
  reserveDocument,
  sentContents,
  storeIntent,
} from '../../db/queries/ledger.ts';
import { openEpoch } from '../../db/queries/ledger-epoch.ts';
import type { ConnectionSettings } from '../../domain/connection/settings.ts';
import { leapOverIds } from '../warehouse/document-ids.ts';
import { OPER_TYPE } from '../../domain/order/document-kinds.ts';
import { adoptFound, confirmSaved, settleAs } from './confirm.ts';
import {
  type IntendedDocument,
  contentDigest,
  isIntended,
  isOfOrder,
  looksOurs,
  toOperation,
  wishDigest,
} from './content.ts';
import { type PassContext, askWarehouse, valueOf, writeWarehouse } from './context.ts';
import { findDocument, proveAbsence } from './settle.ts';
import { PassBlocked, PassStopped, vendorUnavailable } from './stops.ts';

/** A document that the warehouse should hold, and the settings that it follows from. */
export interface PostedWish {
  readonly kind: 'order' | 'sale' | 'claim' | 'credit_note';
  readonly digest: string;
  readonly intended: IntendedDocument;
  readonly settingsVersion: number;
  /** How lines that lower the total are written in it. */
  readonly negativeLines: ConnectionSettings['negativeLines'];
}

/**
 * Creates a document: its id is reserved before anything is sent, and read before it is used, because after a
 * restore of the database an id may already stand for something else.
 */
export async function createDocument(
  pass: PassContext,
  reserved: LedgerDocument | undefined,
  wish: PostedWish,
): Promise<LedgerDocument> {
  const document =
    reserved ??
    (await pass.lease.write('reserve-document', (database, holder) =>
      reserveDocument(database, holder, {
        kind: wish.kind,
        warehouseApiId: pass.connection.warehouseApiId,
        settingsVersion: wish.settingsVersion,
      }),
    ));
  const [stranger] = await findDocument(pass, document);
  if (stranger !== undefined) return giveUpId(pass, document, stranger);
  return save(pass, document, wish, undefined);
}

/**
 * A document that was found after the ledger had been lost: the one that is wished, or another. An order is brought to the
 * wish; of a sale nobody knows whether staff or the shop changed it since, so a person decides.
 */
export async function confirmRebuilt(
  pass: PassContext,
  document: LedgerDocument,
  { intended }: PostedWish,
): Promise<LedgerDocument> {
  const [found] = await findDocument(pass, document);
  if (found === undefined) return checkUntouched(pass, document, false);
  const how = 'found after the ledger was lost';
  if (isIntended(intended, found)) return confirmSaved(pass, document, intended, found, { how });
  return document.kind === 'order'
    ? adoptFound(pass, document, found, { how })
    : settleAs(pass, document, 'conflict', { how }, 'changed');
}

/** Saves a document again with all its lines, by the warehouse's id: a late edit cannot bring back what was deleted. */
export async function editDocument(
  pass: PassContext,
  document: LedgerDocument,
  wish: PostedWish,
): Promise<LedgerDocument> {
  return save(pass, document, wish, document.warehouseId ?? undefined);
}

async function save(
  pass: PassContext,
  document: LedgerDocument,
  { intended, digest, settingsVersion }: PostedWish,
  warehouseId: number | undefined,
): Promise<LedgerDocument> {
  await pass.lease.write('store-intent', (database, holder) =>
    storeIntent(database, holder, {
      documentId: document.id,
      state: 'sent',
      digest,
      content: intended,
      settingsVersion,
    }),
  );
  const answer = await writeWarehouse(pass, 'saveOperation', () =>
    pass.warehouse.saveOperation(toOperation(intended, document.extId), warehouseId),
  );
  const saved = await acceptedOr(pass, document, answer);
  const read = await askWarehouse(pass, 'getOperations', () =>
    pass.warehouse.findOperations(OPER_TYPE[document.kind], { id: saved.id }),
  );
  const [found] = valueOf(pass, read) ?? [];
  // The intent stands: the next pass finds out what the warehouse holds.
  if (found === undefined)
    throw new PassStopped('saved_not_found', 'micro.bg does not show what it just saved');
  return confirmSaved(pass, document, intended, found, { how: 'read back' });
}

/** Deletes a document by the warehouse's id and looks whether it is gone. */
export async function deleteDocument(pass: PassContext, document: LedgerDocument): Promise<LedgerDocument> {
  const id = document.warehouseId;
  if (id === null) throw new Error(`document ${document.id} is live without an id of the warehouse`);
  await pass.lease.write('store-intent', (database, holder) =>
    storeIntent(database, holder, {
      documentId: document.id,
      state: 'delete_sent',
      digest: null,
      content: null,
      settingsVersion: null,
    }),
  );
  const answer = await writeWarehouse(pass, 'deleteOperation', () => pass.warehouse.deleteOperation({ id }));
  await acceptedOr(pass, document, answer);
  if ((await findDocument(pass, document)).length > 0) {
    throw new PassStopped('deleted_still_there', 'micro.bg still shows what it just deleted');
  }
  return settleAs(pass, document, 'deleted', { how: 'read back empty' });
}

/**
 * Looks whether staff touched a document since it was last confirmed. The answer is what the ledger must say now:
 * unchanged, deleted, or in conflict. A change between this look and the next save cannot be excluded.
 */
export async function checkUntouched(
  pass: PassContext,
  document: LedgerDocument,
  unwanted: boolean,
): Promise<LedgerDocument> {
  const [found] = await findDocument(pass, document);
  if (found === undefined) {
    await proveAbsence(pass, document);
    if (unwanted) return settleAs(pass, document, 'deleted', { how: 'deleted by staff' });
    return settleAs(pass, document, 'conflict', { how: 'deleted by staff' }, 'missing');
  }
  if (contentDigest(found) === document.liveContentDigest) return document;
  // A save of ours that took effect after we had stopped believing in it: not staff's work, so it is saved over.
  if (await isFormerSave(pass, document, found))
    return adoptFound(pass, document, found, { how: 'a former save of ours landed late' });
  return settleAs(pass, document, 'conflict', { how: 'changed by staff' }, 'changed');
}

/** Is this what an earlier save of ours, and not the confirmed one, made of the document? */
async function isFormerSave(pass: PassContext, document: LedgerDocument, found: Operation): Promise<boolean> {
  const sent = await pass.io.db('sent-contents', (database) =>
    sentContents<IntendedDocument>(database, pass.key, document.extId),
  );
  return sent.some((content) => wishDigest(content) !== document.liveDigest && isIntended(content, found));
}

/**
 * The value of a write that was answered. An explicit refusal, and a request that never left, take the intent
 * back; anything else leaves it standing.
 */
async function acceptedOr<T>(pass: PassContext, document: LedgerDocument, answer: Answer<T>): Promise<T> {
  if (answer.kind === 'ok') return answer.value;
  if (answer.kind === 'not_found') throw new PassStopped('unknown_outcome', 'micro.bg answered nothing');
  const { decision } = answer;
  const before = document.liveDigest === null ? 'reserved' : 'live';
  switch (decision.class) {
    case 'refused':
      await settleAs(pass, document, before, { how: 'refused', said: decision.operator });
      throw new PassBlocked('warehouse_refused', { said: decision.operator });
    case 'retry':
    case 'retry_after':
    case 'auth':
    case 'paused':
      await settleAs(pass, document, before, { how: 'not taken', code: decision.code });
      break;
    case 'unknown_outcome':
    case 'defect':
      break;
  }
  throw vendorUnavailable(decision);
}

/**
 * An id that stands for something else. Ours, and the ledger does not know it: the ledger lost documents, and every
 * further write would be a guess.
 */
async function giveUpId(
  pass: PassContext,
  document: LedgerDocument,
  stranger: Operation,
): Promise<LedgerDocument> {
  if (looksOurs(stranger)) {
    const known = await pass.io.db('is-of-other-connection', (database) =>
      isOfOtherConnection(database, pass.connection.id, { extId: document.extId, warehouseId: stranger.id }),
    );
    // Our own first save of it, which took effect after we had stopped believing in it.
    if (!known && isOfOrder(stranger, pass.key.shopOrderId))
      return adoptFound(pass, document, stranger, { how: 'a former save of ours landed late' });
    if (!known) {
      await settleAs(pass, document, 'deleted', { how: 'the id stands for another order of ours' });
      await pass.io.db('open-epoch', (database) =>
        openEpoch(database, pass.connection.id, 'taken_id', `document id ${document.extId}`),
      );
      throw new PassStopped(
        'ledger_unconfirmed',
        'An id stands for another order: was the database restored?',
        {
          retryInMs: pass.durations.pausedRetryMs,
        },
      );
    }
    await leapOverIds(pass);
  }
  return settleAs(pass, document, 'deleted', { how: 'the id is used by another application' });
}
