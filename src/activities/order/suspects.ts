import type { Operation } from '../../clients/microbg/operations.ts';
import { type LedgerDocument, isOfOtherConnection, noteOfOrder } from '../../db/queries/ledger.ts';
import { OPER_TYPE } from '../../domain/order/document-kinds.ts';
import { isOfOrder } from './content.ts';
import { type PassContext, askWarehouse, valueOf } from './context.ts';
import { PassBlocked } from './stops.ts';

/**
 * Removes what a request of ours made after we had stopped believing in it: a deleted document that reappeared, or a
 * second one under the number of one that stands. Only such as carry the note of this very order, by their own id. Done
 * when the verification walk found something; what cannot be answered now is looked at again by the next pass.
 */
export async function removeReappeared(
  pass: PassContext,
  documents: readonly LedgerDocument[],
): Promise<void> {
  for (const document of documents) if (document.state !== 'reserved') await removeSurplus(pass, document);
}

/**
 * Removes what a first save of ours made after we had stopped believing in it, when nothing is to stand under its number:
 * the order was cancelled meanwhile, or fell back. Only after the writes of the pass: what is wished was adopted by them.
 */
export async function removeLandedLate(
  pass: PassContext,
  documents: readonly LedgerDocument[],
): Promise<void> {
  for (const document of documents) if (document.state === 'reserved') await removeSurplus(pass, document);
}

async function removeSurplus(pass: PassContext, document: LedgerDocument): Promise<void> {
  if (pass.claimed.suspectSince === null) return;
  for (const surplus of await surplusOf(pass, document)) await remove(pass, document, surplus);
}

/** Documents of this order under a number under which none, or only another one, is to stand. */
async function surplusOf(pass: PassContext, document: LedgerDocument): Promise<readonly Operation[]> {
  const { kind, extId, state, warehouseId } = document;
  const stands = state === 'live' || state === 'returned';
  if (!stands && state !== 'deleted' && state !== 'reserved') return [];
  const answer = await askWarehouse(pass, 'getOperations', () =>
    pass.warehouse.findOperations(OPER_TYPE[kind], { extAppDocId: extId }),
  );
  const found = valueOf(pass, answer) ?? [];
  return found.filter((row) => isOfOrder(row, pass.key.shopOrderId) && !(stands && row.id === warehouseId));
}

async function remove(
  pass: PassContext,
  { kind, extId }: LedgerDocument,
  { id, acct }: Operation,
): Promise<void> {
  const theirs = await pass.io.db('is-of-other-connection', (database) =>
    isOfOtherConnection(database, pass.key.connectionId, { extId, warehouseId: id }),
  );
  if (theirs) return;
  await pass.lease.write('note-surplus', (database, holder) =>
    noteOfOrder(database, holder, 'surplus', { document: kind, extId, warehouseId: id, number: acct }),
  );
  // By its own id: repeated or late, this request can touch no other document.
  const answer = await askWarehouse(pass, 'deleteOperation', () => pass.warehouse.deleteOperation({ id }));
  if (answer.kind === 'failed' && answer.decision.class === 'refused')
    throw new PassBlocked('warehouse_refused', { said: answer.decision.operator });
  valueOf(pass, answer);
}
