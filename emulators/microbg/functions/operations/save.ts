import type { Call } from '../../call.ts';
import { addNumbers, Dec, toNumber } from '../../decimal.ts';
import {
  asBag,
  asFlag,
  type Bag,
  isAbsent,
  optionalDecimal,
  optionalInt,
  optionalIntList,
  optionalText,
  requiredInt,
  requiredText,
} from '../../input.ts';
import {
  type Flag,
  type Movement,
  OPER,
  type Operation,
  type Partner,
  type Payment,
  SIGN,
} from '../../model.ts';
import { Refusal } from '../../refusal.ts';
import { dateOnly } from '../../walltime.ts';
import { dateOf, optionalDate } from '../paging.ts';
import { documentTotals, type PriceTerms } from './amounts.ts';
import { checkClosed, checkOwner, extIdOf, findByExtId } from './find.ts';
import { keptLine, type LineContext, movementsOf, readLines } from './lines.ts';
import { wireHeader } from './list.ts';

/** `saveOperation`: creates a document or replaces all of it, or refuses and changes nothing (micro.bg API 3.7, E-17). */
export function saveOperation(call: Call): unknown {
  const { company, switches, now } = call;
  const type = requiredInt(call.data, 'OperType');
  const old = target(call, type);
  if (old) checkEdit(call, old, type);
  else checkReuse(call);
  const operation = build(call, type, old);
  const payments = readPayments(call, operation);
  checkStock(call, old, operation);
  company.keepOperation(operation, now, call.actor?.apiId ?? null);
  keepPayments(call, operation, payments, old !== undefined);
  if (switches.stockMovesDateUpdated) touchItems(call, operation.movements);
  return wireHeader(call, operation);
}

/** The document an upsert or an edit means; undefined when one is created. */
function target(call: Call, type: number): Operation | undefined {
  const { company, switches, parameters, data } = call;
  const extId = extIdOf(call, 'data');
  if (asFlag(parameters['ByExtAppDocId']) === 1) {
    if (extId === undefined) throw new Refusal('_EMU_REQUIRED_ExtAppDocId');
    return call.assumeNew ? undefined : findByExtId(call, extId, type);
  }
  const id = optionalInt(data, 'id') ?? 0;
  if (id > 0) {
    const found = company.operations.get(id);
    if (!found) throw new Refusal('_EMU_UNKNOWN_Operation');
    return found;
  }
  const upserts = extId !== undefined && switches.saveWithExtIdWithoutFlag === 'upsert';
  return upserts ? findByExtId(call, extId, type) : undefined;
}

/** Whether a stamp can be used again after its document was deleted is not known. */
function checkReuse(call: Call): void {
  const extId = extIdOf(call, 'data');
  if (extId === undefined || call.actor === null || call.switches.extIdReuse === 'allow') return;
  if (call.company.wasDeleted(call.actor.apiId, extId)) throw new Refusal('_EMU_USED_ExtAppDocId');
}

function checkEdit(call: Call, old: Operation, type: number): void {
  checkOwner(call, old);
  if (old.OperType !== type && call.switches.operTypeChange === 'reject')
    throw new Refusal('_EMU_OPER_TYPE_CHANGE');
  checkClosed(call, old, call.switches.editInvoiced);
}

