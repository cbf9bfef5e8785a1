import { archive, convertOrder, partialReturn, pay, refund, ship, syncCod } from '../orders/actions.ts';
import { editOrder } from '../orders/edit.ts';
import type { PlaceInput } from '../orders/place-input.ts';
import { placeOrder } from '../orders/place.ts';
import { presetInput } from '../orders/presets.ts';
import { changeStatus } from '../orders/status.ts';
import type { Shop } from '../shop.ts';
import type { OrderRow } from '../store/order-rows.ts';
import { PEOPLE, type SeedPerson } from './customers.ts';

const HOUR = 3_600_000;
const FIRST = Date.UTC(2026, 7, 3, 7, 12, 40);

/** An order of the past, and what happened to it since. */
interface SeedOrder {
  readonly order: PlaceInput;
  readonly after?: (shop: Shop, order: OrderRow) => unknown;
}

function person(index: number): Pick<PlaceInput, 'customer' | 'billing' | 'shippingAddress'> {
  const each = PEOPLE[index] as SeedPerson;
  const { company } = each;
  return {
    customer: { email: each.email, firstName: each.firstName, lastName: each.lastName, phone: each.phone },
    shippingAddress: { city: each.city, postCode: each.postCode, street: each.street, number: each.number },
    ...(company === undefined
      ? {}
      : {
          billing: {
            company: company.name,
            eik: company.eik,
            vat: company.vat,
            mol: company.mol,
            city: each.city,
          },
        }),
  };
}

const preset = (name: string): PlaceInput => presetInput(name) as PlaceInput;
const econt = { provider: 'econt', price: '4.80' } as const;
const speedy = { provider: 'speedy', price: '6.20' } as const;

const shippedCod = (shop: Shop, { id }: OrderRow): unknown => ship(shop, id, undefined);
const collected = (shop: Shop, { id }: OrderRow): unknown => (
  ship(shop, id, undefined),
  syncCod(shop, id, undefined)
);
const paidAndShipped = (shop: Shop, { id }: OrderRow): unknown => (pay(shop, id), ship(shop, id, undefined));

/** Plain business of a month, by which the special cases are surrounded. */
const ORDINARY: readonly SeedOrder[] = [
  {
    order: { ...person(1), lines: [{ sku: 'TB-L-GRN' }], shipping: speedy, payment: 'cod' },
    after: collected,
  },
  {
    order: { ...person(3), lines: [{ sku: 'HNY', quantity: 2 }], shipping: econt, payment: 'cod' },
    after: collected,
  },
  {
    order: { ...person(4), lines: [{ sku: 'WINE', quantity: 6 }], shipping: econt, payment: 'bwt' },
    after: paidAndShipped,
  },
  {
    order: { ...person(2), lines: [{ sku: 'SCR-440', quantity: 200 }], shipping: econt, payment: 'bwt' },
    after: paidAndShipped,
  },
  { order: preset('guest'), after: collected },
  {
    order: {
      ...person(1),
      lines: [{ sku: 'MUG-2' }, { sku: 'TEA', quantity: 3 }],
      shipping: econt,
      payment: 'stripe',
    },
    after: paidAndShipped,
  },
  { order: preset('book'), after: paidAndShipped },
  {
    order: {
      ...person(0),
      lines: [
        { sku: 'BOX', quantity: 20 },
        { sku: 'JAR', quantity: 40 },
      ],
      shipping: speedy,
      payment: 'bwt',
    },
    after: paidAndShipped,
  },
  {
    order: { ...person(4), lines: [{ sku: 'PEN-1', quantity: 10 }], shipping: econt, payment: 'cod' },
    after: collected,
  },
  { order: preset('fraction'), after: collected },
];

/** One order for every special case of the guide (CloudCart API 10, seed data). */
const SPECIAL: readonly SeedOrder[] = [
  { order: preset('G02') },
  { order: { ...person(2), lines: [{ sku: 'CUP-01', quantity: 6 }], shipping: econt, payment: 'bwt' } },
  { order: preset('card'), after: (shop, { id }) => pay(shop, id, 'gateway') },
  { order: preset('card') },
  { order: preset('coupon'), after: shippedCod },
  { order: preset('flat') },
  { order: preset('freeShipping') },
  { order: preset('fee') },
  { order: preset('G17') },
  { order: preset('G22') },
  {
    order: preset('variant'),
    after: (shop, { id }) => changeStatus(shop, id, 'order-za-utochniavane', 'merchant'),
  },
  {
    order: { ...person(1), lines: [{ sku: 'TB-M-GRN', quantity: 2 }], shipping: econt, payment: 'cod' },
    after: (shop, { id }) =>
      editOrder(shop, id, {
        lines: { change: [{ line: 'TB-M-GRN', quantity: 1 }], add: [{ sku: 'CUP-01' }] },
      }),
  },
  { order: preset('guest'), after: (shop, { id }) => changeStatus(shop, id, 'cancelled', 'merchant') },
  { order: preset('G23'), after: (shop, { id }) => refund(shop, id, undefined) },
  {
    order: {
      ...person(3),
      lines: [{ sku: 'TEA', quantity: 4 }],
      shipping: econt,
      payment: 'bwt',
      status: 'paid',
    },
    after: (shop, order) => partialReturn(shop, order.id, []),
  },
  {
    order: { ...person(4), lines: [{ sku: 'HNY' }], shipping: econt, payment: 'bwt' },
    after: (shop, { id }) => (paidAndShipped(shop, shop.db.tables.orders.need(id)), archive(shop, id, true)),
  },
  {
    order: {
      ...person(0),
      currency: 'BGN',
      lines: [{ sku: 'TB-M-GRN', price: '48.70' }],
      shipping: econt,
      payment: 'cod',
      placedAt: Date.UTC(2025, 10, 28, 8, 30),
    },
  },
  {
    order: {
      ...person(1),
      currency: 'BGN',
      lines: [{ sku: 'CUP-01', price: '18.78' }],
      shipping: econt,
      payment: 'bwt',
      placedAt: Date.UTC(2025, 11, 9, 12),
    },
    after: (shop, { id }) => convertOrder(shop, id),
  },
  {
    order: {
      ...person(2),
      lines: [{ sku: 'WINE-6' }],
      shipping: speedy,
      payment: 'stripe',
      status: 'authorized',
    },
  },
  { order: { ...person(3), lines: [{ sku: 'GIFT-50' }], shipping: null, payment: 'stripe', status: 'paid' } },
  {
    order: {
      ...person(4),
      lines: [{ sku: 'BOX', quantity: 5 }],
      shipping: econt,
      payment: 'cod',
      draft: true,
    },
  },
];

/** Orders that were there before anybody connected; some hours apart, all before the month the demo begins. */
export function seedOrders(shop: Shop): void {
  const emit = shop.emit;
  shop.emit = () => undefined;
  const history = [...ORDINARY, ...SPECIAL];
  for (const [index, { order, after }] of history.entries()) {
    const placedAt = order.placedAt ?? FIRST + index * 11 * HOUR;
    const placed = placeOrder(shop, { ...order, placedAt });
    after?.(shop, placed);
    shop.db.tables.orders.update(placed.id, { updated_at: placedAt + 2 * HOUR });
  }
  for (const { id } of shop.db.tables.products.all())
    shop.db.tables.products.update(id, { date_modified: FIRST + history.length * 11 * HOUR });
  shop.emit = emit;
}
