import type { LedgerDocument } from '../../db/queries/ledger.ts';
import { sofiaWallTime } from '../../clients/microbg/company.ts';
import { OPER_TYPE } from '../../domain/order/document-kinds.ts';
import { type IntendedDocument, wishDigest } from './content.ts';
import type { PassContext } from './context.ts';
import type { PostedWish } from './write.ts';

/**
 * The document that takes a sale back: every line of what was confirmed last, delivery and discount included, for the
 * same money, so that goods and totals of both come to nothing. It follows from the sale and not from the order,
 * which the shop may have emptied meanwhile. Undefined when the ledger does not hold the sale's content.
 */
export function returnWish(
  pass: PassContext,
  by: 'claim' | 'credit_note',
  sale: LedgerDocument | undefined,
): PostedWish | undefined {
  const content = sale?.liveContent as IntendedDocument | null | undefined;
  if (sale === undefined || content === null || content === undefined) return undefined;
  // Whether there is an invoice at all is a question; which one it is, a note of credit must say.
  if (by === 'credit_note' && sale.invoiceNumber === null) return undefined;
  const intended: IntendedDocument = {
    ...content,
    ...(by === 'credit_note' ? { relatedInvoiceNr: sale.invoiceNumber ?? '' } : {}),
    document: { ...content.document, type: OPER_TYPE[by] },
    issuedAt: sofiaWallTime(pass.databaseNow()),
  };
  return {
    kind: by,
    digest: wishDigest(intended),
    intended,
    settingsVersion: sale.settingsVersion,
    negativeLines: 'price',
  };
}
