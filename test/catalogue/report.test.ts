import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readShopGoods, readWarehouseItems } from '../../src/activities/match/walk.ts';
import { currentReport } from '../../src/db/queries/catalogue/reports.ts';
import { testDatabase } from '../support/database.ts';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { PassWorld } from '../support/passes.ts';
import { begin, finish, matcher, report, rowsNow } from './world.ts';

const { pool } = await testDatabase();
const connection = 'goods';
let emulators: Emulators;
let world: PassWorld;

beforeAll(async () => {
  emulators = await startEmulators();
  world = await PassWorld.create(pool, emulators, connection, { priceList: 2 });
});
afterAll(() => emulators?.stop());

/** Keys of the seed's variants by SKU. */
const key = {
  shirt: 'variant:5102',
  pen: 'variant:5221',
  wine: 'variant:5226',
  wine6: 'variant:5227',
  kit: 'variant:5232',
  engrave: 'variant:5234',
  candleWhite: 'variant:5236',
  candleRed: 'variant:5237',
  card: 'variant:5238',
  draft: 'variant:5239',
  cheese: 'variant:5224',
};

async function clear(): Promise<void> {
  await pool.query('truncate match_report, match_ignored, item_link, warehouse_item, shop_variant cascade');
}

async function stateOf(): Promise<Record<string, string>> {
  const rows = await rowsNow(pool, connection);
  return Object.fromEntries([...rows].map(([rowKey, { state }]) => [rowKey, state]));
}

describe('a match report of the seed', () => {
  beforeEach(clear);

  it('says of every variant and every item how it stands to the other side', async () => {
    await report(matcher(pool), connection);
    const rows = await rowsNow(pool, connection);
    expect(rows.get(key.shirt)).toMatchObject({ state: 'will_link', matchedBy: 'code', ratio: '1' });
    expect(rows.get(key.wine6)).toMatchObject({ state: 'will_link', matchedBy: 'extra_code', ratio: '6' });
    expect(rows.get(key.wine6)?.itemId).toBe(rows.get(key.wine)?.itemId);
    expect(rows.get(key.wine6)?.notes).toContain('price_differs');
    expect(rows.get(key.shirt)?.notes).not.toContain('price_differs');
    expect(rows.get(key.kit)).toMatchObject({ state: 'bundle' });
    expect(rows.get(key.engrave)?.notes).toContain('untracked');
    expect(rows.get(key.cheese)?.notes).toContain('fractional');
    expect(rows.get(key.draft)?.notes).toEqual(expect.arrayContaining(['draft', 'inactive']));
    for (const each of [key.candleWhite, key.candleRed])
      expect(rows.get(each)).toMatchObject({ state: 'duplicate_code_in_shop', detail: { variants: 2 } });
    expect(rows.get(key.card)).toMatchObject({ state: 'missing_code' });
    const { items } = await emulators.warehouse.control.get<{
      items: { id: number; Deleted: number }[];
    }>('/items');
    const variants = (await emulators.shop.control.get<{ products: object[] }>('/products')).products;
    const spokenFor = new Set([...rows.values()].map(({ itemId }) => itemId));
    expect([...rows.values()].filter(({ variantKey }) => variantKey !== null)).toHaveLength(variants.length);
    const services = new Set([9001, 9002, 9003]);
    for (const { id, Deleted } of items)
      expect(spokenFor.has(id), `item ${id}`).toBe(Deleted !== 1 && !services.has(id));
  });

  it('reads each side page by page and nothing more', async () => {
    const variants = (await emulators.shop.control.get<{ products: object[] }>('/products')).products.length;
    const { items } = await emulators.warehouse.control.get<{ items: object[] }>('/items');
    let warehouse: string[] = [];
    const shop = await world.callsOf('shop', async () => {
      warehouse = await world.callsOf('warehouse', () => report(matcher(pool), connection));
    });
    expect(shop).toEqual(Array.from({ length: Math.ceil(variants / 100) }, () => 'GET /api/v2/variants'));
    expect(warehouse).toEqual(Array.from({ length: Math.ceil(items.length / 100) }, () => 'getItems'));
    const { rows } = await pool.query<{ figures: object }>('select figures from match_report');
    expect(rows[0]?.figures).toMatchObject({
      ...{ variants, items: items.length, changes: null },
      ...{ shopRequests: shop.length, warehouseRequests: warehouse.length },
    });
  });

  it('is read by everybody at once when it is finished, and the one before until then', async () => {
    const first = await report(matcher(pool), connection);
    const second = await begin(pool, connection);
    await readShopGoods(matcher(pool), second);
    expect(await currentReport(pool, connection)).toMatchObject({ id: first.report });
    await finish(matcher(pool), second);
    expect(await currentReport(pool, connection)).toMatchObject({ id: second.report });
    const left = await pool.query('select from match_row where report_id = $1', [first.report]);
    expect(left.rowCount).toBe(0);
  });

  it('costs one page when its worker dies, wherever that is', async () => {
    const ref = await begin(pool, connection);
    const dying = matcher(pool);
    const calls = await world.callsOf('warehouse', async () => {
      await readShopGoods(dying, ref);
      // The answer arrives, and nothing of it is stored.
      const io: typeof dying.io = {
        ...dying.io,
        db: (name, work) =>
          name === 'store-page' ? Promise.reject(new Error('died')) : dying.io.db(name, work),
      };
      await expect(readWarehouseItems({ ...dying, io }, ref)).rejects.toThrow('died');
      await finish(matcher(pool), ref);
    });
    const { items } = await emulators.warehouse.control.get<{ items: object[] }>('/items');
    expect(calls).toHaveLength(Math.ceil(items.length / 100) + 1);
    expect(Object.keys(await stateOf()).length).toBeGreaterThan(items.length - 10);
  });

  it('lets no worker that was taken for dead store a page over those of its successor', async () => {
    const ref = await begin(pool, connection);
    const slow = matcher(pool);
    let overtaken = false;
    const io: typeof slow.io = {
      ...slow.io,
      db: async (name, work) => {
        if (name === 'store-page' && !overtaken) {
          overtaken = true;
          await finish(matcher(pool), ref);
        }
        return slow.io.db(name, work);
      },
    };
    await expect(readShopGoods({ ...slow, io }, ref)).rejects.toMatchObject({ code: 'report_moved' });
    expect(await currentReport(pool, connection)).toMatchObject({ id: ref.report });
  });
});

