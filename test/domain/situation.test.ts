import { describe, expect, it } from 'vitest';
import type { ConnectionSettings } from '../../src/domain/connection/settings.ts';
import { desiredDocument } from '../../src/domain/order/desired-document.ts';
import type { ShopOrder } from '../../src/domain/order/shop-order.ts';
import { input, line, order, settings } from './orders.ts';

const unknown = { known: false, sold: false };
const ordered = { known: true, sold: false };
const sold = { known: true, sold: true };
const shirt = (status: string, more: Partial<ShopOrder> = {}) =>
  order(2490, 'stripe', status, [line('TB-M-GRN', '1', 2490)], more);
const custom: Partial<ConnectionSettings> = {
  customStatuses: { 'order-ready': 'sale', 'order-lost': 'cancel', 'order-check': 'none' },
};
const always: Partial<ConnectionSettings> = { saleRule: 'always', onlineProviders: ['stripe'] };
const paying = (status: string) => ({ payment: { provider: 'stripe', providerName: 'Stripe', status } });

function outcome(shopOrder: ShopOrder, ledger: typeof sold, some: Partial<ConnectionSettings>): string {
  const wish = desiredDocument(input(shopOrder, { ledger, settings: { ...settings, ...some } }));
  if (wish.kind === 'post') return wish.document.type === 2 ? 'sale' : 'order';
  if (wish.kind === 'return') return `return: ${wish.by}`;
  return wish.kind === 'none' ? `none: ${wish.reason}` : `${wish.kind}: ${wish.problems[0]?.code}`;
}

describe('custom statuses', () => {
  it.each([
    ['order-ready', ordered, 'sale'],
    ['order-ready', sold, 'sale'],
    ['order-lost', unknown, 'none: ended'],
    ['order-lost', ordered, 'none: ended'],
    ['order-lost', sold, 'return: delete'],
    ['order-check', ordered, 'order'],
    ['order-check', sold, 'sale'],
    ['order-never-heard-of', ordered, 'order'],
    ['order-never-heard-of', sold, 'sale'],
    ['constructor', sold, 'sale'],
  ])('%s after %j: %s', (status, ledger, expected) => {
    expect(outcome(shirt(status), ledger, custom)).toBe(expected);
  });

  it('may be named by the sale rule itself', () => {
    const rule = { saleRule: { statuses: ['order-check'], fulfilled: false } };
    expect(outcome(shirt('order-check'), ordered, { ...custom, ...rule })).toBe('sale');
  });
});

describe('a sale at once', () => {
  it.each([
    ['pending', 'requested', 'order'],
    ['authorized', 'authorized', 'order'],
    ['order-check', 'pending', 'order'],
    ['paid', 'pending', 'sale'],
    ['completed', 'pending', 'sale'],
    // The gateway’s callback may change the payment before the order (CloudCart API 5.4).
    ['pending', 'completed', 'sale'],
    ['failed', 'failed', 'none: ended'],
  ])('waits for money that is promised online: %s, payment %s: %s', (status, payment, expected) => {
    expect(outcome(shirt(status, paying(payment)), unknown, { ...custom, ...always })).toBe(expected);
  });

  it('does not wait for cash on delivery', () => {
    expect(outcome(shirt('pending'), unknown, { ...always, onlineProviders: [] })).toBe('sale');
  });
});

describe('after the sale', () => {
  it.each([
    ['completed', { returnStatus: 'partial' }, 'keep: partial_return'],
    ['completed', { returnStatus: 'full' }, 'return: delete'],
    ['authorized', {}, 'keep: fallen_below_rule'],
    ['refunded', { returnStatus: 'full' }, 'return: claim'],
    ['chargebacked', {}, 'return: claim'],
    ['pending', { fulfilment: 'shipped' }, 'sale'],
    ['pending', { fulfilment: 'returned' }, 'keep: fallen_below_rule'],
  ] as const)('%s %j: %s', (status, more, expected) => {
    expect(outcome(shirt(status, more), sold, {})).toBe(expected);
  });
});

describe('a sale whose order ended', () => {
  const paid = { ...sold, paid: true };
  it.each([
    // Nobody took the parcel: as if it had not been.
    ['cancelled', sold, {}, 'return: delete'],
    ['failed', sold, {}, 'return: delete'],
    ['cancelled', sold, { uncollected: 'claim' }, 'return: claim'],
    ['cancelled', sold, { uncollected: 'ask' }, 'keep: cancelled_after_sale'],
    // Money, an invoice or a receipt: the sale stays, and its return stands beside it.
    ['cancelled', paid, {}, 'return: claim'],
    ['cancelled', { ...sold, receipted: true }, {}, 'return: claim'],
    ['cancelled', { ...sold, invoiced: true }, {}, 'return: credit_note'],
    ['refunded', paid, {}, 'return: claim'],
    ['refunded', { ...paid, invoiced: true }, {}, 'return: credit_note'],
    ['refunded', paid, { returns: 'ask' }, 'keep: cancelled_after_sale'],
    ['chargebacked', paid, {}, 'return: claim'],
    ['voided', sold, {}, 'return: delete'],
    ['timeouted', sold, {}, 'return: delete'],
    // Part of it came back already, and nobody knows which part.
    ['refunded', { ...paid, partlyReturned: true }, {}, 'keep: cancelled_after_sale'],
  ] as const)('%s with %j and %j: %s', (status, ledger, some, expected) => {
    expect(outcome(shirt(status), ledger, some)).toBe(expected);
  });
});
