import type { Answer } from '../../../clients/answer.ts';
import type { MicrobgClient } from '../../../clients/microbg/index.ts';
import type { ConnectionCache } from '../../../db/connection-cache.ts';
import type { Pool } from '../../../db/pool.ts';
import {
  type ClaimWay,
  type ItemClaim,
  type SentItem,
  claimItem,
  itemClaimedForMs,
  releaseItemClaim,
  renewItemClaim,
  storeItemIntent,
} from '../../../db/queries/catalogue/item-claims.ts';
import type { Connection } from '../../../db/queries/connections.ts';
import type { PassIo } from '../../order/io.ts';
import { PassStopped, vendorUnavailable } from '../../order/stops.ts';
import type { Slots } from '../../slots.ts';

/** Durations of the work on items, milliseconds; the same as those of passes. */
export interface ImportDurations {
  readonly httpDeadlineMs: number;
  readonly leaseMs: number;
  readonly landMs: number;
  readonly pausedRetryMs: number;
}

export interface ImportDependencies {
  readonly pool: Pool;
  readonly io: PassIo;
  readonly connections: ConnectionCache;
  readonly slots: Slots;
  readonly warehouseOf: (connection: Connection) => MicrobgClient;
  readonly durations: ImportDurations;
}

/** What the work on items of one connection is done with. */
export interface Desk extends Pick<ImportDependencies, 'io' | 'slots' | 'durations'> {
  readonly connection: Connection;
  readonly warehouse: MicrobgClient;
}

/** A row of a run, or a variant that a webhook announced. */
export interface Row {
  readonly variantKey: string;
  /** Null: no row of a run. */
  readonly runId: number | null;
  /** What was made since then was not known when the row was worked out. */
  readonly since: Date;
}

/** No work is begun any more: the run was paused or cancelled. */
export class RunHalted extends PassStopped {
  constructor() {
    super('import_halted', 'The import is paused or cancelled');
  }
}

/** Another worker has ended this row meanwhile: there is nothing to do. */
export class RowDone extends Error {
  override readonly name = 'RowDone';
}

/** How long a lane waits for the place: half of what the request leaves of the lease. */
function placeWaitMs({ leaseMs, httpDeadlineMs }: ImportDurations): number {
  return Math.floor((leaseMs - httpDeadlineMs) / 2);
}

/** The right to write for one item, by our own clock that never jumps. */
export class HeldItem {
  readonly claim: ItemClaim;
  readonly key: { readonly connectionId: string; readonly variantKey: string };
  /** A write has left, or may have left before, and nothing is stored of what it came to: the intent must stand. */
  unanswered: boolean;
  readonly #desk: Desk;
  #endsAt: number;

  constructor(desk: Desk, row: Row, claim: ItemClaim, sentAt: number) {
    this.#desk = desk;
    this.claim = claim;
    this.key = { connectionId: desk.connection.id, variantKey: row.variantKey };
    this.unanswered = !claim.fresh;
    this.#endsAt = sentAt + desk.durations.leaseMs;
  }

  /** A read, in the place of the application. @throws {PassStopped} when it was not answered. */
  async read<T>(name: string, send: () => Promise<Answer<T>>): Promise<T | undefined> {
    const answer = await this.#inPlace(name, true, send);
    if (answer.kind === 'ok') return answer.value;
    if (answer.kind === 'not_found') return undefined;
    throw this.stop(answer);
  }