describe('what changed since the last report', () => {
  it('is counted, and told row by row', async () => {
    await clear();
    await report(matcher(pool), connection);
    const control = emulators.shop.control;
    await control.send('PATCH', `/variants/${key.pen.slice(8)}`, { sku: 'pen-1' });
    const { products } = await control.post<{ products: { variants: number[] }[] }>('/products', {
      products: [{ name: 'Нова стока', variants: [{ sku: 'NEW-1' }] }],
    });
    await report(matcher(pool), connection);
    const rows = await rowsNow(pool, connection);
    const fresh = `variant:${products[0]?.variants[0]}`;
    expect(rows.get(fresh)).toMatchObject({ state: 'will_be_created' });
    const changed = await pool.query<{ row_key: string; previous: string | null; state: string }>(
      'select row_key, previous, state from match_row where changed order by row_key',
    );
    const pen = rows.get(key.pen);
    expect(pen).toMatchObject({ state: 'letter_case', suggestedItemId: expect.any(Number) });
    expect(changed.rows).toEqual([
      // The pen's item has nobody who stands for it any more.
      { row_key: `item:${pen?.suggestedItemId}`, previous: null, state: 'only_in_warehouse' },
      { row_key: key.pen, previous: 'will_link', state: 'letter_case' },
      { row_key: fresh, previous: null, state: 'will_be_created' },
    ]);
    const { rows: reports } = await pool.query<{ figures: { changes: object } }>(
      'select figures from match_report order by id desc limit 1',
    );
    expect(reports[0]?.figures.changes).toEqual({ changed: 1, appeared: 2, vanished: 0 });
    await control.send('PATCH', `/variants/${key.pen.slice(8)}`, { sku: 'PEN-1' });
  });
});
