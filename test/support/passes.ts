import { createClients, createIdentityHash } from '../../src/activities/index.ts';
import { type PassIo, createPassIo } from '../../src/activities/order/io.ts';
import { type PassDependencies, runPass } from '../../src/activities/order/pass.ts';
import { PassStopped } from '../../src/activities/order/stops.ts';
import { createSlots } from '../../src/activities/slots.ts';
import { createWaitingRoom } from '../../src/activities/waiting-room.ts';
import { newSecretsKey } from '../../src/config.ts';
import { createConnectionCache } from '../../src/db/connection-cache.ts';
import type { Pool } from '../../src/db/pool.ts';
import { type ConnectionSettings, defaultSettings } from '../../src/domain/connection/settings.ts';
import type { PassResult } from '../../src/workflows/order/contract.ts';
import { testBox, testConnection, testSecrets } from './database.ts';
import { type Emulators, type SeenDocument, documentsOfOrder } from './emulators.ts';

/** Settings under which the golden orders were worked out. */
export function goldenSettings(): ConnectionSettings {
  return {
    ...defaultSettings('2025-01-01'),
    objectId: 2,
    saleRule: { statuses: ['paid', 'completed'], fulfilled: true },
    paymentTypes: { cod: 9, bwt: 2, stripe: 3 },
    onlineProviders: ['stripe'],
    serviceItems: { delivery: 9001, discount: 9002, fee: 9003, rounding: null },
    negativeLinesConfirmed: true,
  };
}

/** One cup, sent with a courier and paid on delivery. */
export const plainCart = {
  lines: [{ sku: 'CUP-01' }],
  shipping: { provider: 'econt', price: '4.80' },
  payment: 'cod',
};

/** A connection of the two emulators, and passes over its orders without Temporal in between. */
export class PassWorld {
  readonly pool: Pool;
  readonly emulators: Emulators;
  readonly connectionId: string;
  readonly #hash = createIdentityHash(newSecretsKey());

  private constructor(pool: Pool, emulators: Emulators, connectionId: string) {
    this.pool = pool;
    this.emulators = emulators;
    this.connectionId = connectionId;
  }

  static async create(
    pool: Pool,
    emulators: Emulators,
    connectionId: string,
    settings: Partial<ConnectionSettings> = {},
  ): Promise<PassWorld> {
    const { shop, warehouse } = emulators;
    await testConnection(pool, connectionId, {
      shopUrl: shop.url,
      warehouseEntryPoint: warehouse.url,
      warehouseApiId: warehouse.apiId,
      secrets: { ...testSecrets, shopApiKey: shop.apiKey, warehouseSecret: warehouse.secret },
      settings: { ...goldenSettings(), ...settings },
    });
    return new PassWorld(pool, emulators, connectionId);
  }

  /** A connection that exists already, for instance after its database was restored. */
  static at(pool: Pool, emulators: Emulators, connectionId: string): PassWorld {
    return new PassWorld(pool, emulators, connectionId);
  }

  /** What one worker process has; each call is a process of its own. */
  worker(
    durations: Partial<PassDependencies['durations']> = {},
    io: PassIo = createPassIo(this.pool),
  ): PassDependencies {
    const all = {
      httpDeadlineMs: 2_000,
      leaseMs: 4_000,
      landMs: 2_000,
      spacingMs: 0,
      goneAfterMs: 300,
      blockedRetryMs: 60_000,
      pausedRetryMs: 1_000,
      ...durations,
    };
    const slots = createSlots(this.pool, 10_000);
    return {
      io,
      connections: createConnectionCache(this.pool, testBox, 0),
      slots,
      waitingRoom: createWaitingRoom(slots, 200),
      durations: all,
      passesPerConnection: 200,
      warehouseCalls: 200,
      hashIdentity: this.#hash,
      ...createClients({ HTTP_DEADLINE_MS: all.httpDeadlineMs }),
    };
  }

  /** One pass; throws what it throws. */
  pass(worker: PassDependencies, orderId: string): Promise<PassResult> {
    return runPass(worker, { connection: this.connectionId, shopOrderId: orderId }, 'orders');
  }

  /** Passes until one comes to a result, as Temporal would. @throws after `timeoutMs`. */
  async settle(worker: PassDependencies, orderId: string, timeoutMs = 30_000): Promise<PassResult> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      try {
        return await this.pass(worker, orderId);
      } catch (error) {
        if (Date.now() > deadline) throw error;
        const retryInMs = error instanceof PassStopped ? (error.retryInMs ?? 100) : 100;
        await new Promise((resolve) => setTimeout(resolve, Math.min(retryInMs, 250)));
      }
    }
  }

  async place(order: Record<string, unknown>): Promise<string> {
    const { id } = await this.emulators.shop.control.post<{ id: number }>('/orders', order);
    return String(id);
  }

  async act(orderId: string, action: string, body: Record<string, unknown> = {}): Promise<void> {
    await this.emulators.shop.control.post(`/orders/${orderId}/${action}`, body);
  }

  /** Places an order and posts it. */
  async ordered(order: Record<string, unknown> = plainCart): Promise<{ id: string; document: SeenDocument }> {
    const id = await this.place(order);
    await this.settle(this.worker(), id);
    const [document] = await this.documents(id);
    if (document === undefined) throw new Error(`order ${id} was not posted`);
    return { id, document };
  }

  /** Calls of one side that some work causes, by name. */
  async callsOf(side: 'shop' | 'warehouse', work: () => Promise<unknown>): Promise<string[]> {
    const read = async (since: number) =>
      (
        await this.emulators[side].control.get<{
          requests: { seq: number; function?: string; method?: string; path?: string }[];
        }>(`/requests?since=${since}`)
      ).requests;
    const before = (await read(0)).at(-1)?.seq ?? 0;
    await work();
    return (await read(before)).map(
      ({ function: name, method, path }) => name ?? `${method} ${path?.split('?')[0]}`,
    );
  }

  documents(orderId: string): Promise<SeenDocument[]> {
    return documentsOfOrder(this.emulators.warehouse.control, orderId);
  }
}
