import { createHmac } from 'node:crypto';
import { createCloudcartAdmin } from '../clients/cloudcart/admin.ts';
import { createCloudcartClient } from '../clients/cloudcart/index.ts';
import type { Exchange } from '../clients/http.ts';
import { createMicrobgClient } from '../clients/microbg/index.ts';
import { createPublicFetch } from '../clients/public-fetch.ts';
import type { Config } from '../config.ts';
import { createConnectionCache } from '../db/connection-cache.ts';
import type { Pool } from '../db/pool.ts';
import type { BudgetClass } from '../db/queries/budget.ts';
import { performAction } from '../db/queries/order-actions.ts';
import { createSecretBox } from '../db/secrets.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { ImportActivities } from '../workflows/import/contract.ts';
import type {
  OperatorActivities,
  OrderActivities,
  OrderRef,
  PassResult,
} from '../workflows/order/contract.ts';
import { createImportActivities } from './catalogue/import/activities.ts';
import type { StockExportActivities } from '../workflows/stock-export/contract.ts';
import { withHeartbeat } from './heartbeat.ts';
import { createPassIo } from './order/io.ts';
import { type PassDependencies, runPass } from './order/pass.ts';
import { PassStopped } from './order/stops.ts';
import { type RegularActivities, createRegularActivities } from './regular.ts';
import { createSlots } from './slots.ts';
import { exportStock } from './stock/cycle.ts';
import type { ExportDependencies } from './stock/export-context.ts';
import { createWaitingRoom } from './waiting-room.ts';

