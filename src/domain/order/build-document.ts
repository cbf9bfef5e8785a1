import { type Problem, isBlocking, problem } from '../problems.ts';
import { type Rational, roundHalfUp, subtract, sum, whole, zero } from '../rational.ts';
import type { Conversion } from './conversion.ts';
import type { DocumentInput, WarehouseDocument } from './desired-document.ts';
import { type DiscountReason, planDiscount } from './discount.ts';
import { type Draft, type FittedLines, fitLines } from './fit-lines.ts';
import { type GoodsPosting, goodsOf } from './goods.ts';
import { type DocumentLine, grossOf, headerOf } from './lines.ts';
import type { Explanation } from './money.ts';
import { noteOf } from './note.ts';
import { paymentTypeOf } from './payment-type.ts';
import { type ServicePosting, servicePostings } from './services.ts';
import {
  type VatOfDocument,
  type VatTreatment,
  isWithoutVat,
  rateName,
  rateOf,
  ratesShown,
  unique,
  vatAmountProblem,
  vatProblems,
  vatWithin,
} from './vat.ts';

/** What is settled before the money is read. */
export interface Frame {
  readonly input: DocumentInput;
  readonly type: WarehouseDocument['type'];
  readonly vat: VatTreatment;
  readonly conversion: Conversion;
}

/** A document under one reading of the order. */
export interface Built {
  readonly document: WarehouseDocument;
  readonly total: number;
  readonly rates: Readonly<Record<number, string>>;
  readonly header: { readonly net: number; readonly vat: number };
  readonly discountReason: DiscountReason;
  readonly infos: readonly Problem[];
}

/** Builds the document of an explained order, or names everything that stands in its way. */
export function buildDocument(frame: Frame, explanation: Explanation): Built | { problems: Problem[] } {
  const { input, conversion, vat } = frame;
  const { order, settings, warehouse } = input;
  const { reading } = explanation;
  const { postings, problems } = goodsOf(order, explanation.lineTotals, { ...input, ...warehouse });
  const withoutVat = isWithoutVat(vat);
  const rate = withoutVat ? undefined : onlyRate(ratesShown(order, reading), postings);
  const services = servicePostings(input, explanation, rate);
  const vatFound = vatProblems(order, postings, reading, vat, settings);
  const blocking = [...problems, ...vatFound.filter(isBlocking), ...services.problems];
  const paymentTypeId = paymentTypeOf(order, settings);
  if (paymentTypeId === undefined) {
    blocking.push(problem('payment_not_mapped', { provider: order.payment?.providerName || '-' }));
  }
  if (blocking.length > 0 || paymentTypeId === undefined) return { problems: onceEach(blocking) };
  const plan = planDiscount(input, paymentTypeId, explanation, postings, withoutVat);
  const converted = (posting: ServicePosting): ServicePosting => ({
    ...posting,
    amount: conversion.amount(posting.amount),
  });
  const draft: Draft = {
    services: input,
    paymentTypeId,
    goods: postings,
    paid: explanation.goods,
    reason: plan.reason,
    discounts: plan.postings.map(converted),
    delivery: services.delivery.map(converted),
    fees: services.fees.map(converted),
    conversion,
    total: roundHalfUp(conversion.amount(whole(order.total))),
    rate,
    mode: {
      pricesWithVat: !withoutVat && reading.prices === 'gross',
      withoutVat,
      rateOf: withoutVat ? () => zero : ratesOf(input, postings),
    },
  };
  const fitted = fitLines(draft);
  if ('code' in fitted) return { problems: [fitted] };
  return complete(frame, draft, fitted, vatFound, explanation);
}

function complete(
  { input, type, vat, conversion }: Frame,
  draft: Draft,
  { lines, reason }: FittedLines,
  vatFound: readonly Problem[],
  { reading }: Explanation,
): Built | { problems: Problem[] } {
  const { settings, order } = input;
  const { pricesWithVat, withoutVat } = draft.mode;
  const infos = [...vatFound, ...conversion.infos];
  if (vat === 'reverse_charge' || vat === 'export') infos.push(problem('vat_not_charged', { reason: vat }));
  if (pricesWithVat && !conversion.converts) {
    const found = vatAmountProblem(order, reading, vatOfLines(draft, lines), settings.vatMismatch);
    if (found !== undefined && isBlocking(found)) return { problems: [found] };
    if (found !== undefined) infos.push(found);
  }
  const own = ratesOf(input, draft.goods);
  const itemIds = [...new Set(lines.map((line) => line.itemId))].toSorted((a, b) => a - b);
  return {
    document: {
      type,
      objectId: settings.objectId,
      paymentTypeId: draft.paymentTypeId,
      pricesWithVat,
      nullVat: withoutVat,
      note: noteOf(input.note, settings.noteFormat, conversion.note),
      lines,
    },
    total: draft.total,
    rates: Object.fromEntries(itemIds.map((itemId) => [itemId, rateName(own(itemId))])),
    header: headerOf(lines, draft.mode.rateOf, pricesWithVat),
    discountReason: reason,
    infos: onceEach(infos),
  };
}

/** The one rate of an order: the only one that the shop shows, else the only one of its goods. */
function onlyRate(shown: readonly Rational[], postings: readonly GoodsPosting[]): Rational | undefined {
  const own = unique(postings.map(({ item }) => rateOf(item.taxRate) ?? zero));
  const known = shown.length > 0 ? shown : own;
  return known.length === 1 ? known[0] : undefined;
}

/** VAT of the items: the request carries none, the item decides (micro.bg API 6.6). */
function ratesOf(input: DocumentInput, postings: readonly GoodsPosting[]): (itemId: number) => Rational {
  const items = [...Object.values(input.serviceItems), ...postings.map(({ item }) => item)];
  const byItem = new Map(items.map((item) => [item.itemId, rateOf(item.taxRate) ?? zero]));
  return (itemId) => byItem.get(itemId) ?? zero;
}

/** VAT of the finished lines in minor units, apart for what the shop may leave out of its rows. */
function vatOfLines({ delivery, fees, mode }: Draft, lines: readonly DocumentLine[]): VatOfDocument {
  const ofServices = (postings: readonly ServicePosting[]): Rational =>
    sum(postings.map(({ item, amount }) => vatWithin(amount, mode.rateOf(item.itemId))));
  const all = sum(
    lines.map((line) => vatWithin(grossOf([line], mode.rateOf, true), mode.rateOf(line.itemId))),
  );
  const services = { delivery: ofServices(delivery), fees: ofServices(fees) };
  const goods = subtract(all, sum([services.delivery, services.fees]));
  return { goods, ...services, lines: lines.length };
}

function onceEach(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((each) => [JSON.stringify(each), each])).values()];
}
