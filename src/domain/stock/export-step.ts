import { compare, parseDecimal } from '../rational.ts';

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
}

export interface SentWrite {
  readonly quantity: string;
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
  /** `repeat`: the same figure again, because the shop may show another one. */
  | { readonly kind: 'write'; readonly why: 'lower' | 'raise' | 'repeat' }
  | { readonly kind: 'wait'; readonly until: 'answer' | 'orders_read' | 'fresh_read' };

/**
 * What to do about a SKU now. Lowering goes at once. What may raise the shop's figure waits while an order of the SKU is
 * announced and not read, for the shop may have taken its units off already, and while the quantities are older than
 * the last order that was read.
 */
export function nextStep(
  sku: SkuState,
  { quantity, readVersion }: FreshQuantity,
  { ordersUnread, nowMs }: { readonly ordersUnread: boolean; readonly nowMs: number },
): ExportStep {
  if (sku.openWrite !== null) return { kind: 'wait', until: 'answer' };
  const change = sku.shown === null ? 1 : compareText(quantity, sku.shown);
  if (change === 0 && !mustRepeat(sku, nowMs)) return { kind: 'nothing' };
  if (change < 0 || compareText(quantity, '0') <= 0) return { kind: 'write', why: 'lower' };
  if (ordersUnread) return { kind: 'wait', until: 'orders_read' };
  if (readVersion !== sku.version) return { kind: 'wait', until: 'fresh_read' };
  return { kind: 'write', why: change > 0 ? 'raise' : 'repeat' };
}

/** An order touched it since the last confirmed write, or a lost write may have landed over that one. */
function mustRepeat(sku: SkuState, nowMs: number): boolean {
  return sku.exportedVersion !== sku.version || (sku.doubtUntilMs !== null && nowMs >= sku.doubtUntilMs);
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
  };
}

/** The shop clearly refused the write: nothing has changed, and what was to be written still is. */
export function writeRefused(sku: SkuState): SkuState {
  return { ...sku, openWrite: null };
}

/** No clear answer, or its writer is gone: written again now, and once more when it can no longer land. */
export function outcomeUnknown(sku: SkuState): SkuState {
  const { openWrite, shown, doubtUntilMs } = sku;
  if (openWrite === null) return sku;
  const least = shown !== null && compareText(shown, openWrite.quantity) < 0 ? shown : openWrite.quantity;
  return {
    ...sku,
    exportedVersion: null,
    shown: shown === null ? null : least,
    openWrite: null,
    doubtUntilMs: Math.max(doubtUntilMs ?? 0, openWrite.landsUntilMs),
  };
}

/** @throws {RangeError} when one is no decimal number. */
function compareText(a: string, b: string): number {
  const [left, right] = [parseDecimal(a), parseDecimal(b)];
  if (left === undefined || right === undefined) throw new RangeError(`not quantities: ${a}, ${b}`);
  return compare(left, right);
}
