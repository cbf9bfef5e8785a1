import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/clients/answer.ts';
import { type CloudcartClient, createCloudcartClient } from '../../../src/clients/cloudcart/index.ts';
import { type Emulators, startEmulators } from '../../support/emulators.ts';

/**
 * The client against the emulator, every endpoint, under every variant of what CloudCart's documents leave open.
 * Both were written apart from each other, from the same facts.
 */
let emulators: Emulators;
let client: CloudcartClient;
let described: readonly Switch[] = [];
beforeAll(async () => {
  emulators = await startEmulators();
  client = createCloudcartClient({
    baseUrl: emulators.shop.url,
    apiKey: emulators.shop.apiKey,
    deadlineMs: 5_000,
  });
  described = (await emulators.shop.control.get<{ described: Switch[] }>('/switches')).described;
});
afterAll(() => emulators?.stop());

interface Switch {
  readonly name: string;
  readonly initial: unknown;
  readonly allowed: unknown;
}

const set = (switches: object) => emulators.shop.control.send('PATCH', '/switches', switches);
const place = async (order: object): Promise<string> =>
  String((await emulators.shop.control.post<{ id: number }>('/orders', order)).id);
const need = <T>(answer: Answer<T>): T => {
  if (answer.kind !== 'ok') throw new Error(JSON.stringify(answer));
  return answer.value;
};
const outcome = (answer: Answer<unknown>): string =>
  answer.kind === 'failed' ? answer.decision.class : answer.kind;

/** Every call once; answers how each one ended. */
async function everyCall(orderId: string): Promise<Record<string, string>> {
  const { rows: variants } = need(await client.variants({ sku: 'CUP-01' }));
  const variant = variants[0];
  const orders = await client.orders({ order: 'changed', page: { number: 1, size: 5 } });
  const line = need(await client.order(orderId)).lines[0];
  const created = await client.createWebhook({
    url: `http://127.0.0.1:9/${Math.random()}`,
    event: 'order.created',
    active: true,
    headers: { 'X-Sync-Token': 'geheim' },
  });
  const hook = created.kind === 'ok' ? created.value : undefined;
  const toOrder = await place({ preset: 'guest' });
  const calls: Record<string, Answer<unknown>> = {
    order: await client.order(orderId),
    orders,
    ordersById: await client.orders({ order: 'id', status: 'pending' }),
    archived: await client.orders({ order: 'archived' }),
    withLines: await client.ordersWithLines({ order: 'id', page: { number: 1, size: 50 } }),
    products: await client.products(),
    product: await client.product(String(variant?.item_id)),
    variant: await client.variant(variant?.id ?? ''),
    updateVariant: await client.updateVariant(variant?.id ?? '', { quantity: '12.5', price: 960 }),
    payments: await client.paymentProviders(),
    shipping: await client.shippingProviders(),
    discounts: await client.discounts(),
    stores: await client.stores(),
    storeQuantities: await client.storeQuantities({ storeId: 2 }),
    updateStoreQuantity: await client.updateStoreQuantity('1024', '12'),
    statuses: await client.orderStatuses(),
    customer: await client.findCustomer('maria.koleva@example.com'),
    nobody: await client.findCustomer('nobody@example.com'),
    addresses: await client.customerAddresses('billing', '1'),
    webhooks: await client.webhooks(),
    createWebhook: created,
    updateWebhook: await client.updateWebhook(hook?.id ?? '', {
      url: hook?.url ?? '',
      event: 'order.created',
      active: false,
      headers: { 'X-Sync-Token': 'geheim' },
    }),
    deleteWebhook: await client.deleteWebhook(hook?.id ?? ''),
    updateOrder: await client.updateOrder(toOrder, { usn: `mbg-${toOrder}` }),
    createFulfilment: await client.createFulfilment(toOrder, { number: '1051234567890' }),
  };
  for (const part of [
    'order-products',
    'order-payment',
    'order-tax',
    'order-total',
    'order-fulfillment',
  ] as const)
    calls[part] = await client.orderPart(part, orderId);
  calls['order-products-options'] = await client.orderPart('order-products-options', line?.id ?? '');
  return Object.fromEntries(Object.entries(calls).map(([name, answer]) => [name, outcome(answer)]));
}

/** What differs from "ok", by switch and value: refused on purpose. */
const exceptions: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'appStores=false': {
    ...{ stores: 'not_found', storeQuantities: 'not_found', updateStoreQuantity: 'not_found' },
  },
};
/** Under these nothing at all is served. */
const closed: Readonly<Record<string, string>> = {
  'maintenance=true': 'retry_after',
  'planExpired=true': 'paused',
};
/** Not variants of answers. */
const others = new Set([
  'rateLimitPerMinute',
  'webhookTimeoutMs',
  'latencyMs',
  'platformTimeoutMs',
  'hooksCap',
  'gqlMostIds',
  'gqlRatePerMinute',
  'gqlMaxComplexity',
]);

