import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bringItem } from '../../src/activities/catalogue/import/bring-item.ts';
import { testDatabase } from '../support/database.ts';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { PassWorld } from '../support/passes.ts';
import { callsSince, freshReport, importAll, importer, itemsIn, lastCall, patiently } from './world.ts';

const { pool } = await testDatabase();
const connection = 'one';
let emulators: Emulators;
const WRITES = /^(insert|edit|delete)/;

beforeAll(async () => {
  emulators = await startEmulators();
  await PassWorld.create(pool, emulators, connection, { priceList: 2 });
});
afterAll(() => emulators?.stop());
beforeEach(() => importAll(pool, connection));

let numbers = 0;
/** A product of its own, as the last read of the shop has it; nothing of it is in the warehouse. */
async function addProduct(
  changes: Record<string, unknown> = {},
): Promise<{ key: string; id: number; sku: string }> {
  numbers += 1;
  const sku = `ONE-${numbers}`;
  const { products } = await emulators.shop.control.post<{ products: { id: number; variants: number[] }[] }>(
    '/products',
    {
      products: [{ name: `Единичен ${numbers}`, variants: [{ sku, price: '3.60' }], ...changes }],
    },
  );
  await freshReport(pool, connection);
  return { key: `variant:${products[0]?.variants[0]}`, id: products[0]?.id ?? 0, sku };
}

const bring = (key: string) => patiently(() => bringItem(importer(pool), connection, key));

describe('one variant that a webhook announced', () => {
  it('is created once, also by two workers at once and beside an import; afterwards it causes no write', async () => {
    const { key, sku } = await addProduct();
    const since = await lastCall(emulators);
    const both = await Promise.all([bring(key), bring(key), importAll(pool, connection)]);
    expect(both.slice(0, 2)).toMatchObject([{ kind: expect.any(String) }, { kind: expect.any(String) }]);
    const made = (await itemsIn(emulators)).filter(({ Code }) => Code === sku);
    expect(made).toHaveLength(1);
    expect((await callsSince(emulators, since, /^insertItem/)).length).toBeLessThanOrEqual(2);
    const after = await lastCall(emulators);
    expect(await bring(key)).toEqual({ kind: 'skipped', reason: 'unchanged' });
    expect(await callsSince(emulators, after, WRITES)).toEqual([]);
  });

  it('is renamed with the shop, and keeps what staff changed beside that', async () => {
    const { key, id, sku } = await addProduct();
    await bring(key);
    const [item] = (await itemsIn(emulators)).filter(({ Code }) => Code === sku);
    await emulators.warehouse.control.send('PATCH', `/items/${item?.id}`, {
      Description: 'наше',
      PriceOut1: 2,
    });
    await emulators.shop.control.send('PATCH', `/products/${id}`, { name: 'Ново име' });
    await freshReport(pool, connection);
    expect(await bring(key)).toMatchObject({ kind: 'done', outcome: 'updated', itemId: item?.id });
    expect((await itemsIn(emulators)).find((one) => one.id === item?.id)).toMatchObject({
      ...{ Name: 'Ново име', Description: 'наше', Code: sku },
    });
  });

  it('is left out while it is a draft or inactive, where new products are only reported, and in observe mode', async () => {
    const draft = await addProduct({ draft: 'yes' });
    expect(await bring(draft.key)).toEqual({ kind: 'skipped', reason: 'inactive' });
    const hidden = await addProduct({ active: 'no' });
    expect(await bring(hidden.key)).toEqual({ kind: 'skipped', reason: 'inactive' });
    const { key } = await addProduct();
    await pool.query(`update connection set mode = 'observe' where id = $1`, [connection]);
    expect(await bring(key)).toEqual({ kind: 'skipped', reason: 'not_live' });
    await pool.query(`update connection set mode = 'live' where id = $1`, [connection]);
    expect(await bring('variant:999999')).toEqual({ kind: 'skipped', reason: 'deleted_in_shop' });
  });
});
