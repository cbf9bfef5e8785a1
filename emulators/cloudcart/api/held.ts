import type { WrittenAnswer } from './server.ts';

/** A request that waits for somebody to decide what becomes of it. */
export interface HeldRequest {
  readonly id: number;
  readonly method: string;
  readonly target: string;
  readonly since: number;
}

interface Waiting extends HeldRequest {
  readonly release: (apply: boolean, answer: boolean) => Promise<WrittenAnswer | undefined>;
}

/** Requests that are parked (CloudCart API 10, fault injection). */
export class Held {
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  add(method: string, target: string, release: Waiting['release']): void {
    this.#last += 1;
    this.#waiting.set(this.#last, { id: this.#last, method, target, since: Date.now(), release });
  }

  all(): readonly HeldRequest[] {
    return [...this.#waiting.values()].map(({ id, method, target, since }) => ({
      id,
      method,
      target,
      since,
    }));
  }

  /** Lets all go, neither applied nor answered. */
  async clear(): Promise<void> {
    for (const id of [...this.#waiting.keys()]) await this.release(id, false, false);
  }

  /** Lets a request go: applied or not, answered or dropped. False when there is none. */
  async release(id: number, apply: boolean, answer: boolean): Promise<boolean> {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return false;
    this.#waiting.delete(id);
    await waiting.release(apply, answer);
    return true;
  }
}
