import type { Answer } from '../clients/answer.ts';
import type { MicrobgClient } from '../clients/microbg/index.ts';
import type { Connection } from '../db/queries/connections.ts';
import type { PassIo } from './order/io.ts';
import { PassStopped, vendorUnavailable } from './order/stops.ts';
import type { Slots } from './slots.ts';

/** Whose place at micro.bg a request needs. */
export interface WarehouseDesk {
  readonly io: PassIo;
  readonly slots: Slots;
  readonly connection: Connection;
  readonly warehouse: MicrobgClient;
  /** A vendor that does not accept our credentials, or whose account is not paid, is asked again after this time. */
  readonly pausedRetryMs: number;
}

/** Orders go first: a request of ours waits for a place that long. */
const PLACE_WAIT_MS = 20_000;

/**
 * Sends one request to micro.bg outside of a pass. Holds the first place of the application for this request only, so
 * that background work never has more than one and orders come in between.
 * @throws {PassStopped} when no place came free; it is asked for again after `busyRetryMs`.
 */
export async function sendInOnePlace<T>(
  { io, slots, connection }: Pick<WarehouseDesk, 'io' | 'slots' | 'connection'>,
  name: string,
  busyRetryMs: number,
  send: () => Promise<Answer<T>>,
): Promise<Answer<T>> {
  const release = await slots.acquire(`warehouse:${connection.warehouseApiId}`, {
    ...{ capacity: 1, waitMs: PLACE_WAIT_MS, background: true },
  });
  if (release === undefined)
    throw new PassStopped('busy', 'Orders need the place at micro.bg', { retryInMs: busyRetryMs });
  try {
    return await io.call(`warehouse.${name}`, send);
  } finally {
    release();
  }
}

/**
 * The value of one such request; undefined: there is nothing.
 * @throws {PassStopped} when no place came free, or micro.bg did not answer.
 */
export async function askWarehouseAside<T>(
  desk: WarehouseDesk,
  name: string,
  send: () => Promise<Answer<T>>,
): Promise<T | undefined> {
  const answer = await sendInOnePlace(desk, name, PLACE_WAIT_MS, send);
  if (answer.kind === 'ok') return answer.value;
  if (answer.kind === 'not_found') return undefined;
  const { decision } = answer;
  if (decision.class !== 'auth' && decision.class !== 'paused') throw vendorUnavailable(decision);
  throw new PassStopped(decision.code, decision.operator, { retryInMs: desk.pausedRetryMs });
}
