import { beforeEach, describe, expect, it } from 'vitest';
import { readFigures } from '../../src/db/queries/completeness.ts';
import { testConnection, testDatabase } from '../support/database.ts';

const { pool } = await testDatabase();
beforeEach(async () => {
  await pool.query('delete from connection');
  await testConnection(pool, 'shop');
});

async function order(id: number, state: string, document?: string, kind = 'order'): Promise<void> {
  await pool.query('insert into shop_order (connection_id, shop_order_id, state) values ($1, $2, $3)', [
    'shop',
    String(id),
    state,
  ]);
  if (document === undefined) return;
  await pool.query(
    `insert into document (connection_id, warehouse_api_id, ext_id, shop_order_id, kind, generation, state, settings_version, fence)
     values ('shop', 'api-shop', $1, $2, $3, 1, $4, 1, 1)`,
    [id, String(id), kind, document],
  );
}

async function delivery(order: number, closed = false): Promise<void> {
  await pool.query(
    `insert into webhook_delivery (connection_id, event, entity_id, body, closed_at)
     values ('shop', 'order.updated', $1, '', case when $2 then now() end)`,
    [String(order), closed],
  );
}

const figures = async () => (await readFigures(pool, 'shop'))[0] ?? expect.unreachable();

describe('the figures of a connection', () => {
  it('are all nothing at the beginning, with the limits of today', async () => {
    expect(await figures()).toMatchObject({
      ...{ orders: 0, documented: 0, withoutDocument: 0, waiting: 0, blocked: 0, conflict: 0, difference: 0 },
      ...{ oldestWaitingAt: null, lastOrderAt: null, lastDeliveryAt: null, lastSweepAt: null },
      alarmLimits: { sweep: 15, order: 2_880 },
    });
  });

  it('every order is counted once: documented, without one, waiting, blocked, in conflict, or as a difference', async () => {
    await order(1, 'ordered', 'live');
    await order(2, 'sold', 'live', 'sale');
    await order(3, 'returned', 'returned', 'sale');
    await order(4, 'none');
    await order(5, 'withdrawn', 'deleted');
    await order(6, 'new');
    await order(7, 'blocked');
    await order(8, 'conflict', 'conflict');
    await order(9, 'foreign');
    await order(10, 'ignored');
    // Without a document that it should have; with one that it should not have.
    await order(11, 'sold', 'deleted', 'sale');
    await order(12, 'withdrawn', 'live');
    expect(await figures()).toMatchObject({
      ...{ orders: 10, documented: 4, withoutDocument: 2 },
      ...{ waiting: 1, blocked: 1, conflict: 1, difference: 2 },
    });
  });

  it('an order that somebody is at, that is due, or that was heard of again is no difference yet', async () => {
    await order(1, 'sold');
    await order(2, 'sold');
    await order(3, 'sold');
    expect(await figures()).toMatchObject({ difference: 3, waiting: 0 });
    await pool.query(
      `update shop_order set lease_until = now() + interval '1 minute' where shop_order_id = '1'`,
    );
    await pool.query(`update shop_order set due_at = now() where shop_order_id = '2'`);
    await delivery(3);
    expect(await figures()).toMatchObject({ difference: 0, waiting: 1 });
  });

  it('an order waits from the first delivery that nobody answered, also when nothing else is known of it', async () => {
    await delivery(1, true);
    await delivery(2);
    await delivery(2);
    await delivery(3);
    await pool.query(
      `update webhook_delivery set received_at = now() - interval '1 hour' where entity_id = '2'`,
    );
    const { waiting, oldestWaitingAt, now } = await figures();
    expect(waiting).toBe(2);
    expect(now.getTime() - (oldestWaitingAt?.getTime() ?? 0)).toBeGreaterThanOrEqual(3_600_000);
  });

  it('belong to one connection each', async () => {
    await order(1, 'blocked');
    await testConnection(pool, 'other');
    const all = await readFigures(pool, undefined);
    expect(all.map(({ id, orders, blocked }) => [id, orders, blocked])).toEqual([
      ['other', 0, 0],
      ['shop', 1, 1],
    ]);
  });
});
