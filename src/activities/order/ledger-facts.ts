import type { CloudcartOrder } from '../../clients/cloudcart/order-types.ts';
import type { LedgerDocument } from '../../db/queries/ledger.ts';
import type { StandingAnswer } from '../../db/queries/orders.ts';
import type { ConnectionSettings } from '../../domain/connection/settings.ts';
import type { Answers } from '../../domain/order/questions.ts';
import type { LedgerFacts } from '../../domain/order/situation.ts';
import type { IntendedDocument } from './content.ts';
import type { PassContext } from './context.ts';

/** Money came, by what the shop shows now: of the order, or of its payment (CloudCart API 5.2). */
export function isPaid(order: CloudcartOrder): boolean {
  const settled = ['paid', 'completed', 'refunded', 'chargebacked'];
  return settled.includes(order.status) || ['completed', 'refunded'].includes(order.payment?.status ?? '');
}

/** What the ledger says of an order, as the rule wants to know it. */
export function ledgerFacts(
  { claimed }: PassContext,
  order: CloudcartOrder | undefined,
  documents: readonly LedgerDocument[],
  settings: ConnectionSettings,
): LedgerFacts {
  const posted = documents.filter((document) => document.state !== 'reserved');
  const sale = standingSale(documents);
  const content = sale?.liveContent as IntendedDocument | null | undefined;
  return {
    known: posted.length > 0,
    sold: sale !== undefined,
    paid: claimed.paidSeenAtMs !== null || (order !== undefined && isPaid(order)),
    // One whose answer was lost counts: undoing it as if there were none would be wrong if there is one.
    invoiced: sale !== undefined && sale.invoiceState !== null,
    receipted: settings.fiscalPaymentTypes.includes(content?.document.paymentTypeId ?? 0),
    partlyReturned: claimed.partialReturnSeen || order?.returnStatus === 'partial',
    answers: answersOf(claimed.answers),
  };
}

/** What people decided, by question. */
export function answersOf(answers: readonly StandingAnswer[]): Answers {
  return Object.fromEntries(answers.map(({ question, answer }) => [question, answer]));
}

/** The sale that stands for an order and was not returned. */
export function standingSale(documents: readonly LedgerDocument[]): LedgerDocument | undefined {
  return documents.find(
    ({ kind, state }) => kind === 'sale' && !['reserved', 'deleted', 'returned'].includes(state),
  );
}
