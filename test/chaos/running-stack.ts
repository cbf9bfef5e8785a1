import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { SYNC_HEADER, webhookUrl } from '../../src/domain/webhook-address.ts';
import { createCloudcartClient } from '../../src/clients/cloudcart/index.ts';
import { type Pool, openPool } from '../../src/db/pool.ts';
import { createConnection } from '../../src/db/queries/connections.ts';
import { createSecretBox } from '../../src/db/secrets.ts';
import type { ConnectionSettings } from '../../src/domain/connection/settings.ts';
import { type FaultProxy, startFaultProxy } from '../../tools/chaos/fault-proxy.ts';
import { SHORT_DURATIONS } from '../../tools/chaos/world.ts';
import { projectRoot } from '../../tools/local/paths.ts';
import { freePorts } from '../../tools/local/ports.ts';
import { launch } from '../../tools/local/process.ts';
import { type Stack, startStack } from '../../tools/local/stack.ts';
import { testSecrets } from '../support/database.ts';
import { Control } from '../support/emulators.ts';
import { goldenSettings } from '../support/passes.ts';

interface ConnectOptions {
  readonly settings?: Partial<ConnectionSettings>;
  readonly shopUrl?: string;
  readonly warehouseUrl?: string;
  /** A company of the warehouse that is made for it; the first one where none is named. */
  readonly company?: string;
}

type Service = Parameters<Stack['kill']>[0];

/** The whole product as processes of its own, with what a test needs to judge it. */
export interface RunningStack {
  readonly stack: Stack;
  readonly pool: Pool;
  readonly temporal: Client;
  readonly shop: Control;
  readonly warehouse: Control;
  /** A connection in live mode; `shopUrl` is an address of its own, because two connections may not share one. */
  connect(id: string, options?: ConnectOptions): Promise<string>;
  /** Subscribes the gateway to the shop's orders, as the product does it for a merchant. */
  subscribe(id: string): Promise<void>;
  /** Delivers a webhook by hand, as the shop would: its id alone, or what the shop said once. */
  deliver(id: string, event: string, orderId: string, body?: string): Promise<void>;
  /** Another address of a vendor, whose wire can be cut. */
  wireTo(vendor: 'cloudcart' | 'microbg'): Promise<FaultProxy>;
  /** SIGKILL, and the service again on the same state. */
  restart(service: Service): Promise<void>;
  /** A worker beside the stack's own. */
  addWorker(name: string): Promise<void>;
  /** Lines of the workers' logs that hold a text. */
  logged(service: string, text: string): number;
  stop(): Promise<void>;
}

