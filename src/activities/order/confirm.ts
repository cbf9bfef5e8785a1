import type { Operation } from '../../clients/microbg/operations.ts';
import { type ConflictReason, type LedgerDocument, settleDocument } from '../../db/queries/ledger.ts';
import { verifyPosted } from '../../domain/order/verify.ts';
import { type IntendedDocument, contentDigest, wishDigest } from './content.ts';
import type { PassContext } from './context.ts';

/**
 * Commits a document that was read back as `live`, and judges it: what does not add up to the shop's total is kept
 * and marked, never mended by itself.
 */
export async function confirmSaved(
  pass: PassContext,
  document: LedgerDocument,
  intended: IntendedDocument,
  found: Operation,
  evidence: Readonly<Record<string, unknown>>,
): Promise<LedgerDocument> {
  const verdict = verifyPosted(intended.document, intended, found);
  const live = {
    state: 'live' as const,
    warehouseId: found.id,
    warehouseNumber: found.acct === null ? null : String(found.acct),
    liveDigest: wishDigest(intended),
    liveContentDigest: contentDigest(found),
    liveContent: intended,
    postedDiffers: !verdict.ok,
  };
  await pass.lease.write('settle-live', (database, holder) =>
    settleDocument(database, holder, {
      documentId: document.id,
      ...live,
      gross: intended.total,
      liveContent: intended,
      evidence: { ...evidence, verdict },
    }),
  );
  return { ...document, ...live, sentDigest: null, sentContent: null, deadlineAtMs: null };
}

/** No wish has this digest: the document is saved again whatever the order looks like. */
export const SAVE_AGAIN = 'save again';

/** Digest of a document that was found after the ledger had been lost: no wish is known to have made it. */
export const REBUILT = 'rebuilt';

/** Takes what stands in the warehouse as the base of our next save; the next write of the pass brings it to the wish. */
export async function adoptFound(
  pass: PassContext,
  document: LedgerDocument,
  found: Operation,
  evidence: Readonly<Record<string, unknown>>,
): Promise<LedgerDocument> {
  const live = {
    state: 'live' as const,
    warehouseId: found.id,
    warehouseNumber: found.acct === null ? null : String(found.acct),
    liveDigest: SAVE_AGAIN,
    liveContentDigest: contentDigest(found),
  };
  await pass.lease.write('adopt-found', (database, holder) =>
    settleDocument(database, holder, { documentId: document.id, ...live, evidence }),
  );
  const settled = { conflictReason: null, sentDigest: null, sentContent: null, deadlineAtMs: null };
  return { ...document, ...live, ...settled };
}

/** Writes down what became of a document, and how it is known. */
export async function settleAs(
  pass: PassContext,
  document: LedgerDocument,
  state: LedgerDocument['state'],
  evidence: Readonly<Record<string, unknown>>,
  conflictReason: ConflictReason | null = null,
): Promise<LedgerDocument> {
  await pass.lease.write(`settle-${state}`, (database, holder) =>
    settleDocument(database, holder, { documentId: document.id, state, evidence, conflictReason }),
  );
  const settled = { state, conflictReason, sentDigest: null, sentContent: null, deadlineAtMs: null };
  return { ...document, ...settled };
}
