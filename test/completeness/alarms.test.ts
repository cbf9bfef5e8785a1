import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Registry } from 'prom-client';
import { clearAlarmsOfOff, readAlarms } from '../../src/db/queries/alarms.ts';
import { readFigures } from '../../src/db/queries/completeness.ts';
import { storeDeliveries } from '../../src/db/queries/inbox.ts';
import { askForWebhooks } from '../../src/db/queries/subscriptions.ts';
import { type AlarmFacts, alarmsOf, defaultAlarmLimits } from '../../src/domain/connection/alarms.ts';
import { addConnectionGauges } from '../../src/observability/connection-gauges.ts';
import { sweepOnce } from '../sweep/world.ts';
import { testDatabase } from '../support/database.ts';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { PassWorld } from '../support/passes.ts';
import { watchOnce } from '../webhooks/world.ts';

const { pool } = await testDatabase();
let emulators: Emulators;
let world: PassWorld;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators?.stop());
beforeEach(async () => {
  await pool.query('delete from connection');
  await emulators.shop.control.post('/reset');
  world = await PassWorld.create(pool, emulators, 'watched');
});

/** Everything that ever happened lies so much further back. */
async function daysPass(days: number): Promise<void> {
  await pool.query(`update connection set created_at = created_at - make_interval(days => $1)`, [days]);
  await pool.query(`update webhook_delivery set received_at = received_at - make_interval(days => $1)`, [
    days,
  ]);
  await pool.query(
    `insert into connection_duty (connection_id, duty, succeeded_at) values ('watched', 'verification', now())
     on conflict do nothing`,
  );
  await pool.query(
    `insert into stock_cycle (connection_id, asked_by, state, finished_at) values ('watched', 'test', 'finished', now())`,
  );
  await pool.query(`update shop_order set last_read_at = last_read_at - make_interval(days => $1)`, [days]);
}

async function open(): Promise<string[]> {
  const alarms = await readAlarms(pool, 'watched', 0);
  return alarms.map(({ code }) => code).toSorted();
}

async function arrives(id: string): Promise<void> {
  await storeDeliveries(pool, [
    {
      ...{ connectionId: 'watched', event: 'order.created', entityId: id, hint: {} },
      ...{ body: Buffer.from('{}'), headerOk: true, closed: false },
    },
  ]);
  await world.settle(world.worker(), id);
}

describe('known failures of others', () => {
  it('jobs all green while nothing arrives', async () => {
    await askForWebhooks(pool, 'watched', { wanted: true, publicUrl: 'https://sync.example.bg', by: 'test' });
    await arrives(await world.place({ lines: [{ sku: 'CUP-01', quantity: 1 }], payment: 'cod' }));
    await daysPass(3);
    expect(await sweepOnce(pool, 'watched')).toEqual({ due: 1, failed: 0 });
    expect(await watchOnce(pool, 'watched')).toEqual({ due: 1, failed: 0 });
    expect(await open()).toEqual(['no_delivery', 'no_good_order']);
    const [alarm] = await readAlarms(pool, 'watched', 0);
    expect(alarm?.params).toEqual({ minutes: 3 * 24 * 60, limit: 2_880 });

    await arrives(await world.place({ lines: [{ sku: 'CUP-01', quantity: 1 }], payment: 'cod' }));
    await watchOnce(pool, 'watched');
    expect(await open()).toEqual([]);
    expect((await readAlarms(pool, 'watched', 9)).map(({ code }) => code).toSorted()).toEqual([
      'no_delivery',
      'no_good_order',
    ]);
  });
});

