import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SYNC_HEADER, webhookUrl } from '../src/domain/webhook-address.ts';
import { newSecretsKey } from '../src/config.ts';
import { migrate } from '../src/db/migrate.ts';
import { type Pool, openPool } from '../src/db/pool.ts';
import { type ConnectionSecrets, createConnection } from '../src/db/queries/connections.ts';
import { createSecretBox } from '../src/db/secrets.ts';
import { defaultSettings } from '../src/domain/connection/settings.ts';
import { projectRoot } from '../tools/local/paths.ts';
import { startPostgres } from '../tools/local/postgres.ts';
import { type LocalProcess, freePort, launch } from '../tools/local/process.ts';
import { type OnEnd, withCleanUp } from '../tools/local/scope.ts';
import { resolveTemporal, startTemporal } from '../tools/local/temporal.ts';
import { deliveryBodies } from './support/deliveries.ts';
import { type Load, type PacedLoad, postAtRate, postFlatOut, residentMiB } from './support/load.ts';
import {
  type BenchOptions,
  type BenchReport,
  type Measure,
  median,
  target,
  thisMachine,
} from './support/report.ts';

/** Deliveries a second at which the latency is promised. */
const RATE = 200;
const RATE_SECONDS = 60;
const THROUGHPUT_SECONDS = 10;
const ROUNDS = 3;
/** Connections from the shop: enough to keep one process busy, few enough to mean something. */
const CONNECTIONS = 40;
const WARM_UP_SECONDS = 3;

const SECRETS: ConnectionSecrets = {
  shopApiKey: 'K'.repeat(64),
  warehouseSecret: 'bench',
  webhookUrlSecret: 'bench-url-secret-0123456789',
  webhookHeaderSecret: 'bench-header-secret-0123456789',
};

type Variant = 'bare' | 'gateway' | 'relay';

/**
 * How fast deliveries are taken and stored, by our gateway with the relay stopped and running, beside a bare
 * Express handler that inserts the same bodies. All in one run on one PostgreSQL, in alternating rounds.
 */
export async function gateway({ seconds, say }: BenchOptions): Promise<BenchReport> {
  return withCleanUp(async (onEnd) => {
    const rateSeconds = seconds ?? RATE_SECONDS;
    const throughputSeconds = Math.min(THROUGHPUT_SECONDS, rateSeconds);
    const place = await prepare(onEnd, say);
    const rates = new Map<Variant, RateRun>();
    const most = new Map<Variant, number[]>();
    for (const variant of ['bare', 'gateway', 'relay'] as const) {
      say(`${TITLES[variant]}: ${RATE} deliveries a second for ${rateSeconds} s`);
      rates.set(variant, await runAtRate(place, variant, rateSeconds));
    }
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const variant of ['bare', 'gateway', 'relay'] as const) {
        say(
          `${TITLES[variant]}: as fast as it goes for ${throughputSeconds} s (round ${round} of ${ROUNDS})`,
        );
        const load = await runFlatOut(place, variant, throughputSeconds);
        most.set(variant, [...(most.get(variant) ?? []), load.perSecond]);
      }
    }
    return report(rates, most);
  });
}

const TITLES: Readonly<Record<Variant, string>> = {
  bare: 'bare Express',
  gateway: 'gateway, relay stopped',
  relay: 'gateway, relay running',
};

function report(
  rates: ReadonlyMap<Variant, RateRun>,
  most: ReadonlyMap<Variant, readonly number[]>,
): BenchReport {
  const rate = (variant: Variant): RateRun => rates.get(variant) as RateRun;
  const throughput = (variant: Variant): number => median(most.get(variant) ?? []);
  const measures = (variant: Variant): Measure[] => {
    const { load, rssAt10MiB, rssAt60MiB } = rate(variant);
    const title = TITLES[variant];
    return [
      { name: `${title}: p50 at ${RATE}/s`, value: load.p50Ms, unit: 'ms' },
      { name: `${title}: p99 at ${RATE}/s`, value: load.p99Ms, unit: 'ms' },
      { name: `${title}: longest at ${RATE}/s`, value: load.maxMs, unit: 'ms' },
      { name: `${title}: throughput, median of ${ROUNDS}`, value: throughput(variant), unit: '1/s' },
      { name: `${title}: memory early`, value: rssAt10MiB, unit: 'MiB' },
      { name: `${title}: memory at the end`, value: rssAt60MiB, unit: 'MiB' },
    ];
  };
  const promised = (variant: 'gateway' | 'relay'): BenchReport['targets'] => {
    const { load, rssAt10MiB, rssAt60MiB, lost } = rate(variant);
    const title = TITLES[variant];
    return [
      target({ name: `${title}: p99 at ${RATE}/s`, value: load.p99Ms, unit: 'ms' }, 'lower', 50),
      target({ name: `${title}: not answered with 200`, value: load.failed, unit: '' }, 'lower', 0),
      target({ name: `${title}: answered with 200, not stored`, value: lost, unit: '' }, 'lower', 0),
      target(
        { name: `${title}: memory, end / early`, value: rssAt60MiB / rssAt10MiB, unit: 'x' },
        'lower',
        1.1,
      ),
    ];
  };
  const share = { name: 'throughput of bare Express', unit: '%' };
  return {
    bench: 'gateway',
    machine: thisMachine(),
    baseline: measures('bare'),
    results: [
      ...measures('gateway'),
      ...measures('relay'),
      {
        ...share,
        name: 'relay running: throughput of bare Express',
        value: (throughput('relay') / throughput('bare')) * 100,
      },
    ],
    targets: [
      ...promised('gateway'),
      ...promised('relay'),
      target({ ...share, value: (throughput('gateway') / throughput('bare')) * 100 }, 'higher', 80),
    ],
  };
}

