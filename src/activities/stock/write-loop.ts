import type { BudgetClass } from '../../db/queries/budget.ts';
import { type DirtyPick, nextDirty } from '../../db/queries/stock/skus.ts';
import { endWrite } from '../../db/queries/stock/sku-writes.ts';
import { PassStopped } from '../order/stops.ts';
import type { Export } from './export-context.ts';
import { writeVariant } from './shop-writer.ts';

/** Requests to the shop at once. More would only wait for the budget together. */
const WRITERS = 4;
/** Looked up at a time; so few that an order's variant is never far behind. */
const PICKED = 8;
/** What was looked up more recently is still the most urgent. */
const FRESH_MS = 200;
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

async function writeOne(work: Export, queue: Queue, tally: Tally, picked: string): Promise<void> {
  const { io, pool, lease } = work;
  let key = picked;
  const variantKey = async (): Promise<string> => (key = await queue.lastChoice(picked));
  try {
    const tried = await writeVariant(work, { budgetClass: queue.budgetClass, variantKey });
    if (tried.kind === 'nothing') return;
    const { write, end, stop } = tried;
    await io.db('end-write', () => endWrite(pool, lease, write, end));
    tally[end.outcome] += 1;
    tally.failures = end.outcome === 'done' || end.outcome === 'refused' ? 0 : tally.failures + 1;
    if (end.outcome === 'unsent') queue.again(key);
    if (stop !== null) tally.stopped ??= stop;
    else if (tally.failures >= MOST_FAILURES) tally.stopped ??= 'shop_unavailable';
  } catch (error) {
    if (!(error instanceof PassStopped) || error.code !== 'shop_budget') throw error;
    tally.stopped ??= 'budget';
  } finally {
    queue.done(key);
  }
}

/** Variants to write, picked a few at a time: one that an order touches meanwhile comes with the next few. */
class Queue {
  /** What an order touched waits only where the minute is used up; a whole export takes it bit by bit. */
  readonly budgetClass: BudgetClass;
  readonly #work: Export;
  readonly #urgentOnly: boolean;
  readonly #tried = new Set<string>();
  readonly #busy = new Set<string>();
  #picked: string[] = [];
  #pickedAt = 0;
  #picking: Promise<void> | undefined;

  constructor(work: Export, urgentOnly: boolean) {
    this.#work = work;
    this.#urgentOnly = urgentOnly;
    this.budgetClass = urgentOnly ? 'prompt' : 'export';
  }

  async next(): Promise<string | undefined> {
    if (this.#picked.length === 0) await (this.#picking ??= this.#pick());
    return this.#picked.shift();
  }

  /** The one that was picked, or one that an order touched meanwhile; then that one is the next. */
  async lastChoice(picked: string): Promise<string> {
    if (this.#urgentOnly || this.#work.io.now() - this.#pickedAt < FRESH_MS) return picked;
    const [urgent] = await this.#dirty({ limit: 1, urgentOnly: true, busy: this.#underWay(), tried: [] });
    // Another writer may have looked at the same moment.
    if (urgent === undefined || this.#underWay().includes(urgent)) return picked;
    this.#picked = [picked, ...this.#picked.filter((key) => key !== urgent)];
    return this.#begin(urgent);
  }

  done(key: string): void {
    this.#busy.delete(key);
  }

  /** It did not leave: to be tried again, behind what is more urgent. */
  again(key: string): void {
    this.#tried.delete(key);
  }

  async #pick(): Promise<void> {
    this.#pickedAt = this.#work.io.now();
    const [busy, tried] = [[...this.#busy], [...this.#tried]];
    const found = await this.#dirty({ limit: PICKED, urgentOnly: this.#urgentOnly, busy, tried });
    this.#picked.push(...found.filter((key) => !this.#busy.has(key)).map((key) => this.#begin(key)));
    this.#picking = undefined;
  }

  async #dirty(pick: Omit<DirtyPick, 'pricesKept'>): Promise<string[]> {
    const { io, pool, connection, pricesKept } = this.#work;
    return io.db('next-dirty', () => nextDirty(pool, connection.id, { ...pick, pricesKept }));
  }

  #underWay(): string[] {
    return [...this.#busy].filter((key) => !this.#picked.includes(key));
  }

  #begin(key: string): string {
    this.#tried.add(key);
    this.#busy.add(key);
    return key;
  }
}
