import {
  type Rational,
  add,
  compare,
  floor,
  isWhole,
  parseDecimal,
  subtract,
  whole,
  zero,
} from '../rational.ts';
import { type FreshQuantity, type SkuState, writeConfirmed } from './export-step.ts';

/** What to do about a SKU whose figure the shop would change relative to what it has. */
export type DeltaStep =
  | { readonly kind: 'add'; readonly delta: number }
  /** By {@link nextStep}: the figure itself, or nothing. */
  | { readonly kind: 'set' }
  /** Nothing now: the shop has sold what we have not read. */
  | { readonly kind: 'wait' };

/** What the shop shows after a delta beside what it should: `less` by what it sold meanwhile, or before. */
export type DeltaFound = 'exact' | 'less' | 'more';

/**
 * The delta that brings the shop from what we know to the figure; null where it cannot be sent as one. What the shop
 * shows must be certain but for orders that nobody has read: their units are off its figure and stay off. The interface
 * takes whole numbers (CloudCart API 7.6). Zero is set, for nothing can be overwritten by it; and from zero there is nothing
 * to keep.
 */
export function deltaOf(sku: SkuState, quantity: string, nowMs: number): number | null {
  const { version, exportedVersion, shown, openWrite, doubtUntilMs, gapUntilMs } = sku;
  if (shown === null || openWrite !== null || doubtUntilMs !== null || exportedVersion !== version)
    return null;
  // No order came that explains the gap: it is mended by the figure itself.
  if (gapUntilMs !== null && nowMs >= gapUntilMs) return null;
  const [from, to] = [parse(shown), parse(quantity)];
  if (compare(from, zero) <= 0 || compare(to, zero) <= 0) return null;
  const delta = subtract(to, from);
  return isWhole(delta) && compare(delta, zero) !== 0 ? floor(delta) : null;
}

/**
 * Add, set or wait? Decided with what the shop showed just before. More than we know: somebody typed a number, or an order
 * was cancelled and nobody has read that; a delta would carry it on. Nothing: the shop stops at zero and forgets what it
 * could not take off (CloudCart API 7.2), so how much was sold is known only when the orders are read.
 */
export function deltaStep(
  sku: SkuState,
  { quantity, readVersion }: FreshQuantity,
  {
    ordersUnread,
    nowMs,
    before,
  }: { readonly ordersUnread: boolean; readonly nowMs: number; readonly before: string | null },
): DeltaStep {
  const delta = deltaOf(sku, quantity, nowMs);
  if (delta === null || before === null || sku.shown === null) return { kind: 'set' };
  if (delta > 0 && (ordersUnread || readVersion !== sku.version)) return { kind: 'set' };
  if (compare(parse(before), parse(sku.shown)) > 0) return { kind: 'set' };
  return compare(parse(before), zero) <= 0 ? { kind: 'wait' } : { kind: 'add', delta };
}

/**
 * What the shop shows after a delta, beside the figure that it was meant for. The shop may sell between two reads, so
 * less is no mistake; more than was added is none of ours. `after` null: it could not be read, so nobody knows.
 */
export function foundAfter(
  { quantity, delta }: { readonly quantity: string; readonly delta: number },
  { before, after }: { readonly before: string; readonly after: string | null },
): DeltaFound {
  if (after === null) return 'less';
  const sum = add(parse(before), whole(delta));
  // The shop stops at zero (CloudCart API 7.6).
  if (compare(parse(after), compare(sum, zero) > 0 ? sum : zero) > 0) return 'more';
  return compare(parse(after), parse(quantity)) < 0 ? 'less' : 'exact';
}

/**
 * The shop confirmed a delta, and this was found. Less: a gap, until an order explains it or the figure is set. More:
 * nobody knows what the shop shows, and the figure is set now.
 */
export function deltaConfirmed(sku: SkuState, found: DeltaFound, gapUntilMs: number): SkuState {
  const done = writeConfirmed(sku);
  return {
    ...done,
    exportedVersion: found === 'more' ? null : done.exportedVersion,
    gapUntilMs: found === 'less' ? (sku.gapUntilMs ?? gapUntilMs) : null,
  };
}

/** @throws {RangeError} when it is no decimal number. */
function parse(text: string): Rational {
  const value = parseDecimal(text);
  if (value === undefined) throw new RangeError(`not a quantity: ${text}`);
  return value;
}
