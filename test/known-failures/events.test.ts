import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLAIM, Life, ORDER, SALE } from './life.ts';

/** What other connectors got wrong about events and lives of orders, by their own issue trackers. */
let life: Life;
beforeAll(async () => {
  life = await Life.start('events');
}, 120_000);
afterAll(() => life?.stop());

const byMerchant = { by: 'merchant' };

describe('known failures of others: events', () => {
  it('paid webhook before the created one', async () => {
    await life.running.shop.post('/webhook-faults', { kind: 'reorder', event: 'order.created' });
    const id = await life.place();
    await life.act(id, 'pay', byMerchant);
    await life.handled(id, 2);
    expect((await life.deliveries(id)).map(({ event }) => event)).toEqual(['order.updated', 'order.created']);
    await life.becomes(id, [SALE]);
    expect(await life.writes(id)).toEqual([`create ${SALE}`]);
  });

  it('the same webhook twice at the same instant', async () => {
    await life.running.shop.post('/webhook-faults', { kind: 'duplicate', event: 'order.created' });
    const id = await life.place();
    const again = () => life.running.deliver(life.connection, 'order.created', id);
    await Promise.all([again(), again(), again()]);
    await life.handled(id, 5);
    await life.becomes(id, [ORDER]);
    await life.running.shop.post('/webhook-faults', { kind: 'duplicate', event: 'order.updated' });
    await life.act(id, 'pay', byMerchant);
    await life.handled(id, 7);
    await life.becomes(id, [SALE]);
    expect(await life.writes(id)).toEqual([`create ${ORDER}`, `create ${SALE}`, `delete ${ORDER}`]);
  });

  it('edited order not re-synced', async () => {
    const id = await life.place();
    const [order] = await life.becomes(id, [ORDER]);
    await life.act(id, 'edit', { lines: { add: [{ sku: 'PEN-1', quantity: 2 }] } });
    const [edited] = await life.becomes(id, [ORDER]);
    expect(edited?.id).toBe(order?.id);
    await life.act(id, 'pay', byMerchant);
    const [sale] = await life.becomes(id, [SALE]);
    expect(sale?.lines.map(({ code, quantity }) => `${quantity} ${code}`)).toEqual([
      '1 CUP-01',
      '2 PEN-1',
      '1 9001',
    ]);
    await life.act(id, 'edit', { lines: { change: [{ line: 'CUP-01', quantity: 3 }], remove: ['PEN-1'] } });
    const [after] = await life.becomes(id, [SALE]);
    expect(after?.id).toBe(sale?.id);
    expect(after?.lines.map(({ code, quantity }) => `${quantity} ${code}`)).toEqual(['3 CUP-01', '1 9001']);
  });

  it('cancel that cannot be reopened', async () => {
    const id = await life.place();
    const [first] = await life.becomes(id, [ORDER]);
    await life.act(id, 'cancel');
    await life.becomes(id, []);
    await life.act(id, 'restore');
    const [second] = await life.becomes(id, [ORDER]);
    expect(second?.extAppDocId).not.toBe(first?.extAppDocId);
    await life.act(id, 'pay', byMerchant);
    await life.becomes(id, [SALE]);
  });

  it('refund ignored', async () => {
    const id = await life.place();
    await life.act(id, 'pay', byMerchant);
    const [sale] = await life.becomes(id, [SALE]);
    await life.act(id, 'refund');
    const [kept, claim] = await life.becomes(id, [SALE, CLAIM]);
    expect(kept?.id).toBe(sale?.id);
    expect(claim?.lines.map(({ code, quantity }) => [code, quantity])).toEqual(
      sale?.lines.map(({ code, quantity }) => [code, quantity]),
    );
  });

  it('replay of an old event overwriting a newer state', async () => {
    const id = await life.place();
    await life.becomes(id, [ORDER]);
    await life.act(id, 'edit', { lines: { add: [{ sku: 'PEN-1', quantity: 1 }] } });
    await life.becomes(id, [ORDER]);
    await life.act(id, 'pay', byMerchant);
    const [sale] = await life.becomes(id, [SALE]);
    await life.handled(id, 3);
    const writes = await life.writes(id);
    const old = await life.deliveries(id);
    expect(old.map(({ event }) => event)).toEqual(['order.created', 'order.updated', 'order.updated']);
    for (const { event, body } of old) await life.running.deliver(life.connection, event, id, body);
    await life.handled(id, 6);
    expect(await life.becomes(id, [SALE])).toEqual([sale]);
    expect(await life.writes(id)).toEqual(writes);
  });
});