export interface ActivityDependencies {
  readonly config: Config;
  readonly pool: Pool;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** One of so many steps of a worker may be a pass that waits for a place. */
const WAITING_SHARE = 4;

/** The activities of a worker, and what must be given back when it ends. */
export function createActivities(dependencies: ActivityDependencies): {
  readonly activities: OrderActivities &
    OperatorActivities &
    RegularActivities &
    ImportActivities &
    StockExportActivities;
  /** What the export needs outside of Temporal: variants that orders touch are written at once. */
  readonly stockExport: ExportDependencies;
  readonly close: () => Promise<void>;
} {
  const { pool, config } = dependencies;
  const slots = createSlots(pool, config.HEARTBEAT_MS);
  const clients = createClients(config, dependencies.metrics);
  const pass: PassDependencies = {
    io: createPassIo(pool),
    connections: createConnectionCache(pool, createSecretBox(config.SECRETS_KEY)),
    slots,
    waitingRoom: createWaitingRoom(slots, Math.ceil(config.WORKER_ACTIVITIES / WAITING_SHARE)),
    durations: durationsOf(config),
    passesPerConnection: config.CONNECTION_PASSES,
    warehouseCalls: config.WAREHOUSE_PASSES,
    hashIdentity: createIdentityHash(config.SECRETS_KEY),
    ...clients,
  };
  const stockExport: ExportDependencies = {
    ...{ pool, io: pass.io, connections: pass.connections, slots, logger: dependencies.logger },
    ...clients,
    ...{ httpDeadlineMs: config.HTTP_DEADLINE_MS, landMs: config.LAND_MS, leaseMs: config.LEASE_MS },
    pausedRetryMs: config.PAUSED_RETRY_MS,
  };
  const step =
    (budgetClass: BudgetClass) =>
    (ref: OrderRef): Promise<PassResult> =>
      withHeartbeat(config.HEARTBEAT_MS, () =>
        observed(dependencies, ref, () => runPass(pass, ref, budgetClass)),
      );
  return {
    activities: {
      createOrder: step('orders'),
      convertToSale: step('orders'),
      applyEdit: step('orders'),
      withdrawOrder: step('orders'),
      // Our own second looks must not use what is kept back for buyers.
      recheckOrder: step('prompt'),
      carryOutRequest: async ({ connection, shopOrderId }, requestId) => ({
        refused: await performAction(pool, { connectionId: connection, shopOrderId }, requestId),
      }),
      ...createRegularActivities(dependencies, pass),
      ...createImportActivities({ ...pass, pool }, config),
      exportStock: (ref) => withHeartbeat(config.HEARTBEAT_MS, () => exportStock(stockExport, ref)),
    },
    stockExport,
    close: () => slots.close(),
  };
}

/** Durations of a pass from the configuration. */
export function durationsOf(config: Config): PassDependencies['durations'] {
  return {
    httpDeadlineMs: config.HTTP_DEADLINE_MS,
    leaseMs: config.LEASE_MS,
    landMs: config.LAND_MS,
    spacingMs: config.PASS_SPACING_MS,
    goneAfterMs: config.GONE_AFTER_MS,
    blockedRetryMs: config.BLOCKED_RETRY_MS,
    pausedRetryMs: config.PAUSED_RETRY_MS,
  };
}

/** Clients of a connection's two vendors. */
export function createClients(
  config: Pick<Config, 'HTTP_DEADLINE_MS'> & Partial<Pick<Config, 'PRIVATE_ADDRESSES'>>,
  metrics?: Metrics,
): Pick<PassDependencies, 'shopOf' | 'warehouseOf'> & Pick<ExportDependencies, 'adminOf'> {
  const deadlineMs = config.HTTP_DEADLINE_MS;
  const fetchHook = config.PRIVATE_ADDRESSES === 'refuse' ? createPublicFetch() : undefined;
  const onExchange =
    (vendor: string) =>
    ({ operation, ms, status, error }: Exchange): void =>
      metrics?.vendorCalls.observe({ vendor, call: operation, outcome: String(status ?? error) }, ms / 1000);
  return {
    shopOf: ({ shopUrl, secrets }) =>
      createCloudcartClient({
        baseUrl: shopUrl,
        apiKey: secrets.shopApiKey,
        deadlineMs,
        fetchHook,
        onExchange: onExchange('cloudcart'),
      }),
    adminOf: ({ shopUrl, secrets: { adminToken, adminSiteId } }) =>
      adminToken === undefined
        ? undefined
        : createCloudcartAdmin({
            ...{ baseUrl: shopUrl, token: adminToken, deadlineMs, fetchHook },
            ...(adminSiteId === undefined ? {} : { siteId: adminSiteId }),
            onExchange: onExchange('cloudcart'),
          }),
    warehouseOf: ({ warehouseEntryPoint, warehouseApiId, bodyEncoding, secrets }) =>
      createMicrobgClient({
        entryPoint: warehouseEntryPoint,
        apiId: warehouseApiId,
        secret: secrets.warehouseSecret,
        bodyEncoding,
        deadlineMs,
        // As the vendor's own SDK writes it; whether raw UTF-8 is taken is not known.
        asciiJson: true,
        fetchHook,
        onExchange: onExchange('microbg'),
      }),
  };
}

/** Customers are known to our tables by a hash only; its key is derived from the key of the secrets. */
export function createIdentityHash(secretsKey: string): (text: string) => string {
  const key = createHmac('sha256', Buffer.from(secretsKey, 'base64')).update('customer identity').digest();
  return (text) => createHmac('sha256', key).update(text).digest('base64url');
}

async function observed(
  { logger, metrics }: ActivityDependencies,
  { connection, shopOrderId }: OrderRef,
  work: () => Promise<PassResult>,
): Promise<PassResult> {
  try {
    const result = await work();
    metrics.passes.inc({ deed: result.deed });
    logger.info({ connection, order: shopOrderId, ...result }, 'pass');
    return result;
  } catch (error) {
    const expected = error instanceof PassStopped;
    metrics.passes.inc({ deed: expected ? `stopped:${error.code}` : 'failed' });
    const level = expected ? 'info' : 'error';
    logger[level]({ connection, order: shopOrderId, err: error }, 'the pass stops; the next one goes on');
    throw error;
  }
}
