import { existsSync, readFileSync } from 'node:fs';
import { NativeConnection, Runtime, Worker, bundleWorkflowCode } from '@temporalio/worker';
import { fileURLToPath } from 'node:url';
import { createActivities } from './activities/index.ts';
import { startUrgentWrites } from './activities/stock/urgent.ts';
import { type Config, readConfig } from './config.ts';
import { openPool } from './db/pool.ts';
import { createLogger } from './observability/logger.ts';
import { createMetrics } from './observability/metrics.ts';
import { serveMetrics } from './observability/metrics-server.ts';
import { runProcess } from './process.ts';
import { startExportSchedules } from './export-schedules.ts';
import { startScheduling } from './schedules.ts';
import { openTemporalClient, temporalOptions } from './temporal.ts';

/** The worker process: runs the workflows and their steps, and sees to the schedules. Any number of them may run. */
await runProcess(async () => {
  const config = readConfig();
  const logger = createLogger('worker', config.LOG_LEVEL);
  // The runtime installs handlers of its own otherwise; the order of our stop is ours.
  Runtime.install({ shutdownSignals: [] });
  const pool = openPool({
    url: config.DATABASE_URL,
    max: config.DATABASE_POOL,
    applicationName: 'cloudcart-microbg worker',
    onError: (error) => logger.warn({ err: error }, 'a database connection broke'),
  });
  const connection = await NativeConnection.connect(temporalOptions(config));
  const metrics = createMetrics();
  const { METRICS_PORT, HOST } = config;
  const door =
    METRICS_PORT === undefined ? undefined : await serveMetrics(metrics, { host: HOST, port: METRICS_PORT });
  const { activities, stockExport, close } = createActivities({ config, pool, logger, metrics });
  const urgent = startUrgentWrites(stockExport, config.URGENT_LOOK_MS);
  const worker = await Worker.create({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: config.TEMPORAL_TASK_QUEUE,
    workflowBundle: await workflowBundle(config),
    activities: { ...activities },
    maxConcurrentActivityTaskExecutions: config.WORKER_ACTIVITIES,
    // A worker that was killed keeps its workflows for so long; then another one takes them.
    stickyQueueScheduleToStartTimeout: config.STICKY_MS,
    maxHeartbeatThrottleInterval: config.HEARTBEAT_MS / 3,
    defaultHeartbeatThrottleInterval: config.HEARTBEAT_MS / 3,
    // Passes end by themselves within their deadlines; nothing is gained by cutting them off.
    shutdownGraceTime: '30 seconds',
  });
  const running = worker.run();
  const { client, close: closeClient } = openTemporalClient(config);
  const scheduling = startScheduling(client, config, logger);
  const exports = startExportSchedules({ client, config, logger, pool });
  process.stdout.write(`${JSON.stringify({ ready: true, process: 'worker' })}\n`);
  logger.info({ taskQueue: config.TEMPORAL_TASK_QUEUE }, 'the worker is ready');
  return {
    logger,
    failed: running.then(() => new Promise<never>(() => undefined)),
    async stop() {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      scheduling.stop();
      exports.stop();
      await urgent.stop();
      await running.catch(() => undefined);
      await closeClient();
      await close();
      door?.close();
      await connection.close();
      await pool.end();
    },
  };
});

async function workflowBundle({ WORKFLOW_BUNDLE }: Config): Promise<{ code: string }> {
  if (WORKFLOW_BUNDLE !== undefined && existsSync(WORKFLOW_BUNDLE)) {
    return { code: readFileSync(WORKFLOW_BUNDLE, 'utf8') };
  }
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL(`workflows/index.${extension}`, import.meta.url)),
  });
}
