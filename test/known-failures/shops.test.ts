import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningStack, startRunningStack } from '../chaos/running-stack.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { documentsOfOrder } from '../support/emulators.ts';

/** Far more orders of the shop that is away than a worker can look at at once. */
const WAITING = 60;
const WORKER_ACTIVITIES = 8;
/** How long a request to the shop that is away hangs; the orders of the other shop must not notice. */
const HANGS_MS = 30_000;
const NOT_DELAYED_MS = 10_000;

let running: RunningStack;
beforeAll(async () => {
  running = await startRunningStack({
    HTTP_DEADLINE_MS: String(HANGS_MS),
    LEASE_MS: String(HANGS_MS + 10_000),
    WORKER_ACTIVITIES: String(WORKER_ACTIVITIES),
    CONNECTION_PASSES: '2',
  });
}, 120_000);
afterAll(() => running?.stop());

async function place(connection: string): Promise<string> {
  const { id } = await running.shop.post<{ id: number }>('/orders', {
    lines: [{ sku: 'CUP-01', quantity: 1 }],
    payment: 'cod',
  });
  await running.deliver(connection, 'order.created', String(id));
  return String(id);
}

describe('known failures of others: many shops', () => {
  it("one shop's outage delaying another shop", async () => {
    const wire = await running.wireTo('cloudcart');
    await running.connect('away', { shopUrl: wire.url });
    await running.connect('well');
    await wire.setMode('halfOpen');
    const waiting = await Promise.all(Array.from({ length: WAITING }, () => place('away')));
    await waitUntil('passes that hang, and others behind them', async () => {
      const { rows } = await running.pool.query<{ hanging: number; signalled: number }>(
        `select (select count(*)::int from slot where resource = 'pass:away') as hanging,
                (select count(*)::int from webhook_delivery where signalled_at is not null) as signalled`,
      );
      return rows[0]?.hanging === 2 && rows[0].signalled === WAITING;
    });
    const times: number[] = [];
    for (let order = 0; order < 3; order += 1) {
      const began = performance.now();
      const id = await place('well');
      await waitUntil(
        'an order of the other shop',
        async () => (await documentsOfOrder(running.warehouse, id)).length === 1,
      );
      times.push(performance.now() - began);
    }
    expect(Math.max(...times)).toBeLessThan(NOT_DELAYED_MS);
    for (const id of waiting) expect(await documentsOfOrder(running.warehouse, id)).toEqual([]);
  }, 120_000);
});
