import { describe, expect, it } from 'vitest';
import { startShop } from './shop.ts';

const ids = (body: { data: { id: string }[] }): number[] => body.data.map(({ id }) => Number(id));

describe('lists', () => {
  it('pages with kebab-case counters; past the end is empty, out of range is 422', async () => {
    const shop = await startShop();
    const { body } = await shop.api('GET', 'orders?page[size]=10&page[number]=2&sort=id');
    const { total } = body.meta.page;
    expect(body.meta.page).toMatchObject({ 'current-page': 2, 'per-page': 10, from: 11, to: 20 });
    expect(total).toBeGreaterThanOrEqual(30);
    expect((await shop.api('GET', 'orders?page[number]=99')).body.data).toEqual([]);
    for (const bad of ['page[size]=0', 'page[size]=101', 'page[number]=0', 'page[size]=x']) {
      const { status, body } = await shop.api('GET', `orders?${bad}`);
      expect([bad, status, body.errors[0].source.parameter]).toEqual([bad, 422, bad.split('=')[0]]);
    }
  });

  it('shows links only when they are asked for', async () => {
    const shop = await startShop();
    expect((await shop.api('GET', 'orders')).body.links).toBeUndefined();
    const { body } = await shop.api('GET', 'orders', undefined, { 'x-show-links': '1' });
    expect(body.links.first).toContain('page');
    expect(body.links.prev).toBeNull();
  });

  it('accepts brackets encoded and plain', async () => {
    const shop = await startShop();
    expect((await shop.api('GET', 'orders?page%5Bsize%5D=1')).body.data).toHaveLength(1);
    expect((await shop.api('GET', 'orders?page[size]=1')).body.data).toHaveLength(1);
  });

  it('filters by equality and by creation date, and refuses unknown filters', async () => {
    const shop = await startShop();
    const { body } = await shop.api('GET', 'orders?filter[status]=cancelled&page[size]=100');
    expect(body.data.length).toBeGreaterThan(0);
    for (const each of body.data) expect(each.attributes.status).toBe('cancelled');
    const bounded = await shop.api(
      'GET',
      'orders?filter[start_date]=2026-08-05 00:00:00&filter[end_date]=2026-08-06 23:59:59&sort=id&page[size]=100',
    );
    expect(bounded.body.data.length).toBeGreaterThan(0);
    for (const each of bounded.body.data) expect(each.attributes.date_added).toMatch(/^2026-08-0[56]/);
    expect((await shop.api('GET', 'orders?filter[nothing]=1')).status).toBe(422);
  });

  it('sorts by the allowed keys only', async () => {
    const shop = await startShop();
    const { body } = await shop.api('GET', 'orders?sort=-id&page[size]=100');
    expect(ids(body)).toEqual(ids(body).toSorted((left, right) => right - left));
    expect((await shop.api('GET', 'orders?sort=status')).status).toBe(422);
    expect((await shop.api('GET', 'order-products?sort=id')).status).toBe(422);
    expect((await shop.api('GET', 'payment-providers?sort=id')).status).toBe(422);
    expect((await shop.api('GET', 'order-tax?sort=id')).status).toBe(422);
  });

  it('finds changed orders by -updated_at', async () => {
    const shop = await startShop();
    const id = await shop.place({ preset: 'G01' });
    expect(ids((await shop.api('GET', 'orders?sort=-updated_at&page[size]=5')).body)[0]).toBe(id);
  });

  it('refuses an unlisted include with 400 on orders, 422 when switched or elsewhere (U-04)', async () => {
    const shop = await startShop();
    expect((await shop.api('GET', 'orders?include=fulfillment')).status).toBe(400);
    await shop.switches({ unlistedInclude: '422' });
    expect((await shop.api('GET', 'orders?include=fulfillment')).status).toBe(422);
    expect((await shop.api('GET', 'products?include=nothing')).status).toBe(422);
  });

  it('reads related objects and linkage', async () => {
    const shop = await startShop();
    const id = await shop.place({ preset: 'G02' });
    const lines = await shop.api('GET', `orders/${id}/products`);
    expect(lines.body.data).toHaveLength(2);
    const linkage = await shop.api('GET', `orders/${id}/relationships/payment`);
    expect(linkage.body.data.type).toBe('order-payment');
    const g08 = await shop.place({ preset: 'G08' });
    expect((await shop.api('GET', `orders/${g08}/billing-address`)).body.data).toBeNull();
  });

  it('answers one record for single-record filters, 404 or null without a match (U-09)', async () => {
    const shop = await startShop();
    const found = await shop.api('GET', 'customers?filter[email]=maria.koleva@example.com');
    expect(found.body.data.id).toBe('771');
    const path = 'customers?filter[email]=nobody@example.com';
    expect((await shop.api('GET', path)).status).toBe(404);
    await shop.switches({ singleRecordMiss: 'null' });
    expect((await shop.api('GET', path)).body.data).toBeNull();
  });

  it('keeps only the fields asked for', async () => {
    const shop = await startShop();
    const { body } = await shop.api('GET', 'orders?fields[orders]=status,price_total&page[size]=1');
    expect(Object.keys(body.data[0].attributes).toSorted()).toEqual(['price_total', 'status']);
  });

  it('lists statuses with custom ones, not as JSON:API', async () => {
    const shop = await startShop();
    const { body } = await shop.api('GET', 'order-status', undefined, { accept: '*/*' });
    expect(body.data).toContainEqual({
      ...{ id: 14, name: 'За уточняване', slug: 'order-za-utochniavane', status_type: 'custom' },
    });
    expect(body.meta).toBeUndefined();
    expect((await shop.api('GET', 'order-status?filter=платена')).body.data).toHaveLength(1);
  });

  it('hides archived orders and drafts from lists when switched (U-17, U-18)', async () => {
    const shop = await startShop();
    const count = async (): Promise<number> => (await shop.api('GET', 'orders')).body.meta.page.total;
    const all = await count();
    await shop.switches({ archivedInList: false, draftsInList: false });
    expect(await count()).toBe(all - 2);
  });
});

