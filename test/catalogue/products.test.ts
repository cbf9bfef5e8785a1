import type { AddressInfo } from 'node:net';
import { type Server, createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bringItem } from '../../src/activities/catalogue/import/bring-item.ts';
import { type ProductDependencies, syncProduct } from '../../src/activities/product/sync-product.ts';
import { createWebhookHandler } from '../../src/api/webhooks/handler.ts';
import { createConnectionCache } from '../../src/db/connection-cache.ts';
import { isReportFresh } from '../../src/db/queries/catalogue/match-views.ts';
import { claimProduct, hintProduct, takeDueProducts } from '../../src/db/queries/catalogue/product-hints.ts';
import { findLinks } from '../../src/db/queries/items.ts';
import { webhookUrl } from '../../src/domain/webhook-address.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { testBox, testDatabase, testSecrets } from '../support/database.ts';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { PassWorld } from '../support/passes.ts';
import { matcher, report, rowsNow } from './world.ts';

const { pool } = await testDatabase();
const connection = 'goods';
let emulators: Emulators;
let world: PassWorld;
let gateway: Server;
let shop: ReturnType<ReturnType<typeof matcher>['shopOf']>;

/** The seed's pen: one product, one variant. */
const PEN = { product: '821', variant: 'variant:5221' };
const CUP = { product: '815', variant: 'variant:5207' };

beforeAll(async () => {
  emulators = await startEmulators();
  world = await PassWorld.create(pool, emulators, connection);
  const known = await matcher(pool).connections.get(connection);
  if (known === undefined) throw new Error('there is no connection');
  shop = matcher(pool).shopOf(known);
  const handler = createWebhookHandler({
    ...{ pool, connections: createConnectionCache(pool, testBox, 0), logger: createLogger('test', 'silent') },
    ...{ onStored: () => undefined, count: () => undefined },
  });
  gateway = createServer((request, response) => void handler(request, response));
  await new Promise<void>((resolve) => void gateway.listen(0, '127.0.0.1', resolve));
  const publicUrl = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  for (const event of ['product.created', 'product.updated', 'product.deleted']) {
    const secret = testSecrets.webhookUrlSecret;
    await shop.createWebhook({
      ...{ url: webhookUrl(publicUrl, { connection, secret, event }), event, active: true, headers: {} },
    });
  }
});
afterAll(async () => {
  await new Promise((resolve) => void gateway?.close(resolve));
  await emulators?.stop();
});

/** Deliveries that the gateway stored since the last call. */
async function deliveries(): Promise<string[]> {
  const { rows } = await pool.query<{ event: string; id: string }>(
    'delete from webhook_delivery returning event, entity_id as id',
  );
  return rows.map(({ event, id }) => `${event} ${id}`);
}

const dueNow = async (): Promise<string[]> =>
  (await takeDueProducts(pool, { limit: 100, perConnection: 100, resendMs: 60_000 }))
    .map(({ productId }) => productId)
    .toSorted();
const durations = { httpDeadlineMs: 5_000, leaseMs: 10_000, landMs: 1_000, pausedRetryMs: 1_000 };
const bring: ProductDependencies['bring'] = async ({ id }, variantKey) => {
  const brought = await bringItem({ ...matcher(pool), durations }, id, variantKey);
  if (brought.kind === 'skipped' || brought.outcome === 'unchanged') return 'nothing';
  return brought.outcome === 'created' || brought.outcome === 'updated' ? 'written' : 'linked';
};
/** Only looked at: for tests of everything but the warehouse. */
const look = (product: string, more = {}) =>
  syncProduct(
    { ...matcher(pool), bring: () => Promise.resolve('nothing'), ...more },
    { connection, product },
  );
const change = (path: string, body: object) => emulators.shop.control.send('PATCH', path, body);

