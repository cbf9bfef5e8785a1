import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildClientSchema, getIntrospectionQuery } from 'graphql';
import type { Answer } from '../../../src/clients/answer.ts';
import { type CloudcartAdmin, createCloudcartAdmin } from '../../../src/clients/cloudcart/admin.ts';
import { type Emulators, startEmulators } from '../../support/emulators.ts';

/** The client of the admin interface against the emulator, in every variant of what is not documented (U-50, U-51). */
let emulators: Emulators;
let admin: CloudcartAdmin;
const TOKEN = /^cc_pat_[0-9a-f]{64}$/;
const STORE = '70123';
let token = '';

interface StockRow {
  readonly variantId: number;
  readonly productId: number;
  readonly sku: string | null;
  readonly price: number;
  readonly quantity: number | null;
}
let rows: readonly StockRow[] = [];

beforeAll(async () => {
  emulators = await startEmulators();
  token = (await emulators.shop.control.get<{ adminToken: { value: string } }>('/settings')).adminToken.value;
  rows = (await emulators.shop.control.get<{ stock: StockRow[] }>('/stock')).stock;
});
afterAll(() => emulators?.stop());
beforeEach(async () => {
  await emulators.shop.control.post('/reset', {});
  admin = connect();
});

const connect = (changes: { token?: string; siteId?: string; deadlineMs?: number } = {}): CloudcartAdmin =>
  createCloudcartAdmin({ baseUrl: emulators.shop.url, token, deadlineMs: 5_000, ...changes });
const set = (switches: object) => emulators.shop.control.send('PATCH', '/switches', switches);
const stockOf = async (id: number): Promise<StockRow | undefined> =>
  (await emulators.shop.control.get<{ stock: StockRow[] }>('/stock')).stock.find(
    ({ variantId }) => variantId === id,
  );
const outcome = (answer: Answer<unknown>): string =>
  answer.kind === 'failed' ? `${answer.decision.class} ${answer.decision.code}` : answer.kind;
/** Variants of one product, and two of different products; all with a limited quantity. */
const family = (): StockRow[] => {
  const limited = rows.filter(({ quantity }) => quantity !== null);
  const [first] = limited.filter(
    (row) => limited.filter(({ productId }) => productId === row.productId).length > 1,
  );
  return limited.filter(({ productId }) => productId === first?.productId);
};
const strangers = (): StockRow[] => {
  const limited = rows.filter(({ quantity }) => quantity !== null);
  return [limited[0], limited.find(({ productId }) => productId !== limited[0]?.productId)].filter(
    (row) => row !== undefined,
  );
};

describe('bulk writes', () => {
  it('set one quantity and one price for variants of different products, to the cent', async () => {
    const ids = strangers().map(({ variantId }) => variantId);
    expect(token).toMatch(TOKEN);
    expect(await admin.setQuantity(ids.map(String), 7)).toMatchObject({ kind: 'ok', value: [] });
    expect(await admin.setPrice(ids.map(String), 1_999)).toMatchObject({ kind: 'ok', value: [] });
    for (const id of ids) expect(await stockOf(id)).toMatchObject({ quantity: 7, price: 1_999 });
  });

  it('set different quantities and prices for the variants of one product in one request', async () => {
    const [one, other] = family();
    const answer = await admin.updateProduct(String(one?.productId), [
      { variantId: String(one?.variantId), quantity: 3, price: 2_901 },
      { variantId: String(other?.variantId), quantity: 0 },
    ]);
    expect(answer).toMatchObject({ kind: 'ok', value: [] });
    expect(await stockOf(one?.variantId ?? 0)).toMatchObject({ quantity: 3, price: 2_901 });
    expect(await stockOf(other?.variantId ?? 0)).toMatchObject({ quantity: 0, price: other?.price });
  });

  it('add to what the shop has at that moment, down to zero and no further', async () => {
    const [one] = strangers();
    const id = String(one?.variantId);
    await admin.setQuantity([id], 5);
    await admin.addQuantity([id], -2);
    expect((await stockOf(Number(id)))?.quantity).toBe(3);
    await admin.addQuantity([id], -9);
    expect((await stockOf(Number(id)))?.quantity).toBe(0);
    await admin.addQuantity([id], 4);
    expect((await stockOf(Number(id)))?.quantity).toBe(4);
  });

  it('tell the shop like any other write: product.updated, or nothing (U-51)', async () => {
    const [one] = strangers();
    await emulators.shop.control.get('/deliveries');
    for (const [gqlEvents, told] of [
      ['fires', 1],
      ['silent', 0],
    ] as const) {
      await set({ gqlEvents });
      const hook = await createHook();
      await admin.setQuantity([String(one?.variantId)], 7);
      const { deliveries } = await emulators.shop.control.get<{ deliveries: { event: string }[] }>(
        '/deliveries',
      );
      expect(deliveries.filter(({ event }) => event === 'product.updated')).toHaveLength(told);
      await emulators.shop.control.post('/reset', {});
      expect(hook).toBe(201);
    }
  });

  async function createHook(): Promise<number> {
    const media = 'application/vnd.api+json';
    const response = await fetch(`${emulators.shop.url}/api/v2/webhooks`, {
      method: 'POST',
      headers: { accept: media, 'content-type': media, 'x-cloudcart-apikey': emulators.shop.apiKey },
      body: JSON.stringify({
        data: {
          type: 'webhooks',
          attributes: { url: 'http://127.0.0.1:9/hook', event: 'product.updated', active: true },
        },
      }),
    });
    return response.status;
  }
});

