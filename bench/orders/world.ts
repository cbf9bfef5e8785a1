import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { type Pool, openPool } from '../../src/db/pool.ts';
import { connectDemo } from '../../tools/local/demo-connection.ts';
import { freePorts } from '../../tools/local/ports.ts';
import { waitUntil } from '../../tools/local/process.ts';
import type { OnEnd } from '../../tools/local/scope.ts';
import { type Stack, startStack } from '../../tools/local/stack.ts';
import { UNCOUNTED, VendorLog } from './counts.ts';

/** Steps of one worker at once. */
export const WORKER_ACTIVITIES = 16;

/**
 * What an operator sets for one busy connection: both places that micro.bg may give us are used, and enough
 * passes are under way to fill them while others read the shop. The rest is as in `.env.example`.
 */
const CONFIGURATION = {
  WAREHOUSE_PASSES: '2',
  CONNECTION_PASSES: '12',
  WORKER_ACTIVITIES: String(WORKER_ACTIVITIES),
  // Temporal's own value: in a burst a workflow may wait longer for its worker than the two seconds of our default.
  STICKY_MS: '10000',
  LOG_LEVEL: 'warn',
};

/** Kinds of schedules, one shard each. */
const REGULAR_WORK = 4;

/** The whole product beside its emulators, and what the benchmark looks at it with. */
export interface World {
  readonly stack: Stack;
  readonly pool: Pool;
  readonly temporal: Client;
  readonly shopLog: VendorLog;
  readonly warehouseLog: VendorLog;
}

/**
 * PostgreSQL waits for the disk as in production. The shop has no limit of requests and no schedule runs beside what is
 * measured, unless the benchmark is about a shop as it is (`limited`).
 */
export async function startWorld(
  onEnd: OnEnd,
  say: (line: string) => void,
  {
    limited = false,
    env = {},
  }: { readonly limited?: boolean; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<World> {
  if (process.env['DATABASE_URL'])
    throw new Error('This benchmark counts the statements of a PostgreSQL of its own: unset DATABASE_URL.');
  const folder = mkdtempSync(join(tmpdir(), 'cloudcart-microbg-bench-'));
  // As root, PostgreSQL runs as another user, who must be able to enter.
  chmodSync(folder, 0o755);
  onEnd(async () => rmSync(folder, { recursive: true, force: true }));
  const stack = await startStack({
    folder,
    ports: await freePorts(),
    say,
    unlimitedShop: !limited,
    env: { ...CONFIGURATION, ...env },
    prepare: async (started) => {
      await countFromNowOn(started);
      await connectDemo(started);
    },
  });
  onEnd(() => stack.stop());
  const pool = openPool({
    url: `${stack.databaseUrl}${UNCOUNTED}`,
    max: 2,
    applicationName: 'bench',
    onError: () => undefined,
  });
  onEnd(() => pool.end());
  const connection = await Connection.connect({ address: stack.temporalAddress });
  onEnd(() => connection.close());
  if (!limited) await pauseSchedules(new Client({ connection }));
  return {
    stack,
    pool,
    temporal: new Client({ connection }),
    shopLog: new VendorLog(stack.cloudcart.controlUrl),
    warehouseLog: new VendorLog(stack.microbg.controlUrl),
  };
}

/** Regular work would come into the counts by chance; a benchmark of it starts it itself. */
async function pauseSchedules({ schedule }: Client): Promise<void> {
  await waitUntil('the schedules', async () => {
    const ids: string[] = [];
    for await (const { scheduleId } of schedule.list()) ids.push(scheduleId);
    await Promise.all(ids.map((id) => schedule.getHandle(id).pause('a benchmark runs')));
    return ids.length >= REGULAR_WORK;
  });
}

/** `pg_stat_statements` is loaded when PostgreSQL starts: so it starts twice. */
async function countFromNowOn(stack: Stack): Promise<void> {
  const once = async (text: string): Promise<void> => {
    const pool = openPool({
      url: stack.databaseUrl,
      max: 1,
      applicationName: 'bench',
      onError: () => undefined,
    });
    try {
      await pool.query(text);
    } finally {
      await pool.end();
    }
  };
  await once(`alter system set shared_preload_libraries = 'pg_stat_statements'`);
  await stack.kill('postgres');
  // Its children notice a moment later, and no second server starts beside them.
  await waitUntil('PostgreSQL', () => stack.start('postgres').then(() => true));
  await once('create extension pg_stat_statements');
}