function build(call: Call, type: number, old: Operation | undefined): Operation {
  const { company, actor, data, now } = call;
  const { settings } = company;
  const sign = SIGN.get(type);
  if (sign === undefined) throw new Refusal('_EMU_INVALID_OperType');
  const ObjectId = requiredInt(data, 'ObjectId');
  if (!company.objects.some((place) => place.id === ObjectId)) throw new Refusal('_EMU_UNKNOWN_ObjectId');
  const partner = partnerOf(call, type);
  const PricesWithVat = isAbsent(data['PricesWithVat'])
    ? settings.PricesWithVat
    : asFlag(data['PricesWithVat']);
  const NullVat = asFlag(data['NullVat']);
  const terms = termsOf(call, PricesWithVat, NullVat);
  const context: LineContext = { type, terms, partner };
  const drafts = readLines(call, context);
  const NoteByValue = asFlag(data['NoteByValue']);
  const isNote = type === OPER.debitNote || type === OPER.creditNote;
  const movesNothing = isNote && NoteByValue === 1;
  const Items = drafts.map((line) => keptLine(call, context, line, movesNothing ? 0 : sign));
  const sameType = old?.OperType === type;
  return {
    id: old?.id ?? company.next('operation'),
    Acct: old && sameType ? old.Acct : company.next(`acct${type}`),
    DateIssued: optionalDate(call, 'data', 'DateIssued') ?? old?.DateIssued ?? now,
    OperType: type,
    ObjectId,
    PartnerId: partner.id,
    ...documentTotals(terms, drafts),
    PricesWithVat,
    NullVat,
    IsVat: settings.IsVat,
    ...textsOf(call),
    PaymentTypeId: paymentTypeOf(call, data) ?? 0,
    UserId: old?.UserId ?? actor?.userId ?? company.users[0]?.id ?? 0,
    DateCreated: old?.DateCreated ?? now,
    DateUpdated: now,
    ExtAppDocId: extIdOf(call, 'data') ?? old?.ExtAppDocId ?? null,
    Items,
    apiId: old ? old.apiId : (actor?.apiId ?? null),
    NoteByValue,
    relatedOperationIds: relatedOf(call, type),
    movements: movementsOf(company, ObjectId, Items),
  };
}

function termsOf({ company, switches }: Call, PricesWithVat: Flag, NullVat: Flag): PriceTerms {
  return {
    withVat: PricesWithVat === 1,
    noVat: NullVat === 1 || company.settings.IsVat === 0,
    reduces: switches.nullVatReducesPrice,
    places: company.settings.Percision,
    rounding: switches.documentRounding,
  };
}

function textsOf(call: Call) {
  const { data } = call;
  const invoiceDate = optionalDate(call, 'data', 'DeliveryInvoiceDate') ?? '';
  return {
    Note: optionalText(data, 'Note') ?? '',
    DealConditions: optionalText(data, 'DealConditions') ?? '',
    OpCode: optionalText(data, 'OpCode') ?? '',
    DueDate: optionalDate(call, 'data', 'DueDate') ?? '',
    RelatedInvoiceNr: optionalText(data, 'RelatedInvoiceNr') ?? '',
    deliveryInvoice: `${optionalText(data, 'DeliveryInvoiceNumber') ?? ''} ${dateOnly(invoiceDate)}`.trim(),
  };
}

/** Notes take the partner of the invoice they amend; everything else names one (micro.bg API 3.7). */
function partnerOf(call: Call, type: number): Partner {
  const { company, data, switches } = call;
  let id = optionalInt(data, 'PartnerId');
  if (type === OPER.debitNote || type === OPER.creditNote) {
    const number = requiredText(data, 'RelatedInvoiceNr');
    const [invoice] = company.invoices.find('number', number.padStart(10, '0'));
    if (!invoice && switches.unknownRelatedInvoice === 'refuse')
      throw new Refusal('_EMU_UNKNOWN_RelatedInvoiceNr');
    id = invoice?.PartnerId ?? id;
  }
  if (id === undefined) throw new Refusal('_EMU_REQUIRED_PartnerId');
  const partner = company.partners.get(id);
  if (!partner) throw new Refusal('_EMU_UNKNOWN_PartnerId');
  return partner;
}

function paymentTypeOf({ company }: Call, bag: Bag): number | undefined {
  const id = optionalInt(bag, 'PaymentTypeId');
  if (id === undefined || id === 0) return undefined;
  if (!company.paymentTypes.some((each) => each.id === id)) throw new Refusal('_EMU_UNKNOWN_PaymentTypeId');
  return id;
}

