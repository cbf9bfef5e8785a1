import Big from 'big.js';

/** What a trial came to; only the first two answer the question. */
export type TrialResult =
  | 'subtracts'
  | 'keeps'
  | 'unclear'
  /** Fewer than two units: an answer without the item would prove nothing. */
  | 'no_stock'
  /** The document did not reach the warehouse. */
  | 'not_landed'
  | 'refused'
  /** Something else of the warehouse has the stamp. */
  | 'id_taken'
  /** Staff worked on the document: it is theirs now, and stays. */
  | 'changed_by_staff'
  | 'connection_off';

/** Quantities of the item around the document, decimal text; absent: not asked yet, null: the answer left the item out. */
export interface TrialEvidence {
  readonly before?: string | null;
  readonly during?: string | null;
  readonly after?: string | null;
  /** What micro.bg said when it refused, a sentence for the operator. */
  readonly said?: string;
}

/** By this the document of a trial is known, and told from those of orders. No digits: no number of an order is in it. */
export const TRIAL_MARK = 'CloudCart-проба';

/** Note of the document, for staff who see it. */
export const TRIAL_NOTE = `${TRIAL_MARK}: проверка дали отворена поръчка намалява наличността. Изтрива се автоматично, моля, не я обработвайте.`;

/** An item needs so many units, so that one less is still shown. */
const LEAST_STOCK = 2;

/** Is there enough of the item to see a difference? */
export function hasStockForTrial(quantity: string | null): boolean {
  return quantity !== null && new Big(quantity).gte(LEAST_STOCK);
}

/**
 * Does the quantity leave out what open orders hold? Only a quantity that is the same before and after says so:
 * otherwise somebody sold or ordered meanwhile.
 */
export function judgeTrial({ before, during, after }: TrialEvidence): 'subtracts' | 'keeps' | 'unclear' {
  if (typeof before !== 'string' || typeof during !== 'string' || typeof after !== 'string') return 'unclear';
  if (!new Big(before).eq(after)) return 'unclear';
  const less = new Big(before).minus(during);
  if (less.eq(1)) return 'subtracts';
  return less.eq(0) ? 'keeps' : 'unclear';
}
