import { describe, expect, it } from 'vitest';
import { type DocumentInput, desiredDocument } from '../../src/domain/order/desired-document.ts';
import type { ShopOrder } from '../../src/domain/order/shop-order.ts';
import { delivery, fee, input, item, line, nameOf, order, settings, vat, wholeOrder } from './orders.ts';

interface Golden {
  readonly name: string;
  readonly order: ShopOrder;
  readonly more?: Partial<DocumentInput>;
  readonly type: 19 | 2;
  readonly payment: number;
  /** `item quantity price` */
  readonly lines: readonly string[];
  /** Net and VAT of the header, in cents. */
  readonly header: readonly [number, number];
}

const shirt = line('TB-M-GRN', '2', 2490);
const cup = line('CUP-01', '1', 960);
const kit = { ...line('KIT-1', '1', 2500), productType: 'bundle' };
const kitOrder = order(
  2980,
  'stripe',
  'paid',
  [kit, line('HNY', '1', 0), line('TEA', '2', 0)],
  delivery(480),
);

const golden: readonly Golden[] = [
  {
    name: 'G01 company, plain',
    order: order(6420, 'bwt', 'pending', [shirt, cup], delivery(480)),
    type: 19,
    payment: 2,
    lines: ['TB-M-GRN 2 24.90', 'CUP-01 1 9.60', '9001 1 4.80'],
    header: [5350, 1070],
  },
  {
    name: 'G02 coupon distributed into the order price, COD fee: neither discounted twice nor VAT added as a fee',
    order: order(
      5946,
      'cod',
      'pending',
      [
        { ...shirt, orderPrice: 2241 },
        { ...cup, orderPrice: 864 },
      ],
      {
        ...delivery(480),
        discounts: [wholeOrder('percent', '10')],
        taxes: [fee(120), vat('20', 991)],
      },
    ),
    type: 19,
    payment: 9,
    lines: ['TB-M-GRN 2 24.90', 'CUP-01 1 9.60', '9002 1 -5.94', '9001 1 4.80', '9003 1 1.20'],
    header: [4955, 991],
  },
  ...['10.00', '1000'].map((value): Golden => ({
    name: `G04 flat discount on the whole order, written ${value}`,
    order: order(5420, 'bwt', 'paid', [shirt, cup], {
      ...delivery(480),
      discounts: [wholeOrder('flat', value)],
    }),
    type: 2,
    payment: 2,
    lines: ['TB-M-GRN 2 24.90', 'CUP-01 1 9.60', '9002 1 -10.00', '9001 1 4.80'],
    header: [4517, 903],
  })),
  {
    name: 'G05 two VAT rates and one discount item: spread',
    order: order(4008, 'stripe', 'paid', [line('BOOK-1', '1', 2000, 1800), line('CUP-01', '2', 960, 864)], {
      ...delivery(480),
      discounts: [wholeOrder('percent', '10')],
    }),
    type: 2,
    payment: 3,
    lines: ['BOOK-1 1 18.00', 'CUP-01 2 8.64', '9001 1 4.80'],
    header: [3491, 517],
  },
  {
    name: "G08 9.99: the header's own rounding is not repaired",
    order: order(999, 'stripe', 'paid', [line('PEN-1', '1', 999)]),
    type: 2,
    payment: 3,
    lines: ['PEN-1 1 9.99'],
    header: [833, 167],
  },
  {
    name: 'G09a three for 10.00 without a discount: a rounding line',
    order: order(1000, 'bwt', 'paid', [line('BAT-3', '3', 333)]),
    type: 2,
    payment: 2,
    lines: ['BAT-3 3 3.33', '9003 1 0.01'],
    header: [833, 167],
  },
  {
    name: 'G09b a discount of the line belongs to the line: split a cent apart',
    order: order(1000, 'bwt', 'paid', [{ ...line('BAT-3', '3', 350, 333), id: '5' }], {
      discounts: [{ ...wholeOrder('flat', '0.50'), lineId: 5 }],
    }),
    type: 2,
    payment: 2,
    lines: ['BAT-3 2 3.33', 'BAT-3 1 3.34'],
    header: [833, 167],
  },
  {
    name: 'G09c the same discount on the whole order: a line of its own',
    order: order(1000, 'bwt', 'paid', [line('BAT-3', '3', 350, 333)], {
      discounts: [wholeOrder('flat', '0.50')],
    }),
    type: 2,
    payment: 2,
    lines: ['BAT-3 3 3.50', '9002 1 -0.50'],
    header: [833, 167],
  },
  {
    name: 'G11 fractional quantity: rounded once, no rounding line',
    order: order(1142, 'cod', 'pending', [line('CHS-KG', '0.350', 1890)], delivery(480)),
    type: 19,
    payment: 9,
    lines: ['CHS-KG 0.350 18.90', '9001 1 4.80'],
    header: [951, 190],
  },
  {
    name: 'G12 net shop',
    order: order(5580, 'cod', 'pending', [line('TB-M-GRN', '2', 2075)], {
      ...delivery(400),
      vatIncluded: false,
      taxes: [fee(100), vat('20', 930, 'additional')],
    }),
    type: 19,
    payment: 9,
    lines: ['TB-M-GRN 2 20.75', '9001 1 4.00', '9003 1 1.00'],
    header: [4650, 930],
  },
  {
    name: 'G22 bundle that is not linked: its parts carry the money',
    order: kitOrder,
    more: { partPrices: { 'sku:HNY': 1200, 'sku:TEA': 800 } },
    type: 2,
    payment: 3,
    lines: ['HNY 1 10.71', 'TEA 1 7.14', 'TEA 1 7.15', '9001 1 4.80'],
    header: [2483, 497],
  },
  {
    name: 'G22b linked bundle: the wrapper only',
    order: kitOrder,
    more: { items: { ...input(kitOrder).items, 'sku:KIT-1': item('KIT-1') } },
    type: 2,
    payment: 3,
    lines: ['KIT-1 1 25.00', '9001 1 4.80'],
    header: [2483, 497],
  },
  {
    name: 'G17 a personal number in the company field does not keep the order back',
    order: order(2970, 'cod', 'pending', [line('TB-M-GRN', '1', 2490)], delivery(480)),
    type: 19,
    payment: 9,
    lines: ['TB-M-GRN 1 24.90', '9001 1 4.80'],
    header: [2475, 495],
  },
  {
    name: 'G23 (1) the sale before the edit',
    order: order(5460, 'bwt', 'paid', [shirt], delivery(480)),
    type: 2,
    payment: 2,
    lines: ['TB-M-GRN 2 24.90', '9001 1 4.80'],
    header: [4550, 910],
  },
  {
    name: 'G23 (2) edited after the sale: the same document with all its lines',
    order: order(3930, 'bwt', 'paid', [line('TB-M-GRN', '1', 2490), cup], delivery(480)),
    more: { ledger: { known: true, sold: true } },
    type: 2,
    payment: 2,
    lines: ['TB-M-GRN 1 24.90', 'CUP-01 1 9.60', '9001 1 4.80'],
    header: [3275, 655],
  },
  {
    name: 'six-pack: base units by the ratio of the extra code',
    order: order(5940, 'bwt', 'paid', [line('WINE-6', '1', 5940)]),
    type: 2,
    payment: 2,
    lines: ['WINE-6 6 9.90'],
    header: [4950, 990],
  },
];

