/** How an answer of the warehouse differs from the one before, for the goods of the shop. */
export interface AnswerFacts {
  /** Items whose quantity was known before. */
  readonly known: number;
  /** Rows of the answer, of whatever item. */
  readonly answered: number;
  /** Known ones that the answer does not show. */
  readonly missing: number;
  readonly changed: number;
  /** Known ones that fell from above zero to zero or below. */
  readonly toZero: number;
}

/** How the prices that should be shown differ from those that are. */
export interface PriceFacts {
  /** Variants whose price is known on both sides. */
  readonly known: number;
  readonly changed: number;
}

/** What is a normal day, by the merchant's settings. */
export interface GuardLimits {
  /** Share of all that may change at once, percent. */
  readonly quantities: number;
  readonly prices: number;
  /** So many changes are never suspicious. */
  readonly least: number;
}

export const findingCodes = [
  'subscription_over',
  'answer_empty',
  'answer_shrunk',
  'many_sold_out',
  'many_quantities',
  'currency_changed',
  'many_prices',
  'price_implausible',
  'stores_app_missing',
] as const;
export type FindingCode = (typeof findingCodes)[number];

/** What a finding keeps back: all quantities, all prices, the quantities of stores, or the price of one variant. */
export type FindingScope = 'quantities' | 'prices' | 'stores' | `price:${string}`;

/** Something that looks wrong. Evidence holds counts and codes only. */
export interface Finding {
  readonly code: FindingCode;
  readonly scope: FindingScope;
  readonly evidence: Readonly<Record<string, string | number>>;
}

/**
 * What is doubtful about an answer, the worst first and no more than one: an error that looks like an empty warehouse would
 * otherwise empty the shop (micro.bg API 7, trap 1; Q-25).
 */
export function judgeQuantities(facts: AnswerFacts, paid: boolean, limits: GuardLimits): Finding | undefined {
  const { known, answered, missing, changed, toZero } = facts;
  const evidence = { known, answered, missing, changed, toZero };
  const finding = (code: FindingCode): Finding => ({ code, scope: 'quantities', evidence });
  if (!paid) return finding('subscription_over');
  if (answered === 0 && known > 0) return finding('answer_empty');
  const many = (count: number): boolean => count > limits.least && count * 100 > known * limits.quantities;
  if (many(missing)) return finding('answer_shrunk');
  if (many(toZero)) return finding('many_sold_out');
  return many(changed) ? finding('many_quantities') : undefined;
}

/** What is doubtful about the prices: a list that was converted, or recalculated by mistake. */
export function judgePrices(
  { known, changed }: PriceFacts,
  currencies: { readonly before: string | null; readonly now: string },
  limits: GuardLimits,
): Finding | undefined {
  if (currencies.before !== null && currencies.before !== currencies.now)
    return {
      ...{ code: 'currency_changed', scope: 'prices' },
      evidence: { before: currencies.before, now: currencies.now },
    };
  if (changed <= limits.least || changed * 100 <= known * limits.prices) return undefined;
  return { code: 'many_prices', scope: 'prices', evidence: { known, changed } };
}
