import { describe, expect, it } from 'vitest';
import { startShop } from './shop.ts';

const INCLUDE =
  'products,payment,discounts,modifications,totals,taxes,shipping.provider,shipping-address,billing-address';

/** What the shop has to show of a golden order; money in cents. */
interface Golden {
  readonly total: number;
  readonly vat: readonly (readonly [rate: number, value: number])[];
  /** SKU, quantity, price, order_price. */
  readonly lines: readonly (readonly [string, number, number, number])[];
  /** discount_type, type_value as the API writes it, belongs to the whole order. */
  readonly discounts?: readonly (readonly [string, number, boolean])[];
  readonly fees?: readonly number[];
  readonly shipping: string;
  readonly payment: string;
  readonly status: 'pending' | 'paid';
  readonly email: string;
  /** ЕИК, VAT number and МОЛ of the billing address. */
  readonly company?: readonly [string, string, string];
}

const COMPANY = ['123456786', 'BG123456786', 'Мария Колева'] as const;
const BUYER = { email: 'maria.koleva@example.com', company: COMPANY };
const GUEST = { email: 'ivan@example.com' };
const SHIRTS = ['TB-M-GRN', 2, 2490, 2490] as const;
const CUP = ['CUP-01', 1, 960, 960] as const;
const KIT: Omit<Golden, 'lines'> = {
  ...{ total: 2980, vat: [[20, 497]], shipping: '4.80', payment: 'stripe', status: 'paid', ...GUEST },
};
const KIT_LINES = [
  ['KIT-1', 1, 2500, 2500],
  ['HNY', 1, 0, 0],
  ['TEA', 2, 0, 0],
] as const;
const THREE: Omit<Golden, 'lines'> = {
  ...{ total: 1000, vat: [[20, 167]], shipping: '0.00', payment: 'bwt', status: 'paid', ...GUEST },
};

const GOLDEN: Readonly<Record<string, Golden>> = {
  G01: {
    ...{ total: 6420, vat: [[20, 1070]], lines: [SHIRTS, CUP], shipping: '4.80', payment: 'bwt' },
    ...{ status: 'pending', ...BUYER },
  },
  G02: {
    ...{ total: 5946, vat: [[20, 991]], shipping: '4.80', payment: 'cod', status: 'pending', ...BUYER },
    lines: [
      ['TB-M-GRN', 2, 2490, 2241],
      ['CUP-01', 1, 960, 864],
    ],
    discounts: [['percent', 10, true]],
    fees: [120],
  },
  G04: {
    ...{ total: 5420, vat: [[20, 903]], lines: [SHIRTS, CUP], shipping: '4.80', payment: 'bwt' },
    ...{ status: 'paid', discounts: [['flat', 10, true]], ...GUEST },
  },
  G05: {
    total: 4008,
    vat: [
      [9, 149],
      [20, 368],
    ],
    lines: [
      ['BOOK-1', 1, 2000, 1800],
      ['CUP-01', 2, 960, 864],
    ],
    ...{ discounts: [['percent', 10, true]], shipping: '4.80', payment: 'stripe', status: 'paid', ...GUEST },
  },
  G08: {
    ...{ total: 999, vat: [[20, 167]], lines: [['PEN-1', 1, 999, 999]], shipping: '0.00', payment: 'stripe' },
    ...{ status: 'paid', ...GUEST },
  },
  G09a: { ...THREE, lines: [['BAT-3', 3, 333, 333]] },
  G09b: { ...THREE, lines: [['BAT-3', 3, 350, 333]], discounts: [['flat', 0.5, false]] },
  G09c: { ...THREE, lines: [['BAT-3', 3, 350, 333]], discounts: [['flat', 0.5, true]] },
  G11: {
    ...{ total: 1142, vat: [[20, 190]], lines: [['CHS-KG', 0.35, 1890, 1890]], shipping: '4.80' },
    ...{ payment: 'cod', status: 'pending', ...GUEST },
  },
  G12: {
    ...{ total: 5580, vat: [[20, 930]], lines: [['TB-M-GRN', 2, 2075, 2075]], shipping: '4.00' },
    ...{ fees: [100], payment: 'cod', status: 'pending', ...BUYER },
  },
  G17: {
    ...{ total: 2970, vat: [[20, 495]], lines: [['TB-M-GRN', 1, 2490, 2490]], shipping: '4.80' },
    ...{ payment: 'cod', status: 'pending', email: 'petya@example.com' },
    company: ['7523169263', 'BG7523169263', ''],
  },
  G19: {
    ...{ total: 3450, vat: [[20, 575]], lines: [['TB-M-GRN', 1, 2490, 2490], CUP], shipping: '0.00' },
    ...{ payment: 'mokka', status: 'paid', ...GUEST },
  },
  G22: { ...KIT, lines: KIT_LINES },
  G22b: { ...KIT, lines: KIT_LINES },
  G22c: { ...KIT, lines: KIT_LINES.slice(0, 1) },
  G23: {
    ...{ total: 5460, vat: [[20, 910]], lines: [SHIRTS], shipping: '4.80', payment: 'bwt', status: 'paid' },
    ...GUEST,
  },
};