describe('golden orders', () => {
  it.each(golden)('$name', ({ order: shopOrder, more, type, payment, lines, header }) => {
    const wish = desiredDocument(input(shopOrder, more));
    if (wish.kind !== 'post') throw new Error(`not posted: ${JSON.stringify(wish)}`);
    expect(
      wish.document.lines.map((each) => `${nameOf(each.itemId)} ${each.quantity} ${each.price}`),
    ).toEqual(lines);
    expect([wish.document.type, wish.document.paymentTypeId, wish.document.objectId]).toEqual([
      type,
      payment,
      2,
    ]);
    expect([wish.header.net, wish.header.vat]).toEqual(header);
    expect(wish.document.pricesWithVat).toBe(shopOrder.vatIncluded);
  });

  it('G19 unmapped payment: a problem that names it, and the sale once it is mapped', () => {
    const shopOrder = order(3450, 'mokka', 'paid', [line('TB-M-GRN', '1', 2490), cup]);
    expect(desiredDocument(input(shopOrder))).toMatchObject({
      kind: 'blocked',
      problems: [{ code: 'payment_not_mapped', params: { provider: 'mokka' } }],
    });
    const mapped = { ...settings, paymentTypes: { ...settings.paymentTypes, mokka: 3 } };
    expect(desiredDocument(input(shopOrder, { settings: mapped }))).toMatchObject({
      kind: 'post',
      header: { net: 2875, vat: 575 },
    });
  });

  it('G22c bundle without visible parts: a problem', () => {
    expect(desiredDocument(input(order(2500, 'stripe', 'paid', [kit])))).toMatchObject({
      kind: 'blocked',
      problems: [{ code: 'bundle_without_parts' }],
    });
  });
});

describe('what decides the document', () => {
  const plain = (status: string, more: Partial<ShopOrder> = {}) =>
    order(5940, 'bwt', status, [shirt, cup], more);
  it.each([
    ['pending', {}, { known: false, sold: false }, 'order'],
    ['authorized', {}, { known: false, sold: false }, 'order'],
    ['order-custom', {}, { known: false, sold: false }, 'order'],
    ['paid', {}, { known: true, sold: false }, 'sale'],
    ['pending', { fulfilment: 'fulfilled' }, { known: true, sold: false }, 'sale'],
    ['cancelled', {}, { known: true, sold: false }, 'none'],
    ['timeouted', {}, { known: false, sold: false }, 'none'],
    ['refunded', {}, { known: true, sold: true }, 'return'],
    ['pending', {}, { known: true, sold: true }, 'keep'],
    ['disputed', {}, { known: true, sold: true }, 'keep'],
    ['pending', { addedAt: '2025-12-31 23:59:59' }, { known: false, sold: false }, 'none'],
    ['pending', { archivedAt: '2026-10-03' }, { known: false, sold: false }, 'none'],
    ['pending', { archivedAt: '2026-10-03' }, { known: true, sold: false }, 'order'],
  ])('%s %j with %j: %s', (status, more, ledger, expected) => {
    const wish = desiredDocument(input(plain(status, more), { ledger }));
    const found = wish.kind === 'post' ? (wish.document.type === 2 ? 'sale' : 'order') : wish.kind;
    expect(found).toBe(expected);
  });

  it.each([
    ['currency_mismatch', plain('paid', { currency: 'USD' })],
    ['total_mismatch', { ...plain('paid'), total: 5000 }],
    ['vat_rate_mismatch', plain('paid', { taxes: [vat('9', 490)] })],
    ['sku_not_matched', order(100, 'bwt', 'paid', [line('NOBODY', '1', 100)])],
  ])('%s: nothing is posted', (code, shopOrder) => {
    const wish = desiredDocument(input(shopOrder));
    expect(wish.kind).toBe('blocked');
    expect(wish.kind === 'blocked' && wish.problems.map((each) => each.code)).toContain(code);
  });
});
