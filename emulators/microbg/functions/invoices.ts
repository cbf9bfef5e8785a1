import { createHash } from 'node:crypto';
import type { Call } from '../call.ts';
import { isAbsent, optionalInt, optionalText } from '../input.ts';
import { type Invoice, OPER, type Operation } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { dateOnly } from '../walltime.ts';
import { needOperation, touchOperation } from './operations/find.ts';
import { optionalDate } from './paging.ts';

/** Operations that a document of a type can be issued for: invoice, credit note, debit note (micro.bg API 5.2). */
const ISSUED_FOR: ReadonlyMap<number, readonly number[]> = new Map([
  [1, [OPER.sale]],
  [5, [OPER.creditNote, OPER.customerClaim]],
  [15, [OPER.debitNote]],
]);

/** `createInvoice`: a numbered document for an operation, with a link to its PDF (micro.bg API 3.8, E-23). */
export function createInvoice(call: Call): unknown {
  const { company, switches, data } = call;
  const DocumentType = optionalInt(data, 'DocumentType') ?? 1;
  const allowed = ISSUED_FOR.get(DocumentType);
  if (allowed === undefined) throw new Refusal('_EMU_INVALID_DocumentType');
  if (!isAbsent(data['OperationId']) && !isAbsent(data['ExtAppDocId']))
    throw new Refusal('_EMU_INVALID_OperationId');
  const operation = needOperation(call, 'data', 'OperationId');
  if (!allowed.includes(operation.OperType)) throw new Refusal('_EMU_INVALID_DocumentType');
  const [earlier] = company.invoices.find('operation', String(operation.id));
  if (earlier && switches.secondInvoice === 'same') return wireInvoice(call, earlier);
  if (earlier && switches.secondInvoice === 'refuse') throw new Refusal('_EMU_ALREADY_INVOICED');
  const invoice = issue(call, operation, DocumentType);
  company.invoices.put(invoice);
  touchOperation(call, operation);
  return wireInvoice(call, invoice);
}

function issue(call: Call, operation: Operation, DocumentType: number): Invoice {
  const { company, actor, data, now } = call;
  const BankAccountId = optionalInt(data, 'BankAccountId') ?? null;
  if (BankAccountId !== null && !company.bankAccounts.some((each) => each.id === BankAccountId))
    throw new Refusal('_EMU_UNKNOWN_BankAccountId');
  const day = (field: string): string | undefined => {
    const date = optionalDate(call, 'data', field);
    return date === undefined ? undefined : dateOnly(date);
  };
  const issued = day('Date') ?? dateOnly(now);
  const DateEvent = day('DateEvent') ?? issued;
  const DueDate = day('DueDate') ?? issued;
  const user = company.users.find((each) => each.id === (actor?.userId ?? operation.UserId));
  const DocNr = String(company.next('document')).padStart(10, '0');
  return {
    id: company.next('invoice'),
    OperationId: operation.id,
    DocNr,
    DocumentType,
    Date: issued,
    DateEvent,
    DueDate,
    Compiler: optionalText(data, 'Compiler') ?? user?.Name ?? '',
    NoVatReason: optionalText(data, 'NoVatReason') ?? '',
    BankAccountId,
    DealPlace: optionalText(data, 'DealPlace') ?? company.settings.City,
    PartnerId: operation.PartnerId,
    Amount: operation.Amount,
    AmountVat: operation.AmountVat,
    token: createHash('sha256').update(`invoice ${company.key} ${DocNr}`).digest('hex').slice(0, 32),
    apiId: actor?.apiId ?? null,
  };
}

function wireInvoice({ origin }: Call, { id, DocNr, Date, token }: Invoice): unknown {
  const InvoiceUrl = `${origin}/createPDF/${token}/Invoice-${DocNr}.pdf?forceDownload=1`;
  return { id, DocNr, Date, InvoiceUrl };
}
