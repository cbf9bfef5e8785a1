/** An order line as far as the shop's own figure depends on it. */
export interface SoldLine {
  readonly variantKey: string;
  /** Decimal text, in units of the shop. */
  readonly quantity: string;
  /** False: the shop ignores quantities of this product; null: it does not say. */
  readonly tracked: boolean | null;
}

/** What an order takes of one variant. */
export interface OrderUnits {
  readonly variantKey: string;
  readonly quantity: string;
  readonly taken: boolean;
}

/** Statuses in which the shop has put the units back (CloudCart API 5.1, 7.2). */
const PUT_BACK: ReadonlySet<string> = new Set([
  ...['cancelled', 'refunded', 'voided', 'timeouted', 'failed', 'chargebacked', 'disputed'],
]);
/** Statuses in which they are off in any case. */
const TAKEN: ReadonlySet<string> = new Set(['authorized', 'paid', 'completed']);

/**
 * Has the shop taken an order's units off its own figure? Null: a status of the merchant's own, which moves nothing, so
 * it is as it was (CloudCart API 5.1).
 * @param decrementsAt the shop's setting, which no API tells (CloudCart API 7.2).
 */
export function unitsTaken(
  order: { readonly status: string; readonly fulfilment: string | null; readonly draft: boolean },
  decrementsAt: 'paid' | 'pending',
): boolean | null {
  if (order.draft) return false;
  if (PUT_BACK.has(order.status)) return false;
  if (TAKEN.has(order.status) || order.fulfilment === 'fulfilled') return true;
  return order.status === 'pending' ? decrementsAt === 'pending' : null;
}

/** Lines of an order by variant. What the shop does not track it never takes. */
export function unitsOf(lines: readonly SoldLine[], taken: boolean): OrderUnits[] {
  const units = new Map<string, number>();
  for (const { variantKey, quantity, tracked } of lines)
    if (tracked !== false)
      units.set(variantKey, (units.get(variantKey) ?? 0) + Math.round(Number(quantity) * 1_000));
  return [...units].map(([variantKey, thousandths]) => ({
    variantKey,
    quantity: String(thousandths / 1_000),
    taken,
  }));
}
