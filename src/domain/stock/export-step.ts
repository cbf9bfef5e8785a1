import { type Rational, compare, parseDecimal, subtract, toDecimal, whole, zero } from '../rational.ts';

/** What we know of one SKU of the shop. */
export interface SkuState {
  /** Grows with every read of an order that touches the SKU. */
  readonly version: number;
  /** The version that the last confirmed write carried; null: none was, or nobody knows what the shop shows. */
  readonly exportedVersion: number | null;
  /** The least that the shop may show by our writes, decimal text in its units; null: not known. */
  readonly shown: string | null;
  /** A write that left, or may have left, and has no answer yet. Stored before it is sent. */
  readonly openWrite: SentWrite | null;
  /** Until then a write that nobody answered may still take effect; null: there is none. */
  readonly doubtUntilMs: number | null;
  /** What such a write may still add to whatever the shop shows; a whole number, 0: nothing. */
  readonly doubtAdds: number;
  /**
   * The shop showed less than we know a reason for. Until then an order may be read that explains it; null: there is no such
   * gap.
   */
  readonly gapUntilMs: number | null;
}

export interface SentWrite {
  /** What the shop shows then; of a delta: if it showed what we know. */
  readonly quantity: string;
  /** Added to what the shop has at that moment, a whole number; null: the quantity is set. */
  readonly delta: number | null;
  /** Version of the SKU when the orders were read that the quantity follows from. */
  readonly version: number;
  readonly sentAtMs: number;
  /** Deadline of the request, and the time that it may take effect after it. */
  readonly landsUntilMs: number;
}

/** The published quantity, worked out now from orders that were read after the quantities. */
export interface FreshQuantity {
  readonly quantity: string;
  /** Version of the SKU when the read of the quantities began. */
  readonly readVersion: number;
}

export type ExportStep =
  | { readonly kind: 'nothing' }
  /** The figure to set. `repeat`: the same again, because the shop may show another one. */
  | { readonly kind: 'write'; readonly why: 'lower' | 'raise' | 'repeat'; readonly quantity: string }
  | { readonly kind: 'wait'; readonly until: 'answer' | 'orders_read' | 'fresh_read' };

/**
 * What to set the figure of a SKU to now. Lowering goes at once. What may raise the shop's figure waits while an order of the
 * SKU is announced and not read, or seems to be there and is not, for the shop may have taken its units off already, and while
 * the quantities are older than the last order that was read. While a lost write may still add to the figure nothing raises
 * it, and what goes lower leaves those units out.
 */
export function nextStep(
  sku: SkuState,
  { quantity: published, readVersion }: FreshQuantity,
  { ordersUnread, nowMs }: { readonly ordersUnread: boolean; readonly nowMs: number },
): ExportStep {
  if (sku.openWrite !== null) return { kind: 'wait', until: 'answer' };
  const quantity = withoutLost(sku, published, nowMs);
  const change = sku.shown === null ? 1 : compareText(quantity, sku.shown);
  if (change === 0 && !mustRepeat(sku, nowMs)) return { kind: 'nothing' };
  if (change < 0 || compareText(quantity, '0') <= 0) return { kind: 'write', why: 'lower', quantity };
  if (sku.doubtAdds > 0 && isBefore(nowMs, sku.doubtUntilMs)) return { kind: 'wait', until: 'answer' };
  if (ordersUnread || isBefore(nowMs, sku.gapUntilMs)) return { kind: 'wait', until: 'orders_read' };
  if (readVersion !== sku.version) return { kind: 'wait', until: 'fresh_read' };
  return { kind: 'write', why: change > 0 ? 'raise' : 'repeat', quantity };
}

/**
 * Must the figure be set although it has not changed? An order touched it since the last confirmed write, a lost write may
 * have landed over that one, or no order came that explains a gap.
 */
export function mustRepeat(
  sku: Pick<SkuState, 'version' | 'exportedVersion' | 'doubtUntilMs' | 'gapUntilMs'>,
  nowMs: number,
): boolean {
  const isOver = (until: number | null): boolean => until !== null && nowMs >= until;
  return sku.exportedVersion !== sku.version || isOver(sku.doubtUntilMs) || isOver(sku.gapUntilMs);
}

/** An order of the SKU was read: whatever is under way no longer counts as the last word. */
export function orderRead(sku: SkuState): SkuState {
  return { ...sku, version: sku.version + 1 };
}

/** Stored before the request leaves, so that a crash leaves a doubt and not a gap. */
export function writeBegun(sku: SkuState, openWrite: SentWrite): SkuState {
  return { ...sku, openWrite };
}

/**
 * The shop confirmed the write. It counts as exported only if no order was read meanwhile; and it ends a doubt only if
 * it left when nothing older could land any more.
 */
export function writeConfirmed(sku: SkuState): SkuState {
  const { openWrite, doubtUntilMs } = sku;
  if (openWrite === null) return sku;
  const current = openWrite.version === sku.version;
  const certain = doubtUntilMs === null || openWrite.sentAtMs >= doubtUntilMs;
  return {
    ...sku,
    exportedVersion: current ? sku.version : sku.exportedVersion,
    shown: openWrite.quantity,
    openWrite: null,
    doubtUntilMs: certain ? null : doubtUntilMs,
    doubtAdds: certain ? 0 : sku.doubtAdds,
    gapUntilMs: null,
  };
}

/** The shop clearly refused the write: nothing has changed, and what was to be written still is. */
export function writeRefused(sku: SkuState): SkuState {
  return { ...sku, openWrite: null };
}

/**
 * No clear answer, or its writer is gone: set again now, and once more when it can no longer land. A delta that adds
 * is not replaced now: the shop shows at most what it should, and more than that if the figure were set and the lost one
 * landed after it.
 */
export function outcomeUnknown(sku: SkuState): SkuState {
  const { openWrite, shown, doubtUntilMs } = sku;
  if (openWrite === null) return sku;
  const least = shown !== null && compareText(shown, openWrite.quantity) < 0 ? shown : openWrite.quantity;
  const adds = Math.max(openWrite.delta ?? 0, 0);
  return {
    ...sku,
    exportedVersion: adds > 0 ? sku.exportedVersion : null,
    shown: shown === null ? null : least,
    openWrite: null,
    doubtUntilMs: Math.max(doubtUntilMs ?? 0, openWrite.landsUntilMs),
    doubtAdds: Math.max(adds, sku.doubtAdds),
  };
}

/** A figure less what a lost write may still add to it, never below zero. */
function withoutLost({ doubtAdds, doubtUntilMs }: SkuState, quantity: string, nowMs: number): string {
  if (doubtAdds === 0 || !isBefore(nowMs, doubtUntilMs)) return quantity;
  const left = subtract(parse(quantity), whole(doubtAdds));
  return compare(left, zero) <= 0 ? '0' : toDecimal(left, 3).replace(/\.?0+$/, '');
}

function isBefore(nowMs: number, untilMs: number | null): boolean {
  return untilMs !== null && nowMs < untilMs;
}

/** @throws {RangeError} when one is no decimal number. */
function compareText(a: string, b: string): number {
  return compare(parse(a), parse(b));
}

function parse(text: string): Rational {
  const value = parseDecimal(text);
  if (value === undefined) throw new RangeError(`not a quantity: ${text}`);
  return value;
}
