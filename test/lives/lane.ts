import { createIdentityHash } from '../../src/activities/index.ts';
import type { PassDurations } from '../../src/activities/order/context.ts';
import { type PassDependencies, runPass } from '../../src/activities/order/pass.ts';
import { createCloudcartClient } from '../../src/clients/cloudcart/index.ts';
import { createMicrobgClient } from '../../src/clients/microbg/index.ts';
import { newSecretsKey } from '../../src/config.ts';
import { type Connection, readConnection, saveSettings } from '../../src/db/queries/connections.ts';
import type { ConnectionSettings } from '../../src/domain/connection/settings.ts';
import { testBox, testConnection, testSecrets } from '../support/database.ts';
import type { Emulators } from '../support/emulators.ts';
import { type Mutation, NO_QUARANTINE_MS, mutated } from '../support/mutations.ts';
import { goldenSettings } from '../support/passes.ts';
import { Network } from './network.ts';
import { SteppingIo } from './stepping-io.ts';
import { TimedDatabase, VirtualClock } from './virtual-time.ts';

/** In virtual time; in the proportions of the product's own defaults. */
export const durations: PassDurations = {
  httpDeadlineMs: 5_000,
  leaseMs: 7_000,
  landMs: 20_000,
  spacingMs: 200,
  goneAfterMs: 30_000,
  blockedRetryMs: 60_000,
  pausedRetryMs: 5_000,
};

/** The merchant's choices that lives differ in. */
export type Choices = Pick<ConnectionSettings, 'returns' | 'uncollected' | 'saleRule'>;

const byStatus: Choices['saleRule'] = { statuses: ['paid', 'completed'], fulfilled: true };

/** Settings of the lives, by name. */
export const choices: Readonly<Record<ChoiceName, Choices>> = {
  usual: { returns: 'claim', uncollected: 'delete', saleRule: byStatus },
  'claims only': { returns: 'claim', uncollected: 'claim', saleRule: byStatus },
  'ask always': { returns: 'ask', uncollected: 'ask', saleRule: byStatus },
  'sale at once': { returns: 'claim', uncollected: 'delete', saleRule: 'always' },
};

export type ChoiceName = 'usual' | 'claims only' | 'ask always' | 'sale at once';

/** A custom status of the shop that means a sale, as the merchant says. */
export const customSaleStatus = 'order-za-utochniavane';

/** A merchant's settings with these choices. */
export function settingsOf(chosen: Choices): ConnectionSettings {
  return { ...goldenSettings(), customStatuses: { [customSaleStatus]: 'sale' }, ...chosen };
}

/** Company of the warehouse with an application of its own. */
interface Account {
  readonly company: string;
  readonly apiId: string;
  readonly secret: string;
}

/** Places are no part of these lives: `test/activities/slots.test.ts` is about them. */
const unlimitedPlaces: Pick<PassDependencies, 'slots' | 'waitingRoom'> = {
  slots: { acquire: () => Promise.resolve(() => undefined), close: () => Promise.resolve() },
  waitingRoom: { enter: () => Promise.resolve(() => undefined) },
};

/**
 * A connection in which one life after another is lived, with a clock and an account of its own: nothing that happens
 * in another lane can change what happens here.
 */
export class Lane {
  readonly clock: VirtualClock;
  readonly database: TimedDatabase;
  readonly network: Network;
  readonly emulators: Emulators;
  readonly connectionId: string;
  readonly account: Account;
  readonly #connections = new Map<ChoiceName, Connection>();
  #firstOrder = '';
  #buyers = 0;
  #changes = 0;
  readonly #hash = createIdentityHash(newSecretsKey());

  private constructor(databaseUrl: string, emulators: Emulators, connectionId: string, account: Account) {
    this.clock = new VirtualClock();
    this.database = new TimedDatabase(databaseUrl, this.clock);
    this.network = new Network(this.clock, emulators, durations.httpDeadlineMs);
    this.emulators = emulators;
    this.connectionId = connectionId;
    this.account = account;
  }

  /** A lane whose first order is posted: items are linked, ids have started, and a document proves that reads see. */
  static async open(databaseUrl: string, emulators: Emulators, name: string): Promise<Lane> {
    const company = `lives-${name}`;
    // What the shop knows of partial returns it shows (U-15): the harder case.
    await emulators.shop.control.send('PATCH', '/switches', { returnStatusInRest: true });
    const keys = await emulators.warehouse.control.post<{ apiId: string; secret: string }>('/companies', {
      key: company,
    });
    const lane = new Lane(databaseUrl, emulators, name, { company, ...keys });
    await lane.#connect();
    await lane.reset('usual');
    await lane.#postFirstOrder();
    return lane;
  }

