import type { ConnectionSettings } from '../connection/settings.ts';
import { type Problem, problem } from '../problems.ts';
import {
  type Rational,
  compare,
  minorToDecimal,
  parseDecimal,
  roundHalfUp,
  subtract,
  toDecimal,
  whole,
  zero,
} from '../rational.ts';
import { type GoodsPosting, type ItemsByVariant, type PartPrices, goodsOf, vatProblems } from './goods.ts';
import { type DocumentItem, type DocumentLine, apportion, grossOf, headerOf, linesOf } from './lines.ts';
import { type Explanation, explainTotal } from './money.ts';
import type { DiscountReason } from './discount.ts';
import { type NoteFacts, noteOf } from './note.ts';
import type { ShopOrder } from './shop-order.ts';
import { type LedgerFacts, situationOf } from './situation.ts';

/** `OperType` of micro.bg (micro.bg API 5.1). */
export const OPER_TYPE = { order: 19, sale: 2 } as const;

export interface WarehouseDocument {
  readonly type: 19 | 2;
  readonly objectId: number;
  readonly paymentTypeId: number;
  readonly pricesWithVat: boolean;
  /** No VAT on this document: reverse charge, export, or a company that is not registered (micro.bg API 3.7). */
  readonly nullVat: boolean;
  /** Cleaned and cut; holds no personal number. */
  readonly note: string;
  readonly lines: readonly DocumentLine[];
}

/** Everything that the document follows from; nothing else does, so the same input gives the same document. */
export interface DocumentInput {
  readonly order: ShopOrder;
  readonly settings: ConnectionSettings;
  readonly warehouse: WarehouseFacts;
  readonly items: ItemsByVariant;
  readonly partPrices: PartPrices;
  /** The service items of the settings, by item id. */
  readonly serviceItems: Readonly<Record<number, DocumentItem>>;
  readonly ledger: LedgerFacts;
  readonly note: NoteFacts;
}

/** The account's own settings (micro.bg API 3.1). */
export interface WarehouseFacts {
  readonly currency: string;
  /** Decimals of amounts and of quantities (`Percision`, `QntPercision`). */
  readonly pricePrecision: number;
  readonly quantityPrecision: number;
  readonly isVatRegistered: boolean;
}

export type Wish =
  | { readonly kind: 'none'; readonly reason: 'not_ours' | 'ended' }
  | { readonly kind: 'keep'; readonly problems: readonly Problem[] }
  | { readonly kind: 'blocked'; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'post';
      readonly document: WarehouseDocument;
      /** What the lines come to, minor units of the warehouse's currency: the shop's total, converted where need be. */
      readonly total: number;
      /** VAT in percent of every item of the document: what reading it back must show. */
      readonly rates: Readonly<Record<number, string>>;
      /** What the warehouse will say: net and VAT of the header, minor units. */
      readonly header: { readonly net: number; readonly vat: number };
      readonly discountShown: 'none' | 'own_line' | 'spread';
      /** Why the discount stands where it stands, for the journal. */
      readonly discountReason: DiscountReason;
      /** Worth knowing; does not keep the document back. */
      readonly infos: readonly Problem[];
      /** Which answers to the open questions of the shop's data explained the total; `plain` when none came up. */
      readonly reading: string;
    };

/** The document that the warehouse should hold for an order, or why there is none. */
export function desiredDocument(input: DocumentInput): Wish {
  const { order, settings, warehouse, ledger } = input;
  const situation = situationOf(order, settings, ledger);
  if (situation.kind === 'none') return situation;
  if (situation.kind === 'keep') return { kind: 'keep', problems: [situation.problem] };
  const currency = order.currency ?? warehouse.currency;
  if (currency !== warehouse.currency) {
    return blocked(problem('currency_mismatch', { order: currency, warehouse: warehouse.currency }));
  }
  const explanations = explainTotal(order);
  const total = minorToDecimal(order.total);
  const [explanation] = explanations;
  if (explanation === undefined) return blocked(problem('total_mismatch', { total, explained: '0' }));
  if (explanations.length > 1)
    return blocked(problem('ambiguous_total', { total, ways: explanations.length }));
  const { postings, problems } = goodsOf(order, explanation.lineTotals, input.items, input.partPrices);
  const paymentTypeId = settings.paymentTypes[order.payment?.provider ?? ''];
  const all = [...problems, ...vatProblems(order, postings), ...serviceProblems(settings, explanation)];
  if (paymentTypeId === undefined) {
    all.push(problem('payment_not_mapped', { provider: order.payment?.providerName ?? '-' }));
  }
  if (all.length > 0 || paymentTypeId === undefined) return { kind: 'blocked', problems: all };
  return post(input, situation.kind, explanation, postings, paymentTypeId);
}

function blocked(one: Problem): Wish {
  return { kind: 'blocked', problems: [one] };
}

function serviceProblems({ serviceItems }: ConnectionSettings, { delivery, fees }: Explanation): Problem[] {
  const missing: Problem[] = [];
  if (delivery !== 0 && serviceItems.delivery === null)
    missing.push(problem('service_item_missing', { purpose: 'доставка' }));
  if (fees !== 0 && serviceItems.fee === null)
    missing.push(problem('service_item_missing', { purpose: 'такса' }));
  return missing;
}

