import type { Company, HistoryEntry } from '../company.ts';
import { addNumbers, Dec, round, ZERO } from '../decimal.ts';
import type { Item, Operation } from '../model.ts';

/** Gross of all lines, rounded once: what the document asks the buyer for (micro.bg API 6.6). */
function lineGross(operation: Operation, places: number): number {
  let sum = ZERO;
  for (const { PriceOut, VatOut, Qtty } of operation.Items) {
    sum = sum.plus(new Dec(PriceOut).plus(VatOut).times(Qtty));
  }
  return Number(round(sum, places).toString());
}

/** An operation with everything the emulator knows about it. */
export function operationView(company: Company, operation: Operation) {
  const partner = company.partners.get(operation.PartnerId);
  const key = String(operation.id);
  return {
    id: operation.id,
    type: operation.OperType,
    number: operation.Acct,
    extAppDocId: operation.ExtAppDocId,
    apiId: operation.apiId,
    objectId: operation.ObjectId,
    partnerId: operation.PartnerId,
    partner: partner?.Name ?? '',
    paymentTypeId: operation.PaymentTypeId,
    issuedAt: operation.DateIssued,
    createdAt: operation.DateCreated,
    updatedAt: operation.DateUpdated,
    pricesWithVat: operation.PricesWithVat,
    nullVat: operation.NullVat,
    relatedInvoice: operation.RelatedInvoiceNr,
    note: operation.Note,
    net: operation.Amount,
    vat: operation.AmountVat,
    gross: addNumbers(operation.Amount, operation.AmountVat),
    lineGross: lineGross(operation, company.settings.Percision),
    paid: company.payments.find('operation', key).reduce((sum, each) => addNumbers(sum, each.Amount), 0),
    invoices: company.invoices.find('operation', key).map((invoice) => invoice.DocNr),
    lines: operation.Items.map((line) => ({
      itemId: line.ItemId,
      code: company.items.get(line.ItemId)?.Code ?? '',
      name: company.items.get(line.ItemId)?.Name ?? '',
      quantity: line.Qtty,
      price: line.Price,
      discount: line.Discount,
      priceOut: line.PriceOut,
      vatOut: line.VatOut,
      taxValue: line.TaxValue,
      sign: line.Sign,
      note: line.Note,
    })),
  };
}

/** Something that happened to an operation. */
export function historyView(company: Company, { at, action, apiId, operation }: HistoryEntry, seq: number) {
  const { apiId: owner, ...view } = operationView(company, operation);
  return { seq, at, action, operationId: operation.id, apiId, owner, ...view };
}

/** Stock of an item in every object that has a figure, and what orders hold back. */
export function stockView(company: Company, item: Item) {
  return {
    itemId: item.id,
    code: item.Code,
    name: item.Name,
    objects: company.objects.map(({ id, Name }) => ({
      objectId: id,
      name: Name,
      quantity: company.stockOf(id, item.id),
      reserved: company.reservedOf(id, item.id),
    })),
  };
}
