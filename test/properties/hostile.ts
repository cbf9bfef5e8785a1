import fc from 'fast-check';
import type { ConnectionSettings } from '../../src/domain/connection/settings.ts';
import { line, order, settings } from '../domain/orders.ts';

const amount = fc.oneof(
  fc.integer({ min: -100, max: 10_000 }),
  fc.constantFrom(
    0,
    -1,
    0.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.MAX_SAFE_INTEGER,
    -(2 ** 53),
    1e300,
  ),
);
const decimal = fc.constantFrom(
  '0',
  '',
  'x',
  'NaN',
  '-1',
  '1e9',
  '0.001',
  '99999999999999999999',
  '0.3333333333',
);
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', '{number}', '7523169263'),
);
const id = fc.constantFrom('1', '1', '2', '', 'x');

/** Anything that the type accepts, however little sense it makes. */
export const arbitraryOrder = fc
  .record({
    total: fc.oneof(fc.integer({ min: -1_000, max: 1_000_000 }), amount),
    lines: fc.array(
      fc.record({
        id,
        sku: fc.constantFrom('TB-M-GRN', 'BOOK-1', 'KIT-1', 'WINE-6', 'nothing', '', '__proto__'),
        variantId: fc.constantFrom(null, null, 7),
        quantity: fc.oneof(fc.nat(100).map(String), decimal),
        price: amount,
        orderPrice: amount,
        productType: fc.constantFrom(null, 'bundle', 'simple'),
        surcharge: fc.constantFrom(0, 0, 150, Number.NaN),
        taxRate: fc.constantFrom('20', '9', '-100', 'x'),
      }),
      { maxLength: 5 },
    ),
    discounts: fc.array(
      fc.record({
        id,
        lineId: fc.constantFrom(null, 1, 2),
        parentId: fc.constantFrom(null, 1, 7),
        type: fc.constantFrom(
          'flat',
          'percent',
          'shipping',
          'fixed',
          'payment-flat-x',
          'payment-x',
          'unheard',
        ),
        value: fc.oneof(fc.constantFrom(null, '10', '-3', '99999'), decimal),
      }),
      { maxLength: 3 },
    ),
    taxes: fc.array(
      fc.record({
        name: text,
        rate: fc.constantFrom(null, '20', '9', '0', '-100', 'x'),
        value: amount,
        type: fc.constantFrom(null, 'included', 'additional'),
        isVat: fc.constantFrom(null, true, false),
      }),
      { maxLength: 3 },
    ),
    totals: fc.array(
      fc.record({
        code: fc.constantFrom('subtotal', 'shipping', 'discount', 'cod_fee', '', '__proto__'),
        title: text,
        value: amount,
      }),
      { maxLength: 3 },
    ),
    modifications: fc.array(
      fc.record({ name: text, type: text, value: amount, quantity: fc.oneof(fc.constant(null), decimal) }),
      { maxLength: 2 },
    ),
    payment: fc.constantFrom(
      null,
      { provider: 'bwt', providerName: 'bwt', status: 'pending' },
      { provider: 'constructor', providerName: '', status: 'x' },
    ),
    shipping: fc.constantFrom(
      null,
      { providerName: 'x', charged: null, providerAmount: 480, insurance: 35 },
      { providerName: 'x', charged: 480, providerAmount: null, insurance: -35 },
      { providerName: 'x', charged: Number.NaN, providerAmount: null, insurance: 0 },
      { providerName: 'x', charged: 480, providerAmount: 520, insurance: 35 },
    ),
    subtotal: fc.constantFrom(null, 0, Number.NaN, 2490),
    vatIncluded: fc.constantFrom(null, true, false),
    status: fc.constantFrom('pending', 'paid', 'cancelled', 'disputed', 'order-x', '', 'constructor'),
    currency: fc.constantFrom(null, 'EUR', 'BGN', 'x'),
    country: fc.constantFrom('', 'BG', 'DE', 'CH', 'xx'),
    companyVat: fc.constantFrom('', 'DE811128135', 'BG7523169263', 'x'),
  })
  .map(({ total, lines, status, country, companyVat, ...more }) =>
    order(
      total,
      'bwt',
      status,
      lines.map((each) => ({ ...line(each.sku, '1', 0), ...each })),
      {
        ...more,
        shippingAddress: { countryIso2: country },
        billingAddress: { countryIso2: country, companyVat },
      },
    ),
  );

/** Choices of a merchant, sensible and not. */
export const arbitrarySettings = fc
  .record({
    discountMode: fc.constantFrom('own_line', 'spread'),
    negativeLines: fc.constantFrom('price', 'quantity', 'refused'),
    vatMismatch: fc.constantFrom('block', 'warn'),
    convertBgn: fc.boolean(),
    readingHint: fc.constantFrom(null, '', '=;=', 'insurance=inside', 'fees=both|total_rows;flat=minor'),
    noteFormat: fc.oneof(fc.constant('{number}'), text),
    fiscalPaymentTypes: fc.constantFrom([], [2]),
    rounding: fc.constantFrom(null, 9003, 4711),
  })
  .map(({ rounding, ...chosen }): ConnectionSettings => ({
    ...settings,
    ...chosen,
    serviceItems: { ...settings.serviceItems, rounding },
  }));
