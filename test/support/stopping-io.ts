import type { PassIo } from '../../src/activities/order/io.ts';

/**
 * The ports of a pass with numbered points: before and after each statement; before a request, after it has left,
 * and after its answer. A plan parks the pass at one of them.
 */
export class StoppingIo implements PassIo {
  /** Names of the points that were reached, in order. */
  readonly reached: string[] = [];
  /** Resolves once the pass stands at its point. */
  readonly parked: Promise<void>;
  readonly #inner: PassIo;
  readonly #isThere: (name: string, at: number) => boolean;
  #announce: () => void = () => undefined;
  #letGo: () => void = () => undefined;
  readonly #gate: Promise<void>;

  /** @param at The point to stop at, by number or by what is true of it; the first one. */
  constructor(inner: PassIo, at: number | ((name: string) => boolean) = -1) {
    this.#inner = inner;
    this.#isThere = typeof at === 'number' ? (_name, number) => number === at : at;
    this.parked = new Promise((resolve) => (this.#announce = resolve));
    this.#gate = new Promise((resolve) => (this.#letGo = resolve));
  }

  /** Lets a parked pass go on, as a process does that was frozen. */
  release(): void {
    this.#letGo();
  }

  async #point(name: string): Promise<void> {
    this.reached.push(name);
    if (!this.#isThere(name, this.reached.length - 1)) return;
    this.#announce();
    await this.#gate;
  }

  async db<T>(name: string, work: Parameters<PassIo['db']>[1]): Promise<T> {
    await this.#point(`before ${name}`);
    const result = await this.#inner.db(name, work);
    await this.#point(`after ${name}`);
    return result as T;
  }

  async call<T>(name: string, send: () => Promise<T>): Promise<T> {
    await this.#point(`before sending ${name}`);
    const reply = this.#inner.call(name, send);
    // The request is under way; nobody listens to its answer while the pass stands here.
    reply.catch(() => undefined);
    await this.#point(`after sending ${name}`);
    const answer = await reply;
    await this.#point(`after the reply to ${name}`);
    return answer;
  }

  now(): number {
    return this.#inner.now();
  }

  sleep(ms: number): Promise<void> {
    return this.#inner.sleep(ms);
  }
}
