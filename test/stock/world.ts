import pino from 'pino';
import { createClients } from '../../src/activities/index.ts';
import { exportStock, writeUrgent } from '../../src/activities/stock/cycle.ts';
import type { ExportDependencies } from '../../src/activities/stock/export-context.ts';
import { type PassIo, createPassIo } from '../../src/activities/order/io.ts';
import type { Pool } from '../../src/db/pool.ts';
import type { ConnectionSettings } from '../../src/domain/connection/settings.ts';
import type { StockCycle } from '../../src/workflows/stock-export/contract.ts';
import { matcher, report } from '../catalogue/world.ts';
import type { Emulators } from '../support/emulators.ts';
import { PassWorld } from '../support/passes.ts';

/** What the shop shows of a variant, by its own admin view. */
export interface ShopStock {
  readonly variantId: number;
  readonly productId: number;
  readonly sku: string | null;
  readonly price: number;
  readonly quantity: number | null;
  /** Rows of the stores that have it. */
  readonly stores: readonly { readonly storeId: number; readonly rowId: number; readonly quantity: number }[];
}

/** A connection whose goods are matched, and its export without Temporal in between. */
export class StockWorld {
  readonly passes: PassWorld;
  readonly pool: Pool;
  readonly emulators: Emulators;
  readonly connectionId: string;

  private constructor(passes: PassWorld) {
    this.passes = passes;
    this.pool = passes.pool;
    this.emulators = passes.emulators;
    this.connectionId = passes.connectionId;
  }

  static async create(
    pool: Pool,
    emulators: Emulators,
    connectionId: string,
    settings: Partial<ConnectionSettings> = {},
  ): Promise<StockWorld> {
    const passes = await PassWorld.create(pool, emulators, connectionId, {
      ...{ priceList: 2, exportPrices: false, shopDecrementsAt: 'pending' },
      ...settings,
    });
    const world = new StockWorld(passes);
    await report(matcher(pool), connectionId);
    await linkMatched(pool, connectionId);
    return world;
  }

  /** The same on emulators as they were at their start, in a database without other connections. */
  static async fresh(pool: Pool, emulators: Emulators, connectionId: string): Promise<StockWorld> {
    await emulators.shop.control.post('/reset', {});
    await emulators.warehouse.control.post('/reset', {});
    await emulators.shop.control.send('PATCH', '/switches', { rateLimitPerMinute: 800 });
    await pool.query('delete from connection');
    await pool.query('truncate shop_budget, audit');
    return StockWorld.create(pool, emulators, connectionId);
  }

  /** What a worker has; each call is a process of its own. */
  worker(
    io: PassIo = createPassIo(this.pool),
    changes: Partial<ExportDependencies> = {},
  ): ExportDependencies {
    const { connections, slots, shopOf, warehouseOf, adminOf } = {
      ...createClients({ HTTP_DEADLINE_MS: 2_000 }),
      ...this.passes.worker(),
    };
    return {
      ...{ pool: this.pool, io, connections, slots, shopOf, warehouseOf, adminOf },
      ...{ logger: pino({ level: 'silent' }), httpDeadlineMs: 2_000, landMs: 300, leaseMs: 3_000 },
      pausedRetryMs: 1_000,
      ...changes,
    };
  }

  cycle(worker: ExportDependencies = this.worker(), limitMs = 60_000): Promise<StockCycle> {
    return exportStock(worker, { connection: this.connectionId, limitMs, heartbeatMs: 10_000 });
  }

  async urgent(worker: ExportDependencies = this.worker()): Promise<number> {
    const connection = await worker.connections.get(this.connectionId);
    if (connection === undefined) throw new Error('no connection');
    return writeUrgent(worker, connection, 10_000);
  }

  async settings(changes: Partial<ConnectionSettings>): Promise<void> {
    await this.pool.query(
      `with next as (
         insert into connection_settings (connection_id, version, settings, created_by)
         select s.connection_id, c.settings_version + 1, s.settings || $2::jsonb, 'test'
         from connection c join connection_settings s on s.connection_id = c.id and s.version = c.settings_version
         where c.id = $1 returning version)
       update connection set settings_version = next.version from next where id = $1`,
      [this.connectionId, JSON.stringify(changes)],
    );
  }

  async shop(sku: string): Promise<ShopStock> {
    const { stock } = await this.emulators.shop.control.get<{ stock: ShopStock[] }>(
      `/stock?sku=${encodeURIComponent(sku)}`,
    );
    const [row] = stock;
    if (row === undefined) throw new Error(`the shop has no ${sku}`);
    return row;
  }

  /** Changes a variant as the merchant would, in the shop's administration. */
  async shopChange(sku: string, change: object): Promise<void> {
    const { variantId } = await this.shop(sku);
    await this.emulators.shop.control.send('PATCH', `/variants/${variantId}`, change);
  }

  async itemOf(sku: string): Promise<number> {
    const { variantId } = await this.shop(sku);
    const { rows } = await this.pool.query<{ item: number }>(
      `select warehouse_item_id as item from item_link where connection_id = $1 and variant_key = $2`,
      [this.connectionId, `variant:${variantId}`],
    );
    const [row] = rows;
    if (row === undefined) throw new Error(`${sku} is not linked`);
    return row.item;
  }

  async cycles(): Promise<{ state: string; reason: string | null; figures: Record<string, unknown> }[]> {
    const { rows } = await this.pool.query(
      'select state, reason, figures from stock_cycle where connection_id = $1 order by id',
      [this.connectionId],
    );
    return rows;
  }
}

/** Links what the match report would link. */
export async function linkMatched(pool: Pool, connectionId: string): Promise<void> {
  await pool.query(
    `insert into item_link (connection_id, variant_key, warehouse_item_id, ratio, matched_by)
     select connection_id, variant_key, warehouse_item_id, ratio, matched_by from match_row
     where connection_id = $1 and state = 'will_link' on conflict do nothing`,
    [connectionId],
  );
}
