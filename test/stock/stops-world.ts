import { type Slots, createSlots } from '../../src/activities/slots.ts';
import { createCloudcartClient } from '../../src/clients/cloudcart/index.ts';
import type { ExportDependencies } from '../../src/activities/stock/export-context.ts';
import type { Pool } from '../../src/db/pool.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { testDatabase } from '../support/database.ts';
import type { Emulators } from '../support/emulators.ts';
import { type Mutation, type Point, StoppedProcess } from './stopped-process.ts';
import { StockWorld } from './world.ts';

/** What is stopped: a whole cycle, or the write of what an order touched. */
export type Work = 'cycle' | 'urgent write';

/**
 * `frozen`: until somebody else has done the work it is as good as dead; then it goes on. `late`: the request of a variant is held up on its way, the client gives up, and it takes effect afterwards. `late, dead`: the
 * process dies meanwhile.
 */
export type StopKind = 'frozen' | 'late' | 'late, dead';

export interface StopCase {
  readonly work: Work;
  readonly kind: StopKind;
  /** The point, or the variant whose request is held. */
  readonly at: Point | { readonly sku: string };
}

export interface StopVerdict extends StopCase {
  readonly stopped: boolean;
  /** What is wrong in the shop; undefined when nothing is. */
  readonly fault?: string | undefined;
}

/** Real time, as short as real servers allow on a busy machine. */
const HTTP_DEADLINE_MS = 500;
const LAND_MS = 400;
const LEASE_MS = 900;
/** A held request takes effect when the next cycle has written already, and within the time that is allowed for it. */
const HELD_MS = 1_900;
const HELD_LAND_MS = 1_500;

/** Goods of a world: what rises, what sells out, and what orders touch. */
export const goods = ['rises', 'sells-out', 'ordered'] as const;
type Good = (typeof goods)[number];

const FIRST_APPLICATION = 3_000_000_000_000_000;
let applications = 0;
const MOST = Number.MAX_SAFE_INTEGER;

/** Where a world sells: from the variants' own quantities, or from a store, whose row of what rises is gone each time. */
export const OWN = 0;

/** A connection with three goods of its own in a database of its own. */
export class StopsWorld {
  readonly #world: StockWorld;
  readonly #lane: string;
  readonly #storeId: number;
  /** Units in the warehouse, and units that the shop has sold and the warehouse still has. */
  readonly #stock: Record<Good, number> = { rises: 5, 'sells-out': 6, ordered: 1_000 };
  #sold = 0;

  private constructor(world: StockWorld, lane: string, storeId: number) {
    this.#world = world;
    this.#lane = lane;
    this.#storeId = storeId;
  }

  static async create(emulators: Emulators, lane: string, storeId = OWN): Promise<StopsWorld> {
    const { pool } = await testDatabase();
    const application = await emulators.warehouse.control.post<{ apiId: string; secret: string }>(
      '/applications',
      // Never one of another emulator: a process remembers by the ApiId whose numbers of documents are ready.
      { name: lane, apiId: String(FIRST_APPLICATION + applications++) },
    );
    const skus = goods.map((good) => `${lane}-${good}`);
    await emulators.shop.control.post('/products', {
      products: skus.map((sku) => ({ name: sku, variants: [{ sku, quantity: 3 }] })),
    });
    await emulators.warehouse.control.post('/items', { items: skus.map((Code) => ({ Code })) });
    const own = { ...emulators, warehouse: { ...emulators.warehouse, ...application } };
    const stock = await StockWorld.create(pool, own, 'stops', {
      exportGuard: { quantities: 100, prices: 100, least: 1_000 },
      storeStock: storeId === OWN ? [] : [{ storeId, objects: 'all' }],
    });
    await pool.query(
      `delete from item_link where variant_key not in (
         select variant_key from shop_variant where connection_id = 'stops' and sku = any($1))`,
      [skus],
    );
    const world = new StopsWorld(stock, lane, storeId);
    // Got to know: the first document of an application takes many requests.
    await world.#prepare();
    await world.#untilSettled();
    return world;
  }