describe('what the shop does not do', () => {
  it('one bad id: nothing is changed, or the rest is (U-51); either way it is named', async () => {
    const [one] = strangers();
    const ids = [String(one?.variantId), '999999'];
    for (const [gqlPartly, quantity] of [
      ['nothing', one?.quantity],
      ['theRest', 77],
    ] as const) {
      await set({ gqlPartly });
      const answer = await admin.setQuantity(ids, 77);
      expect(answer).toMatchObject({ kind: 'ok', value: [{ field: 'input.ids.1' }] });
      expect((await stockOf(one?.variantId ?? 0))?.quantity).toBe(quantity);
    }
  });

  it('more ids than it takes are refused by name, and nothing is changed', async () => {
    await set({ gqlMostIds: 1 });
    const ids = strangers().map(({ variantId }) => String(variantId));
    expect(await admin.setQuantity(ids, 77)).toMatchObject({ kind: 'ok', value: [{ field: 'input.ids' }] });
    expect((await stockOf(Number(ids[0])))?.quantity).not.toBe(77);
  });

  it('a fraction is refused as a query, unless the shop takes fractions (U-51)', async () => {
    const id = String(strangers()[0]?.variantId);
    expect(outcome(await admin.setQuantity([id], 1.5))).toBe('refused cloudcart_admin_query');
    await set({ gqlFractions: 'accepted' });
    expect(outcome(await admin.setQuantity([id], 1.5))).toBe('ok');
    expect((await stockOf(Number(id)))?.quantity).toBe(1.5);
  });

  it('a token that is wrong, revoked, or may not write: the connection must be looked after', async () => {
    const id = String(strangers()[0]?.variantId);
    for (const gqlAuthError of ['200', '401']) {
      await set({ gqlAuthError });
      expect(outcome(await connect({ token: 'cc_pat_wrong' }).setQuantity([id], 1))).toBe(
        'auth cloudcart_admin_token',
      );
    }
    const change = (body: object) => emulators.shop.control.send('PATCH', '/admin-token', body);
    await change({ scopes: ['orders:read'] });
    expect(outcome(await admin.setQuantity([id], 1))).toBe('auth cloudcart_admin_scope');
    await change({ scopes: ['full-access'] });
    expect(outcome(await admin.setQuantity([id], 1))).toBe('ok');
    await change({ active: false });
    expect(outcome(await admin.setQuantity([id], 1))).toBe('auth cloudcart_admin_token');
    await change({ active: true, scopes: ['products', 'inventory'] });
  });

  it('X-Site-Id is sent where it is configured (U-50)', async () => {
    const id = String(strangers()[0]?.variantId);
    await set({ gqlSiteId: 'required' });
    expect(outcome(await admin.setQuantity([id], 1))).toBe('auth cloudcart_admin_token');
    expect(outcome(await connect({ siteId: STORE }).setQuantity([id], 1))).toBe('ok');
  });

  it('its limit is its own: 60 pass in a minute, then it says how long to wait; REST goes on', async () => {
    const id = String(strangers()[0]?.variantId);
    await set({ gqlRatePerMinute: 3 });
    const answers: string[] = [];
    for (let call = 0; call < 4; call += 1) answers.push(outcome(await admin.setQuantity([id], call)));
    expect(answers).toEqual(['ok', 'ok', 'ok', 'retry_after cloudcart_admin_http_429']);
    await emulators.shop.control.post('/clock', { advanceMs: 60_000 });
    expect(outcome(await admin.setQuantity([id], 1))).toBe('ok');
  });

  it('a query that is too large is refused', async () => {
    await set({ gqlMaxComplexity: 1 });
    expect(outcome(await admin.setQuantity(['1'], 1))).toBe('refused cloudcart_admin_query');
  });
});

describe('an answer that does not come', () => {
  it('leaves the outcome unknown, applied or not', async () => {
    const id = String(strangers()[0]?.variantId);
    for (const [kind, applied] of [
      ['dropBefore', false],
      ['dropAfter', true],
      ['invalidJson', true],
      ['emptyBody', true],
      ['http502html', false],
      ['http500', false],
    ] as const) {
      await admin.setQuantity([id], 1);
      await emulators.shop.control.post('/faults', { kind, path: '/api/gql' });
      expect([kind, outcome(await admin.setQuantity([id], 2))]).toEqual([
        kind,
        expect.stringMatching(/^unknown_outcome /),
      ]);
      expect([kind, (await stockOf(Number(id)))?.quantity]).toEqual([kind, applied ? 2 : 1]);
    }
  });
});

it('any client of GraphQL can ask the emulator for its schema', async () => {
  const response = await fetch(`${emulators.shop.url}/api/gql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cloudcart-token': token },
    body: JSON.stringify({ query: getIntrospectionQuery() }),
  });
  const { data, errors } = (await response.json()) as { data: never; errors?: unknown };
  expect(errors).toBeUndefined();
  const mutations = Object.keys(buildClientSchema(data).getMutationType()?.getFields() ?? {});
  expect(mutations).toContain('productVariantsBulkUpdateQuantity');
});
