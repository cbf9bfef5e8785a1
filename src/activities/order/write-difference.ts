import { type LedgerDocument, closeReturned } from '../../db/queries/ledger.ts';
import { type WishedDocument, nextWrite } from '../../domain/order/next-write.ts';
import type { Problem } from '../../domain/problems.ts';
import type { PassDeed } from '../../workflows/order/contract.ts';
import { startDocumentIds } from '../warehouse/document-ids.ts';
import { finality, keepAsIs } from './answers.ts';
import type { PassContext } from './context.ts';
import { documentProblems } from './document-problems.ts';
import { REBUILT } from './confirm.ts';
import { settleUnknown } from './settle.ts';
import { PassBlocked } from './stops.ts';
import type { PassWish } from './wish.ts';
import {
  type PostedWish,
  checkUntouched,
  confirmRebuilt,
  createDocument,
  deleteDocument,
  editDocument,
} from './write.ts';

/** How a pass left the warehouse. */
export interface Written {
  readonly documents: readonly LedgerDocument[];
  readonly deeds: readonly PassDeed[];
  readonly problems: readonly Problem[];
}

/** More steps than any order needs (a sale, its order, an id that was taken): beyond it something goes in circles. */
const MAX_WRITES = 12;

/** Brings the warehouse to the wish, one write after the other; each is settled before the next one is chosen. */
export async function writeDifference(
  pass: PassContext,
  found: readonly LedgerDocument[],
  { target }: PassWish,
): Promise<Written> {
  let documents = found;
  const deeds: PassDeed[] = [];
  const problems: Problem[] = [];
  const checked = new Set<number>();
  const replace = (changed: LedgerDocument): void => {
    documents = [...documents.filter(({ id }) => id !== changed.id), changed];
    checked.add(changed.id);
  };
  try {
    for (let writes = 0; ; writes += 1) {
      if (writes > MAX_WRITES) throw new Error('the writes of a pass do not come to an end');
      const wished = wishedOf(target, documents);
      const write = nextWrite(documents, wished);
      const unchecked = documents.find(({ id, state }) => state === 'live' && !checked.has(id));
      const suspect = pass.claimed.suspectSince !== null && unchecked !== undefined;
      if (write.kind === 'ask' || (write.kind === 'done' && !suspect)) break;
      if (write.kind === 'settle') {
        documents = await settleUnknown(pass, documents);
        continue;
      }
      if (
        write.kind !== 'edit' &&
        write.kind !== 'done' &&
        documents.some(({ state, postedDiffers }) => state === 'live' && postedDiffers)
      )
        break;
      if (unchecked !== undefined) {
        replace(await checkUntouched(pass, unchecked, wished.kind === 'none'));
        continue;
      }
      if (write.kind === 'done') break;
      if (write.kind === 'close') {
        await pass.lease.write('close-returned', closeReturned);
        documents = documents.map((document) =>
          document.state === 'live' && document.kind !== 'order'
            ? { ...document, state: 'returned' }
            : document,
        );
        deeds.push('returned');
        continue;
      }
      if (write.kind === 'delete') {
        replace(await deleteDocument(pass, write.entry));
        if (wished.kind === 'none') deeds.push('withdrawn');
        continue;
      }
      const wish = target as PostedWish;
      if (write.kind === 'edit' && write.entry.liveDigest === REBUILT) {
        replace(await confirmRebuilt(pass, write.entry, wish));
        continue;
      }
      if (write.kind === 'edit') {
        const final = finality(pass, write.entry);
        if (final === 'keep') {
          replace(await keepAsIs(pass, write.entry, wish.digest));
          continue;
        }
        if (final !== 'open') {
          problems.push(final);
          break;
        }
        replace(await editDocument(pass, write.entry, wish));
        deeds.push('edited');
      } else {
        await startDocumentIds(pass);
        const created = await createDocument(pass, write.entry, wish);
        replace(created);
        if (created.state === 'live' && wish.kind === 'sale') deeds.push('sold');
        if (created.state === 'live' && wish.kind === 'order') deeds.push('ordered');
      }
    }
  } catch (error) {
    if (!(error instanceof PassBlocked)) throw error;
    problems.push(error.problem);
  }
  return {
    documents,
    deeds,
    problems: [...problems, ...documentProblems(documents)],
  };
}

/** What is to stand: the wish, or for `keep` what stands already. */
function wishedOf(target: PassWish['target'], documents: readonly LedgerDocument[]): WishedDocument {
  const live = documents.filter(({ state }) => state === 'live');
  // Once sale and return are closed there is nothing left to return.
  const undoing = target.kind === 'claim' || target.kind === 'credit_note';
  if (undoing && !live.some(({ kind }) => kind === 'sale')) return { kind: 'none' };
  if (target.kind !== 'keep') return target;
  const standing = live.find(({ kind }) => kind === 'sale') ?? live[0];
  return standing === undefined || standing.liveDigest === null
    ? { kind: 'none' }
    : { kind: standing.kind, digest: standing.liveDigest };
}