describe('a product that a webhook tells of', () => {
  beforeEach(async () => {
    await pool.query(
      'truncate match_report, product_hint, catalogue_state, item_link, match_ignored cascade',
    );
    await pool.query('truncate shop_variant, warehouse_item');
    await report(matcher(pool), connection);
    await deliveries();
  });

  it('costs nothing when it is the echo of our own write of stock and price', async () => {
    const calls = await world.callsOf('shop', async () => {
      await shop.updateVariant('5221', { quantity: '299', price: 998 });
      await shop.updateVariant('5221', { quantity: '298', price: 999 });
      expect(await deliveries()).toEqual([
        `product.updated ${PEN.product}`,
        `product.updated ${PEN.product}`,
      ]);
      expect(await dueNow()).toEqual([]);
    });
    expect(calls).toEqual(['PATCH /api/v2/variants/5221', 'PATCH /api/v2/variants/5221']);
    expect(await isReportFresh(pool, connection)).toBe(true);
  });

  it('leaves no trail that fills the disk: an echo keeps no body, and yesterday is forgotten', async () => {
    await shop.updateVariant('5221', { quantity: '297' });
    await change(`/products/${CUP.product}`, { name: 'Чаша' });
    const { rows } = await pool.query(
      'select entity_id as id, length(body) > 0 as body from webhook_delivery order by id',
    );
    expect(rows).toEqual([
      { id: CUP.product, body: true },
      { id: PEN.product, body: false },
    ]);
    await pool.query(`update webhook_delivery set received_at = now() - interval '25 hours'`);
    await change(`/products/${CUP.product}`, { name: 'Керамична чаша' });
    expect(await deliveries()).toEqual([`product.updated ${CUP.product}`]);
    await shop.updateVariant('5221', { quantity: '300' });
    await deliveries();
  });

  it('is due once however often it was told of, and read once', async () => {
    await change(`/products/${PEN.product}`, { name: 'Химикалка синя' });
    await change(`/products/${PEN.product}`, { name: 'Химикалка червена' });
    await change(`/products/${PEN.product}`, { name: 'Химикалка зелена' });
    expect(await dueNow()).toEqual([PEN.product]);
    expect(await dueNow()).toEqual([]);
    const calls = await world.callsOf('shop', async () => {
      expect(await look(PEN.product)).toEqual({ deed: 'updated', variants: 1, written: 0 });
      expect(await look(PEN.product)).toMatchObject({ deed: 'answered_before' });
    });
    expect(calls).toEqual([`GET /api/v2/products/${PEN.product}`]);
    const found = await pool.query('select from match_row where row_key = $1 and search like $2', [
      ...[PEN.variant, '%химикалка зелена%'],
    ]);
    expect(found.rowCount).toBe(1);
    // A report that began before is an old picture.
    expect(await isReportFresh(pool, connection)).toBe(false);
    await change(`/products/${PEN.product}`, { name: 'Химикалка' });
  });

  it('follows its new SKU to another item, and the former one is alone', async () => {
    const before = (await rowsNow(pool, connection)).get(PEN.variant);
    expect(before).toMatchObject({ state: 'will_link' });
    await change('/variants/5221', { sku: 'XYZ-9' });
    await look(PEN.product);
    const rows = await rowsNow(pool, connection);
    expect(rows.get(PEN.variant)).toMatchObject({ state: 'will_be_created', itemId: null });
    expect(rows.get(`item:${before?.itemId}`)).toMatchObject({ state: 'only_in_warehouse' });
    await change('/variants/5221', { sku: 'PEN-1' });
    await look(PEN.product);
    expect((await rowsNow(pool, connection)).get(PEN.variant)).toMatchObject({ state: 'will_link' });
    expect((await rowsNow(pool, connection)).get(`item:${before?.itemId}`)).toBeUndefined();
  });

  it('makes the other variant with its SKU a duplicate as well', async () => {
    await change('/variants/5221', { sku: 'CUP-01' });
    await look(PEN.product);
    for (const each of [PEN.variant, CUP.variant])
      expect((await rowsNow(pool, connection)).get(each)).toMatchObject({ state: 'duplicate_code_in_shop' });
    await change('/variants/5221', { sku: 'PEN-1' });
  });

  it('keeps its link when it is renamed; when it is deleted the link is gone, and the item stays', async () => {
    const { products } = await emulators.shop.control.post<{
      products: { id: number; variants: number[] }[];
    }>('/products', { products: [{ name: 'За изтриване', variants: [{ sku: 'DEL-1' }] }] });
    const id = String(products[0]?.id);
    const variant = `variant:${products[0]?.variants[0]}`;
    expect(await dueNow()).toEqual([id]);
    await look(id);
    const item = (await rowsNow(pool, connection)).get('variant:5228')?.itemId ?? 0;
    await pool.query(
      `insert into item_link (connection_id, variant_key, warehouse_item_id, matched_by) values ($1, $2, $3, 'manual')`,
      [connection, variant, item],
    );
    await change(`/products/${id}`, { name: 'Преименуван' });
    await look(id);
    expect((await rowsNow(pool, connection)).get(variant)).toMatchObject({
      state: 'synchronised',
      itemId: item,
    });
    await emulators.shop.control.send('DELETE', `/products/${id}`);
    expect(await dueNow()).toContain(id);
    const warehouse = await world.callsOf('warehouse', async () => {
      expect(await look(id)).toMatchObject({ deed: 'deleted' });
    });
    expect(warehouse).toEqual([]);
    expect((await rowsNow(pool, connection)).get(variant)).toMatchObject({
      state: 'deleted_in_shop',
      itemId: item,
    });
    expect(await findLinks(pool, connection, [variant])).toEqual([]);
    await report(matcher(pool), connection);
    expect((await rowsNow(pool, connection)).get(variant)).toMatchObject({
      state: 'deleted_in_shop',
      itemId: item,
    });
  });

  it('stays due when it is told of while it is being read', async () => {
    await change(`/products/${PEN.product}`, { name: 'Химикалка А' });
    expect(await dueNow()).toEqual([PEN.product]);
    const worker = matcher(pool);
    let told = false;
    const io: typeof worker.io = {
      ...worker.io,
      call: async (name, send) => {
        const answer = await worker.io.call(name, send);
        if (!told) await change(`/products/${PEN.product}`, { name: 'Химикалка Б' });
        told = true;
        return answer;
      },
    };
    await look(PEN.product, { io });
    expect(await dueNow()).toEqual([PEN.product]);
    await look(PEN.product);
    expect(await dueNow()).toEqual([]);
    await change(`/products/${PEN.product}`, { name: 'Химикалка' });
  });

  it('is looked at by one worker at a time, and what a late one read is not stored', async () => {
    await hintProduct(pool, { connectionId: connection, productId: PEN.product }, null);
    const worker = matcher(pool);
    const io: typeof worker.io = {
      ...worker.io,
      call: async (name, send) => {
        const answer = await worker.io.call(name, send);
        await expect(look(PEN.product)).rejects.toMatchObject({ code: 'product_busy' });
        await pool.query(`update product_hint set lease_until = '-infinity'`);
        await claimProduct(pool, { connectionId: connection, productId: PEN.product }, 60_000);
        return answer;
      },
    };
    await expect(look(PEN.product, { io })).rejects.toMatchObject({ code: 'lease_lost' });
  });

  it('is brought into the warehouse once when it is new, and again only when the warehouse lacks something', async () => {
    const { products } = await emulators.shop.control.post<{
      products: { id: number; variants: number[] }[];
    }>('/products', { products: [{ name: 'Нова стока', variants: [{ sku: `NEW-${Date.now()}` }] }] });
    const id = String(products[0]?.id);
    const variant = `variant:${products[0]?.variants[0]}`;
    const writes = async () =>
      (
        await world.callsOf('warehouse', async () => {
          await hintProduct(pool, { connectionId: connection, productId: id }, null);
          await look(id, { bring });
        })
      ).filter((name) => name === 'insertItem' || name === 'editItem');
    expect(await writes()).toEqual(['insertItem']);
    expect((await rowsNow(pool, connection)).get(variant)).toMatchObject({
      state: 'synchronised',
      matchedBy: 'import',
    });
    expect(await writes()).toEqual([]);
    await change(`/products/${id}`, { name: 'Нова стока, по-нова' });
    expect(await writes()).toEqual(['editItem']);
  });

  it('is not created while it is a draft, or where the settings only want to be told', async () => {
    const create = async (more: object) => {
      const { products } = await emulators.shop.control.post<{ products: { id: number }[] }>('/products', {
        products: [{ name: 'Още една', variants: [{ sku: `MORE-${Math.random()}` }], ...more }],
      });
      return String(products[0]?.id);
    };
    const written = async (id: string) => (await look(id, { bring })).written;
    expect(await written(await create({ draft: 'yes', active: 'no' }))).toBe(0);
    const settings = JSON.stringify({ newProducts: 'report' });
    await pool.query('update connection_settings set settings = settings || $1 where connection_id = $2', [
      ...[settings, connection],
    ]);
    expect(await written(await create({}))).toBe(0);
    await pool.query(`update connection set mode = 'observe' where id = $1`, [connection]);
    expect(await written(await create({}))).toBe(0);
    await pool.query(`update connection set mode = 'live' where id = $1`, [connection]);
  });

  it('waits in PostgreSQL while as many as may be are under way', async () => {
    for (let id = 1; id <= 30; id += 1)
      await hintProduct(pool, { connectionId: connection, productId: String(id) }, null);
    const take = () => takeDueProducts(pool, { limit: 100, perConnection: 10, resendMs: 60_000 });
    expect(await take()).toHaveLength(10);
    expect(await take()).toHaveLength(0);
    await pool.query(`update product_hint set due_at = 'infinity' where due_at > now()`);
    expect(await take()).toHaveLength(10);
  });
});

describe('a connection whose goods were never compared', () => {
  it('is not troubled by products: there is nothing to keep in step', async () => {
    await pool.query('truncate match_report, product_hint cascade');
    await change(`/products/${PEN.product}`, { name: 'Химикалка' });
    await change('/variants/5221', { sku: 'PEN-1' });
    expect(await dueNow()).toEqual([]);
  });
});
