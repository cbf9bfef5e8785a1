import type { PassDependencies } from '../../src/activities/order/pass.ts';
import { type PassIo, createPassIo } from '../../src/activities/order/io.ts';
import { createMicrobgClient } from '../../src/clients/microbg/index.ts';
import type { Pool } from '../../src/db/pool.ts';
import { type Emulators, documentsOfOrder } from './emulators.ts';
import { type Mutation, NO_QUARANTINE_MS, mutated } from './mutations.ts';
import { waitUntil } from '../../tools/local/process.ts';
import { PassWorld } from './passes.ts';
import { StoppingIo } from './stopping-io.ts';

/** What happens to an order, one pass after each; and what the warehouse must hold in the end. */
interface Life {
  readonly steps: readonly ((world: PassWorld, orderId: string) => Promise<void>)[];
  readonly place: Readonly<Record<string, unknown>>;
  readonly ends: 19 | 2 | 'none' | 'returned';
}

const nothing = (): Promise<void> => Promise.resolve();
const pay = (world: PassWorld, id: string): Promise<void> => world.act(id, 'pay', { by: 'merchant' });
const cancel = (world: PassWorld, id: string): Promise<void> => world.act(id, 'cancel');
const refund = (world: PassWorld, id: string): Promise<void> => world.act(id, 'refund');
const restore = (world: PassWorld, id: string): Promise<void> => world.act(id, 'restore');
const edit = (world: PassWorld, id: string): Promise<void> =>
  world.act(id, 'edit', { lines: { add: [{ sku: 'PEN-1', quantity: 1 }] } });

const cart = {
  lines: [{ sku: 'CUP-01', quantity: 1 }],
  shipping: { provider: 'econt', price: '4.80' },
  payment: 'cod',
};

export const lives: Readonly<Record<string, Life>> = {
  'placed, paid': { place: cart, steps: [nothing, pay], ends: 2 },
  'placed, edited': { place: cart, steps: [nothing, edit], ends: 19 },
  'placed, cancelled': { place: cart, steps: [nothing, cancel], ends: 'none' },
  'placed, cancelled, revived': { place: cart, steps: [nothing, cancel, restore], ends: 19 },
  'placed paid, refunded': { place: { ...cart, status: 'paid' }, steps: [nothing, refund], ends: 'returned' },
  'placed paid, edited': { place: { ...cart, status: 'paid' }, steps: [nothing, edit], ends: 2 },
};

/**
 * `late`: the request is held up on its way, the client gives up, and it takes effect afterwards.
 * `in recovery`: a first pass died, and the one that takes over dies as well.
 */
export type StopKind = 'crash' | 'zombie' | 'zombie at the end' | 'late' | 'in recovery';

export interface Case {
  readonly life: string;
  /** Which pass of the life is stopped. */
  readonly pass: number;
  /** Number of the point in that pass; for `late` the number of the request. */
  readonly at: number;
  readonly name: string;
  readonly kind: StopKind;
  /** Point at which the first pass died, for `in recovery`. */
  readonly first?: number;
}

export interface Verdict extends Case {
  readonly stopped: boolean;
  /** What is wrong in the warehouse; undefined when nothing is. */
  readonly fault?: string | undefined;
}

/** Real time, as short as real servers allow on a busy machine. */
const durations = { httpDeadlineMs: 800, leaseMs: 1_200, landMs: 900 };
/** A held request takes effect after the client gave up, and within the time that the protocol allows for. */
const HELD_MS = 1_400;

export class StopWorld {
  readonly #pool: Pool;
  readonly #world: PassWorld;
  readonly #emulators: Emulators;
  readonly #placed = new Set<string>();

  private constructor(pool: Pool, world: PassWorld, emulators: Emulators) {
    this.#pool = pool;
    this.#world = world;
    this.#emulators = emulators;
  }

  /** A connection of its own, warm: items are linked and the ids have started. */
  static async create(pool: Pool, emulators: Emulators, name: string): Promise<StopWorld> {
    const application = await emulators.warehouse.control.post<{ apiId: string; secret: string }>(
      '/applications',
      { name },
    );
    const own = { ...emulators, warehouse: { ...emulators.warehouse, ...application } };
    const world = await PassWorld.create(pool, own, name.replaceAll('_', '-'));
    const stops = new StopWorld(pool, world, own);
    for (const life of Object.keys(lives)) await stops.#record(life);
    return stops;
  }

  /** Every point of every pass of the named lives, as a clean run shows them. */
  async allCases(names: readonly string[]): Promise<Case[]> {
    const cases: Case[] = [];
    for (const life of names) {
      const passes = await this.#record(life);
      passes.forEach((points, pass) => {
        let requests = -1;
        points.forEach((name, at) => {
          for (const kind of ['crash', 'zombie', 'zombie at the end'] as const)
            cases.push({ life, pass, at, name, kind });
          if (!name.startsWith('before sending warehouse.')) return;
          requests += 1;
          if (/save|delete|insert|edit/.test(name))
            cases.push({ life, pass, at: requests, name, kind: 'late' });
        });
      });
    }
    return cases;
  }

