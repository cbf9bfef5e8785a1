import type { Choices } from './lane.ts';
import { customSaleStatus } from './lane.ts';
import type { SeenOrder } from './seen.ts';

/** How a life may end: the documents that stand for the order (`type: cents`), and what is in the way. */
export interface Ending {
  readonly documents: readonly string[];
  readonly problems: readonly string[];
}

/** What happened to an order, as the shop and the warehouse saw it. None of it comes from our tables. */
export interface LifeFacts {
  readonly choice: Choices;
  /** Everything that the shop ever showed; the last one is how things are. */
  readonly shown: readonly SeenOrder[];
  /** Has the warehouse ever held a document of ours for it? */
  readonly posted: boolean;
  /** A sale of ours stands, and was not returned. */
  readonly sold: boolean;
}

const over = new Set(['cancelled', 'refunded', 'voided', 'failed', 'timeouted', 'chargebacked']);
const moneyBack = new Set(['refunded', 'chargebacked']);
/** Payment types of the warehouse, by the shop's payment method. */
export const paymentTypes: Readonly<Record<string, number>> = { cod: 9, bwt: 2, stripe: 3 };
const unknownSku = 'CANDLE';

/** Is the order at its end in the shop? An order that is gone is cancelled. */
export function isOver({ gone, status }: SeenOrder): boolean {
  return gone === true || over.has(status);
}

export function isMoneyBack({ status }: SeenOrder): boolean {
  return moneyBack.has(status);
}

/** Did the money come, as far as the shop shows it? */
export function showsMoney({ gone, status, payment }: SeenOrder): boolean {
  if (gone === true) return false;
  const came = ['paid', 'completed', 'refunded', 'chargebacked'].includes(status);
  return came || ['completed', 'refunded'].includes(payment.status);
}

/**
 * The endings that the table of situations allows, written down anew from the product's rule and without its code: the
 * same order in the same history must come to one of them.
 */
export function legalEndings({ choice, shown, posted, sold }: LifeFacts): readonly Ending[] {
  const now = shown.at(-1) as SeenOrder;
  const totals = [...new Set(shown.filter(({ gone }) => gone !== true).map(({ total }) => total))];
  const keeps = (type: 19 | 2, ...problems: string[]): Ending[] =>
    totals.map((total) => ({ documents: [`${type}: ${total}`], problems }));
  const nothing: Ending = { documents: [], problems: [] };

  if (isOver(now)) {
    const asks = choice.returns === 'ask' || choice.uncollected === 'ask';
    const partly = shown.some(({ returnStatus }) => returnStatus === 'partial');
    return sold && (asks || partly) ? keeps(2, 'cancelled_after_sale') : [nothing];
  }
  if (!posted && (now.draft || now.archived)) return [nothing];
  if (now.status === 'disputed') {
    return [
      ...(sold ? keeps(2, 'disputed') : keeps(19, 'disputed')),
      { documents: [], problems: ['disputed'] },
    ];
  }
  if (sold && now.returnStatus === 'partial') return keeps(2, 'partial_return');
  const fired = isSale(now, choice);
  if (sold && !fired) return keeps(2, 'fallen_below_rule');
  const obstacles = obstaclesOf(now);
  if (obstacles.length > 0) {
    return [
      ...(sold ? keeps(2, ...obstacles) : keeps(19, ...obstacles)),
      { documents: [], problems: obstacles },
    ];
  }
  return [{ documents: [`${fired ? 2 : 19}: ${now.total}`], problems: [] }];
}

/** Has the order become a sale by the merchant's choice? */
function isSale({ status, statusFulfillment, payment }: SeenOrder, { saleRule }: Choices): boolean {
  if (status === customSaleStatus) return true;
  const money = ['paid', 'completed'].includes(status);
  if (saleRule === 'always') {
    return payment.provider !== 'stripe' || money || ['paid', 'completed'].includes(payment.status);
  }
  return money || statusFulfillment === 'fulfilled';
}

/** What only a person can mend. */
function obstaclesOf({ lines, payment }: SeenOrder): string[] {
  const payable = paymentTypes[payment.provider] !== undefined;
  const known = lines.every(({ sku }) => sku !== unknownSku);
  return [...(payable ? [] : ['payment_not_mapped']), ...(known ? [] : ['sku_not_matched'])];
}
