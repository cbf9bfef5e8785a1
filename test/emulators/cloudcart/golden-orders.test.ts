import { describe, expect, it } from 'vitest';
import { startShop } from './shop.ts';

const INCLUDE =
  'products,payment,discounts,modifications,totals,taxes,shipping.provider,shipping-address,billing-address';

/** Totals in cents, and VAT rows, as the shop has to show them. */
const GOLDEN: Record<string, readonly [total: number, vat: readonly (readonly [number, number])[]]> = {
  G01: [6420, [[20, 1070]]],
  G02: [5946, [[20, 991]]],
  G04: [5420, [[20, 903]]],
  G05: [
    4008,
    [
      [9, 149],
      [20, 368],
    ],
  ],
  G08: [999, [[20, 167]]],
  G09a: [1000, [[20, 167]]],
  G09b: [1000, [[20, 167]]],
  G09c: [1000, [[20, 167]]],
  G11: [1142, [[20, 190]]],
  G12: [5580, [[20, 930]]],
  G17: [2970, [[20, 495]]],
  G19: [3450, [[20, 575]]],
  G22: [2980, [[20, 497]]],
  G23: [5460, [[20, 910]]],
};

interface Part {
  readonly type: string;
  readonly attributes: Record<string, unknown>;
}

describe('presets', () => {
  it('reaches the total of every golden order to the cent, in REST and in the delivery', async () => {
    const shop = await startShop();
    for (const [preset, [total, vat]] of Object.entries(GOLDEN)) {
      const id = await shop.place({ preset });
      const { body } = await shop.api('GET', `orders/${id}?include=${INCLUDE}`);
      const { attributes } = body.data;
      expect([preset, attributes.price_total, attributes.total]).toEqual([preset, total, total]);
      const rows = (body.included as Part[])
        .filter(({ type, attributes }) => type === 'order-tax' && attributes['vat'] === 'yes')
        .map(({ attributes }) => [attributes['rate'], attributes['value']]);
      expect([preset, rows]).toEqual([preset, vat]);
      const grand = (body.included as Part[]).find(({ attributes }) => attributes['code'] === 'grand_total');
      expect(grand?.attributes['value']).toBe(total);
    }
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
