import { type Server, createServer } from 'node:http';
import { createApp } from './api/app.ts';
import { createHttpServer } from './api/http-server.ts';
import { createOrderStory } from './api/order-story.ts';
import { createOrderUpdates } from './api/order-updates.ts';
import { createPanelApp } from './api/panel/app.ts';
import { createVendorAccess } from './api/panel/connections/vendors.ts';
import { createImportControl, superviseImports } from './api/import-control.ts';
import { createReconciliationStart } from './api/reconciliation-start.ts';
import { offerOwnerCode } from './api/panel/sign-in/first-owner.ts';
import { signInRules } from './api/panel/sign-in/rules.ts';
import { startRelay } from './api/webhooks/relay.ts';
import { readConfig } from './config.ts';
import { createConnectionCache } from './db/connection-cache.ts';
import { openPool } from './db/pool.ts';
import { readFigures } from './db/queries/completeness.ts';
import { createSecretBox } from './db/secrets.ts';
import { addConnectionGauges } from './observability/connection-gauges.ts';
import { createLogger } from './observability/logger.ts';
import { createMetrics } from './observability/metrics.ts';
import { runProcess } from './process.ts';
import { exportNow } from './export-schedules.ts';
import { lookNow } from './schedules.ts';
import { openTemporalClient, temporalProblem } from './temporal.ts';

/** The gateway process: takes webhooks, relays hints to the order workflows, and serves the API of orders. */
await runProcess(async () => {
  const config = readConfig();
  const logger = createLogger('server', config.LOG_LEVEL);
  const metrics = createMetrics();
  const pool = openPool({
    url: config.DATABASE_URL,
    max: config.DATABASE_POOL,
    applicationName: 'cloudcart-microbg server',
    onError: (error) => logger.warn({ err: error }, 'a database connection broke'),
  });
  addConnectionGauges(metrics.registry, () => readFigures(pool, undefined));
  const { client, close } = openTemporalClient(config);
  const workflows = {
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    timeouts: { heartbeatMs: config.HEARTBEAT_MS, retryWithinMs: config.RETRY_WITHIN_MS },
  };
  const relay = startRelay({
    pool,
    client,
    logger,
    metrics,
    ...workflows,
    everyMs: config.RELAY_EVERY_MS,
    resendMs: config.RELAY_RESEND_MS,
  });
  const imports = createImportControl({ client, ...workflows });
  const stopImports = superviseImports(pool, imports, logger);
  const box = createSecretBox(config.SECRETS_KEY);
  const app = createApp({
    pool,
    box,
    metrics,
    temporalProblem: () => temporalProblem(client, config.TEMPORAL_NAMESPACE),
    webhooks: {
      pool,
      logger,
      connections: createConnectionCache(pool, box),
      onStored: () => relay.wake(),
      count: (outcome, event) => metrics.deliveries.inc({ outcome, event }),
    },
  });
  const server = createHttpServer(app);
  const panel = createServer(
    createPanelApp({
      pool,
      logger,
      onDue: () => relay.wake(),
      box,
      vendors: createVendorAccess(config),
      publicUrl: config.PUBLIC_URL,
      signIn: signInRules(config),
      lookNow: (kind, id) =>
        void lookNow(client, config, kind, id).catch((error: unknown) =>
          logger.info({ err: error, kind, connection: id }, 'the schedule looks at its next time'),
        ),
      exportNow: (id) =>
        void exportNow(client, id).catch((error: unknown) =>
          logger.info({ err: error, connection: id }, 'the export goes on with its next cycle'),
        ),
      act: createOrderUpdates({ client, ...workflows }),
      reconcile: createReconciliationStart({ client, ...workflows }),
      imports,
      storyOf: createOrderStory(client),
    }),
  );
  await listen(panel, { name: 'API_PORT', port: config.API_PORT, host: config.API_HOST });
  await listen(server, { name: 'PORT', port: config.PORT, host: config.HOST });
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : config.PORT;
  const ready = { ready: true, process: 'server', url: `http://${config.HOST}:${port}` };
  process.stdout.write(`${JSON.stringify({ ...ready, ownerCode: await offerOwnerCode(pool) })}\n`);
  logger.info({ port, apiPort: config.API_PORT }, 'the gateway is ready');
  return {
    logger,
    async stop() {
      // First the door, then what is under way, then what it needs.
      await Promise.all([closeServer(server), closeServer(panel)]);
      stopImports();
      await relay.stop();
      await close();
      await pool.end();
    },
  };
});

/** @throws naming the variable when the port is used. */
async function listen(
  server: Server,
  { name, port, host }: { readonly name: string; readonly port: number; readonly host: string },
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${port} is used by another program. Set ${name} to a free one.`)
          : error,
      ),
    );
    server.listen(port, host, resolve);
  });
}

/** Lets requests under way end, for 5 s at most. */
async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
    setTimeout(() => server.closeAllConnections(), 5_000).unref();
  });
}