interface Part {
  readonly type: string;
  readonly attributes: Record<string, unknown>;
}

describe('presets', () => {
  it.each(Object.entries(GOLDEN))('places %s with exactly its numbers', async (preset, golden) => {
    const shop = await startShop();
    const id = await shop.place({ preset });
    const { body } = await shop.api('GET', `orders/${id}?include=${INCLUDE}`);
    const { attributes } = body.data;
    const of = (type: string): Record<string, unknown>[] =>
      (body.included as Part[]).filter((each) => each.type === type).map(({ attributes }) => attributes);
    const vat = of('order-tax').filter((row) => row['vat'] === 'yes');
    const fees = of('order-tax').filter((row) => row['vat'] === 'no');
    const [billing] = of('order-billing-address');
    expect({
      total: attributes.price_total,
      vat: vat.map((row) => [row['rate'], row['value']]),
      lines: of('order-products').map((row) => [
        ...[row['sku'], row['quantity'], row['price'], row['order_price']],
      ]),
      discounts: of('order-discount').map((row) => [
        ...[row['discount_type'], row['type_value'], row['order_product_id'] === null],
      ]),
      fees: fees.map((row) => row['value']),
      shipping: of('order-shipping')[0]?.['order_amount_input'],
      payment: of('order-payment')[0]?.['provider'],
      status: attributes.status,
      email: attributes.customer_email,
      ...(billing && {
        company: [
          ...[billing['company_registration_number'], billing['company_vat'], billing['company_person']],
        ],
      }),
    }).toEqual({ discounts: [], fees: [], ...golden });
    expect(vat.every((row) => row['type'] === (preset === 'G12' ? 'additional' : 'included'))).toBe(true);
    expect(attributes.vat_included).toBe(preset === 'G12' ? 'no' : 'yes');
    expect(of('order-payment')[0]?.['amount']).toBe(golden.total);
    const grand = of('order-total').find((row) => row['code'] === 'grand_total');
    expect(grand?.['value']).toBe(golden.total);
  });

  it('has every golden order', async () => {
    const shop = await startShop();
    const { body } = await shop.control('GET', '/presets');
    const names = body.presets.map(({ name }: { name: string }) => name);
    expect(names.filter((name: string) => name.startsWith('G'))).toEqual(Object.keys(GOLDEN));
  });

  it('leads G23 through its steps: edited after it was paid, then refunded', async () => {
    const shop = await startShop();
    const { body } = await shop.control('GET', '/presets');
    const { steps } = body.presets.find(({ name }: { name: string }) => name === 'G23');
    const id = await shop.place({ preset: 'G23' });
    const seen: unknown[] = [];
    for (const { action, body, total } of steps) {
      const { body: after } = await shop.control('POST', `/orders/${id}/${action}`, body);
      expect(after.total).toBe(total);
      const tax = (await shop.api('GET', `orders/${id}/taxes`)).body.data[0].attributes.value;
      seen.push([after.status, after.total, tax, after.lines.map(({ sku }: { sku: string }) => sku)]);
    }
    expect(seen).toEqual([
      ['paid', 3930, 655, ['TB-M-GRN', 'CUP-01']],
      ['refunded', 3930, 655, ['TB-M-GRN', 'CUP-01']],
    ]);
  });

  it('describes each preset with the total that it reaches', async () => {
    const shop = await startShop();
    const { body } = await shop.control('GET', '/presets');
    for (const { name, expected } of body.presets as { name: string; expected: { total: number } }[]) {
      const placed = await shop.control('POST', '/orders', { preset: name });
      expect([name, placed.body.total]).toEqual([name, expected.total]);
    }
  });

  it('writes G02 in the raw form of the documentation', async () => {
    const shop = await startShop();
    const id = await shop.place({ preset: 'G02' });
    const { body } = await shop.api('GET', `orders/${id}?include=${INCLUDE}`);
    const included = body.included as Part[];
    const of = (type: string): Record<string, unknown>[] =>
      included.filter((each) => each.type === type).map(({ attributes }) => attributes);
    expect(of('order-products').map(({ sku, price, order_price }) => [sku, price, order_price])).toEqual([
      ['TB-M-GRN', 2490, 2241],
      ['CUP-01', 960, 864],
    ]);
    expect(of('order-discount')).toMatchObject([
      { code: 'AVG10', discount_type: 'percent', type_value: 10, order_product_id: null },
    ]);
    expect(of('order-tax')).toMatchObject([
      { name: 'Такса наложен платеж', value: 120, vat: 'no' },
      { name: 'ДДС 20%', value: 991, type: 'included' },
    ]);
    expect(of('order-shipping')).toMatchObject([
      { order_amount_input: '4.80', order_amount_formatted: '4.80 EUR', order_has_insurance: 'no' },
    ]);
    expect(of('order-billing-address')).toMatchObject([
      {
        company_registration_number: '123456786',
        company_vat: 'BG123456786',
        company_person: 'Мария Колева',
      },
    ]);
    expect(body.data.relationships['billing-address'].data).toEqual({
      type: 'order-billing-address',
      id: String(id),
    });
  });

  it('shows a flat discount in major units, or in cents when switched (U-23)', async () => {
    const shop = await startShop();
    const id = await shop.place({ preset: 'G04' });
    const read = async () =>
      (await shop.api('GET', `order-discount?filter[order_id]=${id}`)).body.data[0].attributes.type_value;
    expect(await read()).toBe(10);
    await shop.switches({ discountValueUnit: 'cents' });
    expect(await read()).toBe(1000);
  });

  it('shows a bundle as wrapper and zero-priced children, or as one line when switched (U-49)', async () => {
    const shop = await startShop();
    const lines = async (preset?: string): Promise<unknown[]> => {
      const order = { lines: [{ sku: 'KIT-1', price: '25.00' }] };
      const id = await shop.place(preset === undefined ? order : { preset });
      const { body } = await shop.api('GET', `order-products?filter[order_id]=${id}`);
      return (body.data as Part[]).map(({ attributes }) => [
        attributes['sku'],
        attributes['quantity'],
        attributes['price'],
      ]);
    };
    expect(await lines()).toEqual([
      ['KIT-1', 1, 2500],
      ['HNY', 1, 0],
      ['TEA', 2, 0],
    ]);
    await shop.switches({ bundleLines: 'single' });
    expect(await lines()).toEqual([['KIT-1', 1, 2500]]);
    expect(await lines('G22c')).toEqual([['KIT-1', 1, 2500]]);
    expect(await lines('G22b')).toHaveLength(3);
  });

  it('lays overrides over the computed attributes', async () => {
    const shop = await startShop();
    const overrides = { order: { price_total: 77, note_customer: 'x' }, taxes: [{ value: 1 }] };
    const id = await shop.place({ preset: 'G01', overrides });
    expect(await shop.order(id)).toMatchObject({ price_total: 77, note_customer: 'x' });
  });

  it('refuses an unknown SKU and says which presets there are', async () => {
    const shop = await startShop();
    expect((await shop.control('POST', '/orders', { lines: [{ sku: 'NONE' }] })).status).toBe(422);
    const { status, body } = await shop.control('POST', '/orders', { preset: 'NONE' });
    expect(status).toBe(422);
    expect(body.known).toContain('G01');
  });
});
