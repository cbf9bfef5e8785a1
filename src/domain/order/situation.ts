import type { ConnectionSettings } from '../connection/settings.ts';
import { type Problem, problem } from '../problems.ts';
import type { ShopOrder } from './shop-order.ts';

/** What the ledger knows of an order. */
export interface LedgerFacts {
  /** A document of ours stands, or stood, for this order. */
  readonly known: boolean;
  /** A sale stands in the warehouse. */
  readonly sold: boolean;
}

/** Which document an order calls for, before its money is looked at. */
export type Situation =
  | { readonly kind: 'none'; readonly reason: 'not_ours' | 'ended' }
  /** What stands stays as it is, and a person decides. */
  | { readonly kind: 'keep'; readonly problem: Problem }
  | { readonly kind: 'order' | 'sale' };

/** Statuses that end an order without a sale (CloudCart API 5.1). */
const ended = new Set(['cancelled', 'refunded', 'voided', 'failed', 'timeouted', 'chargebacked']);
/** Online payments that may still be abandoned. */
const unpaid = new Set(['pending', 'authorized']);

/** What decides the document: status, sale rule and what was posted already. */
export function situationOf(order: ShopOrder, settings: ConnectionSettings, ledger: LedgerFacts): Situation {
  const { status } = order;
  if (ended.has(status)) {
    if (ledger.sold) return { kind: 'keep', problem: problem('cancelled_after_sale', { status }) };
    return { kind: 'none', reason: 'ended' };
  }
  if (!ledger.known && isNotOurs(order, settings)) return { kind: 'none', reason: 'not_ours' };
  if (status === 'disputed') return { kind: 'keep', problem: problem('disputed') };
  if (saleRuleFired(order, settings)) return { kind: 'sale' };
  if (ledger.sold) return { kind: 'keep', problem: problem('fallen_below_rule', { status }) };
  return { kind: 'order' };
}

function isNotOurs(order: ShopOrder, settings: ConnectionSettings): boolean {
  const tooOld = order.addedAt !== null && order.addedAt.slice(0, 10) < settings.startDate;
  return tooOld || order.archivedAt !== null || order.status === 'draft';
}

function saleRuleFired(order: ShopOrder, { saleRule, onlineProviders }: ConnectionSettings): boolean {
  if (saleRule === 'always') {
    // An abandoned card payment must not leave a sale and a claim behind.
    return !(onlineProviders.includes(order.payment?.provider ?? '') && unpaid.has(order.status));
  }
  return saleRule.statuses.includes(order.status) || (saleRule.fulfilled && order.fulfilment === 'fulfilled');
}
