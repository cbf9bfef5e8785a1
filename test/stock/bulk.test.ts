import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { endsOf } from '../../src/activities/stock/bulk-writer.ts';
import { testBox, testDatabase } from '../support/database.ts';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { panelOfTest } from '../support/panel.ts';
import { StockWorld } from './world.ts';

const { pool } = await testDatabase();
const GQL = 'POST /api/gql';
let emulators: Emulators;
let world: StockWorld;
let token: string;

beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators?.stop());
beforeEach(async () => {
  world = await StockWorld.fresh(pool, emulators, 'bulk');
  await world.settings({ exportGuard: { quantities: 99, prices: 99, least: 1_000 } });
  await world.cycle();
  token = (await emulators.shop.control.get<{ adminToken: { value: string } }>('/settings')).adminToken.value;
});

const give = async (given: string | null = token, siteId: string | null = null) =>
  (await panelOfTest(pool, { box: testBox })).ask('PUT', '/api/connections/bulk/admin-token', {
    token: given,
    siteId,
  });
/** Every linked item to the same figure, but a few. */
async function restock(quantity: number): Promise<void> {
  const { rows } = await pool.query<{ item: number }>(
    `select distinct warehouse_item_id as item from item_link where connection_id = 'bulk'`,
  );
  for (const { item } of rows)
    for (const objectId of [2, 3, 5])
      await emulators.warehouse.control.send('PUT', '/stock', {
        ...{ itemId: item, objectId, quantity: objectId === 2 ? quantity : 0 },
      });
}
const wrong = async (): Promise<unknown[]> => {
  const { rows } = await pool.query<{ sku: string; wanted: string }>(
    `select v.sku, s.wanted from stock_sku s join shop_variant v using (connection_id, variant_key)
     where s.wanted is not null`,
  );
  const off = [];
  for (const { sku, wanted } of rows) {
    const { quantity } = await world.shop(sku);
    if (quantity !== Number(wanted)) off.push({ sku, wanted, quantity });
  }
  return off;
};

describe('with a token of the shop’s owner', () => {
  it('many changes take few requests, and the shop shows the rule', async () => {
    expect((await give()).body.adminTokenSetAt).not.toBeNull();
    await restock(31);
    const calls = await world.passes.callsOf('shop', () => world.cycle());
    expect(calls.filter((name) => name === GQL).length).toBeLessThanOrEqual(4);
    // Fractions and what a bundle of one number does not hold go by themselves.
    expect(calls.length).toBeLessThan(8);
    expect(await wrong()).toEqual([]);
    expect(await world.passes.callsOf('shop', () => world.cycle())).toEqual([]);
  });

  it('a few changes go variant by variant: there is nothing to save', async () => {
    await give();
    await emulators.warehouse.control.send('PUT', '/stock', { code: 'CUP-01', objectId: 2, quantity: 3 });
    const calls = await world.passes.callsOf('shop', () => world.cycle());
    expect(calls.map((name) => name.replace(/\d+$/, ''))).toEqual(['PATCH /api/v2/variants/']);
  });

  it('what the admin interface refuses goes variant by variant in the same cycle', async () => {
    await give();
    for (const [quantity, change] of [
      [41, { scopes: ['orders:read'] }],
      [42, { active: false }],
    ] as const) {
      await emulators.shop.control.send('PATCH', '/admin-token', change);
      await restock(quantity);
      const calls = await world.passes.callsOf('shop', () => world.cycle());
      expect(calls.filter((name) => name === GQL)).toHaveLength(1);
      expect(await wrong()).toEqual([]);
    }
    await emulators.shop.control.send('PATCH', '/admin-token', {
      ...{ active: true, scopes: ['products', 'inventory'] },
    });
    await emulators.shop.control.send('PATCH', '/switches', { gqlMostIds: 2 });
    await restock(43);
    await world.cycle();
    await world.cycle();
    expect(await wrong()).toEqual([]);
  });

  it('an answer that does not come is a doubt for each of its variants, and is written again', async () => {
    await give();
    await restock(51);
    await emulators.shop.control.post('/faults', { kind: 'dropBefore', path: '/api/gql' });
    await world.cycle();
    await world.cycle();
    expect(await wrong()).toEqual([]);
    const { rows } = await pool.query(`select 1 from stock_write where outcome = 'unknown'`);
    expect(rows.length).toBeGreaterThan(5);
  });

  it('an order that comes while many changes wait is written between two requests', async () => {
    await give();
    await restock(61);
    await world.cycle();
    const id = await world.passes.place({ lines: [{ sku: 'CUP-01', quantity: 2 }], payment: 'cod' });
    await world.shopChange('CUP-01', { quantity: 61 });
    await world.passes.settle(world.passes.worker(), id);
    await restock(62);
    await world.cycle();
    expect((await world.shop('CUP-01')).quantity).toBe(60);
    expect(await wrong()).toEqual([]);
  });
});

describe('the token', () => {
  it('is checked by reading before it is stored, sealed, shown to nobody, and taken away again', async () => {
    const refused = await give(`cc_pat_${'0'.repeat(64)}`);
    expect(refused).toMatchObject({ status: 422, body: { code: 'access_refused' } });
    expect((await give('wrong')).body.fields).toHaveProperty(['body.token']);
    await emulators.shop.control.send('PATCH', '/switches', { gqlSiteId: 'required' });
    expect((await give()).status).toBe(422);
    const stored = await give(token, '70123');
    expect(stored.status).toBe(200);
    expect(stored.text).not.toContain(token);
    const { rows } = await pool.query(`select secrets from connection`);
    expect(JSON.stringify(rows)).not.toContain(token);
    expect((await give(null)).body.adminTokenSetAt).toBeNull();
    const audited = await pool.query(`select action from audit where action like 'admin_token%' order by id`);
    expect(audited.rows).toEqual([{ action: 'admin_token.stored' }, { action: 'admin_token.removed' }]);
  });
});

describe('what a shop says of one request for many variants', () => {
  const writes = ['1', '2', '3'].map((variantId) => ({
    ...{ variantKey: `variant:${variantId}`, storeId: 0, rowId: null },
    ...{ variantId, productId: '9', quantity: '5' },
  }));
  it('names those that it refused; whether it did the rest is not known', () => {
    const ends = endsOf(
      { kind: 'ok', value: [{ field: 'input.ids.1', message: 'The variant 2 does not exist.' }] },
      writes,
    );
    expect(ends.map(({ outcome }) => outcome)).toEqual(['unknown', 'refused', 'unknown']);
  });

  it('a query that is refused whole has changed nothing', () => {
    const decision = { class: 'refused', code: 'cloudcart_admin_query', operator: 'no' } as const;
    const ends = endsOf({ kind: 'failed', decision }, writes);
    expect(ends.map(({ outcome }) => outcome)).toEqual(['unsent', 'unsent', 'unsent']);
  });
});
