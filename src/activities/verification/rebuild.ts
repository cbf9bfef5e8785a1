import Big from 'big.js';
import type { Operation } from '../../clients/microbg/operations.ts';
import { type Cursor, firstCursor } from '../../clients/microbg/paging.ts';
import {
  type LedgerEpoch,
  type WalkedDocument,
  finishWalk,
  openEpoch,
  readEpoch,
  storeWalkedPage,
} from '../../db/queries/ledger-epoch.ts';
import { type DocumentKind, OPER_TYPE } from '../../domain/order/document-kinds.ts';
import type { DutyTask } from '../duties.ts';
import { REBUILT } from '../order/confirm.ts';
import { askWarehouseAside } from '../warehouse-requests.ts';
import { type VerificationDesk, needPaidAccount, toFound } from './listing.ts';

/** Everything that we ever make for an order. */
const KINDS: readonly DocumentKind[] = ['order', 'sale', 'claim', 'credit_note'];
/** Room between the highest stamp found and the next of ours: writes of a lost database may still land. */
const MARGIN = 100_000;

/** How far a walk came. */
interface Walk {
  readonly kind: number;
  readonly cursor: Cursor;
  readonly listed: number;
}

/**
 * Is the ledger confirmed? Where it is not, walks over all documents of the warehouse, rebuilds what the ledger lost, and
 * confirms it. Answers undefined when it is confirmed, and how soon to go on when time ran out or it is too early: what left
 * before the epoch began must have landed.
 */
export async function confirmLedger(
  desk: VerificationDesk,
  task: DutyTask,
): Promise<{ readonly nextInMs: number } | undefined> {
  const { pool, connection, quietMs } = desk;
  let epoch = await readEpoch<Walk>(pool, connection.id);
  if (epoch?.moved === true) {
    await openEpoch(pool, connection.id, 'place', 'verification');
    epoch = await readEpoch<Walk>(pool, connection.id);
  }
  if (epoch === undefined || epoch.confirmed) return undefined;
  if (epoch.openedAgoMs < quietMs) return { nextInMs: quietMs - epoch.openedAgoMs };
  if (!(await walkOn(desk, task, epoch))) return { nextInMs: 0 };
  const rebuilt = await finishWalk(pool, connection, epoch.number, { digest: REBUILT, margin: MARGIN });
  desk.logger.warn({ connection: connection.id, epoch: epoch.number, ...rebuilt }, 'the ledger is confirmed');
  return undefined;
}

/** Goes through every page that is left. False when time ran out. */
async function walkOn(desk: VerificationDesk, task: DutyTask, epoch: LedgerEpoch<Walk>): Promise<boolean> {
  let { kind, cursor, listed }: Walk = epoch.walk ?? { kind: 0, cursor: firstCursor(), listed: 0 };
  for (let type = KINDS[kind]; type !== undefined; type = KINDS[kind]) {
    if (!task.timeLeft()) return false;
    const page = await askWarehouseAside(desk, 'getOperations', () =>
      desk.warehouse.operationsPage(OPER_TYPE[type], cursor),
    );
    const rows = page?.rows ?? [];
    const next = page?.next ?? null;
    listed += rows.length;
    ({ kind, cursor } = next === null ? { kind: kind + 1, cursor: firstCursor() } : { kind, cursor: next });
    const ours = rows.flatMap((row) => walked(type, row) ?? []);
    await storeWalkedPage(desk.pool, desk.connection.id, epoch.number, ours, { kind, cursor, listed });
  }
  // Not even a document of staff: nothing was ever booked, or nothing is shown.
  if (listed === 0) await needPaidAccount(desk);
  return true;
}

/** A document that may be ours: it has a stamp, and its note names an order. */
function walked(kind: DocumentKind, row: Operation): WalkedDocument | undefined {
  const { extId, order, ...found } = toFound(kind, row);
  if (extId === null || order === null) return undefined;
  const known = row.amount !== null && row.amountVat !== null;
  const gross = known
    ? new Big(row.amount ?? 0)
        .plus(row.amountVat ?? 0)
        .times(100)
        .round()
        .toNumber()
    : null;
  return { ...found, extId, order, gross };
}
