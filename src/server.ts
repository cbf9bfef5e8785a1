import { createApp } from './api/app.ts';
import { createHttpServer } from './api/http-server.ts';
import { startRelay } from './api/webhooks/relay.ts';
import { readConfig } from './config.ts';
import { createConnectionCache } from './db/connection-cache.ts';
import { openPool } from './db/pool.ts';
import { createSecretBox } from './db/secrets.ts';
import { createLogger } from './observability/logger.ts';
import { createMetrics } from './observability/metrics.ts';
import { runProcess } from './process.ts';
import { openTemporalClient, temporalProblem } from './temporal.ts';

/** The gateway process: takes webhooks, and relays hints to the order workflows. */
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
  const { client, close } = openTemporalClient(config);
  const relay = startRelay({
    pool,
    client,
    logger,
    metrics,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    timeouts: { heartbeatMs: config.HEARTBEAT_MS },
    everyMs: config.RELAY_EVERY_MS,
    resendMs: config.RELAY_RESEND_MS,
  });
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
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${config.PORT} is used by another program. Set PORT to a free one.`)
          : error,
      ),
    );
    server.listen(config.PORT, config.HOST, resolve);
  });
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : config.PORT;
  process.stdout.write(
    `${JSON.stringify({ ready: true, process: 'server', url: `http://${config.HOST}:${port}` })}\n`,
  );
  logger.info({ port }, 'the gateway is ready');
  return {
    logger,
    async stop() {
      // First the door, then what is under way, then what it needs.
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 5_000).unref();
      });
      await relay.stop();
      await close();
      await pool.end();
    },
  };
});