  /** Every point of the passes that take over after a death right before or after a write left. */
  async recoveryCases(life: string): Promise<Case[]> {
    const cases: Case[] = [];
    const passes = await this.#record(life);
    for (const [pass, points] of passes.entries()) {
      const deaths = points.flatMap((name, at) =>
        /^(before|after) sending warehouse\.(save|delete|insert)/.test(name) ? [{ name, at }] : [],
      );
      for (const { name, at: first } of deaths) {
        const io = new StoppingIo(createPassIo(this.#pool));
        const orderId = await this.#untilTakenOver({ life, pass, at: first, name, kind: 'in recovery' });
        await this.#world.settle(this.#worker({ io }), orderId);
        io.reached.forEach((point, at) =>
          cases.push({ life, pass, first, at, name: `${name}, then ${point}`, kind: 'in recovery' }),
        );
      }
    }
    return cases;
  }

  /** Lives up to the death of the given pass, and until another pass may take over and knows what landed. */
  async #untilTakenOver(one: Case): Promise<string> {
    const { orderId, steps } = await this.#place(one.life);
    for (const step of steps.slice(0, one.pass)) {
      await step(this.#world, orderId);
      await this.#world.settle(this.#worker({}), orderId);
    }
    await steps[one.pass]?.(this.#world, orderId);
    await this.#die(orderId, one.first ?? one.at);
    return orderId;
  }

  async #die(orderId: string, at: number): Promise<boolean> {
    const io = new StoppingIo(createPassIo(this.#pool), at);
    const worker = this.#worker({ io });
    const ended = this.#world.pass(worker, orderId).then(
      () => false,
      () => false,
    );
    const died = await Promise.race([io.parked.then(() => true), ended]);
    await worker.slots.close();
    const over = async (): Promise<boolean> => {
      const { rowCount } = await this.#pool.query(
        `select 1 from shop_order o left join document d using (connection_id, shop_order_id)
         where o.shop_order_id = $1 and (o.lease_until > clock_timestamp()
           or d.deadline_at > clock_timestamp() - make_interval(secs => $2 / 1000.0))`,
        [orderId, durations.landMs + 50],
      );
      const { rowCount: claimed } = await this.#pool.query(
        'select 1 from partner_link where lease_until > clock_timestamp() and connection_id = $1',
        [this.#world.connectionId],
      );
      return rowCount === 0 && claimed === 0;
    };
    await waitUntil('the end of the lease and of the quarantine', over, { everyMs: 100 });
    return died;
  }

  /** Two deaths in a row. */
  async runRecovery(one: Case): Promise<Verdict> {
    const orderId = await this.#untilTakenOver(one);
    const stopped = await this.#die(orderId, one.at);
    const { steps } = lives[one.life] as Life;
    await this.#world.settle(this.#worker({}), orderId);
    for (const step of steps.slice(one.pass + 1)) {
      await step(this.#world, orderId);
      await this.#world.settle(this.#worker({}), orderId);
    }
    return { ...one, stopped, fault: await this.#faultOf(orderId, one.life, undefined) };
  }

  async #record(life: string): Promise<string[][]> {
    const { orderId, steps } = await this.#place(life);
    const passes: string[][] = [];
    for (const step of steps) {
      await step(this.#world, orderId);
      const io = new StoppingIo(createPassIo(this.#pool));
      await this.#world.settle(this.#worker({ io }), orderId);
      passes.push(io.reached);
    }
    return passes;
  }

  async #place(life: string): Promise<{ orderId: string; steps: Life['steps']; email: string }> {
    const { place, steps } = lives[life] as Life;
    const email = `buyer-${Math.random().toString(36).slice(2)}@example.com`;
    const orderId = await this.#world.place({
      ...place,
      customer: { email, firstName: 'Купувач', lastName: 'Пробен', guest: true },
    });
    this.#placed.add(orderId);
    return { orderId, steps, email };
  }

  /** Lives one life with one stop in it, and says what the warehouse came to. */
  async run(one: Case, mutation?: Mutation): Promise<Verdict> {
    const { orderId, steps, email } = await this.#place(one.life);
    const stop = new Stop(this.#pool, one);
    let frozen: Promise<unknown> = Promise.resolve();
    try {
      for (const [number, step] of steps.entries()) {
        await step(this.#world, orderId);
        if (number === one.pass) {
          const stopped = this.#worker({ ...stop.ports(), mutation });
          frozen = this.#world.pass(stopped, orderId).catch(() => undefined);
          await Promise.race([stop.reached(), frozen]);
          if (one.kind === 'crash') await stopped.slots.close();
        }
        await this.#world.settle(
          this.#worker({ mutation }),
          orderId,
          mutation === undefined ? 60_000 : 6_000,
        );
        if (number === one.pass && one.kind === 'zombie') {
          stop.release();
          await frozen;
        }
      }
      if (one.kind === 'zombie at the end') {
        stop.release();
        await frozen;
      }
      await stop.landed();
    } catch (error) {
      return { ...one, stopped: stop.happened, fault: `order ${orderId}: ${(error as Error).message}` };
    }
    return { ...one, stopped: stop.happened, fault: await this.#faultOf(orderId, one.life, email) };
  }

  #worker(options: {
    io?: PassIo;
    fetchHook?: typeof fetch;
    mutation?: Mutation | undefined;
  }): PassDependencies {
    const { mutation, fetchHook } = options;
    const quarantine = mutation === 'no_quarantine' ? { landMs: NO_QUARANTINE_MS } : {};
    const io = mutated(options.io ?? createPassIo(this.#pool), mutation);
    const worker = this.#world.worker({ ...durations, ...quarantine }, io);
    if (fetchHook === undefined) return worker;
    return {
      ...worker,
      warehouseOf: ({ warehouseEntryPoint, warehouseApiId, bodyEncoding, secrets }) =>
        createMicrobgClient({
          entryPoint: warehouseEntryPoint,
          apiId: warehouseApiId,
          secret: secrets.warehouseSecret,
          bodyEncoding,
          deadlineMs: durations.httpDeadlineMs,
          fetchHook,
        }),
    };
  }

  async #faultOf(orderId: string, life: string, email: string | undefined): Promise<string | undefined> {
    const documents = await documentsOfOrder(this.#emulators.warehouse.control, orderId);
    const { total } = await this.#emulators.shop.control.get<{ total: number }>(`/orders/${orderId}`);
    const held = documents.map(({ type, lineGross }) => `${type}: ${Math.round(lineGross * 100)}`);
    const { ends } = lives[life] as Life;
    const wanted =
      ends === 'none' ? [] : ends === 'returned' ? [`2: ${total}`, `34: ${total}`] : [`${ends}: ${total}`];
    if (JSON.stringify(held) !== JSON.stringify(wanted))
      return `order ${orderId}: [${held.join(', ')}] instead of [${wanted.join(', ')}]`;
    if (email === undefined) return undefined;
    const { partners } = await this.#emulators.warehouse.control.get<{ partners: unknown[] }>(
      `/partners?email=${email}`,
    );
    return partners.length === 1 ? undefined : `order ${orderId}: ${partners.length} partners`;
  }

  /** Orders that at any moment had two documents of one kind, by the warehouse's own history. */
  async doublesEver(): Promise<Verdict[]> {
    const { history } = await this.#emulators.warehouse.control.get<{
      history: { action: string; operationId: number; type: number; note: string }[];
    }>('/history');
    const live = new Map<string, Set<number>>();
    const doubled = new Set<string>();
    for (const { action, operationId, type, note } of history) {
      const order = /CloudCart #(\d+)/.exec(note)?.[1] ?? '';
      if (!this.#placed.has(order)) continue;
      const key = `${order} ${type}`;
      const documents = live.get(key) ?? new Set<number>();
      live.set(key, documents);
      if (action === 'delete') documents.delete(operationId);
      else documents.add(operationId);
      if (documents.size > 1) doubled.add(key);
    }
    return [...doubled].map((key) => ({
      ...{ life: '', pass: 0, at: 0, name: '', kind: 'crash' as const, stopped: true },
      fault: `order ${key}: two documents of one kind at once`,
    }));
  }
}

/** One stop: the ports of the pass that suffers it. */
class Stop {
  readonly #io: StoppingIo;
  readonly #case: Case;
  #requests = -1;
  #landed: Promise<unknown> = Promise.resolve();
  happened = false;
  #held: () => void = () => undefined;
  readonly #holding: Promise<void>;

  constructor(pool: Pool, one: Case) {
    this.#case = one;
    this.#io = new StoppingIo(createPassIo(pool), one.kind === 'late' ? -1 : one.at);
    this.#holding = new Promise((resolve) => (this.#held = resolve));
    void this.reached().then(() => (this.happened = true));
  }

  ports(): { io: PassIo; fetchHook?: typeof fetch } {
    return this.#case.kind === 'late' ? { io: this.#io, fetchHook: this.#hold } : { io: this.#io };
  }

  /** The network keeps one request: the client gives up, and it arrives nevertheless. */
  readonly #hold: typeof fetch = (input, init) => {
    this.#requests += 1;
    if (this.#requests !== this.#case.at) return fetch(input, init);
    const { signal, ...request } = init ?? {};
    this.#landed = new Promise((resolve) => setTimeout(resolve, HELD_MS)).then(() => fetch(input, request));
    this.#held();
    return new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new Error('gave up')));
    });
  };

  reached(): Promise<void> {
    return this.#case.kind === 'late' ? this.#holding : this.#io.parked;
  }

  release(): void {
    this.#io.release();
  }

  async landed(): Promise<void> {
    await this.#landed;
  }
}

/** Works on many things at once, in their order. */
export async function inParallel<T, R>(
  all: readonly T[],
  atOnce: number,
  work: (one: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = [...all];
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) results.push(await work(next));
    }),
  );
  return results;
}
