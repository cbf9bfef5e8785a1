import type { LedgerDocument } from '../../db/queries/ledger.ts';
import type { OnceKind, OnceState } from '../../db/queries/once-writes.ts';
import { type Problem, problem } from '../../domain/problems.ts';
import { minorToDecimal } from '../../domain/rational.ts';
import type { IntendedDocument } from './content.ts';

/** What is written once for a document. */
export const onceKinds: readonly OnceKind[] = ['payment', 'invoice'];

/** What a person must look at, whatever the order itself says. */
export function documentProblems(documents: readonly LedgerDocument[]): Problem[] {
  const own = documents.flatMap(({ state, kind, warehouseNumber, postedDiffers, conflictReason }) => {
    const params = { kind, number: warehouseNumber ?? '?' };
    if (state === 'conflict') {
      return [
        problem(conflictReason === 'missing' ? 'document_missing' : 'document_changed_by_staff', params),
      ];
    }
    if (state === 'foreign') return [problem('foreign_document', params)];
    return state === 'live' && postedDiffers ? [problem('posted_differs', params)] : [];
  });
  return [...own, ...onceProblems(documents)];
}

/** What a person must look at, of the payments and invoices of an order's documents. */
function onceProblems(documents: readonly LedgerDocument[]): Problem[] {
  return documents.flatMap((document) => {
    const open = onceKinds
      .filter((kind) => onceStateOf(document, kind) === 'unknown')
      .map((kind) => unknownProblem(document, kind));
    const { paymentState, paymentAmount, state } = document;
    if (state !== 'live' || paymentState !== 'done' || paymentAmount === null) return open;
    const total = contentOf(document)?.total ?? paymentAmount;
    if (total === paymentAmount) return open;
    const amounts = { recorded: minorToDecimal(paymentAmount), total: minorToDecimal(total) };
    return [...open, problem('payment_differs', { number: document.warehouseNumber ?? '?', ...amounts })];
  });
}

/** Nobody knows whether it was done. */
export function unknownProblem({ warehouseNumber }: LedgerDocument, kind: OnceKind): Problem {
  return problem(`${kind}_unknown`, { number: warehouseNumber ?? '?' });
}

/** How far a payment or an invoice got. */
export function onceStateOf(document: LedgerDocument, kind: OnceKind): OnceState {
  return kind === 'payment' ? document.paymentState : document.invoiceState;
}

/** What was confirmed last; undefined when nothing ever was. */
export function contentOf({
  liveContent,
}: Pick<LedgerDocument, 'liveContent'>): IntendedDocument | undefined {
  return (liveContent as IntendedDocument | null) ?? undefined;
}
