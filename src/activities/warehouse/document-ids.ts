import { hasIdCounter, leapIdCounter, startIdCounter } from '../../db/queries/document-ids.ts';
import { type PassContext, askWarehouse, valueOf } from '../order/context.ts';

/** Types that carry our stamps: order, sale, customer claim (micro.bg API 5.1). */
const STAMPED_TYPES = [19, 2, 34];
/** Room between the highest stamp found and the first of ours: writes of a lost database may still land. */
const MARGIN = 100_000;
const HIGHEST_ID = 2_147_483_647;
const started = new Set<string>();

/** Who starts a sequence: `anyAfter` asks micro.bg whether a document of the type has a stamp above this one. */
export interface IdDesk extends Pick<PassContext, 'connection' | 'io'> {
  readonly anyAfter: (type: number, stamp: number) => Promise<boolean>;
}

/**
 * Starts the sequence of document ids of an application behind the highest id that the warehouse knows.
 * Needed once per application, and after a restore; before that nothing may be saved.
 */
export async function startIds({ connection, io, anyAfter }: IdDesk): Promise<void> {
  const apiId = connection.warehouseApiId;
  if (started.has(apiId)) return;
  const exists = await io.db('has-id-counter', (database) => hasIdCounter(database, apiId));
  if (!exists) {
    let highest = 0;
    for (const type of STAMPED_TYPES)
      highest = Math.max(highest, await highestStamp((stamp) => anyAfter(type, stamp)));
    await io.db('start-id-counter', (database) => startIdCounter(database, apiId, highest + MARGIN, MARGIN));
  }
  started.add(apiId);
}

/** The same in a pass. */
export function startDocumentIds(pass: PassContext): Promise<void> {
  const anyAfter = async (type: number, stamp: number): Promise<boolean> =>
    valueOf(
      pass,
      await askWarehouse(pass, 'getOperations', () => pass.warehouse.hasStampAfter(type, stamp)),
    ) === true;
  return startIds({ connection: pass.connection, io: pass.io, anyAfter });
}

/** Goes on elsewhere after an id of another connection of ours: the next ones would be its ids as well. */
export async function leapOverIds(pass: PassContext): Promise<void> {
  await pass.io.db('leap-id-counter', (database) =>
    leapIdCounter(database, pass.connection.warehouseApiId, MARGIN),
  );
}

/** Halves the interval until it holds one number: there is no "last one" in the API, but "any after N" (3.7). */
async function highestStamp(anyAfter: (stamp: number) => Promise<boolean>): Promise<number> {
  let low = 0;
  if (!(await anyAfter(low))) return low;
  let high = HIGHEST_ID;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await anyAfter(middle)) low = middle;
    else high = middle;
  }
  return high;
}
