import { sofiaWallTime } from '../../clients/microbg/company.ts';
import { firstCursor } from '../../clients/microbg/paging.ts';
import { openEpoch } from '../../db/queries/ledger-epoch.ts';
import {
  type VerificationState,
  ledgerRows,
  leftOver,
  ofOtherConnections,
  readVerification,
  storeVerification,
} from '../../db/queries/verification.ts';
import {
  type FoundDocument,
  type FromDateMeans,
  compareWithLedger,
  learnFromDate,
  shiftWallTime,
} from '../../domain/completeness/verification.ts';
import { OPER_TYPE } from '../../domain/order/document-kinds.ts';
import type { DutyKind, DutyTask } from '../duties.ts';
import { PassStopped } from '../order/stops.ts';
import { askWarehouseAside } from '../warehouse-requests.ts';
import { type VerificationDependencies, type VerificationDesk, needPaidAccount, toFound } from './listing.ts';
import { confirmLedger } from './rebuild.ts';

/** Types that are compared (micro.bg API 5.1). */
const KINDS = ['order', 'sale', 'claim'] as const;
/** One connection's time per run. */
const TIME_LIMIT_MS = 120_000;
/** How far back a listing begins before the newest change that was seen, minutes (micro.bg API 4). */
const WINDOW_MINUTES = 120;
/** Where fromDate compares the date of issue, a change shows only on documents that were issued lately: three days. */
const ISSUED_WINDOW_MINUTES = 3 * 24 * 60;
/** The ledger's rows are looked at a little further back than micro.bg's: both clocks may differ. */
const LEDGER_MARGIN_MS = 3_600_000;

/** The comparison of recent documents with the ledger, as a duty of every connection. */
export function verificationDuty(dependencies: VerificationDependencies): DutyKind {
  return {
    duty: 'verification',
    lookEveryMs: dependencies.lookEveryMs,
    timeLimitMs: TIME_LIMIT_MS,
    pauseMs: ({ settings }) => settings.verificationEverySeconds * 1_000,
    work: async (task) => {
      const { connection } = task;
      const desk = { ...dependencies, connection, warehouse: dependencies.warehouseOf(connection) };
      const unconfirmed = await confirmLedger(desk, task);
      if (unconfirmed === undefined && connection.mode === 'live') await verify(desk, task);
      return unconfirmed;
    },
  };
}

/**
 * Compares what micro.bg lists as recent with the ledger, and makes orders due where both differ: a document that a late
 * request made again, one that staff changed or deleted, one that nobody knows. It writes nothing to the warehouse.
 */
async function verify(desk: VerificationDesk, task: DutyTask): Promise<void> {
  const { pool, connection } = desk;
  const state = await readVerification(pool, connection);
  if (!state.hasDocuments) return;
  const from = windowStart(state);
  const found = await listSince(desk, task, from);
  const means = learnFromDate({ found, from, means: state.means });
  const ledger = await ledgerRows(pool, connection.id, {
    stamps: found.flatMap(({ extId }) => extId ?? []),
    changedSinceMs: state.nowMs - minutesBack(means) * 60_000 - LEDGER_MARGIN_MS,
  });
  const listing = { found, from, means, startedAtMs: state.nowMs, ownStamps: state.ownStamps };
  const { suspicions, unknown } = compareWithLedger(listing, ledger);
  if (found.length === 0 && suspicions.length > 0) await needPaidAccount(desk);
  const others = await ofOtherConnections(pool, connection.id, unknown);
  const lost = unknown.filter(({ warehouseId }) => !others.has(warehouseId));
  await storeVerification(pool, connection.id, {
    means,
    seenUntil: newest(found) ?? state.seenUntil,
    documents: found.length,
    suspicions,
    unknown: lost,
  });
  const settled = lost.length === 0 ? new Set<number>() : await leftOver(pool, connection.id);
  // The ledger has lost something: whatever else it lost could be posted a second time.
  if (lost.some(({ warehouseId }) => !settled.has(warehouseId)))
    await openEpoch(pool, connection.id, 'unknown_documents', 'verification');
}

function windowStart({ seenUntil, means, nowMs }: VerificationState): string {
  return shiftWallTime(seenUntil ?? sofiaWallTime(nowMs), -minutesBack(means));
}

function minutesBack(means: FromDateMeans): number {
  return means === 'issued' ? ISSUED_WINDOW_MINUTES : WINDOW_MINUTES;
}

async function listSince(desk: VerificationDesk, task: DutyTask, from: string): Promise<FoundDocument[]> {
  const found: FoundDocument[] = [];
  for (const kind of KINDS) {
    for (let cursor = firstCursor(); ;) {
      if (!task.timeLeft())
        throw new PassStopped('verification_slow', 'micro.bg did not list the recent documents in time');
      const page = await askWarehouseAside(desk, 'getOperations', () =>
        desk.warehouse.operationsPage(OPER_TYPE[kind], cursor, from),
      );
      for (const row of page?.rows ?? []) found.push(toFound(kind, row));
      if (page === undefined || page.next === null) break;
      cursor = page.next;
    }
  }
  return found;
}

function newest(found: readonly FoundDocument[]): string | undefined {
  return found
    .flatMap(({ updatedAt }) => updatedAt ?? [])
    .toSorted()
    .at(-1);
}