  async #connect(): Promise<void> {
    const { shop, warehouse } = this.emulators;
    const pool = await this.database.at();
    await testConnection(pool, this.connectionId, {
      warehouseEntryPoint: warehouse.url,
      warehouseApiId: this.account.apiId,
      secrets: { ...testSecrets, shopApiKey: shop.apiKey, warehouseSecret: this.account.secret },
      settings: settingsOf(choices.usual),
    });
    for (const [name, chosen] of Object.entries(choices)) {
      await saveSettings(pool, this.connectionId, settingsOf(chosen), 'lives');
      const connection = await readConnection(pool, testBox, this.connectionId);
      if (connection === undefined) throw new Error('the connection is gone');
      this.#connections.set(name as ChoiceName, connection);
    }
  }

  async #postFirstOrder(): Promise<void> {
    const { id } = await this.emulators.shop.control.post<{ id: number }>('/orders', {
      lines: skus.map((sku) => ({ sku })),
      discounts: [{ type: 'flat', value: '1.00', name: 'Отстъпка' }],
      customer: { email: `${this.connectionId}@example.com`, guest: true },
      shipping: { provider: 'econt', price: '4.80' },
      payment: 'cod',
    });
    this.#firstOrder = String(id);
    const io = new SteppingIo(this.database, this.clock);
    io.stand = () => Promise.resolve();
    const result = await this.pass(this.process(this.memory('usual'), io), this.#firstOrder);
    if (result.state !== 'ordered') throw new Error(`the first order came to ${JSON.stringify(result)}`);
  }

  /** Forgets everything of the lives before this one, but what a connection knows after its first order. */
  async reset(choice: ChoiceName): Promise<void> {
    this.clock.restart();
    this.network.reset();
    const pool = await this.database.at();
    const id = this.connectionId;
    const version = this.#connections.get(choice)?.settingsVersion;
    await pool.query(`
      delete from shop_order where connection_id = '${id}' and shop_order_id <> '${this.#firstOrder}';
      delete from partner_link where connection_id = '${id}';
      delete from webhook_delivery where connection_id = '${id}';
      delete from journal where connection_id = '${id}';
      update shop_budget set paused_until = '-infinity', charges = '{}', foreign_charges = '{}'
        where shop_host = (select shop_host from connection where id = '${id}');
      update ledger_epoch set confirmed_at = now() where connection_id = '${id}';
      update connection set settings_version = ${version}, stopped_reason = null where id = '${id}'`);
  }

  /** What a new worker process knows of the connection: what it remembers, it remembers by this object. */
  memory(choice: ChoiceName): Connection {
    return { ...(this.#connections.get(choice) as Connection) };
  }

  /** What one pass of a worker process works with. */
  process(connection: Connection, io: SteppingIo, mutation?: Mutation): PassDependencies {
    const deadline = { deadlineMs: 30_000 };
    const wire = (vendor: 'shop' | 'warehouse'): { fetchHook: typeof fetch } => ({
      fetchHook: this.network.of(io, vendor, this.account.apiId),
    });
    return {
      io: mutated(io, mutation),
      connections: { get: () => Promise.resolve(connection), forget: () => undefined },
      ...unlimitedPlaces,
      durations: mutation === 'no_quarantine' ? { ...durations, landMs: NO_QUARANTINE_MS } : durations,
      passesPerConnection: 1_000,
      warehouseCalls: 1_000,
      hashIdentity: this.#hash,
      shopOf: ({ secrets }) =>
        createCloudcartClient({
          baseUrl: this.emulators.shop.url,
          apiKey: secrets.shopApiKey,
          ...deadline,
          ...wire('shop'),
        }),
      warehouseOf: ({ warehouseEntryPoint, warehouseApiId, bodyEncoding, secrets }) =>
        createMicrobgClient({
          entryPoint: warehouseEntryPoint,
          apiId: warehouseApiId,
          secret: secrets.warehouseSecret,
          bodyEncoding,
          asciiJson: true,
          ...deadline,
          ...wire('warehouse'),
        }),
    };
  }

  pass(process: PassDependencies, shopOrderId: string): ReturnType<typeof runPass> {
    return runPass(process, { connection: this.connectionId, shopOrderId }, 'orders');
  }

  /** How many changes of documents the account has seen. */
  async countChanges(): Promise<number> {
    const { history } = await this.emulators.warehouse.control.get<{ history: unknown[] }>(
      `/history?company=${this.account.company}&since=${this.#changes}`,
    );
    this.#changes += history.length;
    return this.#changes;
  }

  /** A name for a buyer that nobody else has. */
  nextBuyer(): string {
    this.#buyers += 1;
    return `${this.connectionId}-${this.#buyers}`;
  }

  close(): Promise<void> {
    return this.database.close();
  }
}

/** What is bought in these lives. */
export const skus = ['CUP-01', 'PEN-1', 'TEA', 'TB-M-GRN'] as const;
