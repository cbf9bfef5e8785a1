import type { ConnectionSettings } from '../connection/settings.ts';
import { type Problem, problem } from '../problems.ts';
import {
  type Rational,
  compare,
  divide,
  isWhole,
  minorToDecimal,
  roundHalfUp,
  toDecimal,
  whole,
  zero,
} from '../rational.ts';
import type { DocumentItem, DocumentLine } from './lines.ts';
import type { Fee } from './money.ts';
import { rateName } from './vat.ts';

/** What stands for what is not goods: the settings, and the items that they name, by item id. */
export interface Services {
  readonly settings: ConnectionSettings;
  readonly serviceItems: Readonly<Record<number, DocumentItem>>;
}

/** An amount on a service item, minor units of the document. */
export interface ServicePosting {
  readonly item: DocumentItem;
  readonly amount: Rational;
}

type Purpose = 'delivery' | 'discount' | 'fee';

/** The item for a purpose: the one mapped for the rate, else the usual one. Undefined: none, or one that is gone. */
export function serviceItem(
  { settings, serviceItems }: Services,
  purpose: Purpose,
  rate: Rational | undefined,
): DocumentItem | undefined {
  const ofRate = rate === undefined ? undefined : settings.serviceItems.byRate?.[purpose]?.[rateName(rate)];
  const itemId = ofRate ?? settings.serviceItems[purpose];
  return itemId === null ? undefined : serviceItems[itemId];
}

/**
 * Delivery and fees with their items. A fee whose name has an item of its own goes there; the others stand on one
 * line, because the shop may name the same fee differently from order to order.
 */
export function servicePostings(
  services: Services,
  amounts: { readonly delivery: Rational; readonly fees: readonly Fee[] },
  rate: Rational | undefined,
): { readonly delivery: ServicePosting[]; readonly fees: ServicePosting[]; readonly problems: Problem[] } {
  const { settings, serviceItems } = services;
  const problems: Problem[] = [];
  const post = (item: DocumentItem | undefined, purpose: Purpose, amount: Rational): ServicePosting[] => {
    if (compare(amount, zero) === 0) return [];
    if (item !== undefined) return [{ item, amount }];
    problems.push(problem('service_item_missing', { purpose }));
    return [];
  };
  const byItem = new Map<DocumentItem | undefined, number>();
  for (const { name, amount } of amounts.fees) {
    const named = Object.entries(settings.serviceItems.feeByName ?? {}).find(([key]) => key === name.trim());
    const item = named === undefined ? serviceItem(services, 'fee', rate) : serviceItems[named[1]];
    byItem.set(item, (byItem.get(item) ?? 0) + amount);
  }
  return {
    delivery: post(serviceItem(services, 'delivery', rate), 'delivery', amounts.delivery),
    fees: [...byItem]
      .toSorted(([a], [b]) => (a?.itemId ?? 0) - (b?.itemId ?? 0))
      .flatMap(([item, amount]) => post(item, 'fee', whole(amount))),
    problems,
  };
}

/** Decimals of a price that is no whole number of cents. */
const FINE = 6;

/** A service line. What lowers the total is written as the warehouse takes it. */
export function serviceLine(
  { item, amount }: ServicePosting,
  negativeLines: ConnectionSettings['negativeLines'],
  note?: string,
): DocumentLine {
  const turned = compare(amount, zero) < 0 && negativeLines === 'quantity';
  const shown = turned ? { ...amount, numerator: -amount.numerator } : amount;
  const price = isWhole(shown)
    ? minorToDecimal(roundHalfUp(shown))
    : toDecimal(divide(shown, whole(100)), FINE);
  const line = { itemId: item.itemId, quantity: turned ? '-1' : '1', price };
  return note === undefined ? line : { ...line, note };
}

/** May a document of this payment type carry a line that lowers the total? */
export function negativeLinesAllowed(settings: ConnectionSettings, paymentTypeId: number): boolean {
  if (settings.negativeLines === 'refused') return false;
  return !settings.fiscalPaymentTypes.includes(paymentTypeId) || settings.negativeLinesConfirmed;
}
