import { afterEach, describe, expect, it } from 'vitest';
import { type Slots, createSlots } from '../../src/activities/slots.ts';
import { testDatabase } from '../support/database.ts';

const { pool } = await testDatabase();
const opened: Slots[] = [];
const processOf = (leaseMs = 10_000): Slots => {
  const slots = createSlots(pool, leaseMs);
  opened.push(slots);
  return slots;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((slots) => slots.close()));
  await pool.query('delete from slot');
});

const patiently = { capacity: 2, waitMs: 10_000 };

describe('places shared by processes', () => {
  it('never more holders at once than there are places, over three processes, and everybody gets a turn', async () => {
    const processes = [processOf(), processOf(), processOf()];
    let now = 0;
    let most = 0;
    let served = 0;
    const passes = Array.from({ length: 150 }, async (_each, index) => {
      const release = await (processes[index % 3] ?? processOf()).acquire('warehouse:1', patiently);
      now += 1;
      most = Math.max(most, now);
      // Longer than it takes another process to find the second place.
      await pool.query('select 1');
      now -= 1;
      served += release === undefined ? 0 : 1;
      release?.();
    });
    await Promise.all(passes);
    expect(served).toBe(150);
    expect(most).toBeLessThanOrEqual(2);
  });

  it('two processes hold the two places at once', async () => {
    const both = await Promise.all(
      [processOf(), processOf()].map((slots) => slots.acquire('warehouse:3', patiently)),
    );
    expect(both).toEqual([expect.any(Function), expect.any(Function)]);
    expect(await processOf().acquire('warehouse:3', { capacity: 2, waitMs: 100 })).toBeUndefined();
  });

  it('inside a process places are handed over in the order of asking', async () => {
    const slots = processOf();
    const first = await slots.acquire('pass:a', { capacity: 1, waitMs: 1_000 });
    const order: number[] = [];
    const others = [1, 2, 3].map(async (number) => {
      const release = await slots.acquire('pass:a', { capacity: 1, waitMs: 5_000 });
      order.push(number);
      release?.();
    });
    first?.();
    await Promise.all(others);
    expect(order).toEqual([1, 2, 3]);
  });

  it('one process that holds all places keeps handing them on, although it gives them back now and then', async () => {
    const slots = processOf();
    const one = { capacity: 1, waitMs: 5_000 };
    const until = performance.now() + 1_300;
    let refused = 0;
    const passes = Array.from({ length: 3 }, async () => {
      while (performance.now() < until) {
        const release = await slots.acquire('pass:d', one);
        refused += release === undefined ? 1 : 0;
        await pool.query('select 1');
        release?.();
      }
    });
    await Promise.all(passes);
    expect(refused).toBe(0);
  });

  it('a place that nobody gives up is not waited for longer than asked', async () => {
    const slots = processOf();
    await slots.acquire('pass:b', { capacity: 1, waitMs: 100 });
    expect(await slots.acquire('pass:b', { capacity: 1, waitMs: 100 })).toBeUndefined();
    expect(await processOf().acquire('pass:b', { capacity: 1, waitMs: 100 })).toBeUndefined();
  });

  it('a place is renewed while it is held, and free again after its process died', async () => {
    const dying = processOf(300);
    await dying.acquire('pass:c', { capacity: 1, waitMs: 100 });
    const other = processOf(300);
    expect(await other.acquire('pass:c', { capacity: 1, waitMs: 900 })).toBeUndefined();
    // Dead processes give nothing back: their timers are gone, their lease runs out.
    await dying.close();
    expect(await other.acquire('pass:c', { capacity: 1, waitMs: 5_000 })).toBeTypeOf('function');
  });

  it('who may use one place of two never gets the second', async () => {
    const slots = processOf();
    const background = { capacity: 1, waitMs: 200 };
    const held = await slots.acquire('warehouse:2', background);
    expect(await slots.acquire('warehouse:2', background)).toBeUndefined();
    const order = await slots.acquire('warehouse:2', patiently);
    expect(order).toBeTypeOf('function');
    order?.();
    expect(await slots.acquire('warehouse:2', background)).toBeUndefined();
    held?.();
    expect(await slots.acquire('warehouse:2', background)).toBeTypeOf('function');
  });

  it.each(['in the same process', 'in another process'])(
    'who waits %s goes before background work, however much of it waits',
    async (where) => {
      const background = processOf();
      const other = where === 'in another process' ? processOf() : background;
      const one = { capacity: 1, waitMs: 10_000 };
      let over = false;
      let served = 0;
      let from = 0;
      // Three lanes that are never idle, as an import has them.
      const lanes = Array.from({ length: 3 }, async () => {
        while (!over) {
          const release = await background.acquire('warehouse:1', { ...one, background: true });
          await pool.query('select pg_sleep(0.01)');
          served += 1;
          release?.();
        }
      });
      await pool.query('select pg_sleep(0.2)');
      const waits: number[] = [];
      for (let each = 0; each < 5; each += 1) {
        from = performance.now();
        const release = await other.acquire('warehouse:1', one);
        waits.push(performance.now() - from);
        expect(release).toBeDefined();
        release?.();
        await pool.query('select pg_sleep(0.1)');
      }
      over = true;
      await Promise.all(lanes);
      expect(Math.max(...waits)).toBeLessThan(1_000);
      expect(served).toBeGreaterThan(20);
    },
    30_000,
  );
});
