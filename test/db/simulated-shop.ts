import { reserveOf, type BudgetClass } from '../../src/db/queries/budget.ts';

/** What a limiter learns from an answer. */
export interface Answer {
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly pauseMs: number | null;
}

/** The limiter of one process. Times are virtual milliseconds. */
export interface Limiter {
  take(budgetClass: BudgetClass, nowMs: number): Promise<object | { readonly waitMs: number }>;
  settle(grant: unknown, answer: Answer, nowMs: number): Promise<void>;
}

/** Minutes of each part: an export alone, with orders besides, with another client besides. */
export interface Minutes {
  readonly alone: number;
  readonly withOrders: number;
  readonly withForeign: number;
}

interface Wait {
  readonly at: number;
  readonly waitedMs: number;
}

interface Part {
  /** Calls of ours that the shop let through, a minute. */
  readonly usePerMinute: number;
  /** Calls of ours that it refused. */
  readonly refused: number;
  readonly orderCalls: number;
  readonly longestOrderWaitMs: number;
  readonly promptCalls: number;
  /** What 95 of 100 calls wait at most that are no orders and should not wait either. */
  readonly promptWaitMs: number;
  readonly foreignPerMinute: number;
  readonly foreignBursts: number;
}

export interface Outcome {
  readonly alone: Part;
  readonly withOrders: Part;
  readonly withForeign: Part & { readonly usePerMinuteAfterwards: number };
}

const MINUTE = 60_000;
const CALL_DEADLINE_MS = 30_000;
/** Wall time at which the simulation begins; any will do. */
const START = Date.UTC(2026, 0, 5);
const WARM_UP_MINUTES = 2;
const EXPORT_WORKERS = 3;

/** Numbers that look random and repeat (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Events in the order of their virtual time, one after the other. */
class VirtualTime {
  now = START;
  #events: { readonly at: number; readonly act: () => unknown }[] = [];

