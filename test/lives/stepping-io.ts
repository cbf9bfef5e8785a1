import type { PassIo } from '../../src/activities/order/io.ts';
import type { TimedDatabase, VirtualClock } from './virtual-time.ts';

/** Where a pass stands. */
export interface Standing {
  readonly point: string;
  /** It cannot go on before this time. */
  readonly notBefore: number;
  readonly go: () => void;
}

/** What goes wrong with the next statement: it is not carried out, or nobody hears that it was. */
export type StatementFault = 'lost' | 'unanswered';

/**
 * The ports of a pass that stands still before and after everything that it does to the world, until the simulation
 * lets it take the next step.
 */
export class SteppingIo implements PassIo {
  standing: Standing | undefined;
  /** Did a statement go wrong? Then the pass may fail in any way. */
  hadFault = false;
  /** Name of the request that is under way. */
  calling = '';
  #statementFault: StatementFault | undefined;
  readonly #database: TimedDatabase;
  readonly #clock: VirtualClock;
  #arrived: () => void = () => undefined;

  constructor(database: TimedDatabase, clock: VirtualClock) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Resolves when the pass stands still the next time. */
  arrival(): Promise<void> {
    return new Promise((resolve) => (this.#arrived = resolve));
  }

  /** Stands still. */
  stand(point: string, notBefore = 0): Promise<void> {
    return new Promise((resolve) => {
      this.standing = { point, notBefore, go: resolve };
      this.#arrived();
    });
  }

  /** The next statement goes wrong. */
  failStatement(fault: StatementFault): void {
    this.#statementFault = fault;
  }

  async db<T>(name: string, work: Parameters<PassIo['db']>[1]): Promise<T> {
    await this.stand(`before ${name}`);
    const fault = this.#statementFault;
    this.#statementFault = undefined;
    this.hadFault ||= fault !== undefined;
    if (fault === 'lost') throw new Error('the connection to the database broke off');
    const result = await work(await this.#database.at());
    if (fault === 'unanswered') throw new Error('the database did not answer');
    await this.stand(`after ${name}`);
    return result as T;
  }

  async call<T>(name: string, send: () => Promise<T>): Promise<T> {
    await this.stand(`before sending ${name}`);
    this.calling = name;
    const answer = await send();
    await this.stand(`after the reply to ${name}`);
    return answer;
  }

  now(): number {
    return this.#clock.now;
  }

  async sleep(ms: number): Promise<void> {
    await this.stand('sleeping', this.#clock.now + ms);
  }
}
