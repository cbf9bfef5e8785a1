import type { Queryable } from '../../db/pool.ts';
import type { LeaseHolder } from '../../db/queries/ledger.ts';
import { type OrderKey, renewLease } from '../../db/queries/orders.ts';
import type { PassIo } from './io.ts';
import { LeaseLost } from './stops.ts';

/**
 * The right of one pass to write for an order, measured by our own clock that never jumps: the database's clock
 * decides who holds the lease, ours decides whether a request may still leave.
 */
export class Lease {
  readonly holder: LeaseHolder;
  readonly #io: PassIo;
  /** Our clock; earlier than the database's end, because it counts from before the statement was sent. */
  #endsAt: number;

  constructor(io: PassIo, key: OrderKey, fence: number, leaseMs: number, claimSentAt: number) {
    this.#io = io;
    this.holder = { ...key, fence, leaseMs };
    this.#endsAt = claimSentAt + leaseMs;
  }

  /**
   * Runs a statement that changes something only while the fence is ours, and that prolongs the lease.
   * @throws {LeaseLost} when it answers false or undefined: another pass has taken over.
   */
  async write<T>(
    name: string,
    statement: (database: Queryable, holder: LeaseHolder) => Promise<T | false | undefined>,
  ): Promise<T> {
    const sentAt = this.#io.now();
    const result = await this.#io.db(name, (database) => statement(database, this.holder));
    if (result === false || result === undefined) throw new LeaseLost();
    this.#endsAt = sentAt + this.holder.leaseMs;
    return result;
  }

  /** Prolongs the lease where `ms` from now would lie beyond it. */
  async reach(ms: number): Promise<void> {
    if (this.covers(ms)) return;
    await this.write('renew-lease', (database, { fence, leaseMs, ...key }) =>
      renewLease(database, key, fence, leaseMs),
    );
  }

  /** Does a request that may take `ms` from now end within the lease? */
  covers(ms: number): boolean {
    return this.#io.now() + ms <= this.#endsAt;
  }
}
