import type { Clock } from '../clock.ts';

/** What a request learns about the limit. */
export interface RateVerdict {
  readonly passes: boolean;
  readonly remaining: number;
}

/**
 * Counts the requests of the last 60 seconds, all keys and methods together. The counter includes the current
 * request, so one less than the limit passes; capacity comes back gradually (CloudCart API 2.1).
 */
export class RateLimiter {
  readonly #clock: Clock;
  #passed: number[] = [];
  #start = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Asks for one request. Refused ones do not count. */
  take(limit: number): RateVerdict {
    const now = this.#clock.now();
    while (this.#start < this.#passed.length && (this.#passed[this.#start] as number) <= now - 60_000) {
      this.#start += 1;
    }
    if (this.#start > 1000) {
      this.#passed = this.#passed.slice(this.#start);
      this.#start = 0;
    }
    const used = this.#passed.length - this.#start;
    const passes = used + 1 < limit;
    if (passes) this.#passed.push(now);
    return { passes, remaining: Math.max(0, limit - 1 - used - (passes ? 1 : 0)) };
  }

  clear(): void {
    this.#passed = [];
    this.#start = 0;
  }
}
