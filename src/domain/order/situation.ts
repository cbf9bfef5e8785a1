import type { ConnectionSettings } from '../connection/settings.ts';
import { type Problem, problem } from '../problems.ts';
import type { Answers, QuestionCode } from './questions.ts';
import type { ShopOrder } from './shop-order.ts';

/** What the ledger knows of an order. */
export interface LedgerFacts {
  /** A document of ours stands, or stood, for this order. */
  readonly known: boolean;
  /** A sale stands in the warehouse, and was not returned. */
  readonly sold: boolean;
  /** Money was seen for the order at some time. */
  readonly paid?: boolean;
  /** micro.bg issued an invoice for the sale. */
  readonly invoiced?: boolean;
  /** The payment type of the sale prints a fiscal receipt. */
  readonly receipted?: boolean;
  /** Part of the order came back; which part, the shop does not say. */
  readonly partlyReturned?: boolean;
  /** What people decided. */
  readonly answers?: Answers;
}

/** Which document an order calls for, before its money is looked at; `decided`: because a person said so. */
export type Situation = Undisputed & { readonly decided?: QuestionCode };

type Undisputed =
  | { readonly kind: 'none'; readonly reason: 'not_ours' | 'ended' }
  /** What stands stays as it is: a person decides, or has decided. */
  | { readonly kind: 'keep'; readonly problems: readonly Problem[] }
  /** The sale is undone: by a document that mirrors it, or by deleting it. */
  | { readonly kind: 'return'; readonly by: 'claim' | 'credit_note' | 'delete' }
  | { readonly kind: 'order' }
  | { readonly kind: 'sale' };

/** Statuses that end an order without a sale (CloudCart API 5.1). */
const ended = new Set(['cancelled', 'refunded', 'voided', 'failed', 'timeouted', 'chargebacked']);
/** Money went back: then it had come. */
const refundedStatuses = new Set(['refunded', 'chargebacked']);
/** The other built-in statuses; what is neither is a custom status, and opaque. */
const open = new Set(['pending', 'authorized', 'paid', 'completed', 'disputed', 'draft']);
/** Statuses, of the order or of its payment, that say the money has come (CloudCart API 5.2). */
const settled = new Set(['paid', 'completed']);
/** One value is sure, the others are claimed (U-35). */
const fulfilled = new Set(['fulfilled', 'shipped', 'delivered']);

/** What decides the document: status, sale rule and what was posted already. */
export function situationOf(order: ShopOrder, settings: ConnectionSettings, ledger: LedgerFacts): Situation {
  const { status } = order;
  const meaning = customMeaning(order, settings);
  if (ended.has(status) || meaning === 'cancel') {
    return ledger.sold ? returnOf(status, settings, ledger) : { kind: 'none', reason: 'ended' };
  }
  if (!ledger.known && isNotOurs(order, settings)) return { kind: 'none', reason: 'not_ours' };
  if (status === 'disputed') return { kind: 'keep', problems: [problem('disputed')] };
  if (ledger.sold && order.returnStatus === 'full') return returnOf(status, settings, ledger);
  if (ledger.sold && order.returnStatus === 'partial') return ask('partial_return', status, ledger);
  if (meaning === 'sale' || saleRuleFired(order, settings)) return { kind: 'sale' };
  // A status that says nothing to us moves nothing: what was sold stays sold.
  if (ledger.sold && meaning === 'none') return { kind: 'sale' };
  if (ledger.sold) return ask('fallen_below_rule', status, ledger);
  return { kind: 'order' };
}

/** An order that the shop does not know any more counts as cancelled: there is no event for a deletion. */
export function situationOfVanished(settings: ConnectionSettings, ledger: LedgerFacts): Situation {
  return ledger.sold ? returnOf('vanished', settings, ledger) : { kind: 'none', reason: 'ended' };
}

/**
 * How a sale is undone. One that was never paid, invoiced or printed is deleted as if it had not been; any other
 * gets a return that mirrors it. After a partial return nobody knows what is left: a person decides.
 */
function returnOf(status: string, settings: ConnectionSettings, ledger: LedgerFacts): Situation {
  if (ledger.answers?.cancelled_after_sale !== undefined || ledger.partlyReturned === true)
    return ask('cancelled_after_sale', status, ledger);
  const untouched = ledger.paid !== true && ledger.invoiced !== true && ledger.receipted !== true;
  const by = untouched && !refundedStatuses.has(status) ? settings.uncollected : settings.returns;
  if (by === 'ask') return ask('cancelled_after_sale', status, ledger);
  if (by === 'delete') return { kind: 'return', by };
  return { kind: 'return', by: ledger.invoiced === true ? 'credit_note' : 'claim' };
}

/** A question to a person about a sale, or what was answered. */
function ask(
  code: 'cancelled_after_sale' | 'partial_return' | 'fallen_below_rule',
  status: string,
  { answers, invoiced }: LedgerFacts,
): Situation {
  switch (answers?.[code]) {
    case 'keep':
      return { kind: 'keep', problems: [], decided: code };
    case 'delete':
      return { kind: 'return', by: 'delete', decided: code };
    case 'claim':
      return { kind: 'return', by: invoiced === true ? 'credit_note' : 'claim', decided: code };
    case 'reopen':
      return { kind: 'order', decided: code };
    default:
      return { kind: 'keep', problems: [problem(code, code === 'partial_return' ? {} : { status })] };
  }
}

/** What the merchant says a custom status means; `none` for one he did not list; undefined for a built-in one. */
function customMeaning(
  { status }: ShopOrder,
  settings: ConnectionSettings,
): 'none' | 'sale' | 'cancel' | undefined {
  if (ended.has(status) || open.has(status)) return undefined;
  return Object.hasOwn(settings.customStatuses, status) ? settings.customStatuses[status] : 'none';
}

function isNotOurs(order: ShopOrder, settings: ConnectionSettings): boolean {
  const tooOld = order.addedAt !== null && order.addedAt.slice(0, 10) < settings.startDate;
  return tooOld || order.archivedAt !== null || order.draft === true || order.status === 'draft';
}

function saleRuleFired(order: ShopOrder, { saleRule, onlineProviders }: ConnectionSettings): boolean {
  if (saleRule !== 'always') {
    return (
      saleRule.statuses.includes(order.status) ||
      (saleRule.fulfilled && fulfilled.has(order.fulfilment ?? ''))
    );
  }
  // An abandoned card payment must not leave a sale and a claim behind.
  if (!onlineProviders.includes(order.payment?.provider ?? '')) return true;
  return settled.has(order.status) || settled.has(order.payment?.status ?? '');
}
