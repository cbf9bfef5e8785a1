/** A call that waits for somebody to decide what becomes of it. */
export interface HeldCall {
  readonly id: number;
  readonly function: string;
  readonly apiId: string;
  readonly parameters: unknown;
  readonly functionData: unknown;
  readonly since: number;
}

interface Waiting extends HeldCall {
  readonly release: (apply: boolean, answer: boolean) => void;
}

/** Calls that are parked (E-25). */
export class Held {
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  add(call: Omit<Waiting, 'id' | 'since'>): void {
    this.#last += 1;
    this.#waiting.set(this.#last, { ...call, id: this.#last, since: Date.now() });
  }

  all(): readonly HeldCall[] {
    return [...this.#waiting.values()].map(({ release: _release, ...call }) => call);
  }

  /** Lets a call go: applied or not, answered or dropped. False when there is none. */
  release(id: number, apply: boolean, answer: boolean): boolean {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return false;
    this.#waiting.delete(id);
    waiting.release(apply, answer);
    return true;
  }

  /** Drops all of them unapplied. */
  clear(): void {
    for (const { id } of this.all()) this.release(id, false, false);
  }
}
