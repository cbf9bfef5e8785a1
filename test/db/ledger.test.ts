import { beforeEach, describe, expect, it } from 'vitest';
import { raiseIdCounter } from '../../src/db/queries/document-ids.ts';
import {
  type LeaseHolder,
  documentsOf,
  findCanary,
  reserveDocument,
  settleDocument,
  storeIntent,
} from '../../src/db/queries/ledger.ts';
import { claimOrder, finishPass, releaseLease, renewLease } from '../../src/db/queries/orders.ts';
import { testConnection, testDatabase } from '../support/database.ts';

const { pool } = await testDatabase();
await testConnection(pool, 'shop');
let number = 0;
let key = { connectionId: 'shop', shopOrderId: '0' };
beforeEach(() => {
  number += 1;
  key = { connectionId: 'shop', shopOrderId: String(number) };
});
const durations = { leaseMs: 10_000, spacingMs: 0 };
const sale = { kind: 'sale', warehouseApiId: 'api-shop', settingsVersion: 1 } as const;

async function claim(): Promise<LeaseHolder> {
  const claimed = await claimOrder(pool, key, durations);
  if (claimed === undefined) throw new Error('the order is held');
  return { ...key, fence: claimed.fence, leaseMs: 10_000 };
}

/** As after a crash: the lease ran out. */
function expire() {
  return pool.query(
    `update shop_order set lease_until = now() - interval '1 second' where shop_order_id = $1`,
    [key.shopOrderId],
  );
}

describe('the lease of an order', () => {
  it('is given to exactly one of twenty passes that ask at once', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => claimOrder(pool, key, durations)));
    expect(claims.filter((claimed) => claimed !== undefined)).toHaveLength(1);
  });

  it('is free at once after a clean end, and after its time without one', async () => {
    const first = await claim();
    expect(await claimOrder(pool, key, durations)).toBeUndefined();
    await releaseLease(pool, key, first.fence, null);
    const second = await claim();
    await expire();
    expect((await claim()).fence).toBe(second.fence + 1);
  });

  it('a pass that lost its lease cannot renew, finish, reserve, intend or settle', async () => {
    await raiseIdCounter(pool, 'api-shop', 500);
    const zombie = await claim();
    const document = await reserveDocument(pool, zombie, sale);
    await expire();
    await claim();
    expect(await renewLease(pool, key, zombie.fence, 1_000)).toBe(false);
    expect(await reserveDocument(pool, zombie, { ...sale, kind: 'order' })).toBeUndefined();
    const documentId = document?.id ?? 0;
    const intent = {
      documentId,
      state: 'sent',
      digest: 'd',
      content: { a: 1 },
      settingsVersion: null,
    } as const;
    expect(await storeIntent(pool, zombie, intent)).toBe(false);
    expect(await settleDocument(pool, zombie, { documentId, state: 'live', evidence: {} })).toBe(false);
    expect(await finishPass(pool, key, zombie.fence, end())).toBe(false);
    expect(await documentsOf(pool, key)).toMatchObject([{ state: 'reserved', warehouseId: null }]);
  });

  it('passes of one order start apart: the second is told how long to wait', async () => {
    const first = await claimOrder(pool, key, { leaseMs: 10_000, spacingMs: 1_200 });
    expect(first?.waitMs).toBe(0);
    await releaseLease(pool, key, first?.fence ?? 0, null);
    const second = await claimOrder(pool, key, { leaseMs: 10_000, spacingMs: 1_200 });
    expect(second?.waitMs).toBeGreaterThan(500);
    expect(second?.waitMs).toBeLessThanOrEqual(1_200);
  });
});

