import { beforeEach, describe, expect, it } from 'vitest';
import { createClients } from '../../src/activities/index.ts';
import { createPassIo } from '../../src/activities/order/io.ts';
import { walkItems } from '../../src/activities/preflight/item-walk.ts';
import { createSlots } from '../../src/activities/slots.ts';
import { readConnection } from '../../src/db/queries/connections.ts';
import { readLookups } from '../../src/db/queries/lookups.ts';
import { type WalkedItem, emptyWalk, lookupsOfWalk, walkOn } from '../../src/domain/preflight/item-walk.ts';
import { testBox } from '../support/database.ts';
import { useOffice } from './world.ts';

const office = useOffice();

beforeEach(async () => {
  await office.connect();
});

function item(id: number, prices: (string | null)[], more: Partial<WalkedItem> = {}): WalkedItem {
  return {
    ...{ id, name: `Стока ${id}`, isService: false, deleted: false, taxRate: '20' },
    ...{ measureId: 6, measureName: 'бр', prices, ...more },
  };
}

describe('a walk over the items', () => {
  it('stops when its time is over, goes on where it stopped, and reads no page twice', async () => {
    const items = Array.from({ length: 1_200 }, (_, index) => ({ Code: `W-${index}`, MeasureId: 6 }));
    await office.emulators.warehouse.control.post('/items', { items });
    const connection = await readConnection(office.pool, testBox, 'shop');
    if (connection === undefined) throw new Error('no connection');
    const slots = createSlots(office.pool, 10_000);
    const dependencies = {
      ...{ pool: office.pool, io: createPassIo(office.pool), slots, httpDeadlineMs: 2_000 },
      ...{ leaseMs: 5_000, landMs: 1_000 },
      ...{ pausedRetryMs: 1_000, lookEveryMs: 1_000, ...createClients({ HTTP_DEADLINE_MS: 2_000 }) },
    };
    const pages = async () =>
      (
        await office.emulators.warehouse.control.get<{ requests: { function: string }[] }>(
          '/requests?since=0',
        )
      ).requests.filter(({ function: name }) => name === 'getItems').length;
    const before = await pages();
    let runs = 0;
    for (let ended = false; !ended; runs += 1) {
      let left = 1;
      const taken = { connectionId: 'shop', duty: 'preflight', fence: 1, failures: 0 };
      ended = await walkItems(dependencies, { connection, taken, timeLeft: () => left-- > 0 });
    }
    await slots.close();
    const found = (await readLookups(office.pool, 'shop'))?.lookups.warehouse.items;
    expect(found?.items).toBeGreaterThan(1_200);
    expect(runs).toBeGreaterThanOrEqual(3);
    expect((await pages()) - before).toBe(Math.ceil((found?.items ?? 0) / 500));
  });

  it('tells lists apart by any item, takes missing prices for none, and leaves deleted items out', () => {
    const first = walkOn(
      emptyWalk(),
      [item(1, ['8', '10', '10', null]), item(2, ['8', '9', '9', '0'])],
      'next',
    );
    const same = lookupsOfWalk(first, '2026-11-01T00:00:00Z').priceLists;
    expect(same.slice(0, 4)).toEqual([
      { list: 1, priced: 2, sameAs: null },
      { list: 2, priced: 2, sameAs: null },
      { list: 3, priced: 2, sameAs: 2 },
      { list: 4, priced: 0, sameAs: null },
    ]);
    const second = walkOn(
      first,
      [item(3, ['8', '10', '11']), item(4, ['8', '9', '9'], { deleted: true })],
      null,
    );
    const lookups = lookupsOfWalk(second, '2026-11-01T00:00:00Z');
    expect(lookups.priceLists[2]).toEqual({ list: 3, priced: 3, sameAs: null });
    expect(lookups).toMatchObject({ items: 3, measures: [{ id: 6, name: 'бр', items: 3 }] });
  });
});