describe('forms of an order', () => {
  it('names amounts as switched (U-13)', async () => {
    const shop = await startShop();
    const id = await shop.place({ preset: 'G01' });
    await shop.switches({ orderMoneyNames: 'price' });
    expect(await shop.order(id)).toMatchObject({ price_total: 6420 });
    expect(Object.keys(await shop.order(id))).not.toContain('total');
    await shop.switches({ orderMoneyNames: 'total' });
    expect(await shop.order(id)).toMatchObject({ total: 6420, shipping_price: 480 });
    expect(Object.keys(await shop.order(id))).not.toContain('price_total');
  });

  it('names taxes and places fees as switched (U-25, U-26)', async () => {
    const shop = await startShop();
    const id = await shop.place({ preset: 'G02' });
    const read = async (type: string) => (await shop.api('GET', `${type}?filter[order_id]=${id}`)).body.data;
    await shop.switches({ taxNaming: 'tax_name', feesIn: 'totals' });
    expect(await read('order-tax')).toMatchObject([
      { attributes: { tax_name: 'ДДС 20%', tax: 20, order_amount: 991, tax_vat: 'yes' } },
    ]);
    const codes = async () =>
      (await read('order-total')).map((row: { attributes: { code: string } }) => row.attributes.code);
    expect(await codes()).toContain('fee');
    await shop.switches({ feesIn: 'taxes' });
    expect(await codes()).not.toContain('fee');
    expect(await read('order-tax')).toHaveLength(2);
  });

  it('writes dates in local time, or UTC when switched (U-10)', async () => {
    const shop = await startShop();
    const id = await shop.place({ preset: 'G01', placedAt: Date.UTC(2026, 7, 20, 11, 5, 31) });
    expect(await shop.order(id)).toMatchObject({ date_added: '2026-08-20 14:05:31' });
    await shop.switches({ dateZone: 'utc' });
    expect(await shop.order(id)).toMatchObject({ date_added: '2026-08-20 11:05:31' });
  });

  it('knows two values of fulfilment, or more when switched (U-35)', async () => {
    const shop = await startShop();
    const id = await shop.place({ preset: 'G02' });
    await shop.control('POST', `/orders/${id}/ship`, {});
    expect(await shop.order(id)).toMatchObject({ status_fulfillment: 'fulfilled' });
    await shop.switches({ fulfilmentValues: '5' });
    expect(await shop.order(id)).toMatchObject({ status_fulfillment: 'shipped' });
  });
});