describe('alarms', () => {
  it('are looked at most of all when the shop does not answer, and open once however often', async () => {
    await askForWebhooks(pool, 'watched', { wanted: true, publicUrl: 'https://sync.example.bg', by: 'test' });
    await watchOnce(pool, 'watched');
    await pool.query(`update connection set created_at = created_at - interval '1 hour'`);
    await pool.query(`update connection_duty set succeeded_at = succeeded_at - interval '1 hour'`);
    await emulators.shop.control.send('PATCH', '/switches', { maintenance: true });
    expect(await watchOnce(pool, 'watched')).toEqual({ due: 1, failed: 1 });
    const first = await readAlarms(pool, 'watched', 0);
    expect(first.map(({ code }) => code).toSorted()).toEqual([
      'export_late',
      'sweep_late',
      'verification_late',
      'watchdog_late',
    ]);
    await watchOnce(pool, 'watched');
    expect((await readAlarms(pool, 'watched', 0)).map(({ since }) => since)).toEqual(
      first.map(({ since }) => since),
    );
  });

  it('are over when the connection is switched off', async () => {
    await pool.query(`update connection set created_at = created_at - interval '1 hour'`);
    await watchOnce(pool, 'watched');
    expect(await open()).toEqual(['export_late', 'sweep_late', 'verification_late']);
    await clearAlarmsOfOff(pool);
    expect(await open()).toEqual(['export_late', 'sweep_late', 'verification_late']);
    await pool.query(`update connection set mode = 'off'`);
    await clearAlarmsOfOff(pool);
    expect(await open()).toEqual([]);
  });

  it('show in the gauges while nobody watches', async () => {
    await pool.query(`update connection set created_at = created_at - interval '1 hour'`);
    const registry = new Registry();
    addConnectionGauges(registry, () => readFigures(pool, undefined));
    const text = await registry.metrics();
    expect(text).toContain('connection_alarm{connection="watched",code="watchdog_late"} 1');
    expect(text).toContain('connection_orders{connection="watched",figure="difference"} 0');
    expect(await open()).toEqual([]);
  });

  it('the gauges are absent, and the others still answered, when the database does not answer', async () => {
    const registry = new Registry();
    addConnectionGauges(registry, () => Promise.reject(new Error('away')));
    expect(await registry.metrics()).not.toMatch(/connection="/);
  });
});

describe('what is an alarm', () => {
  const now = new Date('2026-11-25T12:00:00Z');
  const ago = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000);
  const well: AlarmFacts = {
    ...{ now, mode: 'live', stoppedReason: null, ledgerReason: null, watchedSince: ago(90 * 24 * 60) },
    ...{ lastOrderAt: ago(1), lastDeliveryAt: ago(1), lastSweepAt: ago(1), lastWatchdogAt: ago(1) },
    ...{ lastVerificationAt: ago(1), unknownDocuments: 0 },
    ...{ lastExportAt: ago(1), exportPaused: false, exportFindings: 0 },
    ...{ oldestWaitingAt: null, difference: 0, webhooksWanted: true, webhooksOff: 0, webhookRepairs: 0 },
  };
  const codes = (changes: Partial<AlarmFacts>, limits = defaultAlarmLimits): string[] =>
    alarmsOf({ ...well, ...changes }, limits).map(({ code }) => code);

  it.each([
    [{ lastOrderAt: ago(2_881) }, 'no_good_order'],
    [{ lastOrderAt: null }, 'no_good_order'],
    [{ lastDeliveryAt: ago(2_881) }, 'no_delivery'],
    [{ lastSweepAt: ago(16) }, 'sweep_late'],
    [{ lastWatchdogAt: ago(21) }, 'watchdog_late'],
    [{ lastVerificationAt: ago(31) }, 'verification_late'],
    [{ lastExportAt: ago(21) }, 'export_late'],
    [{ exportFindings: 2 }, 'export_doubtful'],
    [{ unknownDocuments: 1 }, 'unknown_documents'],
    [{ oldestWaitingAt: ago(16) }, 'orders_wait'],
    [{ difference: 1 }, 'documents_differ'],
    [{ webhooksOff: 1 }, 'webhook_off'],
    [{ webhookRepairs: 3 }, 'webhook_keeps_failing'],
    [{ stoppedReason: 'why' }, 'writes_stopped'],
    [{ ledgerReason: 'place' }, 'ledger_unconfirmed'],
  ] satisfies [Partial<AlarmFacts>, string][])('%o: %s', (changes, code) => {
    expect(codes(changes)).toEqual([code]);
    expect(codes({ ...changes, mode: 'off' })).toEqual([]);
  });

  it('none while all is well, at the limit itself, and of what nobody asked for', () => {
    expect(codes({})).toEqual([]);
    expect(codes({ lastSweepAt: ago(15), oldestWaitingAt: ago(15) })).toEqual([]);
    expect(codes({ webhooksWanted: false, lastDeliveryAt: null, webhooksOff: 2 })).toEqual([]);
    expect(codes({ lastOrderAt: null }, { ...defaultAlarmLimits, order: null })).toEqual([]);
    // Something is expected only since the connection was switched on.
    expect(codes({ lastSweepAt: null, watchedSince: ago(10) })).toEqual([]);
  });
});
