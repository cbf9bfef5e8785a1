import type { Call } from '../../call.ts';
import type { Company } from '../../company.ts';
import { addNumbers, Dec, type Decimal, multiplyNumbers, round, toNumber, ZERO } from '../../decimal.ts';
import { asBag, type Bag, optionalDecimal, optionalText, requiredInt } from '../../input.ts';
import { type Item, type Movement, type OperationLine, type Partner, PURCHASE_TYPES } from '../../model.ts';
import { Refusal } from '../../refusal.ts';
import { listPrice } from '../items.ts';
import { type PricedLine, type PriceTerms, unitParts } from './amounts.ts';

/** A line that was read and checked. */
export interface DraftLine extends PricedLine {
  readonly item: Item;
  readonly note: string;
}

/** What all lines of a document share. */
export interface LineContext {
  readonly type: number;
  readonly terms: PriceTerms;
  readonly partner: Partner;
}

/** Reads `Items` of a document (micro.bg API 3.7). */
export function readLines(call: Call, context: LineContext): DraftLine[] {
  const rows = call.data['Items'];
  if (!Array.isArray(rows) || rows.length === 0) throw new Refusal('_EMU_REQUIRED_Items');
  return rows.map((row) => readLine(call, context, asBag(row)));
}

function readLine(call: Call, context: LineContext, row: Bag): DraftLine {
  const { company } = call;
  const item = company.items.get(requiredInt(row, 'ItemId'));
  if (!item) throw new Refusal('_EMU_UNKNOWN_ItemId');
  const asked = optionalDecimal(row, 'Qtty');
  if (asked === undefined) throw new Refusal('_EMU_REQUIRED_Qtty');
  const qtty = round(asked, company.settings.QntPercision);
  if (qtty.eq(ZERO)) throw new Refusal('_EMU_INVALID_Qtty');
  const price = optionalDecimal(row, 'Price') ?? usualPrice(call, context, item);
  const discount = optionalDecimal(row, 'Discount') ?? usualDiscount(call, context);
  checkSigns(call, qtty, price);
  const rate = new Dec(company.taxValueOf(item));
  return { item, qtty, price, discount, rate, note: optionalText(row, 'Note') ?? '' };
}

/** A line without `Price` takes the partner's price list, purchases the purchase price. */
function usualPrice(call: Call, { type, terms, partner }: LineContext, item: Item): Decimal {
  const { company } = call;
  if (!PURCHASE_TYPES.has(type)) {
    return new Dec(listPrice(company, item, listOf(call, partner), terms.withVat ? 1 : 0));
  }
  const factor = terms.withVat ? new Dec(100).plus(company.taxValueOf(item)).div(100) : new Dec(1);
  return new Dec(item.PriceIn).times(factor);
}

/** Index of the partner's price list. */
function listOf({ switches }: Call, partner: Partner): number {
  return Math.max(0, partner.PriceGroup - switches.priceGroupBase);
}

function usualDiscount({ switches }: Call, { partner }: LineContext): Decimal {
  return switches.omittedDiscount === 'partner' ? new Dec(partner.Discount) : ZERO;
}

/** Which kind of line may lower the total is not known. */
function checkSigns({ switches, actor }: Call, qtty: Decimal, price: Decimal): void {
  if (actor === null) return;
  if (price.lt(ZERO) && switches.negativeLine !== 'price') throw new Refusal('_EMU_NEGATIVE_LINE');
  if (qtty.lt(ZERO) && switches.negativeLine !== 'quantity') throw new Refusal('_EMU_NEGATIVE_LINE');
}

/** The line as the document keeps it. */
export function keptLine(
  call: Call,
  { type, terms, partner }: LineContext,
  line: DraftLine,
  sign: -1 | 0 | 1,
): OperationLine {
  const { company, switches } = call;
  const { item } = line;
  const entered = unitParts(terms, line, switches.lineDecimals);
  const rate = terms.noVat ? ZERO : line.rate;
  const isPurchase = PURCHASE_TYPES.has(type);
  const PriceIn = isPurchase ? entered.net : item.PriceIn;
  const PriceOut = isPurchase ? listPrice(company, item, listOf(call, partner), 0) : entered.net;
  const vatOf = (net: number): number => toNumber(new Dec(net).times(rate).div(100), switches.lineDecimals);
  return {
    ItemId: item.id,
    Qtty: toNumber(line.qtty),
    PriceIn,
    PriceOut,
    VatIn: isPurchase ? entered.vat : vatOf(PriceIn),
    VatOut: isPurchase ? vatOf(PriceOut) : entered.vat,
    Discount: toNumber(line.discount),
    Note: line.note,
    Sign: item.NotStorable === 1 ? 0 : sign,
    TaxValue: toNumber(rate),
    Price: toNumber(line.price),
  };
}

/** What the lines do to the stock of an object; services do nothing (E-19). */
export function movementsOf(company: Company, objectId: number, lines: readonly OperationLine[]): Movement[] {
  const movements: Movement[] = [];
  for (const line of lines) {
    if (line.Sign === 0) continue;
    if (line.Sign === -1) movements.push(...production(company, objectId, line, movements));
    movements.push({ objectId, itemId: line.ItemId, qtty: multiplyNumbers(line.Sign, line.Qtty) });
  }
  return movements;
}

/** `AutoProduction`: what is missing of a composite good is made from its parts (micro.bg API 6.4). */
function production(
  company: Company,
  objectId: number,
  line: OperationLine,
  earlier: readonly Movement[],
): Movement[] {
  const recipe = company.items.get(line.ItemId)?.recipe ?? [];
  if (company.settings.AutoProduction === 0 || recipe.length === 0) return [];
  let left = company.stockOf(objectId, line.ItemId);
  for (const each of earlier) if (each.itemId === line.ItemId) left = addNumbers(left, each.qtty);
  const missing = addNumbers(line.Qtty, -Math.max(0, left));
  if (missing <= 0) return [];
  const parts = recipe.map(({ itemId, qtty }) => ({
    objectId,
    itemId,
    qtty: -multiplyNumbers(qtty, missing),
  }));
  return [{ objectId, itemId: line.ItemId, qtty: missing }, ...parts];
}
