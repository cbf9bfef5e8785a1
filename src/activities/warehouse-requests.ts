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
 * One request to micro.bg outside of a pass. Holds the first place of the application for this request only, so that
 * background work never has more than one and orders come in between. Undefined: there is nothing.
 * @throws {PassStopped} when no place came free, or micro.bg did not answer.
 */
export async function askWarehouseAside<T>(
  { io, slots, connection, pausedRetryMs }: WarehouseDesk,
  name: string,
  send: () => Promise<Answer<T>>,
): Promise<T | undefined> {
  const release = await slots.acquire(`warehouse:${connection.warehouseApiId}`, {
    capacity: 1,
    waitMs: PLACE_WAIT_MS,
  });
  if (release === undefined)
    throw new PassStopped('busy', 'Orders need the place at micro.bg', { retryInMs: PLACE_WAIT_MS });
  try {
    const answer = await io.call(`warehouse.${name}`, send);
    if (answer.kind === 'ok') return answer.value;
    if (answer.kind === 'not_found') return undefined;
    const { decision } = answer;
    if (decision.class !== 'auth' && decision.class !== 'paused') throw vendorUnavailable(decision);
    throw new PassStopped(decision.code, decision.operator, { retryInMs: pausedRetryMs });
  } finally {
    release();
  }
}
