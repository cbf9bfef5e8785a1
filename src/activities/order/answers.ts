import { type LedgerDocument, type Settlement, settleDocument } from '../../db/queries/ledger.ts';
import type { Answers } from '../../domain/order/questions.ts';
import { type Problem, problem } from '../../domain/problems.ts';
import { SAVE_AGAIN, adoptFound, settleAs } from './confirm.ts';
import type { PassContext } from './context.ts';
import { contentOf } from './document-problems.ts';
import { answersOf } from './ledger-facts.ts';
import { findDocument } from './settle.ts';

/**
 * Carries out what people decided about documents: staff's change becomes the base of our next save, a document that
 * is gone is written off, one that differs is accepted or saved again. Each is done once: afterwards the document
 * raises the question no more. Nothing is sent here; the next write of the pass does that.
 */
export async function applyAnswers(
  pass: PassContext,
  documents: readonly LedgerDocument[],
): Promise<LedgerDocument[]> {
  // In observe mode nothing was asked.
  if (pass.claimed.answers.length === 0 || pass.connection.mode === 'observe') return [...documents];
  const answers = answersOf(pass.claimed.answers);
  const applied: LedgerDocument[] = [];
  for (const document of documents) applied.push(await applyTo(pass, document, answers));
  return applied;
}

async function applyTo(
  pass: PassContext,
  document: LedgerDocument,
  answers: Answers,
): Promise<LedgerDocument> {
  const { state, conflictReason, postedDiffers } = document;
  if (state === 'conflict' && conflictReason === 'missing')
    return answers.document_missing === 'recreate'
      ? settleAs(pass, document, 'deleted', { how: 'answered' })
      : document;
  if (state === 'conflict')
    return answers.document_changed_by_staff === 'overwrite' ? adopt(pass, document) : document;
  if (state !== 'live' || !postedDiffers) return document;
  if (answers.posted_differs === 'accept') return change(pass, document, { postedDiffers: false });
  return answers.posted_differs === 'repost'
    ? change(pass, document, { postedDiffers: false, liveDigest: SAVE_AGAIN })
    : document;
}

/** What staff made of the document is what our save may now replace; nothing that they do after this answer is. */
async function adopt(pass: PassContext, document: LedgerDocument): Promise<LedgerDocument> {
  const [found] = await findDocument(pass, document);
  // Gone meanwhile: that is another question.
  if (found === undefined) return settleAs(pass, document, 'conflict', { how: 'answered' }, 'missing');
  return adoptFound(pass, document, found, { how: 'answered' });
}

/**
 * May a sale be saved again? Not by itself once an invoice or a fiscal receipt was made out for it; a person decides.
 */
export function finality(pass: PassContext, document: LedgerDocument): 'open' | 'keep' | Problem {
  if (document.kind !== 'sale') return 'open';
  const reason =
    document.invoiceState !== null
      ? 'invoice'
      : pass.connection.settings.fiscalPaymentTypes.includes(contentOf(document)?.document.paymentTypeId ?? 0)
        ? 'receipt'
        : undefined;
  if (reason === undefined) return 'open';
  const answers = answersOf(pass.claimed.answers);
  if (answers.sale_is_final === 'keep') return 'keep';
  const allowed =
    answers.sale_is_final === 'overwrite' ||
    answers.document_changed_by_staff === 'overwrite' ||
    answers.posted_differs === 'repost';
  return allowed ? 'open' : problem('sale_is_final', { number: document.warehouseNumber ?? '?', reason });
}

/** The sale stays as it is for what the shop says now; the next change is a new question. */
export function keepAsIs(
  pass: PassContext,
  document: LedgerDocument,
  liveDigest: string,
): Promise<LedgerDocument> {
  return change(pass, document, { liveDigest });
}

async function change(
  pass: PassContext,
  document: LedgerDocument,
  changes: Pick<Settlement, 'postedDiffers'> & { readonly liveDigest?: string },
): Promise<LedgerDocument> {
  await pass.lease.write('apply-answer', (database, holder) =>
    settleDocument(database, holder, {
      documentId: document.id,
      state: 'live',
      ...changes,
      evidence: { how: 'answered' },
    }),
  );
  return { ...document, state: 'live', conflictReason: null, ...changes };
}