describe('CloudCart client and emulator', () => {
  it('every endpoint under every switch', async () => {
    const orderId = await place({ preset: 'G02' });
    const usual = await everyCall(orderId);
    expect(Object.entries(usual).filter(([, how]) => how !== 'ok')).toEqual([['nobody', 'not_found']]);
    let tried = 0;
    for (const { name, initial, allowed } of described.filter((each) => !others.has(each.name))) {
      const values = (Array.isArray(allowed) ? allowed : []).filter((value) => value !== initial);
      expect({ name, some: values.length > 0 }).toEqual({ name, some: true });
      for (const value of values) {
        tried += 1;
        const key = `${name}=${String(value)}`;
        await set({ [name]: value });
        const all = closed[key];
        const got =
          all === undefined ? await everyCall(orderId) : { order: outcome(await client.order(orderId)) };
        await set({ [name]: initial });
        const wanted = all === undefined ? { ...usual, ...exceptions[key] } : { order: all };
        expect({ key, got }).toEqual({ key, got: wanted });
      }
    }
    expect(tried).toBeGreaterThan(30);
  }, 120_000);

  it.each([
    { orderMoneyNames: 'price' },
    { orderMoneyNames: 'total' },
    { taxNaming: 'tax_name' },
    { rawOrderAmount: true },
    { activeRepresentation: '1/0' },
    { includeProductsOptions: true },
    { unlistedInclude: '422' },
  ])('one order reads the same under %o', async (switches) => {
    const ids = await Promise.all(['G02', 'G05', 'G12', 'G22'].map((preset) => place({ preset })));
    const usual = await Promise.all(ids.map(async (id) => need(await client.order(id))));
    await set(switches);
    const changed = await Promise.all(ids.map(async (id) => need(await client.order(id))));
    const back = Object.keys(switches).map((name) => [
      name,
      described.find((each) => each.name === name)?.initial,
    ]);
    await set(Object.fromEntries(back) as object);
    // A name that is not sent leaves its subtotal unknown; what a document is made of must not change.
    const essence = (orders: typeof usual) =>
      orders.map(({ productsSubtotal: _a, subtotal: _b, ...order }) => order);
    expect(essence(changed)).toEqual(essence(usual));
  });

  it('the rate of every answer is handed on, and a refusal says when to come back', async () => {
    const answer = await client.order(await place({ preset: 'G01' }));
    expect(answer.rate?.limit).toBeGreaterThan(0);
    const alias = createCloudcartClient({
      baseUrl: emulators.shop.url.replace('127.0.0.1', 'localhost'),
      apiKey: emulators.shop.apiKey,
      deadlineMs: 5_000,
    });
    expect(await alias.orders({ order: 'id' })).toMatchObject({
      kind: 'failed',
      decision: { class: 'paused', code: 'cloudcart_no_api_access' },
    });
  });

  it.each([
    ['http403', 'retry_after'],
    ['http429', 'retry_after'],
    ['html429', 'retry_after'],
    ['http500', 'retry'],
    ['http502html', 'retry'],
    ['http504html', 'retry'],
    ['invalidJson', 'retry'],
    ['emptyBody', 'retry'],
    ['dropBefore', 'retry'],
    ['dropAfter', 'retry'],
    ['http404', 'not_found'],
  ] as const)('a read that ends with %s: %s', async (kind, wanted) => {
    const id = await place({ preset: 'G01' });
    await emulators.shop.control.post('/faults', { method: 'GET', path: `/api/v2/orders/${id}`, kind });
    expect(outcome(await client.order(id))).toBe(wanted);
    expect(outcome(await client.order(id))).toBe('ok');
  });

  it.each([
    ['dropAfter', 'unknown_outcome'],
    ['http500', 'unknown_outcome'],
    ['http504html', 'unknown_outcome'],
    ['invalidJson', 'unknown_outcome'],
    ['http429', 'retry_after'],
  ] as const)('a write that ends with %s: %s', async (kind, wanted) => {
    const { rows } = need(await client.variants({ sku: 'CUP-01' }));
    const id = rows[0]?.id ?? '';
    await emulators.shop.control.post('/faults', { method: 'PATCH', path: `/api/v2/variants/${id}`, kind });
    expect(outcome(await client.updateVariant(id, { quantity: '3' }))).toBe(wanted);
  });
});
