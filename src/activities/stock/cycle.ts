import type { Connection } from '../../db/queries/connections.ts';
import { beginCycle, countDirty, endCycle, forgetOldCycles } from '../../db/queries/stock/cycles.ts';
import {
  type ClaimedExport,
  claimExport,
  releaseExport,
  renewExport,
} from '../../db/queries/stock/export-lease.ts';
import {
  type StandingFinding,
  endFindings,
  reportFinding,
  reportImplausible,
  standingFindings,
} from '../../db/queries/stock/findings.ts';
import { changeCurrency, noteCurrency } from '../../db/queries/stock/items.ts';
import { forgetSettledUnits } from '../../db/queries/stock/order-units.ts';
import { refreshSkus } from '../../db/queries/stock/skus.ts';
import { figuresOf } from '../../domain/stock/desired-sku.ts';
import { judgePrices } from '../../domain/stock/guards.ts';
import type { StockCycle, StockExportRef } from '../../workflows/stock-export/contract.ts';
import { PassStopped } from '../order/stops.ts';
import { evaluateSkus } from './evaluate.ts';
import { type BulkWritten, writeInBulk } from './bulk-writer.ts';
import type { Export, ExportDependencies } from './export-context.ts';
import { type WarehouseRead, readWarehouse } from './read-warehouse.ts';
import { STORES_APP_MISSING, areStoresKept, readNewStores } from './stores.ts';
import { type Written, writeDirty } from './write-loop.ts';

/** A cycle waits so long for urgent writes that are under way: the next one is minutes away. */
const LEASE_WAIT_MS = 30_000;
const LEASE_LOOK_MS = 100;
/** Time kept for the last request and for the figures, milliseconds. */
const CLOSING_MS = 15_000;
/** Cycles and writes are shown for so long; orders that were written off so long ago change nothing. */
const KEPT_DAYS = 14;
/** Variants with a doubtful price that are listed one by one. */
const MOST_FINDINGS = 200;
const SETTLED_MS = 7 * 86_400_000;
const nothing: AllWritten = {
  bulk: null,
  written: { done: 0, refused: 0, unknown: 0, unsent: 0, stopped: null },
};

/**
 * One cycle: reads the warehouse, works out what the shop should show, and writes the difference as far as the time and the
 * budget go. What is left waits in the database.
 */
export async function exportStock(
  dependencies: ExportDependencies,
  ref: StockExportRef,
): Promise<StockCycle> {
  const connection = await dependencies.connections.get(ref.connection);
  if (connection === undefined || connection.mode === 'off') return { outcome: 'off' };
  if (connection.stoppedReason !== null) return { outcome: 'stopped', reason: 'connection_stopped' };
  const waitMs = Math.min(LEASE_WAIT_MS, ref.limitMs / 2);
  return underExportLease(dependencies, connection, waitMs, async (claimed) => {
    if (claimed.paused) return { outcome: 'paused' };
    const until = dependencies.io.now() + Math.max(ref.limitMs - CLOSING_MS, ref.limitMs / 2);
    return cycle({ ...dependencies, ...base(connection, claimed), until }, claimed);
  });
}

/** Writes what orders touched, with the quantities of the last read. Answers how many were written. */
export async function writeUrgent(
  dependencies: ExportDependencies,
  connection: Connection,
  limitMs: number,
): Promise<number> {
  const result = await underExportLease(dependencies, connection, 0, async (claimed) => {
    if (claimed.paused || claimed.readStartedAtMs === null) return { outcome: 'paused' };
    const until = dependencies.io.now() + limitMs;
    const work: Export = { ...dependencies, ...base(connection, claimed), until, pricesKept: true };
    const { done } = await writeDirty(work, true);
    return { outcome: 'finished', written: done };
  });
  return result.written ?? 0;
}

function base(connection: Connection, claimed: ClaimedExport) {
  return {
    connection,
    lease: { connectionId: claimed.connectionId, fence: claimed.fence },
    warehouseCurrency: claimed.warehouseCurrency ?? '',
    shopCurrency: claimed.shopCurrency ?? '',
    acceptedPrices: new Set<string>(),
    pricesKept: false,
    storesKept: claimed.storesKept,
    adminRefusal: { code: null },
  };
}

/** One writer per shop, over all processes. Renewed while the work goes on; lost, its statements change nothing any more. */
async function underExportLease(
  { io, pool, leaseMs }: ExportDependencies,
  connection: Connection,
  waitMs: number,
  work: (claimed: ClaimedExport) => Promise<StockCycle>,
): Promise<StockCycle> {
  const claim = () => io.db('claim-export', () => claimExport(pool, connection.id, leaseMs));
  const until = io.now() + waitMs;
  let claimed = await claim();
  while (claimed === undefined && io.now() < until) {
    await io.sleep(LEASE_LOOK_MS);
    claimed = await claim();
  }
  if (claimed === undefined) return { outcome: 'busy' };
  const renewal = setInterval(
    () => void renewExport(pool, claimed, leaseMs).catch(() => undefined),
    leaseMs / 3,
  );
  try {
    return await work(claimed);
  } finally {
    clearInterval(renewal);
    await io.db('release-export', () => releaseExport(pool, claimed)).catch(() => undefined);
  }
}

