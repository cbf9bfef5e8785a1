import { PassStopped } from '../../src/activities/order/stops.ts';
import type { PassResult } from '../../src/workflows/order/contract.ts';
import type { SeenOrder } from './seen.ts';
import type { SteppingIo } from './stepping-io.ts';
import type { VirtualClock } from './virtual-time.ts';

/** A pass of the product, step by step. */
export interface SteppedPass {
  readonly io: SteppingIo;
  readonly number: number;
  /** `dead` never goes on; `frozen` goes on when it is thawed, and nobody waits for it. */
  state: 'going' | 'frozen' | 'dead' | 'ended';
  /** What the shop showed it, as the simulation knows it. */
  readWhile: SeenOrder | undefined;
  result: PassResult | undefined;
  ended: Promise<void>;
}

/** Silence after which Temporal gives a step to another worker. */
const HEARTBEAT_MS = 10_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Temporal by its contract, for the workflow of one order: a hint leads to at least one pass that begins after it;
 * one pass is under way as far as Temporal knows; a pass that fails or falls silent is repeated.
 */
export class ProcessOfOrder {
  readonly #clock: VirtualClock;
  #hinted = false;
  #open = false;
  #attempts = 0;
  #retryAt = 0;
  current: SteppedPass | undefined;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  hint(): void {
    this.#hinted = true;
  }

  /** When a pass is to begin; undefined when none is. */
  nextBegin(): number | undefined {
    if (this.current !== undefined) return undefined;
    if (this.#open) return this.#retryAt;
    return this.#hinted ? this.#clock.now : undefined;
  }

  begun(pass: SteppedPass): void {
    if (!this.#open) this.#hinted = false;
    this.#open = true;
    this.#attempts += 1;
    this.current = pass;
  }

  /** The worker of the pass died or froze: noticed by its silence. */
  silent(): void {
    this.current = undefined;
    this.#retryAt = this.#clock.now + HEARTBEAT_MS;
  }

  /** The pass came to an end; of one that was given up nobody takes the result. */
  ended(pass: SteppedPass, error: unknown): void {
    if (this.current !== pass) return;
    this.current = undefined;
    if (error === undefined) {
      this.#open = false;
      this.#attempts = 0;
      return;
    }
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(this.#attempts - 1, 10), LONGEST_PAUSE_MS);
    const asked = error instanceof PassStopped ? error.retryInMs : undefined;
    this.#retryAt = this.#clock.now + Math.ceil(asked ?? pause);
  }
}
