import type { CloudcartClient } from '../../clients/cloudcart/index.ts';
import type { MicrobgClient } from '../../clients/microbg/index.ts';
import { lookupsOf } from '../../clients/access/lookups.ts';
import type { Pool } from '../../db/pool.ts';
import type { Connection } from '../../db/queries/connections.ts';
import { readLookups, storeLookups } from '../../db/queries/lookups.ts';
import { storePreflight } from '../../db/queries/preflight.ts';
import { isFault } from '../../domain/connection/faults.ts';
import type { Evidence } from '../../domain/preflight/evidence.ts';
import type { DutyKind, DutyTask } from '../duties.ts';
import type { PassIo } from '../order/io.ts';
import type { Slots } from '../slots.ts';
import { walkItems } from './item-walk.ts';
import { tryReservation } from './reservation-trial.ts';
import { makeServices } from './service-items.ts';
import { type SeenShop, lookAtShop } from './shop.ts';
import { type SeenWarehouse, lookAtWarehouse } from './warehouse.ts';

export interface PreflightDependencies {
  readonly pool: Pool;
  readonly io: PassIo;
  readonly slots: Slots;
  readonly shopOf: (connection: Connection) => CloudcartClient;
  readonly warehouseOf: (connection: Connection) => MicrobgClient;
  readonly httpDeadlineMs: number;
  /** Right to send a write, and the longest that one can take effect after its deadline, milliseconds. */
  readonly leaseMs: number;
  readonly landMs: number;
  readonly pausedRetryMs: number;
  readonly lookEveryMs: number;
}

/** One look at both sides, and a part of the walk over the items. */
const TIME_LIMIT_MS = 180_000;
const ONCE_A_DAY_MS = 86_400_000;
/** A walk that found no time goes on with the next look. */
const GO_ON_MS = 1_000;

/**
 * The checks as a duty of every connection: about ten requests to the shop and six to the warehouse, and one for
 * every 500 items. Asked for by a person they are done for a connection that is off, too: that is how one begins.
 */
export function preflightDuty(dependencies: PreflightDependencies): DutyKind {
  return {
    duty: 'preflight',
    evenOff: true,
    lookEveryMs: dependencies.lookEveryMs,
    timeLimitMs: TIME_LIMIT_MS,
    pauseMs: () => ONCE_A_DAY_MS,
    work: async (task) => {
      await makeServices(dependencies, task.connection);
      await tryReservation(dependencies, task.connection);
      // An account that is not paid gives empty lists: nothing of it can be believed (micro.bg API 7, trap 1).
      if (!(await lookAtBoth(dependencies, task)).warehouse.reached) return undefined;
      return (await walkItems(dependencies, task)) ? undefined : { nextInMs: GO_ON_MS };
    },
  };
}

async function lookAtBoth(dependencies: PreflightDependencies, { connection }: DutyTask): Promise<Evidence> {
  const { pool } = dependencies;
  const startedAt = new Date();
  const [shop, warehouse] = await Promise.all([
    lookAtShop(dependencies, connection),
    lookAtWarehouse(dependencies, connection),
  ]);
  const evidence: Evidence = {
    requests: { shop: shop.requests, warehouse: warehouse.requests },
    shop: shop.evidence,
    warehouse: warehouse.evidence,
  };
  await storeSeen(pool, connection.id, shop, warehouse);
  await storePreflight(pool, connection.id, startedAt, evidence);
  return evidence;
}

/** What one side does not show now stays as it was known. */
async function storeSeen(
  pool: Pool,
  connectionId: string,
  shop: SeenShop,
  warehouse: SeenWarehouse,
): Promise<void> {
  const known = (await readLookups(pool, connectionId))?.lookups;
  if (isFault(shop.facts) || isFault(warehouse.facts)) {
    if (known === undefined) return;
    if (!isFault(shop.facts)) {
      const { providers, requestsPerMinute } = shop.facts;
      await storeLookups(pool, connectionId, {
        ...known,
        shop: { providers, requestsPerMinute, ...shop.lists },
      });
    }
    return;
  }
  const lookups = lookupsOf({ shop: shop.facts, warehouse: warehouse.facts }, known);
  await storeLookups(pool, connectionId, {
    shop: { ...lookups.shop, ...shop.lists },
    warehouse: { ...lookups.warehouse, taxGroups: warehouse.taxGroups },
  });
}
