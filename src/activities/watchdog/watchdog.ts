import type { Answer } from '../../clients/answer.ts';
import type { CloudcartClient } from '../../clients/cloudcart/index.ts';
import type { Pool } from '../../db/pool.ts';
import type { Connection } from '../../db/queries/connections.ts';
import type { Logger } from '../../observability/logger.ts';
import { refreshAlarms } from '../completeness/alarms.ts';
import type { DutyKind } from '../duties.ts';
import type { PassIo } from '../order/io.ts';
import { PassStopped } from '../order/stops.ts';
import { payForRequest } from '../shop-requests.ts';
import { type WebhookRequests, WebhooksRefused } from '../webhooks/subscriptions.ts';
import { watchWebhooks } from '../webhooks/watch.ts';

export interface WatchdogDependencies {
  readonly pool: Pool;
  readonly logger: Logger;
  readonly io: PassIo;
  readonly shopOf: (connection: Connection) => CloudcartClient;
  readonly httpDeadlineMs: number;
  /** How often the schedule looks for connections that are due, milliseconds. */
  readonly lookEveryMs: number;
}

/** A list and a save or two; more is a shop that hardly answers. */
const TIME_LIMIT_MS = 60_000;

/** The watchdog as a duty of every connection: its webhooks, and then what has become late. */
export function watchdogDuty(dependencies: WatchdogDependencies): DutyKind {
  return {
    duty: 'watchdog',
    lookEveryMs: dependencies.lookEveryMs,
    timeLimitMs: TIME_LIMIT_MS,
    pauseMs: ({ settings }) => settings.watchdogEverySeconds * 1_000,
    work: async ({ connection }) => {
      await watch(dependencies, connection);
      return undefined;
    },
  };
}

/** Whatever the shop answers, the alarms are looked at: most of all when it does not answer. */
async function watch(dependencies: WatchdogDependencies, connection: Connection): Promise<void> {
  const { pool } = dependencies;
  let watched = false;
  try {
    await watchWebhooks({ pool, connection, shop: paidRequests(dependencies, connection) });
    watched = true;
  } catch (error) {
    if (!(error instanceof WebhooksRefused)) throw error;
    throw new PassStopped('webhooks_refused', error.message, { cause: error });
  } finally {
    await refreshAlarms(dependencies, connection.id, { watched });
  }
}

/** Requests about webhooks, paid from the shop's budget behind everything that an order needs. */
function paidRequests(
  { io, shopOf, httpDeadlineMs }: WatchdogDependencies,
  connection: Connection,
): WebhookRequests {
  const shop = shopOf(connection);
  const budget = { io, httpDeadlineMs, shopHost: connection.shopHost, budgetClass: 'prompt' } as const;
  const paid = <T>(name: string, send: () => Promise<Answer<T>>): Promise<Answer<T>> =>
    payForRequest(budget, () => io.call(`shop.webhooks.${name}`, send));
  return {
    webhooks: (page) => paid('list', () => shop.webhooks(page)),
    createWebhook: (webhook) => paid('create', () => shop.createWebhook(webhook)),
    updateWebhook: (id, webhook) => paid('update', () => shop.updateWebhook(id, webhook)),
    deleteWebhook: (id) => paid('delete', () => shop.deleteWebhook(id)),
  };
}
