import { nextDirty } from '../../db/queries/stock/skus.ts';
import { endWrite } from '../../db/queries/stock/sku-writes.ts';
import { PassStopped } from '../order/stops.ts';
import type { Export } from './export-context.ts';
import { writeVariant } from './shop-writer.ts';

/** Requests to the shop at once. More would only wait for the budget together. */
const WRITERS = 4;
/** Looked up at a time; so few that an order's variant is never far behind. */
const PICKED = 8;
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
 * Writes what is dirty, what orders touched first, then by urgency, until nothing is left or the time is over. Each variant is
 * tried once, and again whenever an order touches it.
 */
export async function writeDirty(work: Export, urgentOnly: boolean): Promise<Written> {
  const tally: Tally = { done: 0, refused: 0, unknown: 0, unsent: 0, failures: 0, stopped: null };
  const queue = new Queue(work, urgentOnly);
  await Promise.all(Array.from({ length: WRITERS }, () => writer(work, queue, tally)));
  const { failures: _failures, ...written } = tally;
  return written;
}

async function writer(work: Export, queue: Queue, tally: Tally): Promise<void> {
  while (tally.stopped === null) {
    if (work.io.now() > work.until) tally.stopped ??= 'time';
    else {
      const key = await queue.next();
      if (key === undefined) return;
      await writeOne(work, queue, tally, key);
    }
  }
}

async function writeOne(work: Export, queue: Queue, tally: Tally, key: string): Promise<void> {
  const { io, pool, lease } = work;
  try {
    const tried = await writeVariant(work, key);
    if (tried.kind === 'nothing') return;
    const { write, end, stop } = tried;
    await io.db('end-write', () => endWrite(pool, lease, write, end));
    tally[end.outcome] += 1;
    tally.failures = end.outcome === 'done' || end.outcome === 'refused' ? 0 : tally.failures + 1;
    // What a delta leaves to be done is done now: a price, or a figure that somebody else changed.
    if (end.outcome === 'unsent' || (write.delta !== undefined && end.outcome === 'done')) queue.again(key);
    if (stop !== null) tally.stopped ??= stop;
    else if (tally.failures >= MOST_FAILURES) tally.stopped ??= 'shop_unavailable';
  } catch (error) {
    if (!(error instanceof PassStopped) || error.code !== 'shop_budget') throw error;
    queue.again(key);
    const pause = error.retryInMs ?? 1_000;
    if (io.now() + pause > work.until) tally.stopped ??= 'budget';
    else await io.sleep(Math.min(pause, 2_000));
  } finally {
    queue.done(key);
  }
}

/** Variants to write, picked a few at a time: one that an order touches meanwhile comes with the next few. */
class Queue {
  readonly #work: Export;
  readonly #urgentOnly: boolean;
  readonly #tried = new Set<string>();
  readonly #busy = new Set<string>();
  #picked: string[] = [];
  #picking: Promise<void> | undefined;

  constructor(work: Export, urgentOnly: boolean) {
    this.#work = work;
    this.#urgentOnly = urgentOnly;
  }

  async next(): Promise<string | undefined> {
    if (this.#picked.length === 0) await (this.#picking ??= this.#pick());
    return this.#picked.shift();
  }

  done(key: string): void {
    this.#busy.delete(key);
  }

  /** It did not leave: to be tried again, behind what is more urgent. */
  again(key: string): void {
    this.#tried.delete(key);
  }

  async #pick(): Promise<void> {
    const { io, pool, connection, pricesKept } = this.#work;
    const pick = {
      ...{ limit: PICKED, urgentOnly: this.#urgentOnly, pricesKept },
      ...{ busy: [...this.#busy], tried: [...this.#tried] },
    };
    this.#picked = await io.db('next-dirty', () => nextDirty(pool, connection.id, pick));
    for (const key of this.#picked) {
      this.#tried.add(key);
      this.#busy.add(key);
    }
    this.#picking = undefined;
  }
}
