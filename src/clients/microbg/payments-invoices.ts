import { type Answer, failed, mapAnswer, ok } from '../answer.ts';
import { exchange } from '../http.ts';
import { JsonNumber } from '../json.ts';
import type { Caller, MicrobgOptions } from './call.ts';
import { keyParameters, type OperationKey } from './operations.ts';
import { invoiceRow, paymentRow } from './schemas.ts';

/** A recorded payment (micro.bg API 3.8). */
export interface RecordedPayment {
  readonly id: number;
  readonly operationId: number | null;
  /** Decimal text. */
  readonly amount: string | null;
  readonly paymentTypeId: number | null;
  readonly date: string | null;
}

/** An issued invoice or note (micro.bg API 3.8). The link is a secret: whoever has it may open the document. */
export interface IssuedInvoice {
  readonly id: number;
  /** Zero-padded, ten digits. */
  readonly documentNumber: string;
  readonly date: string | null;
  readonly url: string | null;
}

/** What to issue. Dates are `YYYY-MM-DD`. */
export interface InvoiceWrite {
  /** 1 invoice, 5 credit note, 15 debit note. */
  readonly documentType: 1 | 5 | 15;
  readonly date?: string;
  readonly eventDate?: string;
  readonly dueDate?: string;
  readonly compiler?: string;
  readonly noVatReason?: string;
  readonly bankAccountId?: number;
  readonly dealPlace?: string;
}

/**
 * Records a payment on an operation. Neither idempotent nor readable nor deletable (micro.bg API 3.8): after an
 * unknown outcome a person has to look.
 */
export async function addPayment(
  caller: Caller,
  key: OperationKey,
  payment: { readonly amount: string; readonly paymentTypeId: number; readonly date?: string },
): Promise<Answer<RecordedPayment>> {
  const data = {
    Amount: new JsonNumber(payment.amount),
    PaymentTypeId: payment.paymentTypeId,
    Date: payment.date,
  };
  const parameters = keyParameters(key, 'OperationId');
  const answer = await caller.write({ fn: 'addPayment', parameters, data }, paymentRow);
  return mapAnswer(answer, (row) => ({
    id: row.id,
    operationId: row.OperationId,
    amount: row.Amount,
    paymentTypeId: row.PaymentTypeId,
    date: row.Date,
  }));
}

/** Issues a document for an operation. Never call it twice for one operation. */
export async function createInvoice(
  caller: Caller,
  key: OperationKey,
  invoice: InvoiceWrite,
): Promise<Answer<IssuedInvoice>> {
  const parameters = 'id' in key ? {} : { ByExtAppDocId: 1 };
  const data = {
    ...keyParameters(key, 'OperationId'),
    DocumentType: invoice.documentType,
    Date: invoice.date,
    DateEvent: invoice.eventDate,
    DueDate: invoice.dueDate,
    Compiler: invoice.compiler,
    NoVatReason: invoice.noVatReason,
    BankAccountId: invoice.bankAccountId,
    DealPlace: invoice.dealPlace,
  };
  const answer = await caller.write({ fn: 'createInvoice', parameters, data }, invoiceRow);
  return mapAnswer(answer, (row) => ({
    id: row.id,
    documentNumber: row.DocNr,
    date: row.Date,
    url: row.InvoiceUrl,
  }));
}

/**
 * Copies the rendered document. Only from the host of the entry point: the link comes from an answer, and a
 * forged one must not make us fetch addresses of somebody's choice (micro.bg API 3.8).
 */
export async function downloadInvoice(options: MicrobgOptions, link: string): Promise<Answer<Uint8Array>> {
  const entry = new URL(options.entryPoint);
  const url = URL.canParse(link, entry.href) ? new URL(link, entry) : undefined;
  if (url === undefined || url.origin !== entry.origin) {
    const operator = 'the link of the invoice does not lead to the micro.bg server';
    return failed({ class: 'defect', code: 'microbg_invoice_link', operator });
  }
  const { deadlineMs } = options;
  const outcome = await exchange(
    { operation: 'downloadInvoice', method: 'GET', url, headers: { accept: 'application/pdf' }, deadlineMs },
    // The path holds the token of the document, so this exchange is not journaled.
    { fetchHook: options.fetchHook },
  );
  if (outcome.kind === 'answer' && outcome.status === 200) return ok(outcome.bytes);
  if (outcome.kind === 'answer' && outcome.status === 404) return { kind: 'not_found' };
  const code = outcome.kind === 'answer' ? `http_${outcome.status}` : outcome.reason;
  const operator = `the document could not be copied from micro.bg (${code})`;
  return failed({ class: 'retry', code: `microbg_invoice_${code}`, operator });
}
