import { describe, expect, it } from 'vitest';
import {
  type BudgetClass,
  type Grant,
  reserveOf,
  settleCall,
  takeCall,
} from '../../src/db/queries/budget.ts';
import { freeSlot, takeSlot } from '../../src/db/queries/slots.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { testDatabase } from '../support/database.ts';

const { pool } = await testDatabase();
const DEADLINE = 30_000;

async function limitOf(host: string, limit: number): Promise<void> {
  await pool.query('insert into shop_budget (shop_host, rate_limit) values ($1, $2)', [host, limit]);
}

async function grants(host: string, wanted: number, budgetClass: BudgetClass): Promise<Grant[]> {
  const answers = await Promise.all(
    Array.from({ length: wanted }, () => takeCall(pool, host, budgetClass, DEADLINE)),
  );
  return answers.filter((answer) => 'charge' in answer);
}

describe("the budget of a shop's requests", () => {
  it('grants one call less than the limit, however many ask at once', async () => {
    await limitOf('a', 50);
    expect(await grants('a', 80, 'orders')).toHaveLength(49);
  });

  it('keeps a reserve for orders, half of which is for what should not wait either', async () => {
    await limitOf('b', 50);
    expect(reserveOf(50)).toBe(5);
    expect(await grants('b', 80, 'prompt')).toHaveLength(46);
    expect(await grants('b', 1, 'export')).toHaveLength(0);
    expect(await grants('b', 80, 'orders')).toHaveLength(3);
  });

  it('an export takes a quarter of the minute at once, and spreads what is left over it', async () => {
    await limitOf('g', 50);
    const began = Date.UTC(2026, 0, 5);
    const granted: number[] = [];
    let longestGap = 0;
    for (let at = 0; at < 60_000;) {
      const taken = await takeCall(pool, 'g', 'export', 0, new Date(began + at));
      if ('waitMs' in taken) at += taken.waitMs;
      else {
        longestGap = Math.max(longestGap, at - (granted.at(-1) ?? 0));
        granted.push(at);
      }
    }
    expect(granted.filter((at) => at === 0)).toHaveLength(11);
    // All 44 of the minute, without a gap in which nothing would be left for what cannot wait.
    expect(granted.length).toBeGreaterThanOrEqual(43);
    expect(longestGap).toBeLessThan(2_000);
  });

  it('what cannot wait finds a place at once while an export spreads its calls', async () => {
    await limitOf('h', 50);
    await grants('h', 80, 'export');
    expect(await grants('h', 1, 'prompt')).toHaveLength(1);
    const refused = await takeCall(pool, 'h', 'export', DEADLINE);
    expect('waitMs' in refused && refused.waitMs).toBeGreaterThan(0);
  });

  it('an export and a report that run at once do not wait for one another', async () => {
    await limitOf('i', 50);
    await grants('i', 80, 'export');
    expect(await grants('i', 2, 'report')).toHaveLength(1);
  });

  it('charges a call until a minute after its answer, and tells how long to wait', async () => {
    await limitOf('c', 3);
    const [first] = await grants('c', 2, 'orders');
    const refused = await takeCall(pool, 'c', 'orders', DEADLINE);
    expect('waitMs' in refused && refused.waitMs).toBeGreaterThan(80_000);
    if (first !== undefined) await settleCall(pool, 'c', first, { limit: 3, remaining: 1, pauseMs: null });
    const later = await takeCall(pool, 'c', 'orders', DEADLINE);
    expect('waitMs' in later && later.waitMs).toBeGreaterThan(55_000);
    expect('waitMs' in later && later.waitMs).toBeLessThanOrEqual(60_000);
  });

  it('leaves room for what other clients use, as the shop counts it', async () => {
    await limitOf('d', 50);
    const [call] = await grants('d', 1, 'orders');
    // One less than the limit passes: the shop counted 20 calls, one of which is ours.
    if (call !== undefined) await settleCall(pool, 'd', call, { limit: 50, remaining: 29, pauseMs: null });
    expect(await grants('d', 80, 'orders')).toHaveLength(49 - 19 - 1);
  });

  it('nobody calls during a pause that the shop asked for', async () => {
    await limitOf('e', 50);
    await settleCall(pool, 'e', { charge: null }, { limit: null, remaining: null, pauseMs: 7_000 });
    const refused = await takeCall(pool, 'e', 'orders', DEADLINE);
    expect('waitMs' in refused && refused.waitMs).toBeGreaterThan(6_000);
  });

  it('nobody waits longer than that pause while there is room', async () => {
    await limitOf('f', 50);
    const [call] = await grants('f', 3, 'orders');
    if (call !== undefined) await settleCall(pool, 'f', call, { limit: 50, remaining: null, pauseMs: 2_000 });
    const refused = await takeCall(pool, 'f', 'orders', DEADLINE);
    expect('waitMs' in refused && refused.waitMs).toBeGreaterThan(0);
    expect('waitMs' in refused && refused.waitMs).toBeLessThanOrEqual(2_000);
  });
});

describe('places', () => {
  const slot = (holder: string) => ({ resource: 'warehouse:x', capacity: 2, holder, leaseMs: 10_000 });

  it('are never given to more holders than there are, and can be kept and given back', async () => {
    const holders = ['a', 'b', 'c', 'd'];
    const taken: string[] = [];
    for (const holder of holders) if (await takeSlot(pool, slot(holder))) taken.push(holder);
    expect(taken).toEqual(['a', 'b']);
    expect(await takeSlot(pool, slot('a'))).toBe(true);
    await freeSlot(pool, 'warehouse:x', 'b');
    expect(await takeSlot(pool, slot('c'))).toBe(true);
    expect(await takeSlot(pool, slot('d'))).toBe(false);
  });

  it("a dead holder's place is free when its lease has run out", async () => {
    await takeSlot(pool, { ...slot('dead'), resource: 'pass:y', capacity: 1 });
    await pool.query(`update slot set lease_until = now() - interval '1 second' where resource = 'pass:y'`);
    expect(await takeSlot(pool, { ...slot('next'), resource: 'pass:y', capacity: 1 })).toBe(true);
  });

  it('hold under a rush: never more holders than places, and everybody gets one in the end', async () => {
    const holding = new Set<string>();
    let most = 0;
    const visit = async (holder: string): Promise<void> => {
      const place = { ...slot(holder), resource: 'warehouse:rush' };
      await waitUntil('a place', () => takeSlot(pool, place), { everyMs: 2 });
      holding.add(holder);
      most = Math.max(most, holding.size);
      await pool.query('select pg_backend_pid()');
      holding.delete(holder);
      await freeSlot(pool, place.resource, holder);
    };
    await Promise.all(Array.from({ length: 60 }, (_, index) => visit(`pass ${index}`)));
    expect(most).toBe(2);
  });
});