  /**
   * A write under the stored intent: what it came to. Refusals are answered; anything else that is no success is thrown, and
   * the intent stands where the outcome is not known.
   */
  async write<T>(name: string, send: () => Promise<Answer<T>>): Promise<Written<T>> {
    const before = this.unanswered;
    const answer = await this.#inPlace(name, false, () => {
      this.unanswered = true;
      return send();
    });
    // What was done is not stored yet: should we end here, the next one must look it up.
    if (answer.kind === 'ok') return { kind: 'ok', value: answer.value };
    if (answer.kind === 'not_found' || answer.decision.class !== 'unknown_outcome') this.unanswered = before;
    if (answer.kind === 'not_found') return { kind: 'refused', said: 'micro.bg does not know it' };
    if (answer.decision.class === 'refused') return { kind: 'refused', said: answer.decision.operator };
    throw this.stop(answer);
  }

  /** Another write of the same row: its intent is stored first. @throws {PassStopped} when another worker took over. */
  async intend(way: ClaimWay, sent: SentItem): Promise<void> {
    const { io, durations } = this.#desk;
    const sentAt = io.now();
    const stored = await io.db('store-item-intent', (database) =>
      storeItemIntent(database, this.key, this.claim.fence, { way, sent, ...durations }),
    );
    if (!stored) throw taken(1_000);
    this.unanswered = false;
    this.#endsAt = sentAt + durations.leaseMs;
  }

  async release(): Promise<void> {
    await this.#desk.io.db('release-item-claim', (database) =>
      releaseItemClaim(database, this.key, this.claim.fence, !this.unanswered),
    );
  }

  stop(answer: Extract<Answer<unknown>, { kind: 'failed' }>): PassStopped {
    const { decision } = answer;
    if (decision.class !== 'auth' && decision.class !== 'paused') return vendorUnavailable(decision);
    const { pausedRetryMs } = this.#desk.durations;
    return new PassStopped(decision.code, decision.operator, { retryInMs: pausedRetryMs });
  }

  async #inPlace<T>(name: string, isRead: boolean, send: () => Promise<Answer<T>>): Promise<Answer<T>> {
    const { io, slots, connection, durations } = this.#desk;
    if (isRead) await this.#reach(durations.httpDeadlineMs + placeWaitMs(durations));
    const release = await slots.acquire(`warehouse:${connection.warehouseApiId}`, {
      ...{ capacity: 1, waitMs: placeWaitMs(durations), background: true },
    });
    if (release === undefined)
      throw new PassStopped('busy', 'Orders need the place at micro.bg', { retryInMs: 1_000 });
    try {
      return await io.call(`warehouse.${name}`, () => {
        // In the moment of sending: who was held up before must not send any more.
        if (io.now() + durations.httpDeadlineMs > this.#endsAt) throw taken(1_000);
        return send();
      });
    } finally {
      release();
    }
  }

  /** A read needs a lease that lasts for the wait and the request. */
  async #reach(ms: number): Promise<void> {
    const { io, durations } = this.#desk;
    if (io.now() + ms <= this.#endsAt) return;
    const sentAt = io.now();
    const kept = await io.db('renew-item-claim', (database) =>
      renewItemClaim(database, this.key, this.claim.fence, durations.leaseMs),
    );
    if (!kept) throw taken(1_000);
    this.#endsAt = sentAt + durations.leaseMs;
  }
}

export type Written<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'refused'; readonly said: string };

/** Another worker is at this item: it will do what is to be done, we look again later. */
export function taken(retryInMs: number): PassStopped {
  return new PassStopped('item_busy', 'Another worker is at this item', { retryInMs });
}

/** Claims an item, stores the intent, does the work, and gives the claim back where it came to no result. */
export async function withItem<T>(
  desk: Desk,
  row: Row,
  wish: { readonly way: ClaimWay; readonly sent: SentItem; readonly alsoWhenHalted?: boolean },
  work: (held: HeldItem) => Promise<T>,
): Promise<T> {
  const { io, connection, durations } = desk;
  const key = { connectionId: connection.id, variantKey: row.variantKey };
  const sentAt = io.now();
  const claim = await io.db('claim-item', (database) =>
    claimItem(database, key, {
      ...{ way: wish.way, sent: wish.sent, leaseMs: durations.leaseMs, landMs: durations.landMs },
      ...{ since: row.since, runId: wish.alsoWhenHalted === true ? null : row.runId },
    }),
  );
  if (claim === undefined) {
    const ms = await io.db('item-claimed-for', (database) => itemClaimedForMs(database, key));
    throw ms > 0 || row.runId === null ? taken(Math.max(ms, 100)) : new RunHalted();
  }
  const held = new HeldItem(desk, row, claim, sentAt);
  if (row.runId !== null && claim.doneRun === row.runId) {
    // Nothing was sent under this claim, and nothing is open of the former one.
    held.unanswered = false;
    await held.release();
    throw new RowDone();
  }
  try {
    return await work(held);
  } catch (error) {
    await held.release();
    throw error;
  }
}

/** The connection, where people may have its goods imported. @throws {PassStopped} while it is off or stopped. */
export async function deskOf(
  { connections, io, slots, durations, warehouseOf }: ImportDependencies,
  connectionId: string,
): Promise<Desk> {
  const connection = await connections.get(connectionId);
  if (connection === undefined || connection.mode === 'off')
    throw new PassStopped('connection_off', 'The connection is off', { retryInMs: 5_000 });
  if (connection.stoppedReason !== null)
    throw new PassStopped('connection_stopped', connection.stoppedReason, { retryInMs: 60_000 });
  return { io, slots, durations, connection, warehouse: warehouseOf(connection) };
}
