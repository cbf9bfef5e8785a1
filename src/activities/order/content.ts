import { createHash } from 'node:crypto';
import Big from 'big.js';
import type { Operation, OperationLine, OperationWrite } from '../../clients/microbg/operations.ts';
import type { WarehouseDocument } from '../../domain/order/desired-document.ts';

/** What an intent is about to write, complete: enough to recognise it in the warehouse, and to judge it. */
export interface IntendedDocument {
  readonly document: WarehouseDocument;
  readonly partnerId: number;
  /** What the lines come to, minor units. */
  readonly total: number;
  /** VAT per item in percent, as predicted. */
  readonly rates: Readonly<Record<number, string>>;
  /** Invoice that a credit note amends; micro.bg needs its number. */
  readonly relatedInvoiceNr?: string;
  /** Date of the document, wall time in Sofia (micro.bg API 1.7). */
  readonly issuedAt: string;
}

/** The document as the wire wants it. */
export function toOperation(
  { document, partnerId, issuedAt, relatedInvoiceNr }: IntendedDocument,
  extAppDocId: number,
): OperationWrite {
  const { type, objectId, paymentTypeId, pricesWithVat, nullVat, note, lines } = document;
  return {
    operType: type,
    ...{ objectId, partnerId, extAppDocId, paymentTypeId, pricesWithVat, nullVat, issuedAt, note, lines },
    ...(relatedInvoiceNr === undefined ? {} : { relatedInvoiceNr }),
  };
}

/** Digest of a wish: equal digests mean that nothing is to be written. The date does not count, it never changes. */
export function wishDigest({ document, partnerId }: IntendedDocument): string {
  return digestOf({ document, partnerId });
}

/** Digest of a document as the warehouse returned it: a later difference is somebody else's change. */
export function contentDigest(found: Operation): string {
  const { operType, objectId, partnerId, paymentTypeId, pricesWithVat, nullVat, note, issuedAt } = found;
  const lines = found.lines
    .map(({ itemId, quantity, priceOut, vatOut, discount, note: lineNote }) =>
      JSON.stringify([itemId, quantity, priceOut, vatOut, discount, lineNote]),
    )
    .toSorted();
  return digestOf({
    operType,
    objectId,
    partnerId,
    paymentTypeId,
    pricesWithVat,
    nullVat,
    note,
    issuedAt,
    lines,
  });
}

/** Canonical: a JSON column returns keys in an order of its own. */
export function digestOf(content: object): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(content)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}

/**
 * Is this document the one that was sent? Asked after an answer was lost. The rate of VAT does not count: it is
 * the item's, and a document with a wrong one is ours all the same.
 */
export function isIntended({ document, partnerId }: IntendedDocument, found: Operation): boolean {
  return (
    found.operType === document.type &&
    found.objectId === document.objectId &&
    found.partnerId === partnerId &&
    found.paymentTypeId === document.paymentTypeId &&
    sameText(found.note, document.note) &&
    sameLines(document, found.lines)
  );
}

function sameText(left: string, right: string): boolean {
  const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
  return plain(left) === plain(right);
}

function sameLines(sent: WarehouseDocument, found: readonly OperationLine[]): boolean {
  if (sent.lines.length !== found.length) return false;
  const left = [...found];
  return sent.lines.every((line) => {
    const index = left.findIndex(
      (each) =>
        each.itemId === line.itemId &&
        new Big(each.quantity).eq(line.quantity) &&
        samePrice(sent.pricesWithVat, line.price, each),
    );
    if (index >= 0) left.splice(index, 1);
    return index >= 0;
  });
}

/** Unit prices come back without VAT and unrounded (micro.bg API 3.7): noise below half a cent is none. */
function samePrice(pricesWithVat: boolean, price: string, { priceOut, vatOut }: OperationLine): boolean {
  const net = new Big(priceOut ?? '0');
  const unit = pricesWithVat ? net.plus(vatOut ?? '0') : net;
  return unit.minus(price).abs().lt('0.005');
}

/** A document that carries the note of this order. */
export function isOfOrder(found: Operation, shopOrderId: string): boolean {
  return orderInNote(found.note) === shopOrderId;
}

/** Number of the shop's order that a note names; undefined when it is not one of ours. */
export function orderInNote(note: string): string | undefined {
  return /CloudCart #([0-9]{1,20})(?![0-9])/.exec(note)?.[1];
}

/** A document that carries our own note: of this product, whatever the ledger says. */
export function looksOurs(found: Operation): boolean {
  return found.note.includes('CloudCart #');
}
