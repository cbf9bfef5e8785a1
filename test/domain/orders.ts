import { type ConnectionSettings, defaultSettings } from '../../src/domain/connection/settings.ts';
import type { DocumentInput, Wish } from '../../src/domain/order/desired-document.ts';
import type { DocumentItem } from '../../src/domain/order/lines.ts';
import type { ShopDiscount, ShopLine, ShopOrder, ShopTax } from '../../src/domain/order/shop-order.ts';

const codes: Record<string, [itemId: number, rate: string]> = {
  'TB-M-GRN': [1, '20'],
  'CUP-01': [2, '20'],
  'BOOK-1': [3, '9'],
  'PEN-1': [4, '20'],
  'BAT-3': [5, '20'],
  'CHS-KG': [6, '20'],
  HNY: [7, '20'],
  TEA: [8, '20'],
  'KIT-1': [9, '20'],
  'WINE-6': [10, '20'],
};
const names = new Map(Object.entries(codes).map(([code, [itemId]]) => [itemId, code]));

export function item(code: string): DocumentItem {
  const [itemId, taxRate] = codes[code] ?? [0, '20'];
  return { itemId, taxRate, ratio: code === 'WINE-6' ? '6' : '1' };
}

export const settings: ConnectionSettings = {
  ...defaultSettings('2026-01-01'),
  objectId: 2,
  paymentTypes: { cod: 9, bwt: 2, stripe: 3 },
  serviceItems: { delivery: 9001, discount: 9002, fee: 9003 },
};

export function line(sku: string, quantity: string, price: number, orderPrice = price): ShopLine {
  return {
    id: sku,
    variantId: null,
    name: sku,
    sku,
    barcode: '',
    quantity,
    price,
    orderPrice,
    productType: null,
  };
}

export const vat = (rate: string, value: number, type = 'included'): ShopTax => ({
  name: `ДДС ${rate}%`,
  rate,
  value,
  type,
  isVat: true,
});
export const fee = (value: number): ShopTax => ({
  name: 'Такса',
  rate: null,
  value,
  type: null,
  isVat: false,
});
export const wholeOrder = (type: string, value: string): ShopDiscount => ({
  lineId: null,
  parentId: null,
  type,
  value,
});

export function order(
  total: number,
  provider: string,
  status: string,
  lines: readonly ShopLine[],
  more: Partial<ShopOrder> = {},
): ShopOrder {
  return {
    id: '10457',
    status,
    fulfilment: 'not_fulfilled',
    currency: 'EUR',
    vatIncluded: true,
    total,
    productsSubtotal: null,
    subtotal: null,
    lines,
    modifications: [],
    totals: [],
    discounts: [],
    taxes: [],
    payment: { provider, providerName: provider, status: 'pending' },
    shipping: null,
    shippingAddress: null,
    billingAddress: null,
    returnStatus: null,
    addedAt: '2026-10-02 10:00:00',
    archivedAt: null,
    ...more,
  };
}

export const delivery = (charged: number, insurance = 0) => ({
  shipping: { providerName: 'Еконт', charged, providerAmount: null, insurance },
});

/** Service items with their VAT in percent. */
export function service(rates: Readonly<Record<number, string>>): DocumentInput['serviceItems'] {
  return Object.fromEntries(
    Object.entries(rates).map(([itemId, taxRate]) => [
      itemId,
      { itemId: Number(itemId), taxRate, ratio: '1' },
    ]),
  );
}

export function input(shopOrder: ShopOrder, more: Partial<DocumentInput> = {}): DocumentInput {
  return {
    order: shopOrder,
    settings,
    warehouse: { currency: 'EUR', pricePrecision: 2, quantityPrecision: 3, isVatRegistered: true },
    items: Object.fromEntries(
      Object.keys(codes)
        .filter((code) => code !== 'KIT-1')
        .map((code) => [`sku:${code}`, item(code)]),
    ),
    partPrices: {},
    serviceItems: service({ 9001: '20', 9002: '20', 9003: '20' }),
    ledger: { known: false, sold: false },
    note: { number: '10457', courier: '', place: '', phone: '', remark: '' },
    ...more,
  };
}

/** Name of an item in the tests' tables. */
export function nameOf(itemId: number): string {
  return names.get(itemId) ?? String(itemId);
}

/** Lines of a posted document as `item quantity price`; what keeps it back, where there is none. */
export function linesOf(wish: Wish): string[] {
  if (wish.kind === 'none') return ['none'];
  if (wish.kind === 'return') return [`return: ${wish.by}`];
  if (wish.kind !== 'post') return wish.problems.map(({ code }) => code);
  return wish.document.lines.map((each) => `${nameOf(each.itemId)} ${each.quantity} ${each.price}`);
}
