import { type PassIo, createPassIo } from '../../src/activities/order/io.ts';
import type { Pool } from '../../src/db/pool.ts';
import { StoppingIo } from '../support/stopping-io.ts';

/** A place in a run: the so manieth time that a point of this name is reached, from 1. */
export interface Point {
  readonly name: string;
  readonly nth: number;
}

/** A rule of the export that is switched off, to see whether a check would notice. */
export type Mutation = 'no_fence' | 'no_intent' | 'no_clock';

/**
 * A process that stops as a whole at a point: all that it does at the same time stands still, its lease is kept alive by nobody.
 * Then it goes on as if nothing had been, or is killed.
 */
export class StoppedProcess {
  readonly io: PassIo;
  readonly pool: Pool;
  /** Resolves once it stands. */
  readonly stands: Promise<void>;
  stopped = false;
  readonly #gate: Promise<void>;
  readonly #points: StoppingIo;
  #announce: () => void = () => undefined;
  #release: () => void = () => undefined;
  #kill: (error: Error) => void = () => undefined;

  constructor(pool: Pool, at?: Point, mutation?: Mutation) {
    this.stands = new Promise((resolve) => (this.#announce = resolve));
    this.#gate = new Promise((resolve, reject) => {
      this.#release = resolve;
      this.#kill = reject;
    });
    this.#gate.catch(() => undefined);
    let count = 0;
    this.#points = new StoppingIo(createPassIo(pool), (name) => {
      if (name === at?.name && ++count === at.nth) this.stop();
      return false;
    });
    const passed = (): Promise<void> => (this.stopped ? this.#gate : Promise.resolve());
    this.pool = gated(mutation === undefined ? pool : lacking(pool, mutation), passed);
    this.io = new GatedIo(this.#points, passed, mutation === 'no_clock');
  }

  /** Names of the points that were reached, in order. */
  get reached(): readonly string[] {
    return this.#points.reached;
  }

  stop(): void {
    this.stopped = true;
    this.#announce();
  }

  /** Goes on, as a process does that was frozen. */
  release(): void {
    this.stopped = false;
    this.#release();
  }

  kill(): void {
    this.#kill(new Error('killed'));
  }
}

/** Waits before and after everything while the process stands. */
class GatedIo implements PassIo {
  readonly #inner: StoppingIo;
  readonly #passed: () => Promise<void>;
  readonly #timeless: boolean;

  constructor(inner: StoppingIo, passed: () => Promise<void>, timeless: boolean) {
    this.#inner = inner;
    this.#passed = passed;
    this.#timeless = timeless;
  }

  async db<T>(name: string, work: Parameters<PassIo['db']>[1]): Promise<T> {
    await this.#passed();
    const result = await this.#inner.db<T>(name, async (database) => {
      await this.#passed();
      return work(database);
    });
    await this.#passed();
    return result;
  }

  async call<T>(name: string, send: () => Promise<T>): Promise<T> {
    await this.#passed();
    const answer = await this.#inner.call(name, async () => {
      await this.#passed();
      return send();
    });
    await this.#passed();
    return answer;
  }

  now(): number {
    return this.#timeless ? 0 : this.#inner.now();
  }

  async sleep(ms: number): Promise<void> {
    await this.#inner.sleep(ms);
    await this.#passed();
  }
}

/** A transaction that has begun goes to its end: PostgreSQL would end it when its process does not come back. */
function gated(pool: Pool, passed: () => Promise<void>): Pool {
  return wrapped(pool, {
    query: async (...query) => {
      await passed();
      const result: unknown = await Reflect.apply(pool.query, pool, query);
      await passed();
      return result;
    },
    connect: async () => {
      await passed();
      return pool.connect();
    },
  });
}

type Query = (...query: unknown[]) => unknown;

/** A product without one of its rules. */
function lacking(pool: Pool, mutation: Mutation): Pool {
  const begun = new Map<string, unknown>();
  const changed =
    (database: { readonly query: unknown }): Query =>
    async (first, ...rest) => {
      const run = (one: unknown): unknown => Reflect.apply(database.query as Query, database, [one, ...rest]);
      const statement = first as { name?: string; text?: string; values?: unknown[] };
      if (mutation === 'no_fence' && statement.text !== undefined)
        return run({
          ...statement,
          name: `${statement.name} without a fence`,
          text: statement.text.replaceAll(/and fence = (\$\d)/g, 'and $1::bigint is not null'),
        });
      // The write is noted with its answer, and not before it leaves.
      const key = String(statement.values?.[2]);
      if (mutation === 'no_intent' && statement.name === 'begin-sku-write') {
        begun.set(key, first);
        return { rowCount: 1, rows: [] };
      }
      if (mutation === 'no_intent' && statement.name === 'end-sku-write') await run(begun.get(key));
      return run(first);
    };
  return wrapped(pool, {
    query: changed(pool),
    connect: async () => {
      const client = await pool.connect();
      return wrapped(client, { query: changed(client) });
    },
  });
}

/** The same thing with some of its methods replaced. */
function wrapped<T extends object>(inner: T, methods: Readonly<Record<string, Query>>): T {
  return new Proxy(inner, {
    get(target, name) {
      const own = typeof name === 'string' ? methods[name] : undefined;
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
