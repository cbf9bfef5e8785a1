import type { Answer } from '../../clients/answer.ts';
import type { CloudcartClient } from '../../clients/cloudcart/index.ts';
import type { MicrobgClient } from '../../clients/microbg/index.ts';
import type { BudgetClass } from '../../db/queries/budget.ts';
import type { Connection } from '../../db/queries/connections.ts';
import type { ClaimedOrder, OrderKey } from '../../db/queries/orders.ts';
import type { PassIo } from './io.ts';
import type { Lease } from './lease.ts';
import { LeaseLost, PassStopped, vendorUnavailable } from './stops.ts';

/** Durations of a pass, milliseconds. Each follows from the ones before it (`.env.example`). */
export interface PassDurations {
  /** Longest that one request may take. */
  readonly httpDeadlineMs: number;
  /** Right to write; longer than a request. */
  readonly leaseMs: number;
  /** The longest that a request can take effect after its deadline. */
  readonly landMs: number;
  /** Passes of one order start at least so far apart. */
  readonly spacingMs: number;
  /** An order that is not found is looked up again after this time before it counts as deleted. */
  readonly goneAfterMs: number;
  /** A blocked order is looked at again after this time. */
  readonly blockedRetryMs: number;
  /** A vendor that does not accept our credentials, or whose account is not paid, is asked again after this time. */
  readonly pausedRetryMs: number;
}

/** Everything that one pass works with. */
export interface PassContext {
  readonly key: OrderKey;
  readonly connection: Connection;
  readonly shop: CloudcartClient;
  readonly warehouse: MicrobgClient;
  readonly io: PassIo;
  readonly lease: Lease;
  readonly claimed: ClaimedOrder;
  readonly durations: PassDurations;
  readonly budgetClass: BudgetClass;
  /** Keyed hash of a customer's identity, for tables that must hold no personal data. */
  readonly hashIdentity: (text: string) => string;
  /** Waits for the application's place at micro.bg; held until the pass ends. */
  readonly enterWarehouse: () => Promise<void>;
  /** The database's clock now, milliseconds since 1970. */
  readonly databaseNow: () => number;
}

/** One request to micro.bg. It leaves only while its deadline fits into the lease. */
export async function askWarehouse<T>(
  pass: PassContext,
  name: string,
  send: () => Promise<Answer<T>>,
): Promise<Answer<T>> {
  await pass.enterWarehouse();
  await pass.lease.reach(pass.durations.httpDeadlineMs);
  return sendUnderLease(pass, `warehouse.${name}`, send);
}

/**
 * One write to micro.bg under a stored intent. Never prolongs the lease: the intent names the lease's end as the
 * last moment at which its request may leave.
 */
export async function writeWarehouse<T>(
  pass: PassContext,
  name: string,
  send: () => Promise<Answer<T>>,
): Promise<Answer<T>> {
  return sendUnderLease(pass, `warehouse.${name}`, send);
}

/** Looks at the clock in the moment of sending: a pass that was held up before must not send any more. */
export function sendUnderLease<T>(
  { io, lease, durations }: PassContext,
  name: string,
  send: () => Promise<Answer<T>>,
): Promise<Answer<T>> {
  return io.call(name, () => {
    if (!lease.covers(durations.httpDeadlineMs)) throw new LeaseLost();
    return send();
  });
}

/** The value of a read; undefined when there is none. @throws {PassStopped} when the vendor did not answer it. */
export function valueOf<T>(pass: PassContext, answer: Answer<T>): T | undefined {
  if (answer.kind === 'ok') return answer.value;
  if (answer.kind === 'not_found') return undefined;
  const { decision } = answer;
  if (decision.class === 'auth' || decision.class === 'paused') {
    throw new PassStopped(decision.code, decision.operator, { retryInMs: pass.durations.pausedRetryMs });
  }
  throw vendorUnavailable(decision);
}
