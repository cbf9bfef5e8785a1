import type { z } from 'zod';
import { type Answer, mapAnswer } from '../answer.ts';
import { JsonNumber } from '../json.ts';
import type { Caller } from './call.ts';
import { type Cursor, cursorParameters, type Page, pageOf } from './paging.ts';
import { operationRow, writtenRow } from './schemas.ts';

/** Line of an operation as micro.bg holds it (micro.bg API 3.7). Decimals are text, never rounded here. */
export interface OperationLine {
  readonly itemId: number;
  readonly quantity: string;
  /** Sale price per unit without VAT, after the discount, unrounded; null when the key is missing. */
  readonly priceOut: string | null;
  /** VAT per unit; null when the key is missing. */
  readonly vatOut: string | null;
  readonly priceIn: string | null;
  readonly vatIn: string | null;
  /** Percent. */
  readonly discount: string;
  /** VAT rate in percent. */
  readonly taxRate: string | null;
  /** -1 leaves stock, 1 enters, 0 moves nothing; null when missing. */
  readonly sign: number | null;
  readonly note: string;
}

/** A document as micro.bg holds it (micro.bg API 3.7). Dates are Europe/Sofia wall time. */
export interface Operation {
  readonly id: number;
  /** Document number that staff see. */
  readonly acct: number | null;
  /** 19 order, 2 sale, 34 customer claim, 27 credit note; unknown values pass (micro.bg API 5.1). */
  readonly operType: number;
  readonly objectId: number | null;
  readonly partnerId: number | null;
  readonly userId: number | null;
  readonly paymentTypeId: number | null;
  /** Total without VAT. */
  readonly amount: string | null;
  /** VAT total; gross is the sum of both. */
  readonly amountVat: string | null;
  readonly pricesWithVat: boolean;
  readonly nullVat: boolean;
  readonly note: string;
  readonly extAppDocId: number | null;
  readonly issuedAt: string | null;
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly lines: readonly OperationLine[];
}

/** Line to write. The price is per base unit, before the discount, in the VAT mode of the document. */
export interface OperationLineWrite {
  readonly itemId: number;
  /** Decimal text, base units. */
  readonly quantity: string;
  /** Decimal text; always sent, an omitted price takes a price list. */
  readonly price: string;
  /** Percent; always sent, the default is 0. */
  readonly discount?: string;
  readonly note?: string;
}

/** Document to write: always whole, with all its lines, because an edit replaces it (micro.bg API 6.1). */
export interface OperationWrite {
  readonly operType: number;
  readonly objectId: number;
  /** Absent only for notes 26 and 27, where the invoice decides. */
  readonly partnerId?: number;
  /** Our integer stamp, at most 2147483647; from our own sequence, never reused (micro.bg API 6.1). */
  readonly extAppDocId: number;
  readonly pricesWithVat: boolean;
  readonly nullVat?: boolean;
  readonly paymentTypeId?: number;
  /** `YYYY-MM-DD HH:mm:ss`, Europe/Sofia wall time. */
  readonly issuedAt?: string;
  readonly dueAt?: string;
  readonly note?: string;
  readonly dealConditions?: string;
  /** Notes 26 and 27: number of the invoice that is amended. */
  readonly relatedInvoiceNr?: string;
  /** Notes 26 and 27: value only, no stock movement. */
  readonly noteByValue?: boolean;
  readonly lines: readonly OperationLineWrite[];
}

/** What a save returns; only `id` is sure (micro.bg API 3.7). */
export interface SavedOperation {
  readonly id: number;
  readonly acct: number | null;
  readonly operType: number | null;
  readonly amount: string | null;
  readonly amountVat: string | null;
  readonly extAppDocId: number | null;
  readonly updatedAt: string | null;
}

/** A document by our stamp or by micro.bg's id. */
export type OperationKey = { readonly extAppDocId: number } | { readonly id: number };

/**
 * Finds operations of one type by id or by our stamp (micro.bg API 3.7). `not_found` proves absence only while
 * the subscription is paid (micro.bg API 7, trap 1). By stamp there may be several rows: other applications
 * stamp with the same numbers (micro.bg API 6.1), so compare the stored id too.
 */
export async function findOperations(
  caller: Caller,
  operType: number,
  key: OperationKey,
): Promise<Answer<readonly Operation[]>> {
  const parameters = { OperType: operType, ...keyParameters(key, 'Id') };
  const answer = await caller.list({ fn: 'getOperations', parameters }, operationRow);
  if (answer.kind !== 'ok') return answer;
  const matching = answer.value
    .map(toOperation)
    .filter((row) => ('id' in key ? row.id === key.id : row.extAppDocId === key.extAppDocId))
    .filter((row) => row.operType === operType);
  if (matching.length === answer.value.length) {
    return matching.length === 0 ? { kind: 'not_found' } : { ...answer, value: matching };
  }
  if (matching.length > 0) {
    return { ...answer, value: matching, warnings: [...(answer.warnings ?? []), 'filter_not_applied'] };
  }
  return filterIgnored;
}