/** The deliveries that a supplier claim is about (micro.bg API 3.7). */
function relatedOf({ company, data }: Call, type: number): readonly number[] {
  const ids = optionalIntList(data, 'RelatedSourceOperationIds') ?? [];
  if (type !== OPER.supplierClaim) return [];
  const areDeliveries = ids.every((id) => company.operations.get(id)?.OperType === OPER.delivery);
  if (!areDeliveries) throw new Refusal('_EMU_UNKNOWN_RelatedSourceOperationIds');
  return ids;
}

/** With `AllowNegativeQnt` 0 nothing is sold that is not there (E-19); what the old form took is there again. */
function checkStock(call: Call, old: Operation | undefined, operation: Operation): void {
  const { company, switches } = call;
  if (company.settings.AllowNegativeQnt === 1) return;
  const changes = new Map<string, Movement>();
  const add = ({ objectId, itemId, qtty }: Movement): void => {
    const key = `${objectId} ${itemId}`;
    changes.set(key, { objectId, itemId, qtty: addNumbers(changes.get(key)?.qtty ?? 0, qtty) });
  };
  for (const each of old?.movements ?? []) add({ ...each, qtty: -each.qtty });
  for (const each of operation.movements) add(each);
  for (const { objectId, itemId, qtty } of changes.values()) {
    if (qtty >= 0) continue;
    const blocked = switches.reservationsBlockSales ? company.reservedOf(objectId, itemId) : 0;
    const left = addNumbers(addNumbers(company.stockOf(objectId, itemId), qtty), -blocked);
    if (left < 0) throw new Refusal('_EMU_NO_STOCK');
  }
}

type PaymentDraft = Omit<Payment, 'id'>;

/** A payment that comes with a document or with `addPayment` (micro.bg API 3.8). */
export function readPayment(
  call: Call,
  operation: Operation,
  row: Bag,
  source: Payment['source'],
): PaymentDraft {
  const amount = optionalDecimal(row, 'Amount');
  if (amount === undefined) throw new Refusal('_EMU_REQUIRED_Amount');
  if (amount.lt(new Dec(0)) && call.switches.negativePayment === 'refuse')
    throw new Refusal('_EMU_NEGATIVE_PAYMENT');
  const PaymentTypeId = paymentTypeOf(call, row);
  if (PaymentTypeId === undefined) throw new Refusal('_EMU_REQUIRED_PaymentTypeId');
  const Date = dateOnly(dateOf(call, optionalText(row, 'Date'), 'Date') ?? call.now);
  return {
    OperationId: operation.id,
    Amount: toNumber(amount, call.company.settings.Percision),
    PaymentTypeId,
    Date,
    DueDate: operation.DueDate === '' ? Date : dateOnly(operation.DueDate),
    apiId: call.actor?.apiId ?? null,
    source,
  };
}

function readPayments(call: Call, operation: Operation): PaymentDraft[] | undefined {
  const rows = call.data['Payments'];
  if (isAbsent(rows)) return undefined;
  if (!Array.isArray(rows)) throw new Refusal('_EMU_INVALID_Payments');
  return rows.map((row) => readPayment(call, operation, asBag(row), 'save'));
}

/** Payments of an edit replace those that came with the document before, or are added to them. */
function keepPayments(
  { company, switches }: Call,
  operation: Operation,
  drafts: readonly PaymentDraft[] | undefined,
  isEdit: boolean,
): void {
  if (drafts === undefined) return;
  if (isEdit && !switches.resaveAppendsPayments) {
    for (const payment of company.payments.find('operation', String(operation.id))) {
      if (payment.source === 'save') company.payments.delete(payment.id);
    }
  }
  for (const draft of drafts) company.payments.put({ ...draft, id: company.next('payment') });
}

function touchItems({ company, now }: Call, movements: readonly Movement[]): void {
  for (const itemId of new Set(movements.map((each) => each.itemId))) {
    const item = company.items.get(itemId);
    if (item) company.items.put({ ...item, DateUpdated: now });
  }
}
