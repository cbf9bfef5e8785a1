import { isPaidAt } from '../../clients/microbg/company.ts';
import { inTransaction } from '../../db/pool.ts';
import { type ClaimedExport, beginRead } from '../../db/queries/stock/export-lease.ts';
import { endFindings, reportFinding, standingFindings } from '../../db/queries/stock/findings.ts';
import {
  type ObjectQuantities,
  type QuantityChanges,
  compareQuantities,
  storeQuantities,
} from '../../db/queries/stock/quantities.ts';
import { objectsOf } from '../../domain/stock/desired-sku.ts';
import { judgeQuantities } from '../../domain/stock/guards.ts';
import { PassStopped } from '../order/stops.ts';
import { askWarehouseAside } from '../warehouse-requests.ts';
import type { Export } from './export-context.ts';
import { readChangedItems } from './read-items.ts';

/** What the read of a cycle came to. */
export interface WarehouseRead {
  readonly requests: number;
  readonly changes: QuantityChanges;
  readonly itemsChanged: number;
  /** Code of what kept the quantities back; undefined: they were taken over. */
  readonly kept: string | undefined;
  readonly currency: string;
}

/** The account, the quantities of every object, and the items that changed since the last time. */
export async function readWarehouse(work: Export, claimed: ClaimedExport): Promise<WarehouseRead> {
  const { io, pool, connection, lease } = work;
  const warehouse = work.warehouseOf(connection);
  const desk = { ...work, warehouse };
  const company = await askWarehouseAside(desk, 'getCompanyData', () => warehouse.company());
  if (company === undefined)
    throw new PassStopped('microbg_no_company', 'micro.bg does not say whose account it is');
  // Before the first question: an order that is read from here on is newer than the quantities.
  const begun = await io.db('begin-stock-read', () => beginRead(pool));
  const objects: ObjectQuantities[] = [];
  for (const objectId of objectsOf(connection.settings)) {
    const rows =
      (await askWarehouseAside(desk, 'getItemQuantities', () =>
        warehouse.quantities(objectId === 0 ? {} : { objectId }),
      )) ?? [];
    objects.push({
      objectId,
      itemIds: rows.map(({ itemId }) => itemId),
      quantities: rows.map(({ quantity }) => quantity),
    });
  }
  const changes = await changesOf(work, objects);
  const kept = await keptBack(work, changes, isPaidAt(company, Date.now()));
  if (kept === undefined) {
    const stored = await io.db('store-quantities', () =>
      inTransaction(pool, (tx) => storeQuantities(tx, lease, { ...begun, objects })),
    );
    if (!stored) throw new PassStopped('export_lost', 'Another cycle has taken over');
  }
  const items = await readChangedItems(work, claimed);
  return {
    requests: 1 + objects.length + items.requests,
    ...{ changes, kept, itemsChanged: items.changed, currency: company.currency ?? '' },
  };
}

async function changesOf(
  { pool, connection }: Export,
  objects: readonly ObjectQuantities[],
): Promise<QuantityChanges> {
  const each = await Promise.all(objects.map((object) => compareQuantities(pool, connection.id, object)));
  const total = (of: keyof QuantityChanges): number => each.reduce((sum, one) => sum + one[of], 0);
  return {
    known: total('known'),
    answered: total('answered'),
    missing: total('missing'),
    changed: total('changed'),
    toZero: total('toZero'),
    negative: total('negative'),
  };
}

/** Code of the finding that keeps the answer back; undefined where nothing does, or a person has accepted it. */
async function keptBack(
  { pool, connection }: Export,
  changes: QuantityChanges,
  paid: boolean,
): Promise<string | undefined> {
  const finding = judgeQuantities(changes, paid, connection.settings.exportGuard);
  const standing = (await standingFindings(pool, connection.id)).filter(
    ({ scope }) => scope === 'quantities',
  );
  const same = standing.find(({ code }) => code === finding?.code);
  const accepted = same?.state === 'accepted';
  const over = standing.filter((each) => each !== same || accepted);
  await endFindings(
    pool,
    over.map(({ id }) => id),
  );
  if (finding === undefined || accepted) return undefined;
  await reportFinding(pool, connection.id, finding);
  return finding.code;
}
