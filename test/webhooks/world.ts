import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pino from 'pino';
import { runDuties } from '../../src/activities/duties.ts';
import { createClients } from '../../src/activities/index.ts';
import { createPassIo } from '../../src/activities/order/io.ts';
import { watchdogDuty } from '../../src/activities/watchdog/watchdog.ts';
import { createConnectionCache } from '../../src/db/connection-cache.ts';
import type { Pool } from '../../src/db/pool.ts';
import { askForDuty } from '../../src/db/queries/duties.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import type { ShardReport } from '../../src/workflows/shard-run.ts';
import { testBox } from '../support/database.ts';
import type { Emulators } from '../support/emulators.ts';

/** The watchdog's run of all connections, as one run of the schedule does it; the one of the test is due at once. */
export async function watchOnce(pool: Pool, connectionId: string): Promise<ShardReport> {
  await askForDuty(pool, connectionId, 'watchdog');
  const httpDeadlineMs = 2_000;
  const logger = pino({ level: 'silent' });
  const { shopOf } = createClients({ HTTP_DEADLINE_MS: httpDeadlineMs });
  const duty = watchdogDuty({
    ...{ pool, logger, shopOf, httpDeadlineMs },
    io: createPassIo(pool),
    lookEveryMs: 1_000,
  });
  const connections = createConnectionCache(pool, testBox, 0);
  const dependencies = { pool, connections, logger, metrics: createMetrics(), heartbeatMs: 1_000 };
  return runDuties(dependencies, duty, { shard: 0, shards: 1 });
}

/** A subscription as the shop itself has it. */
export interface ShopWebhook {
  readonly id: string;
  readonly url: string;
  readonly event: string;
  readonly active: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The shop's REST API about webhooks, as a merchant's other programs use it. */
export async function askWebhookApi(
  { shop }: Emulators,
  method = 'GET',
  id = '',
  attributes?: Readonly<Record<string, unknown>>,
): Promise<ShopWebhook[]> {
  const body = { data: { type: 'webhooks', ...(id === '' ? {} : { id }), attributes } };
  const response = await fetch(`${shop.url}/api/v2/webhooks${id === '' ? '' : `/${id}`}?page[size]=100`, {
    method,
    headers: {
      'x-cloudcart-apikey': shop.apiKey,
      accept: 'application/vnd.api+json',
      'content-type': 'application/vnd.api+json',
    },
    ...(attributes === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} webhooks -> ${response.status} ${await response.text()}`);
  if (response.status === 204) return [];
  type Row = {
    id: string;
    attributes: Omit<ShopWebhook, 'id' | 'headers'> & { request_headers: Record<string, string> };
  };
  const { data } = (await response.json()) as { data: Row | Row[] };
  return [data].flat().map(({ id: rowId, attributes: { request_headers, ...rest } }) => ({
    ...rest,
    id: rowId,
    headers: request_headers,
  }));
}

/** What stands in front of the gateway: answers every delivery with the status of the moment. */
export class FrontDoor {
  status = 200;
  readonly arrived: { readonly url: string; readonly token: unknown }[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer(({ url, headers }, response) => {
      this.arrived.push({ url: url ?? '', token: headers['x-sync-token'] });
      response.writeHead(this.status).end();
    });
  }

  static async open(): Promise<FrontDoor> {
    const door = new FrontDoor();
    await new Promise<void>((resolve) => door.#server.listen(0, '127.0.0.1', resolve));
    return door;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
