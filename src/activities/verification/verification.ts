import { sofiaWallTime } from '../../clients/microbg/company.ts';
import type { MicrobgClient } from '../../clients/microbg/index.ts';
import type { Operation } from '../../clients/microbg/operations.ts';
import { firstCursor } from '../../clients/microbg/paging.ts';
import type { Pool } from '../../db/pool.ts';
import type { Connection } from '../../db/queries/connections.ts';
import {
  type VerificationState,
  ledgerRows,
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
import { contentDigest, orderInNote } from '../order/content.ts';
import type { PassIo } from '../order/io.ts';
import { PassStopped } from '../order/stops.ts';
import type { Slots } from '../slots.ts';
import { type WarehouseDesk, askWarehouseAside } from '../warehouse-requests.ts';

export interface VerificationDependencies {
  readonly pool: Pool;
  readonly io: PassIo;
  readonly slots: Slots;
  readonly warehouseOf: (connection: Connection) => MicrobgClient;
  readonly pausedRetryMs: number;
  /** How often the schedule looks for connections that are due, milliseconds. */
  readonly lookEveryMs: number;
}

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
      if (task.connection.mode === 'live') await verify(dependencies, task);
      return undefined;
    },
  };
}

/**
 * Compares what micro.bg lists as recent with the ledger, and makes orders due where both differ: a document that a late
 * request made again, one that staff changed or deleted, one that nobody knows. It writes nothing to the warehouse.
 */
async function verify(dependencies: VerificationDependencies, task: DutyTask): Promise<void> {
  const { pool } = dependencies;
  const { connection } = task;
  const state = await readVerification(pool, connection);
  if (!state.hasDocuments) return;
  const from = windowStart(state);
  const desk = { ...dependencies, connection, warehouse: dependencies.warehouseOf(connection) };
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
  await storeVerification(pool, connection.id, {
    means,
    seenUntil: newest(found) ?? state.seenUntil,
    documents: found.length,
    suspicions,
    unknown: unknown.filter(({ warehouseId }) => !others.has(warehouseId)),
  });
}

function windowStart({ seenUntil, means, nowMs }: VerificationState): string {
  return shiftWallTime(seenUntil ?? sofiaWallTime(nowMs), -minutesBack(means));
}

function minutesBack(means: FromDateMeans): number {
  return means === 'issued' ? ISSUED_WINDOW_MINUTES : WINDOW_MINUTES;
}

async function listSince(desk: WarehouseDesk, task: DutyTask, from: string): Promise<FoundDocument[]> {
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

function toFound(kind: (typeof KINDS)[number], row: Operation): FoundDocument {
  return {
    kind,
    warehouseId: row.id,
    number: row.acct === null ? null : String(row.acct),
    extId: row.extAppDocId,
    order: orderInNote(row.note) ?? null,
    contentDigest: contentDigest(row),
    issuedAt: row.issuedAt,
    updatedAt: row.updatedAt,
  };
}

function newest(found: readonly FoundDocument[]): string | undefined {
  return found
    .flatMap(({ updatedAt }) => updatedAt ?? [])
    .toSorted()
    .at(-1);
}

/** Empty lists prove nothing once the subscription has ended (micro.bg API 7, trap 1). */
async function needPaidAccount(desk: WarehouseDesk): Promise<void> {
  if ((await askWarehouseAside(desk, 'getCompanyData', () => desk.warehouse.isPaid())) === true) return;
  throw new PassStopped('absence_not_proven', 'micro.bg does not show documents that certainly exist', {
    retryInMs: desk.pausedRetryMs,
  });
}
