import { beforeEach, describe, expect, it } from 'vitest';
import { createClients } from '../../src/activities/index.ts';
import { makeServices } from '../../src/activities/preflight/service-items.ts';
import { type PassIo, createPassIo } from '../../src/activities/order/io.ts';
import { type Slots, createSlots } from '../../src/activities/slots.ts';
import { readConnection } from '../../src/db/queries/connections.ts';
import { listServices } from '../../src/db/queries/service-items.ts';
import { testBox } from '../support/database.ts';
import { StoppingIo } from '../support/stopping-io.ts';
import { checkOnce, useOffice } from './world.ts';

const office = useOffice();
const path = '/api/connections/shop/service-items';
const opaque = { role: 'fee', name: 'Подаръчна опаковка' };

beforeEach(async () => {
  await office.connect();
  await checkOnce(office.pool);
});

/** Items of that name as the warehouse itself has them. */
async function inWarehouse(name = opaque.name): Promise<{ id: number; Code: string; NotStorable: number }[]> {
  const { items } = await office.emulators.warehouse.control.get<{
    items: { id: number; Name: string; Code: string; NotStorable: number }[];
  }>('/items');
  return items.filter((item) => item.Name === name);
}

describe('a missing service item', () => {
  it('is made once however often it is asked for, as a service with the rate that was wanted', async () => {
    const [first, second] = await Promise.all([
      office.panel.ask('POST', path, opaque),
      office.panel.ask('POST', path, opaque),
    ]);
    expect(second.body.id).toBe(first.body.id);
    await checkOnce(office.pool);
    await checkOnce(office.pool);
    const made = await inWarehouse();
    expect(made).toMatchObject([{ Code: first.body.code, NotStorable: 1 }]);
    const { body } = await office.panel.ask('GET', path);
    expect(body.services).toMatchObject([{ state: 'made', itemId: made[0]?.id }]);
    const lookups = await office.panel.ask('GET', '/api/connections/shop/lookups');
    expect(lookups.body.warehouse.items.services).toContainEqual({
      ...{ id: made[0]?.id, name: opaque.name, taxRate: '20' },
    });
  });

  it.each(['timeoutAfter', 'dropAfter', 'dropBefore', 'http502', 'holdAndApplyLater'])(
    'whose answer is lost (%s) is found by its code and not made twice',
    async (kind) => {
      await office.panel.ask('POST', path, opaque);
      await office.emulators.warehouse.control.post('/faults', { kind, function: 'insertItem', ms: 300 });
      await checkOnce(office.pool).catch(() => undefined);
      for (let round = 0; round < 3; round += 1) await checkOnce(office.pool);
      expect(await inWarehouse()).toHaveLength(1);
      expect(await listServices(office.pool, 'shop')).toMatchObject([{ state: 'made' }]);
    },
  );

  it('a worker that freezes at any point, and goes on when another one has done the work, makes it once', async () => {
    const connection = await readConnection(office.pool, testBox, 'shop');
    if (connection === undefined) throw new Error('no connection');
    const { warehouseOf } = createClients({ HTTP_DEADLINE_MS: 2_000 });
    const work = async (io: PassIo, slots: Slots): Promise<string> => {
      await makeServices({ slots, warehouseOf, io }, connection);
      return 'done';
    };
    let points = 0;
    for (let point = 0; ; point += 1) {
      const name = `Такса ${point}`;
      await office.panel.ask('POST', path, { role: 'fee', name });
      const io = new StoppingIo(createPassIo(office.pool), point);
      const [frozen, other] = [createSlots(office.pool, 10_000), createSlots(office.pool, 10_000)];
      const zombie = work(io, frozen).catch(() => 'failed');
      const end = await Promise.race([zombie, io.parked.then(() => 'parked')]);
      // The place of a process that does not answer is free again after its lease.
      await office.pool.query(`update slot set lease_until = '-infinity'`);
      await work(createPassIo(office.pool), other);
      io.release();
      await zombie;
      await Promise.all([frozen.close(), other.close()]);
      expect(await inWarehouse(name)).toHaveLength(1);
      if (end === 'done') break;
      points += 1;
    }
    expect(points).toBeGreaterThanOrEqual(10);
    expect((await listServices(office.pool, 'shop')).every(({ state }) => state === 'made')).toBe(true);
  }, 60_000);

  it('that is there already, or of a rate or measure that is not, is refused and says why', async () => {
    expect(await office.panel.ask('POST', path, { role: 'delivery' })).toMatchObject({
      ...{ status: 409, body: { code: 'service_exists' } },
    });
    const rate = await office.panel.ask('POST', path, { ...opaque, taxRate: '19' });
    expect(rate.body.fields).toEqual({ 'body.taxRate': 'micro.bg has no VAT group of 19 %' });
    const measure = await office.panel.ask('POST', path, { ...opaque, measureId: 999 });
    expect(measure.body.fields).toHaveProperty(['body.measureId']);
    expect(await inWarehouse()).toEqual([]);
  });

  it('whose code belongs to another item is refused, and the other item is left alone', async () => {
    const { body } = await office.panel.ask('POST', path, opaque);
    await office.emulators.warehouse.control.post('/items', {
      items: [{ Code: body.code, Name: 'Чужда стока' }],
    });
    await checkOnce(office.pool);
    expect(await listServices(office.pool, 'shop')).toMatchObject([{ state: 'refused' }]);
    expect(await inWarehouse()).toEqual([]);
    // The next try has another code.
    expect((await office.panel.ask('POST', path, opaque)).body.code).not.toBe(body.code);
    await checkOnce(office.pool);
    expect(await inWarehouse()).toHaveLength(1);
  });
});
