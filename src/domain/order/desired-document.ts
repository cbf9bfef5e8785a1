import type { ConnectionSettings } from '../connection/settings.ts';
import { type Problem, problem } from '../problems.ts';
import { type Rational, minorToDecimal, multiply, roundHalfUp, sum, whole } from '../rational.ts';
import { candidatesOf, preferred, problemsOf } from './candidates.ts';
import { conversionOf } from './conversion.ts';
import type { DiscountReason } from './discount.ts';
import { type DocumentKind, OPER_TYPE } from './document-kinds.ts';
import type { ItemsByVariant, PartPrices } from './goods.ts';
import type { DocumentItem, DocumentLine } from './lines.ts';
import { type Rates, explainTotal, quantityOf } from './money.ts';
import type { NoteFacts } from './note.ts';
import { unreadable } from './readable.ts';
import { serviceItem } from './services.ts';
import { type ShopLine, type ShopOrder, variantKey } from './shop-order.ts';
import type { QuestionCode } from './questions.ts';
import { type LedgerFacts, type Situation, situationOf } from './situation.ts';
import { rateOf, unique, vatOwed, vatTreatment } from './vat.ts';

export interface WarehouseDocument {
  readonly type: (typeof OPER_TYPE)[DocumentKind];
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
  | Extract<Situation, { kind: 'none' }>
  | Extract<Situation, { kind: 'keep' | 'return' }>
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
      /** The question whose answer led to this kind of document. */
      readonly decided?: QuestionCode;
    };

/** The document that the warehouse should hold for an order, or why there is none. */
export function desiredDocument(input: DocumentInput): Wish {
  const { order, settings, warehouse, ledger } = input;
  const situation = situationOf(order, settings, ledger);
  if (situation.kind !== 'order' && situation.kind !== 'sale') return situation;
  const wrong = unreadable(order);
  if (wrong !== undefined) return blocked(wrong);
  const conversion = conversionOf(order, warehouse.currency, settings);
  if ('code' in conversion) return blocked(conversion);
  const vat = vatTreatment(order, warehouse.isVatRegistered);
  const explanations = explainTotal(order, vatOwed(vat), ratesForReading(input));
  if (explanations.length === 0) {
    const total = minorToDecimal(order.total);
    return blocked(problem('total_mismatch', { total, explained: arithmetic(order) }));
  }
  const frame = { input, type: OPER_TYPE[situation.kind], vat, conversion };
  const candidates = candidatesOf(frame, explanations);
  const { left, byHint } = preferred(candidates, order, settings);
  const [best, ...others] = left;
  if (best === undefined) return { kind: 'blocked', problems: problemsOf(frame, explanations) };
  if (others.length > 0) {
    const names = [best, ...others].map((each) => each.name).join(' / ');
    const total = minorToDecimal(order.total);
    return blocked(problem('ambiguous_total', { total, ways: others.length + 1, readings: names }));
  }
  const { discountReason, infos } = best.built;
  return {
    kind: 'post',
    ...best.built,
    infos: byHint ? [...infos, problem('reading_used', { reading: best.name })] : infos,
    discountShown: shownAs(discountReason),
    reading: best.name,
    ...(situation.decided === undefined ? {} : { decided: situation.decided }),
  };
}

function shownAs(reason: DiscountReason): 'none' | 'own_line' | 'spread' {
  if (reason === 'none') return 'none';
  return reason.startsWith('own_line') ? 'own_line' : 'spread';
}

function blocked(one: Problem): Wish {
  return { kind: 'blocked', problems: [one] };
}

/** Goods, delivery and fees as the shop has them, written out: the arithmetic that is shown where it fails. */
function arithmetic(order: ShopOrder): string {
  const goods = sum(order.lines.map((line) => multiply(whole(line.orderPrice), quantityOf(line))));
  const delivery = (order.shipping?.charged ?? 0) + (order.shipping?.insurance ?? 0);
  const onTop = order.taxes.filter((tax) => tax.isVat === false || order.vatIncluded === false);
  const parts = [roundHalfUp(goods), delivery, ...onTop.map((tax) => tax.value)];
  const shown = parts.filter((part, index) => index === 0 || part !== 0).map(minorToDecimal);
  const result = minorToDecimal(parts.reduce((all, part) => all + part, 0));
  return shown.length === 1 ? result : `${shown.join(' + ')} = ${result}`;
}

/** VAT that matters while the total is read. Without an item the standard rate is as good as any: nothing is posted. */
function ratesForReading(input: DocumentInput): Rates {
  const standard = whole(20);
  const { order, items } = input;
  const ofLine = (line: ShopLine): Rational => rateOf(items[variantKey(line)]?.taxRate) ?? standard;
  const own = unique(order.lines.map(ofLine));
  const item = serviceItem(input, 'delivery', own.length === 1 ? own[0] : undefined);
  return { delivery: rateOf(item?.taxRate) ?? standard, ofLine };
}
