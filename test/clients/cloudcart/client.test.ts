import { describe, expect, it } from 'vitest';
import { createCloudcartClient } from '../../../src/clients/cloudcart/index.ts';
import { type Recorded, replay } from '../replay.ts';
import { orderDocument } from './order-document.ts';

function client(...answers: Recorded[]) {
  const { fetchHook, sent } = replay(...answers);
  const made = createCloudcartClient({
    baseUrl: 'https://shop.example',
    apiKey: 'KEY',
    deadlineMs: 1000,
    fetchHook,
  });
  return { client: made, sent };
}

const json = (value: unknown): Recorded => ({ body: JSON.stringify(value) });
type Document = ReturnType<typeof orderDocument>;

async function readChanged(change: (document: Document) => void) {
  const document = orderDocument();
  change(document);
  return client(json(document)).client.order('10482');
}

function attributesOf(document: Document, id: string): Record<string, unknown> {
  return document.included.find((entry) => entry.id === id)?.attributes ?? {};
}

describe('one order in one request', () => {
  it('asks once for everything and maps it', async () => {
    const headers = { 'x-ratelimit-limit': '50', 'x-ratelimit-remaining': '48' };
    const { client: made, sent } = client({ ...json(orderDocument()), headers });
    const answer = await made.order('10482');
    expect(sent).toHaveLength(1);
    expect(sent[0]?.url.pathname).toBe('/api/v2/orders/10482');
    expect(sent[0]?.url.searchParams.get('include')?.split(',')).toHaveLength(9);
    expect(sent[0]?.headers.get('x-cloudcart-apikey')).toBe('KEY');
    expect(sent[0]?.headers.get('accept')).toBe('application/vnd.api+json');
    expect(answer).toMatchObject({
      kind: 'ok',
      rate: { limit: 50, remaining: 48 },
      value: {
        id: '10482',
        status: 'pending',
        vatIncluded: true,
        total: 5946,
        customer: { id: 771, email: 'maria.koleva@example.com' },
        lines: [
          {
            id: '30911',
            quantity: '2',
            price: 2490,
            orderPrice: 2241,
            options: [{ name: 'Размер', value: 'M' }],
          },
          { id: '30912', quantity: '0.35', price: 960, orderPrice: 960, sku: '', options: [] },
        ],
        discounts: [{ lineId: null, type: 'percent', value: '10' }],
        taxes: [
          { name: 'ДДС 20%', rate: '20', value: 991, isVat: null },
          { name: 'Такса наложен платеж', rate: null, value: 120, isVat: false },
        ],
        payment: { provider: 'cod', amount: 5946, status: 'requested' },
        shipping: { charged: 480, providerAmount: 700, providerType: 'econt', insurance: 0 },
        shippingAddress: { firstName: 'Мария', companyName: '', postCode: '4000' },
        billingAddress: null,
      },
    });
  });

  it.each([
    [
      'the other set of money names (U-13)',
      (d: Document) => {
        const { price_total: total, ...rest } = d.data.attributes;
        d.data.attributes = { ...rest, total };
      },
      { total: 5946 },
    ],
    [
      'a guest and flags as numbers',
      (d: Document) => {
        Object.assign(d.data.attributes, { customer_id: '', vat_included: 0, customer_email: null });
      },
      { vatIncluded: false, customer: { id: null, email: '' } },
    ],
    [
      'no linkage at all',
      (d: Document) => {
        d.data.relationships = {};
        for (const entry of d.included) entry.attributes['order_id'] = 10482;
      },
      { lines: [{ id: '30911' }, { id: '30912' }], payment: { provider: 'cod' } },
    ],
    [
      'shipping under the raw column (U-21)',
      (d: Document) => {
        const shipping = attributesOf(d, '10871');
        delete shipping['order_amount_input'];
        shipping['order_amount'] = 480;
      },
      { shipping: { charged: 480 } },
    ],
    [
      'a flat discount in either unit (U-23)',
      (d: Document) => {
        Object.assign(attributesOf(d, '2204'), { discount_type: 'flat', type_value: '5.00' });
      },
      { discounts: [{ type: 'flat', value: '5' }] },
    ],
  ])('accepts %s', async (_, change, expected) => {
    expect(await readChanged(change)).toMatchObject({ kind: 'ok', value: expected });
  });

  it.each([
    ['a linked line that did not come along', (d: Document) => void d.included.shift()],
    [
      'an amount that is not whole minor units',
      (d: Document) => void (d.data.attributes['price_total'] = 59.46),
    ],
    ['no total', (d: Document) => void delete d.data.attributes['price_total']],
    ['a line without a price', (d: Document) => void delete attributesOf(d, '30912')['price']],
    ['another order', (d: Document) => void (d.data.id = '10483')],
    ['a quantity that is no number', (d: Document) => void (attributesOf(d, '30911')['quantity'] = 'два')],
  ])('refuses %s', async (_, change) => {
    const answer = await readChanged(change);
    expect(answer).toMatchObject({ kind: 'failed', decision: { class: 'defect' } });
    expect(JSON.stringify(answer)).not.toMatch(/Мария|koleva|два/);
  });

  it('takes 404 and null as absence (U-09)', async () => {
    const gone = { status: 404, body: '{"errors":[{"status":"404"}]}' };
    expect(await client(gone).client.order('1')).toEqual({ kind: 'not_found' });
    expect(await client(json({ data: null })).client.order('1')).toEqual({ kind: 'not_found' });
  });
});

