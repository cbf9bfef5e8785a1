import type { BudgetClass } from '../../db/queries/budget.ts';
import { type DirtyPick, nextDirty } from '../../db/queries/stock/skus.ts';
import { endWrite } from '../../db/queries/stock/sku-writes.ts';
import { PassStopped } from '../order/stops.ts';
import type { Export } from './export-context.ts';
import { writeSku } from './shop-writer.ts';

/** Requests to the shop at once. More would only wait for the budget together. */
const WRITERS = 4;
/** Looked up at a time; so few that an order's variant is never far behind. */
const PICKED = 8;
/** How often a long export looks for what orders touched. */
const LOOK_MS = 1_000;
/** Failures in a row after which the shop is left alone until the next cycle. */
const MOST_FAILURES = 5;

/** What a loop wrote. */
export interface Written {
  readonly done: number;
  readonly refused: number;
  readonly unknown: number;
  /** Requests that the shop turned away untouched. */
  readonly unsent: number;
  /** Why it ended before everything was written; null: it is. */
  readonly stopped: string | null;
}

interface Tally {
  done: number;
  refused: number;
  unknown: number;
  unsent: number;
  failures: number;
  stopped: string | null;
}

/**
 * Writes what is dirty, what orders touched first, then by urgency, until nothing is left or the time is over. Each SKU is
 * tried once, and again whenever an order touches it.
 */
export async function writeDirty(work: Export, urgentOnly: boolean): Promise<Written> {
  const tally: Tally = { done: 0, refused: 0, unknown: 0, unsent: 0, failures: 0, stopped: null };
  const queue = new Queue(work);
  if (urgentOnly) await writers(WRITERS, work, queue.urgent, tally);
  else {
    const whole = writers(WRITERS, work, queue.all, tally);
    await Promise.all([whole, writeUrgentBeside(work, queue.urgent, tally, whole)]);
  }
  const { failures: _failures, ...written } = tally;
  return written;
}

async function writers(count: number, work: Export, turns: Turns, tally: Tally): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => writer(work, turns, tally)));
}

async function writer(work: Export, turns: Turns, tally: Tally): Promise<void> {
  while (tally.stopped === null) {
    if (work.io.now() > work.until) tally.stopped ??= 'time';
    else if (await turns.enter()) await writeOne(work, turns, tally);
    else return;
  }
}

/**
 * Looks for what orders touch while the whole is written: that spreads its requests over the shop's minute, and what an order
 * touched must not wait for the next of them.
 */
async function writeUrgentBeside(
  work: Export,
  turns: Turns,
  tally: Tally,
  whole: Promise<void>,
): Promise<void> {
  const over = whole.then(() => true);
  const goesOn = () => Promise.race([over, work.io.sleep(LOOK_MS)]);
  while ((await goesOn()) !== true && tally.stopped === null) await writer(work, turns, tally);
}

async function writeOne(work: Export, turns: Turns, tally: Tally): Promise<void> {
  const { io, pool, lease } = work;
  let key: string | undefined;
  let waits = true;
  const next = async (): Promise<string | undefined> => {
    waits = false;
    key = await turns.next();
    return key;
  };
  try {
    const tried = await writeSku(work, { budgetClass: turns.budgetClass, key: next });
    if (tried.kind === 'nothing') return;
    const { write, end, stop } = tried;
    await io.db('end-write', () => endWrite(pool, lease, write, end));
    tally[end.outcome] += 1;
    tally.failures = end.outcome === 'done' || end.outcome === 'refused' ? 0 : tally.failures + 1;
    // What a delta leaves to be done is done now: a price, or a figure that somebody else changed.
    const isMore = end.outcome === 'unsent' || (write.delta !== undefined && end.outcome === 'done');
    if (isMore && key !== undefined) turns.again(key);
    if (stop !== null) tally.stopped ??= stop;
    else if (tally.failures >= MOST_FAILURES) tally.stopped ??= 'shop_unavailable';
  } catch (error) {
    if (!(error instanceof PassStopped) || error.code !== 'shop_budget') throw error;
    tally.stopped ??= 'budget';
  } finally {
    if (waits) turns.leave();
    if (key !== undefined) turns.done(key);
  }
}

/** Where writers get their next SKU from. */
interface Turns {
  readonly budgetClass: BudgetClass;
  /** Begins to wait for a turn, unless there are as many waiting as there are SKUs. */
  readonly enter: () => Promise<boolean>;
  /** The SKU of who waited; undefined: it was taken out of turn. */
  readonly next: () => Promise<string | undefined>;
  /** Waits no longer. */
  readonly leave: () => void;
  /** It did not leave: to be tried again, behind what is more urgent. */
  readonly again: (key: string) => void;
  readonly done: (key: string) => void;
}

/** SKUs to write. All of them are looked up a few at a time; one that an order touches is taken out of turn. */
class Queue {
  readonly all: Turns;
  readonly urgent: Turns;
  readonly #work: Export;
  readonly #tried = new Set<string>();
  readonly #busy = new Set<string>();
  /** Looked up and not begun. */
  #found: string[] = [];
  #looking: Promise<void> | undefined;

  constructor(work: Export) {
    this.#work = work;
    this.all = this.#turns('export', async (waiting) => {
      // One is looked up for each that waits: who finds none has nothing to do.
      if (this.#found.length <= waiting) await (this.#looking ??= this.#lookUp());
      return this.#found;
    });
    this.urgent = this.#turns('prompt', () => this.#urgent());
  }

  #turns(budgetClass: BudgetClass, due: (waiting: number) => Promise<readonly string[]>): Turns {
    let waiting = 0;
    return {
      budgetClass,
      enter: async () => {
        const { length } = await due(waiting);
        if (length <= waiting) return false;
        waiting += 1;
        return true;
      },
      next: async () => {
        waiting -= 1;
        const keys = await due(waiting);
        return this.#begin(keys.find((key) => !this.#busy.has(key)));
      },
      leave: () => void (waiting -= 1),
      again: (key) => void this.#tried.delete(key),
      done: (key) => void this.#busy.delete(key),
    };
  }

  async #lookUp(): Promise<void> {
    const busy = [...this.#busy, ...this.#found];
    const found = await this.#dirty({ limit: PICKED, urgentOnly: false, busy, tried: [...this.#tried] });
    this.#found.push(...found.filter((key) => !this.#busy.has(key)));
    this.#looking = undefined;
  }

  async #urgent(): Promise<string[]> {
    const found = await this.#dirty({ limit: WRITERS, urgentOnly: true, busy: [...this.#busy], tried: [] });
    return found.filter((key) => !this.#busy.has(key));
  }

  async #dirty(pick: Omit<DirtyPick, 'pricesKept' | 'storesKept'>): Promise<string[]> {
    const { io, pool, connection, pricesKept, storesKept } = this.#work;
    const whole = { ...pick, pricesKept, storesKept };
    return io.db('next-dirty', () => nextDirty(pool, connection.id, whole));
  }

  #begin(key: string | undefined): string | undefined {
    if (key === undefined) return undefined;
    this.#found = this.#found.filter((other) => other !== key);
    this.#tried.add(key);
    this.#busy.add(key);
    return key;
  }
}