  at(at: number, act: () => unknown): void {
    let index = this.#events.length;
    while (index > 0 && (this.#events[index - 1] as { at: number }).at > at) index -= 1;
    this.#events.splice(index, 0, { at, act });
  }

  async runUntil(end: number): Promise<void> {
    for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
      if (next.at >= end) {
        this.#events.unshift(next);
        break;
      }
      this.now = Math.max(this.now, next.at);
      await next.act();
    }
    this.now = end;
  }
}

/** The shop's counter: the calls of the last 60 seconds of everybody; the present one counts (CloudCart API 2.1). */
class SimulatedShop {
  readonly log: { readonly at: number; readonly who: 'us' | 'other'; readonly passed: boolean }[] = [];
  #passed: number[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  call(who: 'us' | 'other', at: number): Answer & { readonly passed: boolean } {
    while (this.#passed.length > 0 && (this.#passed[0] as number) <= at - MINUTE) this.#passed.shift();
    const passed = this.#passed.length + 1 < this.#limit;
    if (passed) this.#passed.push(at);
    this.log.push({ at, who, passed });
    const remaining = this.#limit - 1 - this.#passed.length;
    return { passed, limit: this.#limit, remaining, pauseMs: passed ? null : MINUTE };
  }
}

/** One run: an export that always has work, in two processes, against a shop; then orders; then another client. */
export async function simulate(options: {
  readonly limit: number;
  readonly limiters: readonly Limiter[];
  readonly minutes: Minutes;
  readonly seed: number;
}): Promise<Outcome> {
  const { limit, limiters, minutes } = options;
  const time = new VirtualTime();
  const shop = new SimulatedShop(limit);
  const random = randomFrom(options.seed);
  const orderWaits: Wait[] = [];
  const promptWaits: Wait[] = [];
  const foreignBursts: number[] = [];

  /** One call of ours, from the first asking to the answer. */
  const call = (
    limiter: Limiter,
    budgetClass: BudgetClass,
    granted: () => void,
    done: () => void,
  ): (() => Promise<void>) => {
    const ask = async (): Promise<void> => {
      const grant = await limiter.take(budgetClass, time.now);
      if ('waitMs' in grant) {
        time.at(time.now + grant.waitMs, ask);
        return;
      }
      granted();
      const started = time.now;
      const settle = (answer: Answer): void =>
        time.at(time.now, async () => {
          await limiter.settle(grant, answer, time.now);
          done();
        });
      // One in 200 gets no answer; its request arrives at any moment before the deadline all the same.
      if (random() < 0.005) {
        time.at(started + random() * CALL_DEADLINE_MS, () => void shop.call('us', time.now));
        time.at(started + CALL_DEADLINE_MS, () => settle({ limit: null, remaining: null, pauseMs: null }));
        return;
      }
      const slow = random() < 0.02 ? 8_000 : 300;
      time.at(started + 10 + random() * slow, () => {
        const answer = shop.call('us', time.now);
        time.at(time.now + 10 + random() * slow, () => settle(answer));
      });
    };
    return ask;
  };

  const nothing = (): void => undefined;
  for (const limiter of limiters) {
    for (let worker = 0; worker < EXPORT_WORKERS; worker += 1) {
      const again = (): void => time.at(time.now, call(limiter, 'export', nothing, again));
      again();
    }
  }

  /** A burst of orders up to the reserve, at most one in a minute: what the reserve is made for. */
  const orders = (from: number, to: number): void => {
    for (let at = from; at < to; at += MINUTE * (1 + random())) {
      const size = 1 + Math.floor(random() * reserveOf(limit));
      for (let index = 0; index < size; index += 1) {
        const limiter = limiters[index % limiters.length] as Limiter;
        const asked = at + index * random() * 200;
        const granted = (): void => void orderWaits.push({ at: asked, waitedMs: time.now - asked });
        time.at(asked, call(limiter, 'orders', granted, nothing));
      }
    }
  };

  /** What an order touched, one by one: three in a minute. */
  const prompts = (from: number, to: number): void => {
    for (let at = from; at < to; at += (MINUTE / 3) * (0.5 + random())) {
      const limiter = limiters[0] as Limiter;
      const asked = at;
      const granted = (): void => void promptWaits.push({ at: asked, waitedMs: time.now - asked });
      time.at(asked, call(limiter, 'prompt', granted, nothing));
    }
  };

  /** Another client with the same key: a quarter of the limit evenly, and a burst every few minutes. */
  const foreign = (from: number, to: number): void => {
    const everyMs = MINUTE / (limit / 4);
    for (let at = from; at < to; at += everyMs * (0.5 + random()))
      time.at(at, () => void shop.call('other', time.now));
    for (let at = from + MINUTE; at < to; at += 3 * MINUTE) {
      foreignBursts.push(at);
      for (let index = 0; index < limit / 5; index += 1)
        time.at(at + index * 150, () => void shop.call('other', time.now));
    }
  };

  const part = (from: number, to: number): Part => {
    const inside = shop.log.filter(({ at }) => at >= from && at < to);
    const mins = (to - from) / MINUTE;
    const waits = orderWaits.filter(({ at }) => at >= from && at < to);
    const prompt = promptWaits
      .filter(({ at }) => at >= from && at < to)
      .map(({ waitedMs }) => waitedMs)
      .toSorted((one, other) => one - other);
    return {
      usePerMinute: inside.filter(({ who, passed }) => who === 'us' && passed).length / mins,
      refused: inside.filter(({ who, passed }) => who === 'us' && !passed).length,
      orderCalls: waits.length,
      longestOrderWaitMs: Math.max(0, ...waits.map(({ waitedMs }) => waitedMs)),
      promptCalls: prompt.length,
      promptWaitMs: prompt[Math.floor(prompt.length * 0.95)] ?? 0,
      foreignPerMinute: inside.filter(({ who, passed }) => who === 'other' && passed).length / mins,
      foreignBursts: foreignBursts.filter((at) => at >= from && at < to).length,
    };
  };

  const alone = START + WARM_UP_MINUTES * MINUTE;
  const withOrders = alone + minutes.alone * MINUTE;
  const withForeign = withOrders + minutes.withOrders * MINUTE;
  const after = withForeign + minutes.withForeign * MINUTE;
  orders(withOrders, withForeign);
  prompts(withOrders, withForeign);
  foreign(withForeign, after);
  const end = after + 5 * MINUTE;
  await time.runUntil(end);
  return {
    alone: part(alone, withOrders),
    withOrders: part(withOrders, withForeign),
    withForeign: {
      ...part(withForeign, after),
      // One minute for what was counted, one for what was guessed.
      usePerMinuteAfterwards: part(after + 2 * MINUTE, end).usePerMinute,
    },
  };
}
