import { describe, expect, it } from 'vitest';
import { millisecondsToHour } from '../../src/domain/completeness/daily.ts';
import {
  type AccountFacts,
  type DocumentSight,
  type LedgerSight,
  type OrderSides,
  type ShopSight,
  differencesOf,
} from '../../src/domain/completeness/reconciliation.ts';

const account: AccountFacts = { currency: 'EUR', firstExtId: 1_000 };

/** Two cups of 12.00 with VAT; the same on all three sides. */
const line = { itemId: 7, quantity: '2', priceOut: '10', vatOut: '2', taxRate: '20' };
const document: DocumentSight = {
  ...{ id: 50, number: '640', type: 2, extId: 1_005, nullVat: false, lines: [line] },
};
const row: LedgerSight = {
  ...{ kind: 'sale', state: 'live', extId: 1_005, warehouseId: 50, number: '640', gross: 2_400 },
  lines: [{ itemId: 7, quantity: '2' }],
};
const shop: ShopSight = {
  ...{ status: 'paid', updatedAt: '2026-11-25 10:00:00', total: 2_400, currency: 'EUR', ours: true },
  quantities: { '7': '2.000' },
};
const known = {
  ...{ state: 'sold', shopStatus: 'paid', shopUpdatedAt: '2026-11-25 10:00:00', shopTotal: 2_400 },
  shopCurrency: 'EUR',
};
const healthy: OrderSides = { shop, known, ledger: [row], documents: [document] };
const found = (changes: Partial<OrderSides>) =>
  differencesOf({ ...healthy, ...changes }, account).map(({ kind, expected, found: is }) => [
    kind,
    expected,
    is,
  ]);

describe('one order on both sides', () => {
  it('agrees', () => expect(found({})).toEqual([]));

  it.each<[string, Partial<OrderSides>, string[][]]>([
    ['the document is gone', { documents: [] }, [['missing_in_warehouse', 'sale 640', '']]],
    [
      'another one stands beside it',
      { documents: [document, { ...document, id: 51, number: '641', extId: null }] },
      [['surplus', 'sale 640', 'sale 641']],
    ],
    [
      'a deleted one is back',
      {
        ledger: [row, { ...row, state: 'deleted', extId: 1_004, warehouseId: 49 }],
        documents: [document, { ...document, id: 49, type: 19 }],
      },
      [['surplus', '', 'order 640']],
    ],
    [
      'one of a stamp that the ledger does not know',
      { known: { ...known, state: 'none' }, ledger: [], documents: [document] },
      [['unknown_ext_id', '', 'sale 640']],
    ],
    [
      'one of another program, and of somebody without a stamp',
      {
        known: { ...known, state: 'none' },
        ledger: [],
        documents: [
          { ...document, extId: 12 },
          { ...document, id: 51, extId: null },
        ],
      },
      [
        ['not_ours', '', 'sale 640'],
        ['not_ours', '', 'sale 640'],
      ],
    ],
    [
      'it is of another type',
      { documents: [{ ...document, type: 19 }] },
      [['type_differs', 'sale', 'order']],
    ],
    [
      'its stamp went on to a document of another type',
      {
        ledger: [{ ...row, kind: 'order', warehouseId: 40, number: '12' }],
        known: { ...known, state: 'ordered' },
      },
      [
        ['type_differs', 'order 12', 'sale 640'],
        ['surplus', '', 'sale 640'],
      ],
    ],
    [
      'a cent more',
      { documents: [{ ...document, lines: [{ ...line, priceOut: '10.005' }] }] },
      [['total_differs', '24.00', '24.01']],
    ],
    [
      'another quantity for the same money',
      { documents: [{ ...document, lines: [{ ...line, quantity: '4', priceOut: '5', vatOut: '1' }] }] },
      [['quantity_differs', '7: 2', '7: 4']],
    ],
    [
      'the shop shows another total than was posted',
      { shop: { ...shop, total: 2_401 }, known: { ...known, shopTotal: 2_401 } },
      [['total_differs', '24.01', '24.00']],
    ],
    [
      'the shop shows other quantities',
      { shop: { ...shop, quantities: { '7': '1', '8': '1' } } },
      [['quantity_differs', '7: 1, 8: 1', '7: 2, 8: 0']],
    ],
    [
      'nobody has read what the shop shows',
      { shop: { ...shop, status: 'cancelled' } },
      [['unread', 'cancelled 24.00 2026-11-25 10:00:00', 'paid 24.00 2026-11-25 10:00:00']],
    ],
    [
      'nobody ever heard of it',
      { known: null, ledger: [], documents: [] },
      [['unread', 'paid 24.00 2026-11-25 10:00:00', '']],
    ],
    [
      'it is open, and the shop does not know it',
      { shop: null, known: { ...known, state: 'ordered' } },
      [['missing_in_shop', 'paid', '']],
    ],
    [
      'the ledger holds nothing of a sale',
      { ledger: [], documents: [] },
      [['missing_in_warehouse', 'sold', '']],
    ],
  ])('%s', (_name, changes, expected) => expect(found(changes)).toEqual(expected));

  it.each<[string, Partial<OrderSides>]>([
    ['older than the start date', { known: null, ledger: [], documents: [], shop: { ...shop, ours: false } }],
    ['settled, and no longer listed', { shop: null }],
    ['lines without an item', { shop: { ...shop, quantities: null } }],
    [
      'levs, converted',
      {
        shop: { ...shop, currency: 'BGN', total: 4_694 },
        known: { ...known, shopCurrency: 'BGN', shopTotal: 4_694 },
      },
    ],
    [
      'service lines beside the goods',
      {
        ledger: [{ ...row, lines: [...row.lines, { itemId: 9_001, quantity: '1' }] }],
        documents: [
          {
            ...document,
            lines: [line, { itemId: 9_001, quantity: '1', priceOut: '0', vatOut: '0', taxRate: '20' }],
          },
        ],
      },
    ],
    [
      'a blocked order without a document',
      { known: { ...known, state: 'blocked' }, ledger: [], documents: [] },
    ],
    ['a reserved number', { ledger: [row, { ...row, state: 'reserved', extId: 1_009, warehouseId: null }] }],
    ['what the shop does not say', { shop: { ...shop, total: null, updatedAt: null, currency: null } }],
  ])('no difference: %s', (_name, changes) => expect(found(changes)).toEqual([]));
});

describe('the daily hour', () => {
  it.each([
    ['2026-11-25T00:30:00Z', 3, 0.5],
    ['2026-11-25T01:30:00Z', 3, 23.5],
    ['2026-07-25T00:30:00Z', 3, 23.5],
  ])('%s, at %s o’clock in Sofia: in %s h, give or take the minute of the connection', (now, hour, hours) => {
    const ms = millisecondsToHour(Date.parse(now), hour, 'shop');
    expect(ms).toBeGreaterThan((hours - 0.01) * 3_600_000);
    expect(ms).toBeLessThanOrEqual((hours + 1) * 3_600_000);
  });
});
