import {
  type WarehouseFacts,
  type WarehouseReads,
  verifyWarehouse,
} from '../../clients/access/verify-warehouse.ts';
import type { Answer } from '../../clients/answer.ts';
import type { MicrobgClient } from '../../clients/microbg/index.ts';
import type { Connection } from '../../db/queries/connections.ts';
import { type AccessFault, isFault } from '../../domain/connection/faults.ts';
import type { Lookups } from '../../domain/connection/lookups.ts';
import type { Unreached, WarehouseEvidence } from '../../domain/preflight/evidence.ts';
import { objectsNamed } from '../../domain/stock/desired-sku.ts';
import type { PassIo } from '../order/io.ts';
import type { Slots } from '../slots.ts';
import { sendInOnePlace } from '../warehouse-requests.ts';

/** What a look at the warehouse showed: for the checks, and for what settings are chosen from. */
export interface SeenWarehouse {
  readonly facts: WarehouseFacts<WarehouseReads> | AccessFault;
  readonly taxGroups: Lookups['warehouse']['taxGroups'];
  readonly evidence: WarehouseEvidence | Unreached;
  readonly requests: number;
}

interface WarehouseDesk {
  readonly io: PassIo;
  readonly slots: Slots;
  readonly warehouseOf: (connection: Connection) => MicrobgClient;
}

/** Orders need the place; the checks try again after this time. */
const BUSY_RETRY_MS = 60_000;
/** An item that certainly is none: whether the object may be read shows all the same. */
const NO_ITEM = 2_147_483_647;

/**
 * Looks at the warehouse: four requests and one for every object of the settings, each in a place of its own.
 * @throws {PassStopped} when no place came free.
 */
export async function lookAtWarehouse(desk: WarehouseDesk, connection: Connection): Promise<SeenWarehouse> {
  const warehouse = desk.warehouseOf(connection);
  let requests = 0;
  const inPlace = <T>(name: string, send: () => Promise<Answer<T>>): Promise<Answer<T>> => {
    requests += 1;
    return sendInOnePlace({ ...desk, connection }, `preflight.${name}`, BUSY_RETRY_MS, send);
  };
  const reads: WarehouseReads = {
    company: () => inPlace('company', () => warehouse.company()),
    paymentTypes: () => inPlace('paymentTypes', () => warehouse.paymentTypes()),
    objects: () => inPlace('objects', () => warehouse.objects()),
  };
  // What the connection is used with is checked, and no other encoding.
  const facts = await verifyWarehouse(() => reads, [connection.bodyEncoding]);
  if (isFault(facts)) {
    const { code, params } = facts;
    return { facts, taxGroups: [], requests, evidence: { reached: false, fault: { code, params } } };
  }
  const groups = await inPlace('taxGroups', () => warehouse.taxGroups());
  const wanted = objectsNamed(connection.settings);
  const readableObjects: number[] = [];
  const unreadableObjects: number[] = [];
  for (const object of wanted) {
    const answer = await inPlace('quantities', () =>
      warehouse.quantities({ objectId: object, itemIds: [NO_ITEM] }),
    );
    (answer.kind === 'failed' && answer.decision.class === 'refused'
      ? unreadableObjects
      : readableObjects
    ).push(object);
  }
  return {
    facts,
    taxGroups: groups.kind === 'ok' ? groups.value : [],
    evidence: { reached: true, readableObjects, unreadableObjects },
    requests,
  };
}
