import type { Desks, ShopOrder, WarehouseDocument } from './desks.ts';

/** An order of the story. */
export interface StoryOrder {
  readonly what: string;
  readonly order: object;
  /** What the merchant changes while the order waits. */
  readonly meanwhile?: { readonly action: string; readonly body?: object };
  readonly ends: 'sale' | 'nothing';
  /** More than the total must be right; says what was verified, or throws. */
  readonly verify?: (desks: Desks, order: ShopOrder, document: WarehouseDocument) => Promise<string>;
}

/** Orders of every kind that a shop has. */
export const STORY_ORDERS: readonly StoryOrder[] = [
  {
    what: 'company with ЕИК',
    order: { preset: 'company' },
    ends: 'sale',
    verify: (desks, _order, document) => verifyPartner(desks, document, { TaxID: '131468980' }),
  },
  {
    what: 'guest with e-mail',
    order: { preset: 'guest' },
    ends: 'sale',
    verify: (desks, _order, document) => verifyPartner(desks, document, { eMail: 'gost@example.com' }),
  },
  { what: 'coupon of 10 %', order: { preset: 'coupon' }, ends: 'sale' },
  { what: 'discount of 5.00 on the whole order', order: { preset: 'flat' }, ends: 'sale' },
  { what: 'delivery and cash-on-delivery fee', order: { preset: 'fee' }, ends: 'sale' },
  { what: 'book with 9 % VAT', order: { preset: 'book' }, ends: 'sale' },
  { what: '1.250 kg', order: { preset: 'fraction' }, ends: 'sale' },
  { what: 'two variants of one product', order: { preset: 'variant' }, ends: 'sale' },
  {
    what: 'edited before payment',
    order: { preset: 'guest' },
    meanwhile: { action: 'edit', body: { lines: { add: [{ sku: 'TB-M-GRN', quantity: 2 }] } } },
    ends: 'sale',
  },
  {
    what: 'cancelled',
    order: { preset: 'guest' },
    meanwhile: { action: 'cancel' },
    ends: 'nothing',
  },
];

async function verifyPartner(
  desks: Desks,
  { partnerId }: WarehouseDocument,
  wanted: { readonly TaxID?: string; readonly eMail?: string },
): Promise<string> {
  const partner = await desks.partner(partnerId);
  for (const [field, value] of Object.entries(wanted)) {
    const is = partner?.[field as 'TaxID' | 'eMail'];
    if (is !== value)
      throw new Error(`partner ${partnerId} of the warehouse has ${field} ${is}, expected ${value}`);
  }
  return `partner ${partner?.Name}`;
}