describe('lists', () => {
  const order = (id: string) => ({ type: 'orders', id, attributes: { status: 'paid', price_total: 1 } });
  const page = (current: number, last: number) => ({
    page: { 'current-page': current, 'last-page': last, total: 3 },
  });

  it('walks pages, newest change first', async () => {
    const { client: made, sent } = client(json({ data: [order('2'), order('1')], meta: page(1, 2) }));
    const answer = await made.orders({ order: 'changed', status: 'pending', page: { number: 1, size: 2 } });
    expect(answer).toMatchObject({ kind: 'ok', value: { next: { number: 2, size: 2 }, total: 3 } });
    expect(Object.fromEntries(sent[0]?.url.searchParams ?? [])).toEqual({
      'page[number]': '1',
      'page[size]': '2',
      'filter[status]': 'pending',
      sort: '-updated_at',
    });
  });

  it('ends on the last page, on an empty one, and without counters on a short one', async () => {
    const ends = [
      { data: [order('1')], meta: page(1, 1) },
      { data: [], meta: page(1, 9) },
      { data: [order('1')] },
      { data: [order('1')], meta: [] },
    ];
    for (const document of ends) {
      expect(await client(json(document)).client.orders({ order: 'id' })).toMatchObject({
        value: { next: null },
      });
    }
  });

  it('lists a part of an order, statuses, variants with unlimited stock', async () => {
    const payment = { type: 'order-payment', id: '9', attributes: { provider: 'cod', amount: 100 } };
    const parts = client(json({ data: [payment] }));
    expect(await parts.client.orderPart('order-payment', '10482')).toMatchObject({
      value: { rows: [{ id: '9', provider: 'cod', amount: 100 }] },
    });
    expect(parts.sent[0]?.url.searchParams.get('filter[order_id]')).toBe('10482');
    const statuses = { data: [{ id: 14, name: 'За уточняване', slug: 'order-za', status_type: 'custom' }] };
    expect(await client(json(statuses)).client.orderStatuses()).toEqual({
      kind: 'ok',
      value: [{ code: 'order-za', name: 'За уточняване', custom: true }],
    });
    const variant = { type: 'variants', id: '5', attributes: { sku: 'A', price: '2490', quantity: null } };
    expect(await client(json({ data: [variant] })).client.variants({ sku: 'A' })).toMatchObject({
      value: { rows: [{ id: '5', price: 2490, quantity: null }] },
    });
  });
});

describe('webhook subscriptions (CloudCart API 6.2)', () => {
  const row = (active: unknown) => ({
    type: 'webhooks',
    id: '14',
    attributes: {
      url: 'https://a.example/h',
      event: 'order.created',
      active,
      new_version: 1,
      request_headers: [],
    },
  });
  const wanted = {
    url: 'https://a.example/h',
    event: 'order.created',
    active: true,
    headers: { 'X-Sync-Token': 't' },
  };

  it.each([
    ['yes', true],
    [1, true],
    [true, true],
    ['no', false],
    [0, false],
    [undefined, null],
  ])('reads active %s as %s (U-39)', async (wire, expected) => {
    const answer = await client(json({ data: [row(wire)] })).client.webhooks();
    expect(answer).toMatchObject({
      value: { rows: [{ id: '14', active: expected, newVersion: true, headers: {} }] },
    });
  });

  it('sends the whole header map with every save (U-40)', async () => {
    const { client: made, sent } = client(json({ data: row('yes') }));
    expect(await made.updateWebhook('14', wanted)).toMatchObject({ kind: 'ok', value: { id: '14' } });
    expect(sent[0]).toMatchObject({ method: 'PATCH' });
    expect(sent[0]?.headers.get('content-type')).toBe('application/vnd.api+json');
    expect(JSON.parse(sent[0]?.body ?? '')).toEqual({
      data: {
        type: 'webhooks',
        id: '14',
        attributes: {
          url: wanted.url,
          event: wanted.event,
          active: 'yes',
          new_version: 1,
          request_headers: { 'X-Sync-Token': 't' },
        },
      },
    });
  });

  it('creates and deletes; a create without a body has an unknown outcome', async () => {
    expect(
      await client({ ...json({ data: row(1) }), status: 201 }).client.createWebhook(wanted),
    ).toMatchObject({ kind: 'ok' });
    expect(await client(json({ data: null })).client.createWebhook(wanted)).toMatchObject({
      decision: { class: 'unknown_outcome' },
    });
    expect(await client({ status: 204 }).client.deleteWebhook('14')).toEqual({ kind: 'ok', value: null });
  });
});
