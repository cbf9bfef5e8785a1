import { describe, expect, it } from 'vitest';
import { startReceiver, startShop, subscribe, type TestShop } from './shop.ts';

const setStock = (shop: TestShop, variant: number, attributes: object) =>
  shop.api('PATCH', `variants/${variant}`, { data: { type: 'variants', id: String(variant), attributes } });

describe('stock', () => {
  it('leaves when an order is placed, or when it is paid, by the setting of that moment', async () => {
    const shop = await startShop();
    await setStock(shop, 5102, { quantity: 10 });
    await shop.place({ preset: 'G01' });
    expect(await shop.stock('TB-M-GRN')).toBe(8);
    await shop.switches({ decrementMode: 'paid' });
    const id = await shop.place({ preset: 'G01' });
    expect(await shop.stock('TB-M-GRN')).toBe(8);
    await shop.switches({ decrementMode: 'pending' });
    await shop.control('POST', `/orders/${id}/edit`, { note: 'x' });
    expect(await shop.stock('TB-M-GRN')).toBe(8);
    await shop.control('POST', `/orders/${id}/pay`, {});
    expect(await shop.stock('TB-M-GRN')).toBe(6);
  });

  it('leaves at fulfilment in any case', async () => {
    const shop = await startShop();
    await shop.switches({ decrementMode: 'paid' });
    await setStock(shop, 5102, { quantity: 10 });
    const id = await shop.place({ preset: 'G01' });
    await shop.control('POST', `/orders/${id}/ship`, {});
    expect(await shop.stock('TB-M-GRN')).toBe(8);
  });

  it('comes back once when an order is cancelled or refunded, and leaves again when revived', async () => {
    const shop = await startShop();
    await setStock(shop, 5102, { quantity: 10 });
    const id = await shop.place({ preset: 'G01' });
    await shop.control('POST', `/orders/${id}/cancel`);
    expect(await shop.stock('TB-M-GRN')).toBe(10);
    await shop.control('POST', `/orders/${id}/restore`);
    expect(await shop.stock('TB-M-GRN')).toBe(8);
    await shop.control('POST', `/orders/${id}/pay`, {});
    await shop.control('POST', `/orders/${id}/refund`, {});
    await shop.control('POST', `/orders/${id}/status`, { status: 'cancelled' });
    expect(await shop.stock('TB-M-GRN')).toBe(10);
  });

  it('follows edits and partial returns by line', async () => {
    const shop = await startShop();
    await setStock(shop, 5102, { quantity: 10 });
    const id = await shop.place({ preset: 'G23' });
    await shop.control('POST', `/orders/${id}/edit`, {
      lines: { change: [{ line: 'TB-M-GRN', quantity: 5 }] },
    });
    expect(await shop.stock('TB-M-GRN')).toBe(5);
    const { body } = await shop.control('GET', `/orders/${id}`);
    await shop.control('POST', `/orders/${id}/partial-return`, { lines: [body.lines[0].id] });
    expect(await shop.stock('TB-M-GRN')).toBe(10);
    await shop.control('POST', `/orders/${id}/edit`, { note: 'saved again' });
    expect(await shop.stock('TB-M-GRN')).toBe(10);
    await shop.control('POST', `/orders/${id}/refund`, {});
    expect(await shop.stock('TB-M-GRN')).toBe(10);
  });

  it('comes back with a removed shipment only where it left with it', async () => {
    const shop = await startShop();
    for (const [decrementMode, left] of [
      ['pending', 8],
      ['paid', 10],
    ] as const) {
      await shop.switches({ decrementMode });
      await setStock(shop, 5102, { quantity: 10 });
      const id = await shop.place({ preset: 'G01' });
      await shop.control('POST', `/orders/${id}/ship`, {});
      const { body } = await shop.api('GET', `order-fulfillment?filter[order_id]=${id}`);
      await shop.api('DELETE', `order-fulfillment/${body.data[0].id}`);
      expect([decrementMode, await shop.stock('TB-M-GRN')]).toEqual([decrementMode, left]);
    }
  });

  it('is clamped at zero, so that oversold units vanish', async () => {
    const shop = await startShop();
    await setStock(shop, 5102, { quantity: 1 });
    await shop.place({ preset: 'G01' });
    expect(await shop.stock('TB-M-GRN')).toBe(0);
  });

  it('knows unlimited, untracked and fractional quantities', async () => {
    const shop = await startShop();
    await shop.place({ lines: [{ sku: 'GIFT-50' }, { sku: 'ENGRAVE' }], shipping: null, payment: 'bwt' });
    expect([await shop.stock('GIFT-50'), await shop.stock('ENGRAVE')]).toEqual([null, 0]);
    await setStock(shop, 5224, { quantity: 1.5 });
    await shop.place({ preset: 'G11' });
    expect(await shop.stock('CHS-KG')).toBe(1.15);
  });

  it('takes the parts of a bundle, in both forms of its lines', async () => {
    const shop = await startShop();
    for (const bundleLines of ['wrapper', 'single']) {
      await setStock(shop, 5228, { quantity: 10 });
      await setStock(shop, 5229, { quantity: 10 });
      const id = await shop.place({ preset: 'G22', bundleLines });
      expect([await shop.stock('HNY'), await shop.stock('TEA')]).toEqual([9, 8]);
      const edit = { lines: { change: [{ line: 'KIT-1', quantity: 2 }] } };
      await shop.control('POST', `/orders/${id}/edit`, edit);
      expect([await shop.stock('HNY'), await shop.stock('TEA')]).toEqual([8, 6]);
      await shop.control('POST', `/orders/${id}/refund`, {});
      expect([await shop.stock('HNY'), await shop.stock('TEA')]).toEqual([10, 10]);
    }
  });

  it('moves nothing for custom statuses', async () => {
    const shop = await startShop();
    await setStock(shop, 5102, { quantity: 10 });
    const id = await shop.place({ preset: 'G01' });
    await shop.control('POST', `/orders/${id}/status`, { status: 'order-za-utochniavane' });
    expect(await shop.stock('TB-M-GRN')).toBe(8);
  });

  it('echoes movements as product.updated (U-38)', async () => {
    const shop = await startShop();
    const receiver = await startReceiver();
    await subscribe(shop, receiver, 'product.updated');
    await shop.place({ preset: 'G01' });
    expect(receiver.got.map(({ body }) => body[0].id).toSorted()).toEqual(['812', '815']);
  });
});

