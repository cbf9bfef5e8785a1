import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type PassIo, createPassIo } from '../../src/activities/order/io.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { testConnection, testDatabase, testSecrets } from '../support/database.ts';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { PassWorld } from '../support/passes.ts';
import { dueOrders, followHints, shopRequests, sweepOnce } from './world.ts';

const CONNECTION = 'swept';
const { pool } = await testDatabase();
let emulators: Emulators;
let world: PassWorld;
/** The seed's orders are older. */
const startDate = new Date(Date.now() - 2 * 86_400_000).toISOString().slice(0, 10);
beforeAll(async () => {
  emulators = await startEmulators();
  world = await PassWorld.create(pool, emulators, CONNECTION, { startDate });
});
afterAll(() => emulators?.stop());

beforeEach(async () => {
  await emulators.shop.control.post('/reset');
  await emulators.shop.control.send('PATCH', '/switches', { rateLimitPerMinute: 800 });
  await emulators.warehouse.control.post('/reset');
  await pool.query('delete from shop_order');
  await pool.query('delete from sweep_progress');
  await pool.query('delete from journal');
});
afterEach(async () => {
  await pool.query(`delete from connection where id <> $1`, [CONNECTION]);
});

const gross = async (orderId: string) =>
  (await world.documents(orderId)).map(({ type, lineGross }) => [type, Math.round(lineGross * 100)]);
const shopTotal = async (orderId: string) =>
  (await emulators.shop.control.get<{ total: number }>(`/orders/${orderId}`)).total;

describe('what no webhook told', () => {
  it('webhook never sent: the sweep finds the order, and it becomes a document', async () => {
    const id = await world.place({ preset: 'G02' });
    await sweepOnce(pool, CONNECTION);
    expect(await followHints(world)).toEqual([id]);
    expect(await gross(id)).toEqual([[19, await shopTotal(id)]]);
  });

  it('edited order not re-synced: the sweep finds the edit, and the document follows', async () => {
    const id = await world.place({ lines: [{ sku: 'CUP-01', quantity: 1 }], payment: 'cod' });
    await world.settle(world.worker(), id);
    const before = await shopTotal(id);
    await nextSecond();
    await world.act(id, 'edit', { lines: { change: [{ line: 'CUP-01', quantity: 3 }] } });
    await sweepOnce(pool, CONNECTION);
    expect(await followHints(world)).toEqual([id]);
    expect(await gross(id)).toEqual([[19, await shopTotal(id)]]);
    expect(await shopTotal(id)).toBeGreaterThan(before);
  });

  it.each([true, false])(
    'a silent payment becomes a sale, whether or not it moves the date of the order: %s (U-52)',
    async (paymentSaveTouchesOrderUpdatedAt) => {
      await emulators.shop.control.send('PATCH', '/switches', { paymentSaveTouchesOrderUpdatedAt });
      const id = await world.place({ lines: [{ sku: 'CUP-01', quantity: 1 }], payment: 'stripe' });
      await world.settle(world.worker(), id);
      await sweepOnce(pool, CONNECTION);
      expect(await dueOrders(pool)).toEqual([]);
      await nextSecond();
      await world.act(id, 'pay', { by: 'gateway' });
      await pool.query(`update shop_order set last_read_at = last_read_at - interval '61 seconds'`);
      await sweepOnce(pool, CONNECTION);
      expect(await followHints(world)).toEqual([id]);
      expect(await gross(id)).toEqual([[2, await shopTotal(id)]]);
    },
  );

  it('orders of before the start date stay out', async () => {
    await world.place({ preset: 'G02', placedAt: Date.parse('2025-03-01T10:00:00Z') });
    await sweepOnce(pool, CONNECTION);
    expect(await dueOrders(pool)).toEqual([]);
  });
});