  /** Items of the second in which the last ones were made are read again for half a minute: that is over now, in every run alike. */
  async itemsAreRead(): Promise<void> {
    for (let read = 0; read < 2; read += 1) {
      await this.#world.pool.query(
        `update stock_export set items_read_on = items_read_on - interval '1 hour'`,
      );
      await this.#untilSettled();
    }
  }

  #sku(good: string): string {
    return `${this.#lane}-${good}`;
  }

  /** All points of the work, as some clean runs show them; what writes at the same time may look for work once more or less. */
  async points(work: Work): Promise<Point[]> {
    let least: Map<string, number> | undefined;
    for (let run = 0; run < 3; run += 1) {
      await this.#prepare();
      const process = new StoppedProcess(this.#world.pool);
      const worker = this.#worker(process);
      await this.#run(work, worker);
      await worker.slots.close();
      const counts = new Map<string, number>();
      for (const name of process.reached) counts.set(name, (counts.get(name) ?? 0) + 1);
      const before: Map<string, number> | undefined = least;
      const common = ([name, count]: [string, number]): [string, number] => [
        name,
        Math.min(
          count,
          before === undefined ? MOST : (before.get(name) ?? 0),
          name.endsWith('next-dirty') ? 2 : MOST,
        ),
      ];
      least = new Map([...counts].map(common));
      await this.#untilSettled();
    }
    return [...(least ?? [])].flatMap(([name, count]) =>
      Array.from({ length: count }, (_, index) => ({ name, nth: index + 1 })),
    );
  }

  /** One stop, and what the shop shows when everybody has had a turn. */
  async run(one: StopCase, mutation?: Mutation): Promise<StopVerdict> {
    const { work, kind, at } = one;
    await this.#prepare();
    const process = new StoppedProcess(this.#world.pool, 'name' in at ? at : undefined, mutation);
    const held = new HeldRequest(kind === 'late, dead' ? () => process.stop() : () => undefined);
    const hook = 'sku' in at ? held.hook(await this.#addressOf(at.sku)) : undefined;
    const late = hook === undefined ? {} : { ...clientBy(hook), landMs: HELD_LAND_MS };
    const worker = { ...this.#worker(process), ...late };
    const running = this.#run(work, worker);
    await Promise.race([process.stands, running]);
    const stopped = 'sku' in at ? held.happened : process.stopped;
    // Its places come free by themselves; that takes longer than we wait.
    if (process.stopped) await worker.slots.close();
    await this.#changeAgain();
    let fault: string | undefined;
    try {
      await this.#untilSettled();
      await held.landed;
      fault = await this.#fault('after the next cycles');
      if (kind === 'frozen') {
        process.release();
        await running;
        fault ??= await this.#fault('when the frozen one had gone on');
        await this.#untilSettled();
        fault ??= await this.#fault('in the end');
      }
    } catch (error) {
      fault = (error as Error).message;
    }
    process.kill();
    await running;
    await worker.slots.close();
    return { ...one, stopped, fault };
  }

  /** A settled world, then goods arrive, something sells out, and an order comes. */
  async #prepare(): Promise<void> {
    Object.assign(this.#stock, { rises: 5, 'sells-out': 6 });
    await this.#toWarehouse();
    await this.#untilSettled();
    Object.assign(this.#stock, { rises: 10, 'sells-out': 0 });
    await this.#toWarehouse();
    await this.#order(2);
    if (this.#storeId !== OWN)
      await this.#world.emulators.shop.control.send('PUT', `/stores/${this.#storeId}/stock`, {
        ...{ sku: this.#sku('rises'), quantity: null },
      });
  }

  /** Where the figure of a good is written to: with a store's row that is gone, where rows are made. */
  async #addressOf(good: string): Promise<string> {
    const { variantId, stores } = await this.#world.shop(this.#sku(good));
    if (this.#storeId === OWN) return `/variants/${variantId}`;
    const row = stores.find(({ storeId }) => storeId === this.#storeId);
    return row === undefined ? '/store-quantity' : `/store-quantity/${row.rowId}`;
  }

  /** While the process stands: the counter sells, goods arrive, another order comes. */
  async #changeAgain(): Promise<void> {
    Object.assign(this.#stock, { rises: 1, 'sells-out': 7 });
    await this.#toWarehouse();
    await this.#order(1);
  }

  async #toWarehouse(): Promise<void> {
    for (const [good, quantity] of Object.entries(this.#stock))
      await this.#world.emulators.warehouse.control.send('PUT', '/stock', {
        ...{ code: this.#sku(good), quantity, objectId: 2 },
      });
  }

  async #order(quantity: number): Promise<void> {
    const { passes } = this.#world;
    const id = await passes.place({ lines: [{ sku: this.#sku('ordered'), quantity }], payment: 'cod' });
    this.#sold += quantity;
    const worker = passes.worker();
    await passes.settle(worker, id);
    await worker.slots.close();
  }

  #worker(process?: StoppedProcess): ExportDependencies {
    const own = process === undefined ? {} : { io: process.io, pool: process.pool };
    return {
      ...this.#world.worker(),
      slots: createRenewedSlots(this.#world.pool),
      ...{ httpDeadlineMs: HTTP_DEADLINE_MS, landMs: LAND_MS, leaseMs: LEASE_MS },
      ...clientBy(),
      ...own,
    };
  }

  async #run(work: Work, worker: ExportDependencies): Promise<void> {
    const run = work === 'cycle' ? this.#world.cycle(worker) : this.#world.urgent(worker);
    await run.catch(() => undefined);
  }

  /** Cycles, as the schedule would start them, until nothing waits and nothing is in doubt. */
  async #untilSettled(): Promise<void> {
    const worker = this.#worker();
    await waitUntil(
      `${this.#lane}: a shop in which nothing waits`,
      async () => {
        const { outcome } = await this.#world.cycle(worker);
        const { rowCount } = await this.#world.pool.query(
          `select 1 from stock_sku where dirty_since is not null or urgent_at is not null or open_at is not null
             or doubt_until is not null`,
        );
        return outcome === 'finished' && rowCount === 0;
      },
      { timeoutMs: 20_000, everyMs: 100 },
    );
    await worker.slots.close();
  }

  /** What the shop shows beside what really is free. */
  async #fault(when: string): Promise<string | undefined> {
    const free = { ...this.#stock, ordered: this.#stock.ordered - this.#sold };
    const shown: string[] = [];
    for (const good of goods) {
      const { stores, quantity: own } = await this.#world.shop(this.#sku(good));
      const row = stores.find(({ storeId }) => storeId === this.#storeId);
      const quantity = this.#storeId === OWN ? own : row?.quantity;
      if (quantity !== free[good])
        shown.push(`${this.#sku(good)} ${when}: ${quantity} instead of ${free[good]}`);
    }
    return shown.length === 0 ? undefined : shown.join('; ');
  }
}

/** Places of a process that may come back when others have had them: it asks for them anew. */
function createRenewedSlots(pool: Pool): Slots {
  let slots = createSlots(pool, 10_000);
  return {
    acquire: (...wish) => slots.acquire(...wish),
    async close() {
      const former = slots;
      slots = createSlots(pool, 10_000);
      await former.close();
    },
  };
}

function clientBy(fetchHook?: typeof fetch): Pick<ExportDependencies, 'shopOf'> {
  return {
    shopOf: ({ shopUrl, secrets }) =>
      createCloudcartClient({
        ...{ baseUrl: shopUrl, apiKey: secrets.shopApiKey, deadlineMs: HTTP_DEADLINE_MS, fetchHook },
      }),
  };
}

/** The network keeps the first write to an address: the client gives up, and it arrives nevertheless. */
class HeldRequest {
  happened = false;
  landed: Promise<unknown> = Promise.resolve();
  readonly #taken: () => void;

  constructor(taken: () => void) {
    this.#taken = taken;
  }

  hook(address: string): typeof fetch {
    return (input, init) => {
      const url = input instanceof Request ? input.url : String(input);
      if (this.happened || !url.endsWith(address)) return fetch(input, init);
      this.happened = true;
      const { signal, ...request } = init ?? {};
      this.landed = new Promise((resolve) => setTimeout(resolve, HELD_MS)).then(() => fetch(input, request));
      this.#taken();
      return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('gave up')));
      });
    };
  }
}