/** Starts everything on ports and state of its own. The state goes away at the end; it is kept when the start fails. */
export async function startRunningStack(
  changes: Readonly<Record<string, string>> = {},
): Promise<RunningStack> {
  const folder = mkdtempSync(join(tmpdir(), 'cloudcart-microbg-chaos-'));
  // As root, PostgreSQL runs as another user, who must be able to enter.
  chmodSync(folder, 0o755);
  const env = { ...SHORT_DURATIONS, ...changes };
  const quiet = (): void => undefined;
  // With fsync: without it commits are not even handed to the system, and SIGKILL would lose them.
  const stack = await startStack({ folder, ports: await freePorts(), say: quiet, env, unlimitedShop: true });
  const ends: (() => Promise<unknown>)[] = [
    async () => rmSync(folder, { recursive: true, force: true }),
    () => stack.stop(),
  ];
  const pool = openPool({ url: stack.databaseUrl, max: 4, applicationName: 'test', onError: quiet });
  const connection = Connection.lazy({ address: stack.temporalAddress });
  ends.push(
    () => pool.end(),
    () => connection.close(),
  );
  const shop = new Control(stack.cloudcart.controlUrl);
  const warehouse = new Control(stack.microbg.controlUrl);
  return {
    stack,
    pool,
    temporal: new Client({ connection }),
    shop,
    warehouse,
    connect: (id, options = {}) => connect({ stack, pool, warehouse }, id, options),
    subscribe: (id) => subscribe(stack, id),
    async deliver(id, event, orderId, body = JSON.stringify([{ id: Number(orderId) }])) {
      const url = webhookUrl(stack.gatewayUrl, {
        connection: id,
        secret: testSecrets.webhookUrlSecret,
        event,
      });
      const response = await fetch(url, {
        method: 'POST',
        headers: { [SYNC_HEADER]: testSecrets.webhookHeaderSecret },
        body,
      });
      if (!response.ok) throw new Error(`the gateway answers ${response.status}`);
    },
    async wireTo(vendor) {
      const wire = await startFaultProxy(stack[vendor].url);
      ends.push(() => wire.close());
      return wire;
    },
    async restart(service) {
      await stack.kill(service);
      await startAgain(stack, service);
    },
    async addWorker(name) {
      const child = launch({
        name,
        command: process.execPath,
        args: ['--enable-source-maps', 'dist/src/worker.js'],
        cwd: projectRoot,
        env: { ...process.env, NODE_ENV: 'production', ...workerEnv(stack), ...env },
        logFile: join(folder, 'logs', `${name}.log`),
      });
      ends.push(() => child.stop());
      await child.firstLine;
    },
    logged(service, text) {
      return readFileSync(join(folder, 'logs', `${service}.log`), 'utf8').split(text).length - 1;
    },
    async stop() {
      for (let end = ends.pop(); end !== undefined; end = ends.pop()) await end();
    },
  };
}

/** Processes of a killed PostgreSQL are gone a moment after it; until then it refuses to start on its files. */
async function startAgain(stack: Stack, service: Service): Promise<void> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    try {
      return await stack.start(service);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}

function workerEnv(stack: Stack): Record<string, string> {
  return {
    DATABASE_URL: stack.databaseUrl,
    TEMPORAL_ADDRESS: stack.temporalAddress,
    SECRETS_KEY: stack.secretsKey,
    PRIVATE_ADDRESSES: 'allow',
    WORKFLOW_BUNDLE: 'dist/workflow-bundle.js',
    EXIT_WITH_PARENT: 'true',
  };
}

async function connect(
  { stack, pool, warehouse }: Pick<RunningStack, 'stack' | 'pool' | 'warehouse'>,
  id: string,
  { settings, shopUrl, warehouseUrl, company }: ConnectOptions,
): Promise<string> {
  const [path, body]: [string, object] =
    company === undefined ? ['/applications', { name: id }] : ['/companies', { key: company }];
  const application = await warehouse.post<{ apiId: string; secret: string }>(path, body);
  await createConnection(
    pool,
    createSecretBox(stack.secretsKey),
    {
      id,
      name: id,
      mode: 'live',
      shopUrl: shopUrl ?? stack.cloudcart.url,
      warehouseEntryPoint: warehouseUrl ?? stack.microbg.url,
      warehouseApiId: application.apiId,
      bodyEncoding: 'form-double',
      secrets: {
        ...testSecrets,
        shopApiKey: stack.cloudcart.shops?.[0]?.apiKey ?? '',
        warehouseSecret: application.secret,
      },
      settings: { ...goldenSettings(), ...settings },
    },
    'test',
  );
  return application.apiId;
}

async function subscribe(stack: Stack, id: string): Promise<void> {
  const shop = createCloudcartClient({
    baseUrl: stack.cloudcart.url,
    apiKey: stack.cloudcart.shops?.[0]?.apiKey ?? '',
    deadlineMs: 5_000,
  });
  for (const event of ['order.created', 'order.updated']) {
    const answer = await shop.createWebhook({
      url: webhookUrl(stack.gatewayUrl, { connection: id, secret: testSecrets.webhookUrlSecret, event }),
      event,
      active: true,
      headers: { [SYNC_HEADER]: testSecrets.webhookHeaderSecret },
    });
    if (answer.kind !== 'ok') throw new Error(`the shop refuses the webhook ${event}`);
  }
}
