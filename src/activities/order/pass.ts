import type { CloudcartOrder } from '../../clients/cloudcart/order-types.ts';
import type { CloudcartClient } from '../../clients/cloudcart/index.ts';
import type { MicrobgClient } from '../../clients/microbg/index.ts';
import type { ConnectionCache } from '../../db/connection-cache.ts';
import type { BudgetClass } from '../../db/queries/budget.ts';
import type { Connection } from '../../db/queries/connections.ts';
import type { LedgerDocument } from '../../db/queries/ledger.ts';
import { claimOrder, releaseLease } from '../../db/queries/orders.ts';
import { isLeftAlone } from '../../domain/order/questions.ts';
import type { OrderRef, PassResult } from '../../workflows/order/contract.ts';
import type { Release, Slots } from '../slots.ts';
import type { WaitingRoom } from '../waiting-room.ts';
import { applyAnswers } from './answers.ts';
import { conclude, concludeUnread } from './conclude.ts';
import type { PassContext, PassDurations } from './context.ts';
import type { PassIo } from './io.ts';
import { Lease } from './lease.ts';
import { answersOf } from './ledger-facts.ts';
import { settleOnceWrites, writeOnce } from './payment-and-invoice.ts';
import { noteUnits } from './note-units.ts';
import { readOrder } from './read-shop.ts';
import { settleUnknown } from './settle.ts';
import { PassBlocked, PassStopped } from './stops.ts';
import { removeLandedLate, removeReappeared } from './suspects.ts';
import { type PassWish, foreignWish, leftAlone, wishForOrder, wishForVanished } from './wish.ts';
import { type Written, writeDifference } from './write-difference.ts';
import { writeOrder } from './write-order.ts';

export interface PassDependencies {
  readonly io: PassIo;
  readonly connections: ConnectionCache;
  readonly slots: Slots;
  readonly waitingRoom: WaitingRoom;
  readonly durations: PassDurations;
  /** Passes under way at once per connection, and passes at micro.bg at once per application. */
  readonly passesPerConnection: number;
  readonly warehouseCalls: number;
  readonly hashIdentity: (text: string) => string;
  readonly shopOf: (connection: Connection) => CloudcartClient;
  readonly warehouseOf: (connection: Connection) => MicrobgClient;
}

/** Places are waited for in place for so long; then Temporal waits, and the worker does something else. */
const PLACE_WAIT_MS = 2_000;
/** The shop was read already: giving up the pass now would read it twice. */
const WAREHOUSE_WAIT_MS = 20_000;
/** A ledger that is not confirmed is asked for again after this time. */
const UNCONFIRMED_RETRY_MS = 30_000;
/** A lease that another pass holds is asked for again after this time. */
const LEASE_RETRY_MS = 1_000;

/**
 * One look at an order: find out what became of unknown writes, read the shop, work out the document that the
 * warehouse should hold, write the difference, say what is left. Resumable at any point: what counts is in the ledger.
 * @throws {PassStopped} when it cannot go on now; the next pass goes on from the ledger.
 */
export async function runPass(
  dependencies: PassDependencies,
  ref: OrderRef,
  budgetClass: BudgetClass,
): Promise<PassResult> {
  const connection = await dependencies.connections.get(ref.connection);
  if (connection === undefined || connection.mode === 'off') {
    // The deliveries wait in the inbox; they are signalled again when the connection is switched on.
    return { outcome: 'settled', deed: 'waiting', state: 'new' };
  }
  if (connection.stoppedReason !== null) {
    throw new PassStopped('connection_stopped', connection.stoppedReason, {
      retryInMs: dependencies.durations.pausedRetryMs,
    });
  }
  const places: Release[] = [];
  try {
    await enterConnection(dependencies, connection, places);
    // Second looks of our own never hold more than one place while a buyer's order waits.
    const warehousePlaces = budgetClass === 'orders' ? dependencies.warehouseCalls : 1;
    let atWarehouse: Promise<void> | undefined;
    const enterWarehouse = (): Promise<void> =>
      (atWarehouse ??= enterApplication(dependencies, connection, warehousePlaces, places));
    return await underLease(dependencies, connection, ref, budgetClass, enterWarehouse);
  } finally {
    for (const release of places) release();
  }
}

/** One of the connection's places, in all processes together. */
async function enterConnection(
  { waitingRoom, passesPerConnection }: PassDependencies,
  connection: Connection,
  places: Release[],
): Promise<void> {
  const resource = `pass:${connection.id}`;
  const entered = await waitingRoom.enter(resource, {
    capacity: passesPerConnection,
    waitMs: PLACE_WAIT_MS,
  });
  if (typeof entered === 'function') places.push(entered);
  else throw new PassStopped('busy', `No place is free for ${resource}`, { retryInMs: entered.comeBackInMs });
}

