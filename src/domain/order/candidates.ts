import type { ConnectionSettings } from '../connection/settings.ts';
import type { Problem } from '../problems.ts';
import { compare, sum, whole } from '../rational.ts';
import { type Built, type Frame, buildDocument } from './build-document.ts';
import type { Explanation } from './money.ts';
import { agreesWith, nameOfReadings } from './readings.ts';
import type { ShopOrder } from './shop-order.ts';

/** A document together with all readings of the order that come to it. */
export interface Candidate {
  readonly built: Built;
  readonly name: string;
  readonly explanations: readonly Explanation[];
}

/** The different documents that the order can mean. */
export function candidatesOf(frame: Frame, explanations: readonly Explanation[]): Candidate[] {
  const found = new Map<string, { built: Built; explanations: Explanation[] }>();
  for (const explanation of distinct(explanations)) {
    const built = buildDocument(frame, explanation.first);
    if ('problems' in built) continue;
    const key = JSON.stringify(built.document);
    const same = found.get(key);
    if (same === undefined) found.set(key, { built, explanations: [...explanation.all] });
    else same.explanations.push(...explanation.all);
  }
  const all = explanations.map(({ reading }) => reading);
  return [...found.values()].map((each) => ({
    ...each,
    name: nameOfReadings(
      each.explanations.map(({ reading }) => reading),
      all,
    ),
  }));
}

/** Readings that differ in no amount are built once. */
function distinct(
  explanations: readonly Explanation[],
): { readonly first: Explanation; readonly all: readonly Explanation[] }[] {
  const groups = new Map<string, Explanation[]>();
  for (const explanation of explanations) {
    const { reading, ...amounts } = explanation;
    const meaning = [amounts, reading.prices, reading.taxRows];
    const key = JSON.stringify(meaning, (_name, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    groups.set(key, [...(groups.get(key) ?? []), explanation]);
  }
  return [...groups.values()].flatMap((all) => (all[0] === undefined ? [] : [{ first: all[0], all }]));
}

/**
 * The candidates that are left when the rest of the order has its say: those whose VAT agrees with the shop's rows,
 * then those that the shop's subtotals bear out, then what is remembered of the shop. More than one: a person decides.
 */
export function preferred(
  candidates: readonly Candidate[],
  order: ShopOrder,
  { readingHint }: ConnectionSettings,
): { readonly left: readonly Candidate[]; readonly byHint: boolean } {
  const byVat = someOr(candidates, ({ built }) => !built.infos.some(({ code }) => code.startsWith('vat_')));
  const most = Math.max(...byVat.map((each) => subtotalsMet(each, order)));
  const bySubtotal = byVat.filter((each) => subtotalsMet(each, order) === most);
  if (readingHint === null || bySubtotal.length < 2) return { left: bySubtotal, byHint: false };
  const left = someOr(bySubtotal, ({ name }) => agreesWith(name, readingHint));
  return { left, byHint: left.length === 1 };
}

function someOr<T>(all: readonly T[], wanted: (each: T) => boolean): readonly T[] {
  const some = all.filter(wanted);
  return some.length === 0 ? all : some;
}

/** How many subtotals of the shop are the goods, before or after the discount: their meaning is open (U-13). */
function subtotalsMet({ explanations }: Candidate, order: ShopOrder): number {
  const subtotals = [order.productsSubtotal, order.subtotal].filter((each) => each !== null);
  const met = explanations.map(
    ({ goods, lineTotals }) =>
      subtotals.filter((subtotal) =>
        [goods, sum(lineTotals)].some(
          (amount) => Number.isSafeInteger(subtotal) && compare(amount, whole(subtotal)) === 0,
        ),
      ).length,
  );
  return Math.max(0, ...met);
}

/** Why there is no document at all: the problems of the usual reading. */
export function problemsOf(frame: Frame, explanations: readonly Explanation[]): readonly Problem[] {
  for (const explanation of explanations) {
    const built = buildDocument(frame, explanation);
    if ('problems' in built) return built.problems;
  }
  return [];
}