describe('what is handed over', () => {
  it('the same sight once, also while its pass is still to come; nothing after a pass that saw it', async () => {
    const id = await world.place({ preset: 'G02' });
    await sweepOnce(pool, CONNECTION);
    expect(await dueOrders(pool)).toEqual([id]);
    await sweepOnce(pool, CONNECTION);
    expect(await dueOrders(pool)).toEqual([]);
    await world.settle(world.worker(), id);
    await sweepOnce(pool, CONNECTION);
    expect(await dueOrders(pool)).toEqual([]);
    const { rows } = await pool.query<{ kind: string; data: object }>(
      `select kind, data from journal where shop_order_id = $1 and kind = 'sweep'`,
      [id],
    );
    expect(rows).toEqual([
      { kind: 'sweep', data: expect.objectContaining({ found: true, status: 'pending' }) },
    ]);
  });

  it('a pass that read the shop before the sweep looked does not answer it', async () => {
    const id = await world.place({ lines: [{ sku: 'CUP-01', quantity: 1 }], payment: 'cod' });
    const hold = holding('finish-pass');
    const pass = world.settle(world.worker({}, hold.io), id);
    await hold.reached;
    await nextSecond();
    await world.act(id, 'edit', { lines: { change: [{ line: 'CUP-01', quantity: 2 }] } });
    await sweepOnce(pool, CONNECTION);
    hold.release();
    await pass;
    expect(await followHints(world)).toEqual([id]);
    expect(await gross(id)).toEqual([[19, await shopTotal(id)]]);
  });
});

describe('many pages', () => {
  const startAt = (day: string) =>
    pool.query(
      `update connection_settings set settings = settings || jsonb_build_object('startDate', $1::text)`,
      [day],
    );
  const placed = async (count: number): Promise<string[]> => {
    const { ids } = await emulators.shop.control.post<{ ids: number[] }>('/orders/bulk', {
      preset: 'G02',
      count,
    });
    return ids.map(String);
  };

  it('no order is missed when pages shift between reads', async () => {
    await placed(350);
    // The order saved longest ago, which moves to the top before each page is read, is one of the seed's.
    await startAt('2025-01-01');
    const { shop } = emulators;
    await shop.control.post('/faults', { kind: 'pageShift', path: '/api/v2/orders', times: 4 });
    await sweepOnce(pool, CONNECTION);
    await startAt(startDate);
    expect(await shop.control.get('/faults')).toMatchObject({ faults: [] });
    const all = await shop.control.get<{ orders: { id: number }[] }>('/orders?limit=1000');
    expect(await dueOrders(pool)).toEqual(all.orders.map(({ id }) => String(id)).toReversed());
  });

  it.each([2, 3])('no order is missed when one is deleted before page %i is read', async (page) => {
    const older = await placed(150);
    await emulators.shop.control.post('/clock', { advanceMs: 60_000 });
    const newer = await placed(100);
    const io = beforeCall('shop.orders.list', page, () =>
      emulators.shop.control.send('DELETE', `/orders/${newer.at(-1)}`),
    );
    await sweepOnce(pool, CONNECTION, { io });
    expect(await dueOrders(pool)).toEqual([...older, ...newer]);
  });

  it('a worker that dies in the middle of a sweep loses nothing, and cannot store anything later', async () => {
    const ids = await placed(250);
    const hold = holding('shop.orders.list', 2);
    const dead = sweepOnce(pool, CONNECTION, { io: hold.io });
    await hold.reached;
    // As after its death: nobody renews the lease any more, and it runs out.
    await pool.query(`update connection_duty set lease_until = '-infinity'`);
    const later = await placed(1);
    await sweepOnce(pool, CONNECTION);
    expect(await dueOrders(pool)).toEqual([...ids, ...later]);
    const { rows: before } = await pool.query('select * from sweep_progress');
    hold.release();
    expect(await dead).toEqual({ due: 1, failed: 1 });
    expect((await pool.query('select * from sweep_progress')).rows).toEqual(before);
  });
});

