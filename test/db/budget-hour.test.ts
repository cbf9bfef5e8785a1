import { afterAll, describe, expect, it } from 'vitest';
import { openPool } from '../../src/db/pool.ts';
import {
  type BudgetClass,
  type Grant,
  reserveOf,
  settleCall,
  takeCall,
} from '../../src/db/queries/budget.ts';
import { testDatabase } from '../support/database.ts';
import { type Answer, type Limiter, type Minutes, type Outcome, simulate } from './simulated-shop.ts';

const scale = Number(process.env['TEST_SCALE'] ?? '1');
/** A simulated hour for the smallest limit; the larger ones, whose calls cost more time here, in proportion to the scale. */
const minutesOf = (limit: number): Minutes => {
  const phase = Math.min(20, Math.max(4, Math.round((limit === 50 ? 20 : 4) * scale)));
  return { alone: phase, withOrders: phase, withForeign: phase };
};
const CALL_DEADLINE_MS = 30_000;

const { url, pool } = await testDatabase();
// Two processes share one shop: each has its own connections, and nothing but the database between them.
const second = openPool({ url, max: 2, applicationName: 'second process', onError: () => undefined });
afterAll(() => second.end());

/** The product's budget in PostgreSQL, on the simulation's clock. */
function slidingLog(host: string): Limiter[] {
  return [pool, second].map((database) => ({
    take: (budgetClass: BudgetClass, nowMs: number) =>
      takeCall(database, host, budgetClass, CALL_DEADLINE_MS, new Date(nowMs)),
    settle: (grant: unknown, answer: Answer, nowMs: number) =>
      settleCall(database, host, grant as Grant, answer, new Date(nowMs)),
  }));
}

/**
 * What one would write first: tokens that come back evenly, `burst` at once at most. A burst and a minute's refill
 * both fall into one sliding minute, so the bucket must be cut in two or it causes refusals.
 */
function tokenBucket(perMinute: number, burst: number): Limiter[] {
  let tokens = burst;
  let filledAt = 0;
  let pausedUntil = 0;
  const limiter: Limiter = {
    take: async (_budgetClass, nowMs) => {
      tokens = Math.min(burst, tokens + (Math.max(0, nowMs - filledAt) * perMinute) / 60_000);
      filledAt = nowMs;
      if (nowMs < pausedUntil) return { waitMs: pausedUntil - nowMs };
      if (tokens < 1) return { waitMs: Math.max(20, ((1 - tokens) * 60_000) / perMinute) };
      tokens -= 1;
      return {};
    },
    settle: async (_grant, { pauseMs }, nowMs) => {
      if (pauseMs !== null) pausedUntil = Math.max(pausedUntil, nowMs + pauseMs);
    },
  };
  return [limiter, limiter];
}

function row(name: string, limit: number, outcome: Outcome): string {
  const share = (use: number, of: number): string => `${((use / of) * 100).toFixed(1)} %`.padStart(8);
  const usable = limit - 1 - reserveOf(limit);
  return [
    name.padEnd(24),
    String(limit).padStart(5),
    share(outcome.alone.usePerMinute, usable),
    share(outcome.withOrders.usePerMinute, usable),
    share(outcome.withForeign.usePerMinute + outcome.withForeign.foreignPerMinute, usable),
    String(outcome.alone.refused + outcome.withOrders.refused).padStart(8),
    String(outcome.withForeign.refused).padStart(8),
    `${Math.round(outcome.withOrders.longestOrderWaitMs)} ms`.padStart(10),
    `${Math.round(outcome.withOrders.promptWaitMs)} ms`.padStart(11),
  ].join(' ');
}

const table = [
  'limiter                  limit    alone   orders  foreign  own 429  f. 429 order wait prompt p95',
  '                                (use of limit - 1 - reserve)',
];

describe('a simulated hour of a shop that counts the last minute', () => {
  for (const limit of [50, 100, 150]) {
    it(`limit ${limit}: full use, orders at once, no refusal of our own making`, async () => {
      const host = `hour-${limit}`;
      await pool.query('insert into shop_budget (shop_host, rate_limit) values ($1, $2)', [host, limit]);
      const minutes = minutesOf(limit);
      const outcome = await simulate({ limit, limiters: slidingLog(host), minutes, seed: limit });
      table.push(row('sliding log', limit, outcome));
      const usable = limit - 1 - reserveOf(limit);
      expect(outcome.alone.refused).toBe(0);
      expect(outcome.withOrders.refused).toBe(0);
      expect(outcome.alone.usePerMinute).toBeGreaterThanOrEqual(0.95 * usable);
      expect(outcome.withOrders.usePerMinute).toBeGreaterThanOrEqual(0.95 * usable);
      expect(outcome.withOrders.orderCalls).toBeGreaterThan(0);
      expect(outcome.withOrders.longestOrderWaitMs).toBeLessThanOrEqual(2_000);
      expect(outcome.withOrders.promptCalls).toBeGreaterThan(0);
      expect(outcome.withOrders.promptWaitMs).toBeLessThanOrEqual(3_000);
      // Another client is seen by what the shop counts: its calls take our place, not both places.
      const { withForeign } = outcome;
      expect(withForeign.foreignPerMinute).toBeGreaterThan(0);
      expect(withForeign.refused).toBeLessThanOrEqual(withForeign.foreignBursts);
      // A refusal is followed by a minute of silence.
      const spoken = 1 - withForeign.refused / minutes.withForeign;
      const used = withForeign.usePerMinute + withForeign.foreignPerMinute;
      expect(used).toBeGreaterThanOrEqual(0.9 * usable * spoken);
      expect(withForeign.usePerMinuteAfterwards).toBeGreaterThanOrEqual(0.95 * usable);
    }, 300_000);
  }

  it('a token bucket either causes refusals or wastes half', async () => {
    const limit = 50;
    const minutes = { alone: 20, withOrders: 20, withForeign: 20 };
    const run = async (name: string, perMinute: number, burst: number): Promise<Outcome> => {
      const outcome = await simulate({
        limit,
        limiters: tokenBucket(perMinute, burst),
        minutes,
        seed: limit,
      });
      table.push(row(name, limit, outcome));
      return outcome;
    };
    const full = await run('bucket, whole limit', limit - 1, limit - 1);
    expect(full.alone.refused).toBeGreaterThan(0);
    const half = await run('bucket, halved', (limit - 1) / 2, (limit - 1) / 2);
    expect(half.alone.refused).toBe(0);
    expect(half.alone.usePerMinute).toBeLessThan(0.6 * (limit - 1 - reserveOf(limit)));
    process.stdout.write(`${table.join('\n')}\n`);
  });
});