async function cycle(work: Export, claimed: ClaimedExport): Promise<StockCycle> {
  const { io, pool, connection, logger } = work;
  const started = io.now();
  const { id } = await io.db('begin-cycle', () => beginCycle(pool, claimed));
  const { settings, settingsVersion } = connection;
  await readNewStores(work);
  const skus = await io.db('refresh-skus', () =>
    refreshSkus(pool, claimed, { settingsVersion, sold: figuresOf(settings) }),
  );
  try {
    const storesKept = await areStoresKept(work);
    const read = await readWarehouse(work, claimed);
    const figured = await withPrices({ ...work, storesKept }, claimed, read);
    const { bulk, written } = connection.mode === 'live' ? await writeAll(figured) : nothing;
    const { left, oldest } = await countDirty(pool, connection.id);
    const reason = read.kept ?? written.stopped ?? (storesKept ? STORES_APP_MISSING : null);
    const seconds = (io.now() - started) / 1_000;
    const figures = {
      ...{ skus, evaluated: figured.evaluated, bulk, written, left, oldestUnsent: oldest, seconds },
      ...{ warehouseRequests: read.requests, changes: read.changes, itemsChanged: read.itemsChanged },
      pricesKept: figured.pricesKept,
    };
    await io.db('end-cycle', () => endCycle(pool, id, { state: 'finished', reason, figures }));
    await forgetOldCycles(pool, connection.id, KEPT_DAYS);
    await forgetSettledUnits(pool, connection.id, SETTLED_MS);
    return {
      outcome: 'finished',
      ...(reason === null ? {} : { reason }),
      ...{ skus, written: written.done + (bulk?.done ?? 0), left },
    };
  } catch (error) {
    if (!(error instanceof PassStopped)) throw error;
    logger.info({ connection: connection.id, err: error }, 'a cycle of the export ends early');
    const figures = { skus, seconds: (io.now() - started) / 1_000 };
    await io.db('end-cycle', () => endCycle(pool, id, { state: 'stopped', reason: error.code, figures }));
    return { outcome: 'stopped', reason: error.code, skus };
  }
}

interface AllWritten {
  readonly bulk: BulkWritten | null;
  readonly written: Written;
}

/** With few requests what can be, and variant by variant what is left. */
async function writeAll(work: Export): Promise<AllWritten> {
  const bulk = await writeInBulk(work, async () => {
    await writeDirty(work, true);
  });
  return { bulk, written: await writeDirty(work, false) };
}

/** Works everything out, and whether its prices may go to the shop: a converted list is a person's to accept. */
async function withPrices(
  work: Export,
  claimed: ClaimedExport,
  { currency }: WarehouseRead,
): Promise<Export & { readonly evaluated: number }> {
  const { io, pool, connection, lease } = work;
  const standing = await io.db('standing-findings', () => standingFindings(pool, connection.id));
  if (claimed.warehouseCurrency === null) await noteCurrency(pool, lease, currency);
  const converted = standing.find(({ code, state }) => code === 'currency_changed' && state === 'accepted');
  if (converted !== undefined) {
    await changeCurrency(pool, lease, currency, !connection.settings.convertBgn);
    await endFindings(pool, [converted.id]);
  }
  const changed = converted !== undefined || claimed.warehouseCurrency === null;
  const figured: Export = {
    ...work,
    warehouseCurrency: changed ? currency : work.warehouseCurrency,
    shopCurrency:
      claimed.shopCurrency === null || (converted !== undefined && !connection.settings.convertBgn)
        ? currency
        : work.shopCurrency,
    acceptedPrices: acceptedPricesOf(standing),
  };
  const evaluated = await evaluateSkus(figured);
  await io.db('report-implausible', () => reportImplausible(pool, connection.id, MOST_FINDINGS));
  const pricesKept = await judge(figured, standing, currency);
  return { ...figured, evaluated, pricesKept };
}

/** Variants whose price a person accepted although it looked wrong. */
function acceptedPricesOf(standing: readonly StandingFinding[]): Set<string> {
  const ones = standing.filter(({ code, state }) => code === 'price_implausible' && state === 'accepted');
  return new Set(ones.map(({ scope }) => scope.replace(/^price:/, '')));
}

/** Are prices kept back? What looked wrong and does not any more is over. */
async function judge(
  { io, pool, connection, warehouseCurrency }: Export,
  standing: readonly StandingFinding[],
  currency: string,
): Promise<boolean> {
  const { pricesKnown, pricesChanged } = await io.db('count-dirty', () => countDirty(pool, connection.id));
  const finding = judgePrices(
    { known: pricesKnown, changed: pricesChanged },
    { before: warehouseCurrency === '' ? null : warehouseCurrency, now: currency },
    connection.settings.exportGuard,
  );
  const prices = standing.filter(({ scope, code }) => scope === 'prices' && code !== 'currency_changed');
  const same = standing.find(({ code }) => code === finding?.code);
  const over = prices.filter(({ code }) => code !== finding?.code);
  await endFindings(
    pool,
    over.map(({ id }) => id),
  );
  if (finding === undefined) return false;
  if (same?.state === 'accepted') return false;
  await reportFinding(pool, connection.id, finding);
  return true;
}
