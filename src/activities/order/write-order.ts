import type { CloudcartOrder } from '../../clients/cloudcart/order-types.ts';
import type { LedgerDocument } from '../../db/queries/ledger.ts';
import type { ConnectionSettings } from '../../domain/connection/settings.ts';
import type { PassContext } from './context.ts';
import { learnNegativeLines } from './learn.ts';
import { type PassWish, wishForOrder } from './wish.ts';
import { type Written, writeDifference } from './write-difference.ts';

/** Ways to write a line that lowers the total, in the order in which they are tried; `refused`: without one. */
const ways: readonly ConnectionSettings['negativeLines'][] = ['price', 'quantity', 'refused'];

/**
 * Brings an order's wish about. Whether a warehouse takes a line with a negative price, with a negative quantity or
 * none is not documented: a refused document is written in the next way, and what was taken is remembered.
 */
export async function writeOrder(
  pass: PassContext,
  order: CloudcartOrder,
  documents: readonly LedgerDocument[],
): Promise<{ wish: PassWish; written: Written }> {
  const wish = await wishForOrder(pass, order, documents);
  const written = await writeDifference(pass, documents, wish);
  if (!isRefused(written) || wish.target.kind === 'none' || wish.target.kind === 'keep')
    return { wish, written };
  const { intended, negativeLines } = wish.target;
  if (!intended.document.lines.some(lowersTotal)) return { wish, written };
  for (const way of ways.slice(ways.indexOf(negativeLines) + 1)) {
    const other = await wishForOrder(pass, order, written.documents, { negativeLines: way });
    const again = await writeDifference(pass, written.documents, other);
    if (isRefused(again)) continue;
    await learnNegativeLines(pass, way);
    return { wish: other, written: again };
  }
  // Refused in every way: the line is not what is in the way.
  return { wish, written };
}

function isRefused({ problems }: Written): boolean {
  return problems.some(({ code }) => code === 'warehouse_refused');
}

function lowersTotal({ price, quantity }: { price: string; quantity: string }): boolean {
  return price.startsWith('-') || quantity.startsWith('-');
}