describe('catalogue', () => {
  it('sets quantities absolutely and keeps unlimited apart from zero (U-29)', async () => {
    const shop = await startShop();
    const { body } = await setStock(shop, 5102, { quantity: 15, price: 2390 });
    expect(body.data.attributes).toMatchObject({ quantity: 15, price: 2390 });
    expect((await setStock(shop, 5102, { quantity: null })).body.data.attributes.quantity).toBeNull();
    await shop.switches({ variantQuantityNullWrite: '422' });
    expect((await setStock(shop, 5102, { quantity: null })).status).toBe(422);
    expect((await setStock(shop, 5102, { quantity: 60_000_000 })).status).toBe(422);
    expect((await setStock(shop, 5102, { price: 1.5 })).status).toBe(422);
    expect((await setStock(shop, 5102, { v1: 'X' })).status).toBe(422);
    expect((await setStock(shop, 5102, { sku: 'CUP-01' })).body.errors[0].detail).toContain(
      'already been taken',
    );
  });

  it('moves the date of the product and finds variants by SKU', async () => {
    const shop = await startShop();
    await setStock(shop, 5207, { price: 970 });
    const { body } = await shop.api('GET', 'products?sort=-date_modified&include=variants&page[size]=1');
    expect(body.data[0]).toMatchObject({ id: '815', attributes: { price_from: 970 } });
    expect(body.included[0].id).toBe('5207');
    expect((await shop.api('GET', 'variants?filter[sku]=CANDLE')).body.data).toHaveLength(2);
    expect((await shop.api('GET', 'products?filter[sku]=CUP-01')).body.data[0].id).toBe('815');
  });

  it('makes products with tracking off and a phantom variant as switched (U-32)', async () => {
    const shop = await startShop();
    const make = async () => {
      const relationships = { category: { data: { type: 'categories', id: '20' } } };
      const data = { type: 'products', attributes: { name: 'Ново' }, relationships };
      const { body } = await shop.api('POST', 'products', { data });
      expect(body.data.attributes).toMatchObject({ tracking: 'no', active: 'no' });
      return (await shop.api('GET', `variants?filter[item_id]=${body.data.id}`)).body.data.length as number;
    };
    expect(await make()).toBe(1);
    await shop.switches({ phantomVariantOnPost: false });
    expect(await make()).toBe(0);
    expect(
      (await shop.api('POST', 'products', { data: { type: 'products', attributes: { name: 'Без' } } }))
        .status,
    ).toBe(422);
  });

  it('ignores unknown attributes, or refuses them when switched (U-05)', async () => {
    const shop = await startShop();
    const write = async (type: string, id: string, attributes: object): Promise<number> =>
      (await shop.api('PATCH', `${type}/${id}`, { data: { type, id, attributes } })).status;
    const writes = async (): Promise<number[]> => [
      await write('variants', '5207', { colour: 'red' }),
      await write('products', '815', { colour: 'red' }),
      await write('customers', '771', { colour: 'red' }),
      await write('products', '815', { description_title: 'Чаша' }),
    ];
    expect(await writes()).toEqual([200, 200, 200, 200]);
    await shop.switches({ unknownAttribute: '422' });
    expect(await writes()).toEqual([422, 422, 422, 200]);
  });

  it('deletes products softly', async () => {
    const shop = await startShop();
    expect((await shop.api('DELETE', 'products/815')).status).toBe(204);
    expect((await shop.api('GET', 'products/815')).status).toBe(404);
    expect((await shop.api('GET', 'variants/5207')).status).toBe(404);
  });

  it('keeps the triple of store-quantity unique, and needs the app (U-03)', async () => {
    const shop = await startShop();
    const link = (type: string, id: number) => ({ data: { type, id: String(id) } });
    const row = (variant: number) => ({
      data: {
        type: 'store-quantity',
        attributes: { qty: 3 },
        relationships: {
          ...{ store: link('stores', 2), product: link('products', 812), variant: link('variants', variant) },
        },
      },
    });
    expect((await shop.api('POST', 'store-quantity', row(5103))).status).toBe(201);
    const twice = await shop.api('POST', 'store-quantity', row(5103));
    expect(twice.body.errors[0]).toMatchObject({
      detail: 'Duplicate Entry',
      source: { pointer: '/data/relationships/store' },
    });
    await shop.switches({ appStores: false });
    const missing = await shop.api('GET', 'stores');
    expect([missing.status, missing.body.errors[0].detail]).toEqual([404, 'stores app not installed']);
    await shop.switches({ appMissing: '422' });
    const wrapped = await shop.api('GET', 'stores');
    expect([wrapped.status, wrapped.body.errors[0].status]).toEqual([422, '404']);
  });

  it('orders take from the row of a store with Store Locations, and put back there (CloudCart API 4.16, 7.2)', async () => {
    const shop = await startShop();
    const shown = async () => (await shop.control('GET', '/stock?sku=CUP-01')).body.stock[0];
    const rows = async () =>
      (await shown()).stores.map((row: { storeId: number; quantity: number }) => [row.storeId, row.quantity]);
    const order = async (more: object): Promise<number> =>
      (await shop.control('POST', '/orders', { lines: [{ sku: 'CUP-01', quantity: 2 }], ...more })).body.id;
    for (const store of [2, 3])
      await shop.control('PUT', `/stores/${store}/stock`, { sku: 'CUP-01', quantity: 5 });
    const { quantity } = await shown();
    await order({});
    expect(await shown()).toMatchObject({ quantity: quantity - 2 });
    await shop.switches({ storeLocations: true });
    const first = await order({});
    await order({ store: 3 });
    expect(await shown()).toMatchObject({ quantity: quantity - 2 });
    expect(await rows()).toEqual([
      [2, 3],
      [3, 3],
    ]);
    await shop.control('POST', `/orders/${first}/cancel`, {});
    expect((await rows())[0]).toEqual([2, 5]);
    const nowhere = { lines: [{ sku: 'CUP-01' }], store: 99 };
    expect((await shop.control('POST', '/orders', nowhere)).status).toBe(422);
    await shop.control('PUT', '/stores/2/stock', { sku: 'CUP-01', quantity: null });
    expect(await rows()).toEqual([[3, 3]]);
  });

  it('stores company data of addresses but shows neither ЕИК nor МОЛ', async () => {
    const shop = await startShop();
    const { body } = await shop.api('GET', 'customer-billing-address/418');
    expect(body.data.attributes).toMatchObject({
      company_name: 'Пример Трейд ЕООД',
      phone_e164: '+359888000111',
    });
    expect(JSON.stringify(body)).not.toContain('"123456786"');
    expect((await shop.api('DELETE', 'customer-billing-address/418')).body.errors[0].detail).toBe(
      'Cannot delete customer default billing address.',
    );
  });
});