interface Place {
  readonly pool: Pool;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly body: () => string;
}

/** PostgreSQL as in production (it waits for the disk), Temporal for the relay, one live connection. */
async function prepare(onEnd: OnEnd, say: (line: string) => void): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), 'cloudcart-microbg-bench-'));
  // As root, PostgreSQL runs as another user, who must be able to enter.
  chmodSync(folder, 0o755);
  onEnd(async () => rmSync(folder, { recursive: true, force: true }));
  say('starting PostgreSQL and Temporal');
  const postgres = await startPostgres({
    dataDir: join(folder, 'postgres'),
    port: await freePort(),
    logFile: join(folder, 'postgres.log'),
  });
  onEnd(() => postgres.process.stop());
  const temporal = await startTemporal({
    binary: await resolveTemporal(say),
    dbFile: join(folder, 'temporal.db'),
    port: await freePort(),
    uiPort: await freePort(),
    logFile: join(folder, 'temporal.log'),
  });
  onEnd(() => temporal.process.stop());
  await migrate(postgres.url, () => undefined);
  const pool = openPool({ url: postgres.url, max: 2, applicationName: 'bench', onError: () => undefined });
  onEnd(() => pool.end());
  await pool.query(
    'create table bare_delivery (id bigint generated always as identity primary key, body bytea not null)',
  );
  const secretsKey = newSecretsKey();
  await createConnection(
    pool,
    createSecretBox(secretsKey),
    {
      id: 'bench',
      name: 'Измерване',
      mode: 'live',
      shopUrl: 'https://bench.example.bg',
      warehouseEntryPoint: 'https://warehouse.example.bg/',
      warehouseApiId: 'bench',
      bodyEncoding: 'form-double',
      secrets: SECRETS,
      settings: defaultSettings('2026-01-01'),
    },
    'bench',
  );
  return {
    pool,
    folder,
    body: deliveryBodies(),
    env: {
      DATABASE_URL: postgres.url,
      TEMPORAL_ADDRESS: temporal.address,
      SECRETS_KEY: secretsKey,
      PRIVATE_ADDRESSES: 'allow',
      LOG_LEVEL: 'warn',
      NODE_ENV: 'production',
      EXIT_WITH_PARENT: 'true',
    },
  };
}

interface Served {
  readonly process: LocalProcess;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const FILES: Readonly<Record<Variant, string>> = {
  bare: 'dist/bench/bare-express.js',
  gateway: 'dist/bench/gateway-without-relay.js',
  relay: 'dist/src/server.js',
};

async function serve({ folder, env }: Place, variant: Variant): Promise<Served> {
  const port = await freePort();
  const child = launch({
    name: variant,
    command: process.execPath,
    args: ['--enable-source-maps', FILES[variant]],
    cwd: projectRoot,
    env: { ...process.env, ...env, PORT: String(port), API_PORT: '0' },
    logFile: join(folder, `${variant}.log`),
  });
  await child.firstLine;
  const url = `http://127.0.0.1:${port}/`;
  const address = { connection: 'bench', secret: SECRETS.webhookUrlSecret, event: 'order.created' };
  return {
    process: child,
    url: variant === 'bare' ? url : webhookUrl(url, address),
    headers: { 'content-type': 'application/json', [SYNC_HEADER]: SECRETS.webhookHeaderSecret },
  };
}

interface RateRun {
  readonly load: PacedLoad;
  readonly rssAt10MiB: number;
  readonly rssAt60MiB: number;
  /** Answered with 200 and not in the table. */
  readonly lost: number;
}

/** Every run has a process and empty tables of its own: no variant pays for the rows of another. */
async function withProcess<T>(
  place: Place,
  variant: Variant,
  work: (served: Served) => Promise<T>,
): Promise<T> {
  await place.pool.query('truncate webhook_delivery, bare_delivery');
  const served = await serve(place, variant);
  try {
    await postFlatOut({ ...served, body: place.body, seconds: WARM_UP_SECONDS, connections: CONNECTIONS });
    await place.pool.query('truncate webhook_delivery, bare_delivery');
    await place.pool.query('checkpoint');
    return await work(served);
  } finally {
    await served.process.stop();
  }
}

async function runAtRate(place: Place, variant: Variant, seconds: number): Promise<RateRun> {
  return withProcess(place, variant, async (served) => {
    const run = postAtRate({ ...served, body: place.body, seconds, connections: CONNECTIONS }, RATE);
    let rssAt10MiB = Number.NaN;
    const early = setTimeout(
      () => (rssAt10MiB = residentMiB(served.process.pid)),
      Math.min(10_000, (seconds * 1_000) / 3),
    );
    const load = await run;
    clearTimeout(early);
    const rssAt60MiB = residentMiB(served.process.pid);
    const table = variant === 'bare' ? 'bare_delivery' : 'webhook_delivery';
    const stored = await place.pool.query<{ count: number }>(`select count(*) as count from ${table}`);
    // A delivery whose answer came after the last second is stored and not counted: that is no loss.
    const lost = Math.max(0, load.ok - (stored.rows[0]?.count ?? 0));
    return { load, rssAt10MiB, rssAt60MiB, lost };
  });
}

async function runFlatOut(place: Place, variant: Variant, seconds: number): Promise<Load> {
  return withProcess(place, variant, (served) =>
    postFlatOut({ ...served, body: place.body, seconds, connections: CONNECTIONS }),
  );
}