/** One of the places at the warehouse's application. */
async function enterApplication(
  { slots }: PassDependencies,
  { warehouseApiId }: Connection,
  capacity: number,
  places: Release[],
): Promise<void> {
  const resource = `warehouse:${warehouseApiId}`;
  const release = await slots.acquire(resource, { capacity, waitMs: WAREHOUSE_WAIT_MS });
  if (release === undefined)
    throw new PassStopped('busy', `No place is free for ${resource}`, { retryInMs: 1_000 });
  places.push(release);
}

async function underLease(
  dependencies: PassDependencies,
  connection: Connection,
  ref: OrderRef,
  budgetClass: BudgetClass,
  enterWarehouse: () => Promise<void>,
): Promise<PassResult> {
  const { io, durations } = dependencies;
  const key = { connectionId: ref.connection, shopOrderId: ref.shopOrderId };
  const sentAt = io.now();
  const claimed = await io.db('claim-order', (database) => claimOrder(database, key, durations));
  const answeredAt = io.now();
  if (claimed === undefined) {
    throw new PassStopped('lease_held', 'Another pass holds this order', {
      retryInMs: Math.min(LEASE_RETRY_MS, durations.leaseMs),
    });
  }
  const pass: PassContext = {
    key,
    connection,
    shop: dependencies.shopOf(connection),
    warehouse: dependencies.warehouseOf(connection),
    io,
    lease: new Lease(io, key, claimed.fence, durations.leaseMs, sentAt),
    claimed,
    durations,
    budgetClass,
    hashIdentity: dependencies.hashIdentity,
    enterWarehouse,
    databaseNow: () => claimed.claimedAtMs + (io.now() - answeredAt),
  };
  try {
    if (connection.mode === 'live' && !claimed.ledgerConfirmed)
      throw new PassStopped(
        'ledger_unconfirmed',
        'Nothing is written until the ledger was compared with the warehouse',
        {
          retryInMs: Math.min(UNCONFIRMED_RETRY_MS, durations.pausedRetryMs),
        },
      );
    if (claimed.waitMs > 0) await io.sleep(claimed.waitMs);
    return await steps(pass);
  } catch (error) {
    await io
      .db('release-lease', (database) => releaseLease(database, key, claimed.fence, null))
      .catch(() => undefined);
    throw error;
  }
}

/** The pass itself. */
async function steps(pass: PassContext): Promise<PassResult> {
  const known = await settleOnceWrites(pass, await settleUnknown(pass, pass.claimed.documents));
  const documents = await applyAnswers(pass, known);
  try {
    const read = await readOrder(pass);
    if (read.order === undefined && !goneForGood(pass))
      return await concludeUnread(pass, read, documents, 'missing');
    await noteUnits(pass, read.order);
    const { wish, written } = await bringAbout(pass, read.order, documents);
    return await conclude(pass, read, wish, written);
  } catch (error) {
    if (!(error instanceof PassBlocked)) throw error;
    return concludeUnread(pass, undefined, documents, error.problem);
  }
}

/** A first 404 may be a hiccup; a second one minutes later is a deletion. */
function goneForGood({ claimed, durations, databaseNow }: PassContext): boolean {
  return claimed.missingSinceMs !== null && databaseNow() - claimed.missingSinceMs >= durations.goneAfterMs;
}

/** Works the wish out and writes it. In observe mode nothing is written; the wish goes to the journal. */
async function bringAbout(
  pass: PassContext,
  order: CloudcartOrder | undefined,
  documents: readonly LedgerDocument[],
): Promise<{ wish: PassWish; written: Written }> {
  const unwritten: Written = { documents, deeds: [], problems: [] };
  if (isLeftAlone(answersOf(pass.claimed.answers))) return { wish: leftAlone(), written: unwritten };
  const foreign = foreignWish(pass, documents);
  if (foreign !== undefined) return { wish: foreign, written: unwritten };
  if (pass.connection.mode === 'observe') {
    const wish =
      order === undefined ? wishForVanished(pass, documents) : await wishForOrder(pass, order, documents);
    return { wish, written: unwritten };
  }
  await removeReappeared(pass, documents);
  if (order !== undefined) {
    const { wish, written } = await writeOrder(pass, order, documents);
    await removeLandedLate(pass, written.documents);
    return { wish, written: await writeOnce(pass, order, wish, written) };
  }
  const wish = wishForVanished(pass, documents);
  const written = await writeDifference(pass, documents, wish);
  await removeLandedLate(pass, written.documents);
  return { wish, written };
}
