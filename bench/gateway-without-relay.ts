import { createApp } from '../src/api/app.ts';
import { createHttpServer } from '../src/api/http-server.ts';
import { readConfig } from '../src/config.ts';
import { createConnectionCache } from '../src/db/connection-cache.ts';
import { openPool } from '../src/db/pool.ts';
import { createSecretBox } from '../src/db/secrets.ts';
import { createLogger } from '../src/observability/logger.ts';
import { createMetrics } from '../src/observability/metrics.ts';

/** The gateway as src/server.ts composes it, with the relay stopped: what taking a delivery costs by itself. */
const config = readConfig();
const logger = createLogger('gateway', config.LOG_LEVEL);
const metrics = createMetrics();
const pool = openPool({
  url: config.DATABASE_URL,
  max: config.DATABASE_POOL,
  applicationName: 'bench gateway',
  onError: (error) => logger.warn({ err: error }, 'a database connection broke'),
});
const box = createSecretBox(config.SECRETS_KEY);
const app = createApp({
  pool,
  box,
  metrics,
  temporalProblem: async () => undefined,
  webhooks: {
    pool,
    logger,
    connections: createConnectionCache(pool, box),
    onStored: () => undefined,
    count: (outcome, event) => metrics.deliveries.inc({ outcome, event }),
  },
});
const server = createHttpServer(app);
server.listen(config.PORT, config.HOST, () =>
  process.stdout.write(`${JSON.stringify({ ready: true, process: 'gateway without relay' })}\n`),
);
process.stdin.on('end', () => process.exit(0)).resume();
process.once('SIGTERM', () => {
  server.closeAllConnections();
  process.exit(0);
});
