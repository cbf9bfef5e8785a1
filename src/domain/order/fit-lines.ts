import { type Problem, problem } from '../problems.ts';
import {
  type Rational,
  add,
  compare,
  divide,
  minorToDecimal,
  roundHalfUp,
  subtract,
  sum,
  whole,
  zero,
} from '../rational.ts';
import type { Conversion } from './conversion.ts';
import type { DiscountReason } from './discount.ts';
import type { GoodsPosting } from './goods.ts';
import { type DocumentItem, type DocumentLine, apportion, grossOf, linesOf } from './lines.ts';
import {
  type ServicePosting,
  type Services,
  negativeLinesAllowed,
  serviceItem,
  serviceLine,
} from './services.ts';

/** Everything that becomes lines. Goods are in the order's currency, all other amounts in the document's. */
export interface Draft {
  readonly services: Services;
  readonly paymentTypeId: number;
  readonly goods: readonly GoodsPosting[];
  /** What was paid for the goods, in the order's currency. */
  readonly paid: Rational;
  readonly reason: DiscountReason;
  readonly discounts: readonly ServicePosting[];
  readonly delivery: readonly ServicePosting[];
  readonly fees: readonly ServicePosting[];
  readonly conversion: Conversion;
  /** What the document must come to, minor units. */
  readonly total: number;
  /** VAT rate of the services, where the order has only one. */
  readonly rate: Rational | undefined;
  readonly mode: VatMode;
}

/** How the document's prices are meant. */
interface VatMode {
  readonly pricesWithVat: boolean;
  readonly withoutVat: boolean;
  readonly rateOf: (itemId: number) => Rational;
}

export interface FittedLines {
  readonly lines: readonly DocumentLine[];
  readonly reason: DiscountReason;
}

/** Most that a rounding line may correct, minor units. */
const MAX_ROUNDING = 2;

/**
 * The lines of a document, whose gross, rounded once, is its total. A cent or two go on a rounding line. Where that
 * may not be written, or where the conversion of many lines makes more than two cents, the goods take the rest.
 */
export function fitLines(draft: Draft): FittedLines | Problem {
  const { mode, total, reason } = draft;
  const services = serviceLines(draft);
  const lines = [...goodsLines(draft), ...services];
  const residual = total - grossCents(lines, mode);
  if (residual === 0) return { lines, reason };
  const tooMuch = Math.abs(residual) > MAX_ROUNDING;
  // A conversion rounds every line by itself: half a cent each, and VAT on it.
  const most = draft.conversion.converts ? lines.length + MAX_ROUNDING : MAX_ROUNDING;
  const mayTakeRest = Math.abs(residual) <= most && (tooMuch || !mayBeNegative(draft));
  if (!tooMuch && !(residual < 0 && !mayBeNegative(draft))) {
    const item = roundingItem(draft, residual);
    if (item === undefined) return problem('service_item_missing', { purpose: 'rounding' });
    const rounding = roundingLine(draft, lines, item, Math.sign(residual));
    if (rounding !== undefined) return { lines: [...lines, rounding], reason };
  }
  const rest = mayTakeRest ? goodsTakeRest(draft, services, residual) : undefined;
  if (rest !== undefined) return { lines: rest, reason: reason === 'none' ? 'spread_rounding' : reason };
  const explained = minorToDecimal(grossCents(lines, mode));
  return problem('total_mismatch', { total: minorToDecimal(total), explained });
}

function grossCents(lines: readonly DocumentLine[], { rateOf, pricesWithVat }: VatMode): number {
  return roundHalfUp(grossOf(lines, rateOf, pricesWithVat));
}

function mayBeNegative({ services, paymentTypeId }: Draft): boolean {
  return negativeLinesAllowed(services.settings, paymentTypeId);
}

function goodsLines({ goods, paid, reason, conversion }: Draft): DocumentLine[] {
  const shares = reason.startsWith('spread') ? spread(goods, roundHalfUp(paid)) : undefined;
  return goods.flatMap((posting, index) => {
    const total = shares === undefined ? posting.total : whole(shares[index] ?? 0);
    return linesOf({ ...posting, total: conversion.amount(total) });
  });
}

/** Whole cents over the goods, in proportion to what the shop charged for them. */
function spread(goods: readonly GoodsPosting[], amount: number): number[] {
  return apportion(
    amount,
    goods.map(({ weight }) => weight),
  );
}

function serviceLines({ discounts, delivery, fees, services }: Draft): DocumentLine[] {
  return [...discounts, ...delivery, ...fees]
    .filter(({ amount }) => compare(amount, zero) !== 0)
    .map((posting) => serviceLine(posting, services.settings.negativeLines));
}

function roundingItem({ services, rate }: Draft, residual: number): DocumentItem | undefined {
  const own = services.settings.serviceItems.rounding ?? null;
  if (own !== null) return services.serviceItems[own];
  return serviceItem(services, residual > 0 ? 'fee' : 'discount', rate);
}

/**
 * The smallest amount that makes the gross, rounded once, the total. Never for the header's own rounding. Where VAT
 * comes on top, a whole cent may be too much or too little; then it is the fraction that fits.
 */
function roundingLine(
  { mode, total, services }: Draft,
  lines: readonly DocumentLine[],
  item: DocumentItem,
  sign: number,
): DocumentLine | undefined {
  const cents = [1, 2].map((count) => whole(sign * count));
  const missing = subtract(whole(total), grossOf(lines, mode.rateOf, mode.pricesWithVat));
  const withVat = add(whole(1), divide(mode.rateOf(item.itemId), whole(100)));
  const fraction = mode.pricesWithVat ? [] : [divide(missing, withVat)];
  return [...cents, ...fraction]
    .map((amount) => serviceLine({ item, amount }, services.settings.negativeLines, 'Закръгление'))
    .find((line) => grossCents([...lines, line], mode) === total);
}

/**
 * The goods come to whatever the services leave of the total. Where VAT comes on top of the prices, that is not known
 * beforehand: they take a cent, or two, or as many as a conversion can make.
 */
function goodsTakeRest(
  draft: Draft,
  services: readonly DocumentLine[],
  residual: number,
): DocumentLine[] | undefined {
  const { goods, mode, total, discounts, delivery, fees, paid, conversion } = draft;
  if (goods.length === 0) return undefined;
  const others = sum([...discounts, ...delivery, ...fees].map(({ amount }) => amount));
  const rest = roundHalfUp(subtract(whole(total), others));
  const own = roundHalfUp(conversion.amount(paid)) - roundHalfUp(sum(discounts.map(({ amount }) => amount)));
  const amounts =
    mode.pricesWithVat || mode.withoutVat
      ? [rest]
      : Array.from({ length: Math.abs(residual) + 1 }, (_none, step) => own + Math.sign(residual) * step);
  return amounts
    .filter((amount) => amount >= 0)
    .map((amount) => spread(goods, amount))
    .map((shares) => [
      ...goods.flatMap((posting, index) => linesOf({ ...posting, total: whole(shares[index] ?? 0) })),
      ...services,
    ])
    .find((lines) => grossCents(lines, mode) === total);
}