function post(
  input: DocumentInput,
  type: 'order' | 'sale',
  explanation: Explanation,
  postings: readonly GoodsPosting[],
  paymentTypeId: number,
): Wish {
  const { order, settings } = input;
  const pricesWithVat = order.vatIncluded !== false;
  const rateOf = rates(input, postings);
  const discountShown = discountForm(input, explanation, postings, paymentTypeId);
  const lines = [
    ...goodsLines(explanation, postings, discountShown === 'spread'),
    ...serviceLines(settings, explanation, discountShown === 'own_line'),
  ];
  const rounding = roundingLine(input, lines, rateOf, pricesWithVat);
  if (rounding === 'too_much') {
    const explained = minorToDecimal(roundHalfUp(grossOf(lines, rateOf, pricesWithVat)));
    return blocked(problem('total_mismatch', { total: minorToDecimal(order.total), explained }));
  }
  const complete = [...lines, ...rounding];
  return {
    kind: 'post',
    document: {
      type: OPER_TYPE[type],
      objectId: settings.objectId,
      paymentTypeId,
      pricesWithVat,
      nullVat: false,
      note: noteOf(input.note, settings.noteFormat),
      lines: complete,
    },
    total: order.total,
    rates: Object.fromEntries(complete.map(({ itemId }) => [itemId, toDecimal(rateOf(itemId), 2)] as const)),
    header: headerOf(complete, rateOf, pricesWithVat),
    discountShown,
    discountReason: discountShown,
    infos: [],
    reading: 'plain',
  };
}

function rates(input: DocumentInput, postings: readonly GoodsPosting[]): (itemId: number) => Rational {
  const byItem = new Map<number, Rational>();
  for (const item of [...Object.values(input.serviceItems), ...postings.map((posting) => posting.item)]) {
    byItem.set(item.itemId, parseDecimal(item.taxRate) ?? zero);
  }
  return (itemId) => byItem.get(itemId) ?? zero;
}

/** A line of its own only where it carries the VAT of the discounted goods, and where a receipt can print it. */
function discountForm(
  input: DocumentInput,
  { discount }: Explanation,
  postings: readonly GoodsPosting[],
  paymentTypeId: number,
): 'none' | 'own_line' | 'spread' {
  const { settings, serviceItems } = input;
  if (compare(discount, zero) === 0) return 'none';
  const item =
    settings.serviceItems.discount === null ? undefined : serviceItems[settings.serviceItems.discount];
  if (settings.discountMode === 'spread' || item === undefined) return 'spread';
  if (settings.fiscalPaymentTypes.includes(paymentTypeId) && !settings.negativeLinesConfirmed)
    return 'spread';
  const rate = parseDecimal(item.taxRate) ?? zero;
  const sameRate = postings.every(
    (posting) => compare(parseDecimal(posting.item.taxRate) ?? zero, rate) === 0,
  );
  return sameRate ? 'own_line' : 'spread';
}

function goodsLines(
  { goods }: Explanation,
  postings: readonly GoodsPosting[],
  spread: boolean,
): DocumentLine[] {
  if (!spread) return postings.flatMap(linesOf);
  const shares = apportion(
    roundHalfUp(goods),
    postings.map((posting) => posting.weight),
  );
  return postings.flatMap((posting, index) => linesOf({ ...posting, total: whole(shares[index] ?? 0) }));
}

function serviceLines(
  { serviceItems }: ConnectionSettings,
  explanation: Explanation,
  ownLine: boolean,
): DocumentLine[] {
  const line = (itemId: number | null, amount: number): DocumentLine[] =>
    itemId === null || amount === 0 ? [] : [{ itemId, quantity: '1', price: minorToDecimal(amount) }];
  return [
    ...line(serviceItems.discount, ownLine ? -roundHalfUp(explanation.discount) : 0),
    ...line(serviceItems.delivery, explanation.delivery),
    ...line(serviceItems.fee, explanation.fees),
  ];
}

/** Most that a rounding line may correct, minor units. */
const MAX_ROUNDING = 2;

/** The smallest amount that makes the lines' gross, rounded once, the shop's total. Never for the header's own rounding. */
function roundingLine(
  { order, settings }: DocumentInput,
  lines: readonly DocumentLine[],
  rateOf: (itemId: number) => Rational,
  pricesWithVat: boolean,
): DocumentLine[] | 'too_much' {
  const gross = grossOf(lines, rateOf, pricesWithVat);
  const residual = order.total - roundHalfUp(gross);
  if (residual === 0) return [];
  if (Math.abs(residual) > MAX_ROUNDING) return 'too_much';
  const itemId = residual > 0 ? settings.serviceItems.fee : settings.serviceItems.discount;
  if (itemId === null) return 'too_much';
  for (let cents = 1; cents <= MAX_ROUNDING; cents += 1) {
    const line = {
      itemId,
      quantity: '1',
      price: minorToDecimal(Math.sign(residual) * cents),
      note: 'Закръгление',
    };
    const corrected = grossOf([...lines, line], rateOf, pricesWithVat);
    if (compare(subtract(whole(roundHalfUp(corrected)), whole(order.total)), zero) === 0) return [line];
  }
  return 'too_much';
}