/** Only strangers came back: the filter was ignored, so absence is not proven and nothing may be created. */
const filterIgnored = {
  kind: 'failed',
  decision: {
    class: 'defect',
    code: 'microbg_filter_ignored',
    operator: 'micro.bg answered with other operations than the one asked for',
  },
} as const;

/** One page of operations of one type, since `fromDate` when given (micro.bg API 3.7, 3.9; Q-13). */
export async function getOperationsPage(
  caller: Caller,
  operType: number,
  cursor: Cursor,
  fromDate?: string,
): Promise<Answer<Page<Operation>>> {
  const parameters = { OperType: operType, fromDate, ...cursorParameters(cursor) };
  const answer = await caller.list({ fn: 'getOperations', parameters }, operationRow);
  return mapAnswer(answer, (list) => pageOf(list.map(toOperation), cursor));
}

/**
 * Is there an operation of this type with a stamp above `stamp`, of ours or of another application? Rows that do
 * not match are ignored: a server that does not know the cursor (sic: `fromExtApiDocId`) would answer with any.
 */
export async function hasStampAfter(
  caller: Caller,
  operType: number,
  stamp: number,
): Promise<Answer<boolean>> {
  const parameters = { OperType: operType, fromExtApiDocId: stamp, limit: 10 };
  const answer = await caller.list({ fn: 'getOperations', parameters }, operationRow);
  return mapAnswer(answer, (list) => list.some((row) => (row.ExtAppDocId ?? 0) > stamp));
}

/**
 * Saves a whole document. Without `id` it is keyed by our stamp: created at the first call, replaced later, so
 * an identical repeat after an unknown outcome is safe (micro.bg API 6.1). With `id` that document is edited.
 * Payments are never sent along: a repeated save might add them again.
 */
export async function saveOperation(
  caller: Caller,
  operation: OperationWrite,
  id?: number,
): Promise<Answer<SavedOperation>> {
  const parameters = id === undefined ? { ByExtAppDocId: 1 } : {};
  const data = { id, ...toWire(operation) };
  const answer = await caller.write({ fn: 'saveOperation', parameters, data }, writtenRow);
  return mapAnswer(answer, (row) => ({
    id: row.id,
    acct: row.Acct,
    operType: row.OperType,
    amount: row.Amount,
    amountVat: row.AmountVat,
    extAppDocId: row.ExtAppDocId,
    updatedAt: row.DateUpdated,
  }));
}

/** Deletes one of our own operations, related ones only on request; verify by reading (micro.bg API 2, 6.2). */
export async function deleteOperation(
  caller: Caller,
  key: OperationKey,
  withRelated = false,
): Promise<Answer<null>> {
  const parameters = { ...keyParameters(key, 'Id'), DeleteRelatedOperations: Number(withRelated) };
  return caller.erase({ fn: 'deleteOperation', parameters });
}

/** The key on the wire; the name of the id differs between functions (micro.bg API 1.7). */
export function keyParameters(key: OperationKey, idName: 'Id' | 'OperationId'): Record<string, number> {
  return 'id' in key ? { [idName]: key.id } : { ExtAppDocId: key.extAppDocId };
}

function toOperation(row: z.output<typeof operationRow>): Operation {
  return {
    id: row.id,
    acct: row.Acct,
    operType: row.OperType,
    objectId: row.ObjectId,
    partnerId: row.PartnerId,
    userId: row.UserId,
    paymentTypeId: row.PaymentTypeId,
    amount: row.Amount,
    amountVat: row.AmountVat,
    pricesWithVat: row.PricesWithVat,
    nullVat: row.NullVat,
    note: row.Note,
    extAppDocId: row.ExtAppDocId,
    issuedAt: row.DateIssued,
    createdAt: row.DateCreated,
    updatedAt: row.DateUpdated,
    lines: row.Items.map((line) => ({
      itemId: line.ItemId,
      quantity: line.Qtty,
      priceOut: line.PriceOut,
      vatOut: line.VatOut,
      priceIn: line.PriceIn,
      vatIn: line.VatIn,
      discount: line.Discount,
      taxRate: line.TaxValue,
      sign: line.Sign,
      note: line.Note,
    })),
  };
}

function toWire(operation: OperationWrite): Record<string, unknown> {
  return {
    OperType: operation.operType,
    ObjectId: operation.objectId,
    PartnerId: operation.partnerId,
    DateIssued: operation.issuedAt,
    DueDate: operation.dueAt,
    PricesWithVat: Number(operation.pricesWithVat),
    NullVat: operation.nullVat === undefined ? undefined : Number(operation.nullVat),
    PaymentTypeId: operation.paymentTypeId,
    ExtAppDocId: operation.extAppDocId,
    Note: operation.note,
    DealConditions: operation.dealConditions,
    RelatedInvoiceNr: operation.relatedInvoiceNr,
    NoteByValue: operation.noteByValue === undefined ? undefined : Number(operation.noteByValue),
    Items: operation.lines.map((line) => ({
      ItemId: line.itemId,
      Qtty: new JsonNumber(line.quantity),
      Price: new JsonNumber(line.price),
      Discount: new JsonNumber(line.discount ?? '0'),
      Note: line.note,
    })),
  };
}
