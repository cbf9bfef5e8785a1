import {
  type Rational,
  compare,
  divide,
  floor,
  multiply,
  parseDecimal,
  subtract,
  sum,
  toDecimal,
  whole,
  zero,
} from '../rational.ts';

/** An order line as far as stock depends on it. Quantities are decimal text in base units of the warehouse item. */
export interface OrderClaim {
  readonly shopOrderId: string;
  readonly quantity: string;
  /** The shop has taken these units off its own figure, by its setting when an order does that. */
  readonly decrementedInShop: boolean;
  /**
   * When the warehouse confirmed the sale, milliseconds since 1970; null: none was sent; `unknown`: one was sent, and
   * nobody knows yet whether it landed.
   */
  readonly writtenOffAtMs: number | 'unknown' | null;
  /** When the warehouse confirmed the customer order (19) that stands for it; null: none stands. */
  readonly orderedAtMs: number | null;
}

/** Everything that the published quantity follows from. */
export interface StockInput {
  /** Quantity per object that counts, as the warehouse says; may be negative (micro.bg API 3.6). */
  readonly objects: readonly { readonly objectId: number; readonly quantity: string }[];
  /** When the read of the quantities began, milliseconds since 1970. */
  readonly readStartedAtMs: number;
  /** Units that are never offered, base units. */
  readonly buffer: string;
  /** Are open customer orders in the warehouse held back? */
  readonly holdBack: boolean;
  /** The warehouse's quantity already leaves out what open customer orders hold. */
  readonly warehouseReserves: boolean;
  readonly claims: readonly OrderClaim[];
  /** Base units in one unit of the shop's variant: more than 1 for packs (extra codes). */
  readonly ratio: string;
  /** The shop sells parts of a unit of this variant. */
  readonly fractional: boolean;
}

/** Why a line of an order takes something off, or does not. */
export type ClaimVerdict =
  /** The shop has sold it and the quantity that was read still holds it. */
  | 'in_flight'
  /** The warehouse promised it to a customer, and the setting says that it is not offered. */
  | 'held_back'
  /** The quantity that was read no longer holds it. */
  | 'written_off'
  | 'reserved_by_warehouse'
  /** Neither the shop nor the setting takes it off. */
  | 'not_claimed';

/** One step of the sum, in base units. */
export interface StockTerm {
  readonly kind: 'object' | 'buffer' | ClaimVerdict;
  /** Object or order. */
  readonly about: string;
  /** What it adds, negative for what it takes off. */
  readonly quantity: string;
}

export interface PublishedQuantity {
  /** What the shop may offer, in its own units, decimal text with at most three decimals. */
  readonly quantity: string;
  /** The sum before the floor, base units. */
  readonly available: string;
  readonly terms: readonly StockTerm[];
}

/** Decimals that the shop keeps, and the largest quantity that it takes (CloudCart API 4.14). */
const DECIMALS = 3;
const MAX_QUANTITY = whole(50_000_000);

/**
 * What the shop may offer without selling what is gone. An order's line counts at most once: it is on its way to the
 * warehouse, or held back, or no longer in the quantity that was read. A write-off counts only when it was confirmed
 * before the read began; one that came during the read, or whose outcome is unknown, may or may not be in it, so the
 * order is subtracted.
 * @throws {RangeError} when a quantity is no decimal number.
 */
export function publishedQuantity(input: StockInput): PublishedQuantity {
  const buffer = read(input.buffer);
  const terms: ExactTerm[] = [
    ...input.objects.map(({ objectId, quantity }) => term('object', String(objectId), read(quantity))),
    ...(compare(buffer, zero) === 0 ? [] : [term('buffer', '', negative(buffer))]),
    ...input.claims.map((claim) => claimTerm(claim, input)),
  ];
  const available = sum(terms.map(({ exact }) => exact));
  const units = divide(compare(available, zero) > 0 ? available : zero, read(input.ratio));
  return {
    quantity: offered(compare(units, MAX_QUANTITY) > 0 ? MAX_QUANTITY : units, input.fractional),
    available: plain(available),
    terms: terms.map(({ exact, ...one }) => ({ ...one, quantity: plain(exact) })),
  };
}

/** How a line of an order counts towards a read of the quantities that began at that moment. */
export function verdictOf(
  claim: OrderClaim,
  { readStartedAtMs, holdBack, warehouseReserves }: Omit<StockInput, 'claims'>,
): ClaimVerdict {
  const { decrementedInShop, writtenOffAtMs, orderedAtMs } = claim;
  if (typeof writtenOffAtMs === 'number' && writtenOffAtMs < readStartedAtMs) return 'written_off';
  if (warehouseReserves && writtenOffAtMs === null && orderedAtMs !== null && orderedAtMs < readStartedAtMs)
    return 'reserved_by_warehouse';
  if (decrementedInShop || writtenOffAtMs !== null) return 'in_flight';
  return holdBack && orderedAtMs !== null ? 'held_back' : 'not_claimed';
}

type ExactTerm = Omit<StockTerm, 'quantity'> & { readonly exact: Rational };

function claimTerm(claim: OrderClaim, input: StockInput): ExactTerm {
  const verdict = verdictOf(claim, input);
  const counts = verdict === 'in_flight' || verdict === 'held_back';
  return term(verdict, claim.shopOrderId, counts ? negative(read(claim.quantity)) : zero);
}

/** Never rounded up: a unit that is not whole is not there. */
function offered(units: Rational, fractional: boolean): string {
  if (!fractional) return String(floor(units));
  const scale = whole(10 ** DECIMALS);
  return plain(divide(whole(floor(multiply(units, scale))), scale));
}

function term(kind: StockTerm['kind'], about: string, exact: Rational): ExactTerm {
  return { kind, about, exact };
}

function negative(value: Rational): Rational {
  return subtract(zero, value);
}

function read(text: string): Rational {
  const value = parseDecimal(text);
  if (value === undefined) throw new RangeError(`not a quantity: ${text}`);
  return value;
}

function plain(value: Rational): string {
  return toDecimal(value, DECIMALS).replace(/\.?0+$/, '');
}
