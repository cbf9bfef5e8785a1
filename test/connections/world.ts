import { afterAll, beforeAll, beforeEach } from 'vitest';
import { runDuties } from '../../src/activities/duties.ts';
import { createClients } from '../../src/activities/index.ts';
import { type PassIo, createPassIo } from '../../src/activities/order/io.ts';
import { preflightDuty } from '../../src/activities/preflight/preflight.ts';
import { createSlots } from '../../src/activities/slots.ts';
import { createConnectionCache } from '../../src/db/connection-cache.ts';
import type { Pool } from '../../src/db/pool.ts';
import { askForDuty } from '../../src/db/queries/duties.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { testBox, testDatabase } from '../support/database.ts';
import { type Emulators, startEmulators } from '../support/emulators.ts';
import { type PanelAnswer, type TestPanel, startPanel } from '../support/panel.ts';

/** A database, both emulators as processes, and the API over HTTP; seeded before each test. */
export interface Office {
  readonly pool: Pool;
  readonly url: string;
  readonly emulators: Emulators;
  readonly panel: TestPanel;
  /** What the API was asked to look at now. */
  readonly looked: string[];
  /** A request that connects the emulators; changes replace whole fields. */
  request(changes?: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** Connects them as `shop`. */
  connect(changes?: Readonly<Record<string, unknown>>): Promise<PanelAnswer>;
}

export function useOffice(): Office {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let emulators: Emulators;
  let panel: TestPanel;
  const looked: string[] = [];
  beforeAll(async () => {
    [database, emulators] = await Promise.all([testDatabase(), startEmulators()]);
    panel = await startPanel(database.pool, {
      lookNow: (kind, id) => void looked.push(`${kind} ${id}`),
      publicUrl: 'https://sync.example.bg',
    });
  });
  beforeEach(async () => {
    looked.length = 0;
    await database.pool.query('delete from connection');
    await database.pool.query('delete from shop_budget');
    await Promise.all([emulators.shop.control.post('/reset'), emulators.warehouse.control.post('/reset')]);
  });
  afterAll(async () => {
    await panel.stop();
    await emulators.stop();
  });
  const request: Office['request'] = (changes = {}) => ({
    id: 'shop',
    name: 'Примерен магазин',
    shop: { url: emulators.shop.url, apiKey: emulators.shop.apiKey },
    warehouse: {
      entryPoint: emulators.warehouse.url,
      apiId: emulators.warehouse.apiId,
      secret: emulators.warehouse.secret,
    },
    ...changes,
  });
  return {
    get pool() {
      return database.pool;
    },
    get url() {
      return database.url;
    },
    get emulators() {
      return emulators;
    },
    get panel() {
      return panel;
    },
    looked,
    request,
    connect: (changes = {}) => panel.ask('POST', '/api/connections', request(changes)),
  };
}

interface CheckOptions {
  readonly io?: PassIo;
  readonly leaseMs?: number;
  readonly landMs?: number;
}

/** The checks' run of all connections, as one run of the schedule does it; `shop` is due at once. */
export async function checkOnce(
  pool: Pool,
  id = 'shop',
  { io = createPassIo(pool), leaseMs = 5_000, landMs = 1_000 }: CheckOptions = {},
): Promise<void> {
  await askForDuty(pool, id, 'preflight');
  const logger = createLogger('test', 'silent');
  const slots = createSlots(pool, 10_000);
  const duty = preflightDuty({
    ...{ pool, io, slots, httpDeadlineMs: 2_000, pausedRetryMs: 1_000, lookEveryMs: 1_000 },
    ...{ leaseMs, landMs },
    ...createClients({ HTTP_DEADLINE_MS: 2_000 }),
  });
  const connections = createConnectionCache(pool, testBox, 0);
  const dependencies = { pool, connections, logger, metrics: createMetrics(), heartbeatMs: 1_000 };
  const { failed } = await runDuties(dependencies, duty, { shard: 0, shards: 1 });
  await slots.close();
  if (failed > 0) {
    const { rows } = await pool.query('select last_error from connection_duty where connection_id = $1', [
      id,
    ]);
    throw new Error(JSON.stringify(rows));
  }
}

/** The codes of what stands in the way, with a text and a way to mend it in both languages. */
export function causesOf({ body }: PanelAnswer): string[] {
  const causes = (body.causes ?? []) as { code: string; bg: Words; en: Words }[];
  for (const { code, bg, en } of causes)
    for (const words of [bg, en])
      if (words.text.length < 10 || words.mend.length < 10 || /[{}?]/.test(words.text + words.mend))
        throw new Error(`${code} does not say what to do: ${JSON.stringify(words)}`);
  return causes.map(({ code }) => code);
}

interface Words {
  readonly text: string;
  readonly mend: string;
}
