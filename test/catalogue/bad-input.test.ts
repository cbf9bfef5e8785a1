import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { refreshRows } from '../../src/db/queries/catalogue/refresh-rows.ts';
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
  world = await PassWorld.create(pool, emulators, connection);
});
afterAll(() => emulators?.stop());
beforeEach(async () => {
  await pool.query('truncate match_report, item_link, warehouse_item, shop_variant, catalogue_state cascade');
  await emulators.shop.control.post('/reset');
  await emulators.warehouse.control.post('/reset');
});

async function addProducts(products: readonly object[]): Promise<string[]> {
  const answer = await emulators.shop.control.post<{ products: { variants: number[] }[] }>('/products', {
    products,
  });
  return answer.products.flatMap(({ variants }) => variants.map((id) => `variant:${id}`));
}
const addItems = (items: readonly object[]) =>
  emulators.warehouse.control.post<{ items: { id: number }[] }>('/items', { items });

describe('a match report of what no merchant would enter', () => {
  it('takes names of a megabyte: pages become smaller, and every variant is there', async () => {
    const huge = 'Дълго име '.repeat(60_000);
    const keys = await addProducts(
      Array.from({ length: 40 }, (_, index) => ({
        name: `${index} ${huge}`,
        variants: [{ sku: `HUGE-${index}` }],
      })),
    );
    await report(matcher(pool), connection);
    const rows = await rowsNow(pool, connection);
    for (const key of keys) expect(rows.get(key)).toMatchObject({ state: 'will_be_created' });
    const variants = (await emulators.shop.control.get<{ products: object[] }>('/products')).products;
    expect([...rows.values()].filter(({ variantKey }) => variantKey !== null)).toHaveLength(variants.length);
    const { rows: longest } = await pool.query<{ length: number }>(
      'select max(length(product_name)) as length from shop_variant',
    );
    expect(longest[0]?.length).toBeLessThanOrEqual(400);
  });

  it('takes control characters, broken characters and blanks in names and codes', async () => {
    const keys = await addProducts([
      { name: 'Име\u0000 с\u0007 нещо\uD800', variants: [{ sku: 'X\u0000-1', barcode: '\t380\n' }] },
      { name: '   ', variants: [{ sku: '   ' }] },
    ]);
    await report(matcher(pool), connection);
    const rows = await rowsNow(pool, connection);
    expect(rows.get(keys[0] ?? '')).toMatchObject({ state: 'will_be_created' });
    expect(rows.get(keys[1] ?? '')).toMatchObject({ state: 'missing_code' });
  });

  it('names duplicates by the thousand on both sides, links none of them, and lists twenty', async () => {
    const keys = await addProducts(
      Array.from({ length: 3_000 }, () => ({ name: 'Двойник', variants: [{ sku: 'TWIN', barcode: '111' }] })),
    );
    const [single] = await addProducts([{ name: 'Един', variants: [{ sku: 'X-1', barcode: '4444' }] }]);
    await addItems(Array.from({ length: 3_000 }, (_, index) => ({ Code: `M-${index}`, Barcode: '4444' })));
    await report(matcher(pool), connection);
    const rows = await rowsNow(pool, connection);
    for (const key of keys)
      expect(rows.get(key)).toMatchObject({
        state: 'duplicate_code_in_shop',
        itemId: null,
        detail: { variants: 3_000 },
      });
    expect(rows.get(single ?? '')).toMatchObject({ state: 'duplicate_code_in_warehouse', itemId: null });
    expect(rows.get(single ?? '')?.detail).toMatchObject({ count: 3_000, code: '4444' });
    expect(rows.get(single ?? '')?.detail['items']).toHaveLength(20);
  });

  it('says of an item that it has no measure', async () => {
    const [key] = await addProducts([{ name: 'Без мярка', variants: [{ sku: 'NM-1' }] }]);
    const { items } = await addItems([{ Code: 'NM-1' }, { Code: 'NM-2' }]);
    await report(matcher(pool), connection);
    await pool.query('update warehouse_item set measure_id = null where code like $1', ['NM-%']);

    const known = await matcher(pool).connections.get(connection);
    if (known === undefined) throw new Error('there is no connection');
    await refreshRows(pool, known, { variantKeys: [key ?? ''], itemIds: items.map(({ id }) => id) });
    const rows = await rowsNow(pool, connection);
    expect(rows.get(key ?? '')?.notes).toContain('no_measure');
    expect(rows.get(`item:${items[1]?.id}`)?.notes).toEqual(['no_measure']);
  });
});

describe('what is gone', () => {
  it('is nothing because a subscription ran out: an empty list proves nothing', async () => {
    await report(matcher(pool), connection);
    await emulators.warehouse.control.send('PATCH', '/switches', { subscription: 'empty' });
    const ref = await begin(pool, connection);
    await expect(finish(matcher(pool), ref)).rejects.toMatchObject({
      code: expect.stringContaining('microbg_') as string,
    });
    const gone = await pool.query('select from warehouse_item where gone_at is not null');
    expect(gone.rowCount).toBe(0);
  });

  it('is told of a linked item that staff deleted', async () => {
    const [key] = await addProducts([{ name: 'Стока', variants: [{ sku: 'GO-1' }] }]);
    const { items } = await addItems([{ Code: 'GO-1' }]);
    const order = await world.place({ lines: [{ sku: 'GO-1' }], payment: 'cod' });
    await world.settle(world.worker(), order);
    await report(matcher(pool), connection);
    expect((await rowsNow(pool, connection)).get(key ?? '')).toMatchObject({
      state: 'synchronised',
      itemId: items[0]?.id,
    });
    // An item that is used is only marked.
    await emulators.warehouse.control.send('DELETE', `/items/${items[0]?.id}`);
    await report(matcher(pool), connection);
    expect((await rowsNow(pool, connection)).get(key ?? '')).toMatchObject({
      ...{ state: 'deleted_in_warehouse', itemId: items[0]?.id },
    });
  });

  it('is found by asking again when a row slipped past because another one was deleted', async () => {
    const keys = await addProducts(
      Array.from({ length: 250 }, (_, index) => ({ name: 'С', variants: [{ sku: `S-${index}` }] })),
    );
    await report(matcher(pool), connection);
    const ref = await begin(pool, connection);
    const worker = matcher(pool);
    let pages = 0;
    const io: typeof worker.io = {
      ...worker.io,
      call: async (name, send) => {
        const answer = await worker.io.call(name, send);
        pages += name === 'shop.variants.list' ? 1 : 0;
        // After the first page its first product goes: the others move up by one.
        if (name === 'shop.variants.list' && pages === 1)
          await emulators.shop.control.send('DELETE', '/products/812');
        return answer;
      },
    };
    await finish({ ...worker, io }, ref);
    const rows = await rowsNow(pool, connection);
    for (const key of keys) expect(rows.get(key)).toMatchObject({ state: 'will_be_created' });
    // What was there when its page was read is told as it was.
    expect(rows.get('variant:5102')).toMatchObject({ state: 'will_link' });
  });
});