describe('one shop and the others', () => {
  it("one shop's outage delays no other, is stored, and is tried again later", async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    await testConnection(pool, 'silent', { shopUrl: `http://127.0.0.1:${port}`, secrets: testSecrets });
    try {
      const id = await world.place({ preset: 'G02' });
      const sweep = sweepOnce(pool, CONNECTION, { httpDeadlineMs: 1_500 });
      await waitUntil('the hint', async () => (await dueOrders(pool)).includes(id));
      expect(await duty('silent')).toMatchObject({ failures: 0, finished_at: null });
      expect(await sweep).toEqual({ due: 2, failed: 1 });
    } finally {
      silent.close();
    }
    expect(await duty('silent')).toMatchObject({
      failures: 1,
      last_error: expect.stringMatching(/^cloudcart_/),
      waits: true,
    });
    expect(await duty(CONNECTION)).toMatchObject({ failures: 0, last_error: null });
  });

  it('a connection that is off is left alone; an observed one is swept', async () => {
    const id = await world.place({ preset: 'G02' });
    await pool.query(`update connection set mode = 'off' where id = $1`, [CONNECTION]);
    expect(await sweepOnce(pool, CONNECTION)).toEqual({ due: 0, failed: 0 });
    await pool.query(`update connection set mode = 'observe' where id = $1`, [CONNECTION]);
    expect(await sweepOnce(pool, CONNECTION)).toEqual({ due: 1, failed: 0 });
    await pool.query(`update connection set mode = 'live' where id = $1`, [CONNECTION]);
    expect(await dueOrders(pool)).toEqual([id]);
  });
});

describe('the quiet case', () => {
  it('one request, with no open orders and with 1,000', async () => {
    await world.settle(world.worker(), await world.place({ preset: 'G02' }));
    await sweepOnce(pool, CONNECTION);
    expect(await shopRequests(emulators, () => sweepOnce(pool, CONNECTION))).toHaveLength(1);
    await pool.query(
      `insert into shop_order (connection_id, shop_order_id, state, shop_provider, last_read_at)
       select $1, (900000 + n)::text, 'ordered', 'cod', now() - interval '1 hour' from generate_series(1, 1000) n`,
      [CONNECTION],
    );
    expect(await shopRequests(emulators, () => sweepOnce(pool, CONNECTION))).toHaveLength(1);
    expect(await dueOrders(pool)).toEqual([]);
  });

  it('open orders of silent gateways cost as many requests as the settings allow, the most overdue first', async () => {
    await pool.query(
      `insert into shop_order (connection_id, shop_order_id, state, shop_provider, last_read_at)
       select $1, (900000 + n)::text, 'ordered', 'stripe', now() - make_interval(mins => n) from generate_series(1, 40) n`,
      [CONNECTION],
    );
    const paths = (await shopRequests(emulators, () => sweepOnce(pool, CONNECTION))).map(({ path }) => path);
    const read = paths.flatMap((path) => /orders\/(9000\d\d)/.exec(path)?.[1] ?? []);
    expect(read.toSorted()).toEqual(Array.from({ length: 10 }, (_, n) => String(900_031 + n)));
  });
});

interface DutyRow {
  failures: number;
  last_error: string | null;
  finished_at: Date | null;
  waits: boolean;
}

async function duty(connectionId: string): Promise<DutyRow | undefined> {
  const { rows } = await pool.query<DutyRow>(
    `select failures, last_error, finished_at, due_at > clock_timestamp() as waits from connection_duty
     where connection_id = $1 and duty = 'sweep'`,
    [connectionId],
  );
  return rows[0];
}

/** The shop's dates have a resolution of one second. */
async function nextSecond(): Promise<void> {
  await emulators.shop.control.post('/clock', { advanceMs: 1_000 });
}

/** Stops before the nth point of this name until it is released. */
function holding(name: string, nth = 1): { io: PassIo; reached: Promise<void>; release: () => void } {
  let release: () => void = () => undefined;
  let arrive: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const reached = new Promise<void>((resolve) => (arrive = resolve));
  const real = createPassIo(pool);
  let seen = 0;
  const wait = async (point: string): Promise<void> => {
    if (point !== name || (seen += 1) !== nth) return;
    arrive();
    await gate;
  };
  return {
    io: {
      ...real,
      db: async (point, work) => {
        await wait(point);
        return real.db(point, work);
      },
      call: async (point, send) => {
        await wait(point);
        return real.call(point, send);
      },
    },
    reached,
    release: () => release(),
  };
}

/** Does something right before the nth request of this name. */
function beforeCall(name: string, nth: number, work: () => Promise<unknown>): PassIo {
  const real = createPassIo(pool);
  let seen = 0;
  return {
    ...real,
    call: async (point, send) => {
      if (point === name && (seen += 1) === nth) await work();
      return real.call(point, send);
    },
  };
}
