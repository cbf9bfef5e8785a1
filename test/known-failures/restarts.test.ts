import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitUntil } from '../../tools/local/process.ts';
import { Life, ORDER, SALE } from './life.ts';

/** What other connectors got wrong about crashes, by their own issue trackers. */
let life: Life;
beforeAll(async () => {
  life = await Life.start('restarts');
}, 120_000);
afterAll(() => life?.stop());

const BACKLOG = 30;

describe('known failures of others: restarts', () => {
  it('queue stuck after a crash', async () => {
    const { running } = life;
    await running.warehouse.post('/faults', { function: 'saveOperation', kind: 'park' });
    const crashed = await life.place();
    await waitUntil('the save', async () => {
      const { held } = await running.warehouse.get<{ held: unknown[] }>('/held');
      return held.length === 1;
    });
    await running.stack.kill('worker');
    const next = [await life.place(), await life.place()];
    const { held } = await running.warehouse.get<{ held: { id: number }[] }>('/held');
    for (const { id } of held)
      await running.warehouse.post(`/held/${id}/release`, { apply: true, answer: false });
    await running.stack.start('worker');
    for (const id of [...next, crashed]) await life.becomes(id, [ORDER]);
    await life.act(crashed, 'pay', { by: 'merchant' });
    await life.becomes(crashed, [SALE]);
  });

  it('backlog that does not drain after a restart', async () => {
    const { running } = life;
    await running.stack.kill('worker');
    const ids = await Promise.all(Array.from({ length: BACKLOG }, () => life.place()));
    // Half of it comes while Temporal is away as well: the gateway stores it, nobody signals it.
    await running.stack.kill('temporal');
    await Promise.all(
      ids.slice(0, BACKLOG / 2).map((id) => life.act(id, 'edit', { lines: { add: [{ sku: 'PEN-1' }] } })),
    );
    await running.stack.kill('server');
    await running.stack.start('temporal');
    await running.stack.start('server');
    await running.stack.start('worker');
    for (const id of ids) await life.becomes(id, [ORDER]);
    for (const id of ids) await life.handled(id, 1);
    expect(await openDeliveries()).toBe(0);
  });
});

async function openDeliveries(): Promise<number> {
  const { rows } = await life.running.pool.query<{ open: number }>(
    'select count(*)::int as open from webhook_delivery where closed_at is null',
  );
  return rows[0]?.open ?? 0;
}