describe('the ledger', () => {
  it('ids come from one sequence, never twice, and never go down', async () => {
    await raiseIdCounter(pool, 'api-shop', 1_000);
    await raiseIdCounter(pool, 'api-shop', 10);
    const holder = await claim();
    const one = await reserveDocument(pool, holder, sale);
    const two = await reserveDocument(pool, holder, { ...sale, kind: 'order' });
    expect([one?.extId, two?.extId]).toEqual([expect.any(Number), (one?.extId ?? 0) + 1]);
    expect(one?.extId).toBeGreaterThanOrEqual(1_000);
  });

  it('holds at most one document of a kind that is not deleted', async () => {
    const holder = await claim();
    const first = await reserveDocument(pool, holder, sale);
    await expect(reserveDocument(pool, holder, sale)).rejects.toThrow(/document_one_per_kind/);
    await settleDocument(pool, holder, { documentId: first?.id ?? 0, state: 'deleted', evidence: {} });
    expect(await reserveDocument(pool, holder, sale)).toMatchObject({ generation: 2 });
  });

  it('an intent keeps what was sent and until when it may have left; a settlement clears both', async () => {
    const holder = await claim();
    const documentId = (await reserveDocument(pool, holder, sale))?.id ?? 0;
    await storeIntent(pool, holder, {
      documentId,
      state: 'sent',
      digest: 'wish',
      content: { lines: [1] },
      settingsVersion: null,
    });
    const [intended] = await documentsOf(pool, key);
    expect(intended).toMatchObject({ state: 'sent', sentDigest: 'wish', sentContent: { lines: [1] } });
    expect(intended?.deadlineAtMs).toBeGreaterThan(Date.now());
    await settleDocument(pool, holder, {
      documentId,
      state: 'live',
      warehouseId: 81501,
      warehouseNumber: '640',
      liveDigest: 'wish',
      liveContentDigest: 'content',
      evidence: { read: 'one row' },
    });
    expect(await documentsOf(pool, key)).toMatchObject([
      { state: 'live', warehouseId: 81501, sentDigest: null, deadlineAtMs: null, liveDigest: 'wish' },
    ]);
    expect(await findCanary(pool, 'shop', 0)).toEqual({ kind: 'sale', warehouseId: 81501 });
  });

  it('journals every intent and settlement, and the journal cannot be changed', async () => {
    const holder = await claim();
    const documentId = (await reserveDocument(pool, holder, sale))?.id ?? 0;
    await storeIntent(pool, holder, {
      documentId,
      state: 'sent',
      digest: 'wish',
      content: { a: 1 },
      settingsVersion: null,
    });
    await settleDocument(pool, holder, { documentId, state: 'live', evidence: { answer: 7 } });
    const { rows } = await pool.query<{ kind: string }>(
      'select kind from journal where shop_order_id = $1 order by id',
      [key.shopOrderId],
    );
    expect(rows.map((row) => row.kind)).toEqual(['sent', 'live']);
    await expect(pool.query(`update journal set kind = 'x'`)).rejects.toThrow(/append-only/);
  });
});

describe('the end of a pass', () => {
  it('closes deliveries that were received before the shop was read, and no later ones', async () => {
    const insert = `insert into webhook_delivery (connection_id, event, entity_id, body) values ('shop', 'order.updated', $1, '')`;
    await pool.query(insert, [key.shopOrderId]);
    const holder = await claim();
    const { rows } = await pool.query<{ at: number }>(
      `select (extract(epoch from clock_timestamp()) * 1000)::float8 as at`,
    );
    await pool.query(insert, [key.shopOrderId]);
    await finishPass(pool, key, holder.fence, end({ readStartedAtMs: rows[0]?.at ?? 0 }));
    const open = await pool.query(
      'select 1 from webhook_delivery where entity_id = $1 and closed_at is null',
      [key.shopOrderId],
    );
    expect(open.rowCount).toBe(1);
  });

  it('opens problems once, keeps those that last, resolves those that are gone', async () => {
    const problem = (code: string) => ({
      code,
      severity: 'blocking' as const,
      params: { provider: 'mokka' },
    });
    for (const codes of [['a', 'b'], ['b'], ['b', 'c']]) {
      const holder = await claim();
      expect(await finishPass(pool, key, holder.fence, end({ problems: codes.map(problem) }))).toBe(true);
    }
    const { rows } = await pool.query<{ code: string; open: boolean }>(
      'select code, resolved_at is null as open from problem where shop_order_id = $1 order by code',
      [key.shopOrderId],
    );
    expect(rows).toEqual([
      { code: 'a', open: false },
      { code: 'b', open: true },
      { code: 'c', open: true },
    ]);
  });
});

function end(changes: Partial<Parameters<typeof finishPass>[3]> = {}): Parameters<typeof finishPass>[3] {
  return {
    state: 'ordered',
    shop: {
      status: 'pending',
      fulfilment: null,
      updatedAt: null,
      total: 6420,
      currency: 'EUR',
      paid: false,
      partlyReturned: false,
      provider: null,
    },
    readStartedAtMs: 0,
    missing: false,
    problems: [],
    dueInMs: null,
    dueReason: null,
    settingsVersion: 1,
    spentAnswers: [],
    decision: null,
    suspectSince: null,
    journal: {},
    ...changes,
  };
}
