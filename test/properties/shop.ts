import fc from 'fast-check';
import { type DocumentInput } from '../../src/domain/order/desired-document.ts';
import type { ShopDiscount, ShopLine, ShopOrder, ShopTax } from '../../src/domain/order/shop-order.ts';
import { fee, input, item, line, order, service, settings, vat, wholeOrder } from '../domain/orders.ts';

/** A decimal as an integer of 10^-9 units. */
export function scaled(text: string): bigint {
  const [integer = '0', decimals = ''] = text.replace('-', '').split('.');
  const digits = BigInt(integer + decimals.padEnd(9, '0'));
  return text.startsWith('-') ? -digits : digits;
}

/** Division rounded half away from zero. */
export function rounded(value: bigint, divisor: bigint): number {
  const absolute = value < 0n ? -value : value;
  const result = Number((2n * absolute + divisor) / (2n * divisor));
  return value < 0n ? -result : result;
}

const quantity = fc.oneof(
  fc.integer({ min: 1, max: 20 }).map(String),
  fc.integer({ min: 1, max: 9_999 }).map((n) => (n / 1000).toFixed(3)),
);

const choices = fc.record({
  lines: fc.array(
    fc.record({
      sku: fc.constantFrom('TB-M-GRN', 'CUP-01', 'BOOK-1', 'PEN-1', 'BAT-3', 'CHS-KG', 'WINE-6'),
      quantity,
      price: fc.oneof(
        { weight: 1, arbitrary: fc.constant(0) },
        { weight: 9, arbitrary: fc.integer({ min: 200, max: 50_000 }) },
      ),
      surcharge: fc.constantFrom(0, 0, 0, 100),
      ownDiscount: fc.constantFrom('none', 'none', 'none', 'percent', 'flat'),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  bundle: fc.constantFrom(false, false, true),
  vat: fc.constantFrom('gross', 'gross', 'gross', 'net', 'reverse_charge', 'not_registered'),
  currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'BGN'),
  discount: fc.constantFrom('none', 'none', 'percent', 'distributed', 'flat', 'total_row', 'modification'),
  percent: fc.constantFrom(5, 10, 33),
  flatUnit: fc.constantFrom('major', 'minor'),
  surcharges: fc.constantFrom('inside', 'beside'),
  shipping: fc.oneof(
    { weight: 1, arbitrary: fc.constant(0) },
    { weight: 4, arbitrary: fc.integer({ min: 200, max: 2_000 }) },
  ),
  chargeIn: fc.constantFrom('charged', 'charged', 'total_row', 'courier'),
  insurance: fc.constantFrom('none', 'none', 'beside', 'inside'),
  fees: fc.constantFrom('none', 'tax_rows', 'total_rows', 'both'),
  taxRows: fc.constantFrom('said', 'unsaid', 'absent'),
  rounding: fc.constantFrom(0, 0, 0, 1, -1),
  status: fc.constantFrom('pending', 'paid'),
});

/** What was chosen for an order. */
export type Choices = typeof choices extends fc.Arbitrary<infer T> ? T : never;

/** An order whose total follows from its parts, as the shop computes it, and how the shop does so. */
export const consistentOrder = choices.map((chosen) => ({ chosen, order: shopOrder(chosen) }));

/** Rates of the test items in percent. */
const rateOfSku = (sku: string): number => (sku === 'BOOK-1' ? 9 : 20);

function shopOrder(chosen: Choices): ShopOrder {
  const cut = (price: number): number =>
    chosen.discount === 'distributed' ? Math.round((price * (100 - chosen.percent)) / 100) : price;
  const discounts: ShopDiscount[] = [];
  const flat = (minor: number): string =>
    chosen.flatUnit === 'minor' ? String(minor) : (minor / 100).toFixed(2);
  const lines: ShopLine[] = [];
  /** Exact charge of each line before the discount on the whole order, 10^-9 minor units. */
  const charges: bigint[] = [];
  chosen.lines.forEach((wanted, index) => {
    const id = String(index + 1);
    const surcharge = wanted.price === 0 ? 0 : wanted.surcharge;
    const unit = wanted.price + (chosen.surcharges === 'beside' ? surcharge : 0);
    const full = scaled(wanted.quantity) * BigInt(cut(unit));
    lines.push({
      ...line(wanted.sku, wanted.quantity, wanted.price, cut(unit) - (unit - wanted.price)),
      id,
      surcharge,
    });
    const own = rounded(full, 10n ** 10n) < 100 ? 'none' : wanted.ownDiscount;
    if (own === 'percent') {
      discounts.push({ ...wholeOrder('percent', '20'), lineId: index + 1 });
      charges.push((full * 80n) / 100n);
    } else if (own === 'flat') {
      discounts.push({ ...wholeOrder('flat', flat(7)), lineId: index + 1 });
      charges.push(full - 7n * 10n ** 9n);
    } else charges.push(full);
  });
  if (chosen.bundle) {
    const kit = { ...line('KIT-1', '1', 2500, cut(2500)), productType: 'bundle' };
    lines.push(kit, line('HNY', '1', 0), line('TEA', '2', 0));
    charges.push(BigInt(cut(2500)) * 10n ** 9n);
  }
  const before = rounded(
    charges.reduce((all, each) => all + each, 0n),
    10n ** 9n,
  );
  const off = discountOf(chosen, before);
  if (chosen.discount === 'percent' || chosen.discount === 'distributed')
    discounts.push(wholeOrder('percent', String(chosen.percent)));
  if (chosen.discount === 'flat') discounts.push(wholeOrder('flat', flat(off)));
  return priced(chosen, {
    lines,
    discounts,
    charges,
    goods: Math.max(0, before - off + chosen.rounding),
    off,
  });
}

/** A discount on the whole order that the line prices do not hold yet. */
function discountOf({ discount, percent }: Choices, before: number): number {
  if (discount === 'percent') return Math.round((before * percent) / 100);
  return ['flat', 'total_row', 'modification'].includes(discount) ? Math.min(before, 500) : 0;
}

interface Goods {
  readonly lines: readonly ShopLine[];
  readonly discounts: readonly ShopDiscount[];
  readonly charges: readonly bigint[];
  readonly goods: number;
  readonly off: number;
}

function priced(chosen: Choices, { lines, discounts, charges, goods, off }: Goods): ShopOrder {
  const insured = chosen.insurance === 'none' ? 0 : 35;
  const shipping = chosen.insurance === 'inside' ? Math.max(chosen.shipping, insured) : chosen.shipping;
  const delivery = shipping + (chosen.insurance === 'beside' ? insured : 0);
  const fees = chosen.fees === 'none' ? 0 : chosen.fees === 'both' ? 170 : 120;
  const subtotal = goods + delivery + fees;
  const owes = chosen.vat === 'gross' || chosen.vat === 'net';
  const rows =
    owes && (chosen.vat === 'net' || chosen.taxRows !== 'absent')
      ? vatRows(chosen, charges, goods, delivery + fees)
      : [];
  const onTop = chosen.vat === 'net' ? rows.reduce((all, row) => all + row.value, 0) : 0;
  const taxes = [...rows, ...(chosen.fees === 'tax_rows' || chosen.fees === 'both' ? [fee(120)] : [])];
  const totals = [
    ...(chosen.fees === 'total_rows' ? [{ code: 'cod_fee', title: 'Такса', value: 120 }] : []),
    ...(chosen.fees === 'both' ? [{ code: 'gift_wrap', title: 'Опаковка', value: 50 }] : []),
    ...(chosen.discount === 'total_row' ? [{ code: 'discount', title: 'Отстъпка', value: -off }] : []),
    ...(chosen.chargeIn === 'total_row' ? [{ code: 'shipping', title: 'Доставка', value: shipping }] : []),
  ];
  return order(subtotal + onTop, 'bwt', chosen.status, lines, {
    currency: chosen.currency,
    vatIncluded: chosen.vat !== 'net',
    discounts,
    taxes: chosen.taxRows === 'unsaid' ? taxes.map((row) => ({ ...row, isVat: null })) : taxes,
    totals,
    modifications:
      chosen.discount === 'modification'
        ? [{ name: 'Правило', type: 'cart_rule', value: -off, quantity: '1' }]
        : [],
    shipping: {
      providerName: 'Еконт',
      charged: chosen.chargeIn === 'charged' ? shipping : null,
      providerAmount: chosen.chargeIn === 'courier' ? shipping : null,
      insurance: insured,
    },
    ...(chosen.vat === 'reverse_charge'
      ? {
          shippingAddress: { countryIso2: 'DE' },
          billingAddress: { countryIso2: 'DE', companyVat: 'DE811128135' },
        }
      : {}),
  });
}

/** One row per rate; services at the standard rate. The discount is shared by what the lines cost. */
function vatRows(
  { lines, bundle, vat: mode }: Choices,
  charges: readonly bigint[],
  goods: number,
  services: number,
): ShopTax[] {
  const sums = new Map([[20, BigInt(services)]]);
  const all = charges.reduce((total, each) => total + each, 0n) || 1n;
  const rates = [...lines.map(({ sku }) => rateOfSku(sku)), ...(bundle ? [20] : [])];
  charges.forEach((charge, index) => {
    const rate = rates[index] ?? 20;
    const share = BigInt(rounded(charge * BigInt(goods) * 1000n, all));
    sums.set(rate, (sums.get(rate) ?? 0n) + share / 1000n);
  });
  return [...sums].map(([rate, amount]) =>
    vat(
      String(rate),
      mode === 'net'
        ? rounded(amount * BigInt(rate), 100n)
        : rounded(amount * BigInt(rate), BigInt(100 + rate)),
      mode === 'net' ? 'additional' : 'included',
    ),
  );
}

/** Choices of a merchant, with everything mapped. */
export const merchantInput = fc
  .record({
    discountMode: fc.constantFrom('own_line', 'spread'),
    negativeLines: fc.constantFrom('price', 'quantity', 'refused'),
    fiscal: fc.boolean(),
    perRate: fc.boolean(),
    ownRounding: fc.boolean(),
  })
  .map(({ discountMode, negativeLines, fiscal, perRate, ownRounding }): Partial<DocumentInput> => {
    const { items } = input(order(0, '', '', []));
    const serviceItems = {
      ...settings.serviceItems,
      rounding: ownRounding ? 9004 : null,
      ...(perRate ? { byRate: { discount: { '9': 9012 }, delivery: { '9': 9011 } } } : {}),
    };
    return {
      settings: {
        ...settings,
        discountMode,
        negativeLines,
        fiscalPaymentTypes: fiscal ? [2] : [],
        serviceItems,
        convertBgn: true,
        vatMismatch: 'warn',
      },
      items: { ...items, 'sku:WINE-6': item('WINE-6') },
      partPrices: { 'sku:HNY': 1200, 'sku:TEA': 800 },
      serviceItems: service({ 9001: '20', 9002: '20', 9003: '20', 9004: '20', 9011: '9', 9012: '9' }),
    };
  });
