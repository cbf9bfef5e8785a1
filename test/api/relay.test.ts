import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RelayOptions, relayOnce, startRelay } from '../../src/api/webhooks/relay.ts';
import { storeDeliveries } from '../../src/db/queries/inbox.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { defaultTimeouts, orderWorkflowId } from '../../src/workflows/order/contract.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { testConnection, testDatabase } from '../support/database.ts';
import { localTemporal } from '../support/temporal.ts';

const { pool } = await testDatabase();
let temporal: Awaited<ReturnType<typeof localTemporal>>;
let options: RelayOptions;
let number = 100;

beforeAll(async () => {
  temporal = await localTemporal();
  await testConnection(pool, 'shop');
  await testConnection(pool, 'off', { mode: 'off' });
  options = {
    pool,
    client: temporal.client,
    taskQueue: 'nobody-works-here',
    timeouts: defaultTimeouts,
    logger: createLogger('test', 'silent'),
    metrics: createMetrics(),
    everyMs: 50,
    resendMs: 60_000,
  };
}, 600_000);

afterAll(() => temporal?.stop());

beforeEach(async () => {
  number += 1;
  await pool.query('truncate webhook_delivery');
});

function deliver(connectionId = 'shop', event = 'order.updated', status?: string): Promise<void> {
  const delivery = {
    connectionId,
    event,
    entityId: String(number),
    hint: status === undefined ? {} : { status },
    body: Buffer.from('[]'),
    headerOk: true,
    closed: false,
  };
  return storeDeliveries(pool, [delivery]);
}

/** Signals that the order's workflow has received, by name. */
async function signals(): Promise<string[]> {
  const { events } = await temporal.client.workflow
    .getHandle(orderWorkflowId({ connection: 'shop', shopOrderId: String(number) }))
    .fetchHistory();
  return (events ?? []).flatMap((event) => event.workflowExecutionSignaledEventAttributes?.signalName ?? []);
}

describe('the relay', () => {
  it('starts the workflow of an order with the hint that was heard', async () => {
    await deliver('shop', 'order.created', 'pending');
    expect(await relayOnce(options)).toBe(1);
    expect(await signals()).toEqual(['orderCreated']);
  });

  it('two hundred events of one order, taken by two relays at once: one signal', async () => {
    await Promise.all(Array.from({ length: 200 }, () => deliver()));
    await Promise.all([relayOnce(options), relayOnce(options)]);
    await relayOnce(options);
    expect((await signals()).length).toBeLessThanOrEqual(2);
    const open = await pool.query('select 1 from webhook_delivery where closed_at is null');
    expect(open.rowCount).toBe(200);
  });

  it('a hint that got no answer is repeated, one that was answered is not', async () => {
    await deliver();
    await relayOnce(options);
    await pool.query(`update webhook_delivery set signalled_at = now() - interval '2 minutes'`);
    expect(await relayOnce(options)).toBe(1);
    expect(await signals()).toHaveLength(2);
    await pool.query(
      `update webhook_delivery set closed_at = now(), signalled_at = now() - interval '2 minutes'`,
    );
    expect(await relayOnce(options)).toBe(0);
  });

  it('an order that is due is looked at again without an event', async () => {
    await pool.query(
      `insert into shop_order (connection_id, shop_order_id, due_at) values ('shop', $1, now() - interval '1 second')`,
      [String(number)],
    );
    expect(await relayOnce(options)).toBe(1);
    expect(await signals()).toEqual(['recheck']);
  });

  it('what comes for a connection that is off waits', async () => {
    await deliver('off');
    expect(await relayOnce(options)).toBe(0);
    await pool.query(`update connection set mode = 'live' where id = 'off'`);
    expect(await relayOnce(options)).toBe(1);
  });

  it('Temporal is away: deliveries stay in the inbox, and go out when it is back', async () => {
    await temporal.kill();
    await deliver('shop', 'order.created');
    await expect(relayOnce(options)).rejects.toThrow(/could not be sent/);
    const { rows } = await pool.query('select signalled_at, closed_at from webhook_delivery');
    expect(rows).toEqual([{ signalled_at: null, closed_at: null }]);
    const relay = startRelay(options);
    await temporal.restart();
    await waitUntil('the signal', async () => (await signals()).includes('orderCreated'), {
      timeoutMs: 25_000,
    });
    await relay.stop();
  });
});
