import type { MicrobgClient } from '../../clients/microbg/index.ts';
import type { Operation } from '../../clients/microbg/operations.ts';
import { type Pool, inTransaction } from '../../db/pool.ts';
import {
  type Calibration,
  openCalibration,
  reserveForCalibration,
  stepCalibration,
} from '../../db/queries/calibrations.ts';
import { askForDuty } from '../../db/queries/duties.ts';
import { findCanary } from '../../db/queries/ledger.ts';
import type { Connection } from '../../db/queries/connections.ts';
import { OPER_TYPE } from '../../domain/order/document-kinds.ts';
import { TRIAL_MARK, TRIAL_NOTE, hasStockForTrial } from '../../domain/preflight/reservation-trial.ts';
import type { PassIo } from '../order/io.ts';
import { LeaseLost, PassStopped, vendorUnavailable } from '../order/stops.ts';
import type { Slots } from '../slots.ts';
import { startIds } from '../warehouse/document-ids.ts';
import { type WarehouseDesk, askWarehouseAside, sendInOnePlace } from '../warehouse-requests.ts';
import { concludeTrial } from './conclude-trial.ts';

interface TrialDependencies {
  readonly pool: Pool;
  readonly io: PassIo;
  readonly slots: Slots;
  readonly warehouseOf: (connection: Connection) => MicrobgClient;
  readonly httpDeadlineMs: number;
  readonly leaseMs: number;
  readonly landMs: number;
  readonly pausedRetryMs: number;
}

type TrialDesk = TrialDependencies & WarehouseDesk;

const TYPE = OPER_TYPE.order;
/** Orders need the place; the trial tries again after this time. */
const BUSY_RETRY_MS = 5_000;
/** What the empty answer to a look is followed by, where it is not proven. */
const SHOWN_AGAIN_MS = 1_000;
/** A unit costs this: an order of staff moves no money, and a price of nothing may be refused. */
const PRICE = '0.01';

/**
 * Carries on the trial that somebody agreed to, from wherever it stands, until its document is gone: quantity, document,
 * quantity, no document, quantity. Whether the quantities leave out open orders is known then.
 * @throws {PassStopped} when micro.bg does not answer, or a request may still take effect; the next time goes on.
 */
export async function tryReservation(dependencies: TrialDependencies, connection: Connection): Promise<void> {
  const { pool, io } = dependencies;
  let trial = await io.db('open-trial', (database) => openCalibration(database, connection.id));
  if (trial === undefined) return;
  if (trial.warehouseApiId !== connection.warehouseApiId)
    throw new PassStopped(
      'warehouse_changed',
      'A document of a trial may stand at the former application of micro.bg',
      { retryInMs: dependencies.pausedRetryMs },
    );
  // Whoever comes after a crash must come also where the connection was switched off meanwhile.
  await io.db('trial-comes-again', () => askForDuty(pool, connection.id, 'preflight'));
  const desk = { ...dependencies, connection, warehouse: dependencies.warehouseOf(connection) };
  while (trial.state !== 'done') trial = await step(desk, trial);
}

function step(desk: TrialDesk, trial: Calibration): Promise<Calibration> {
  switch (trial.state) {
    case 'asked':
      return reserve(desk, trial);
    case 'reserved':
      return save(desk, trial);
    case 'sent':
      return settle(desk, trial);
    case 'stands':
      return measureDuring(desk, trial);
    case 'delete_sent':
      return remove(desk, trial);
    case 'gone':
      return conclude(desk, trial);
    case 'done':
      return Promise.resolve(trial);
  }
}

async function reserve(desk: TrialDesk, trial: Calibration): Promise<Calibration> {
  const { connection, io, warehouse } = desk;
  await startIds({
    ...{ connection, io },
    anyAfter: async (type, stamp) =>
      (await askWarehouseAside(desk, 'getOperations', () => warehouse.hasStampAfter(type, stamp))) === true,
  });
  return held(await io.db('trial-reserved', (database) => reserveForCalibration(database, trial.id)));
}

/** The stamp is read before it is used: after a restore of the database it may stand for something else. */
async function save(desk: TrialDesk, trial: Calibration): Promise<Calibration> {
  const { connection, io, warehouse, httpDeadlineMs, leaseMs } = desk;
  if (connection.mode === 'off') return next(desk, trial, { state: 'done', result: 'connection_off' });
  if ((await find(desk, trial)).length > 0) return next(desk, trial, { state: 'done', result: 'id_taken' });
  const before = await quantityOf(desk, trial);
  if (!hasStockForTrial(before))
    return next(desk, trial, { state: 'done', result: 'no_stock', evidence: { before } });
  const until = io.now() + leaseMs;
  const sent = await next(desk, trial, { state: 'sent', evidence: { before }, leavesForMs: leaseMs });
  const answer = await sendInOnePlace(desk, 'trial.saveOperation', BUSY_RETRY_MS, () => {
    // Held up until others may believe that it never left: then it must not.
    if (io.now() + httpDeadlineMs > until) throw new LeaseLost();
    return warehouse.saveOperation(documentOf(trial));
  });
  if (answer.kind === 'ok') return next(desk, sent, { state: 'stands', warehouseId: answer.value.id });
  if (answer.kind === 'not_found') throw new PassStopped('unknown_outcome', 'micro.bg answered nothing');
  const { decision } = answer;
  if (decision.class === 'refused')
    return next(desk, sent, { state: 'done', result: 'refused', evidence: { said: decision.operator } });
  throw vendorUnavailable(decision);
}

function documentOf({ objectId, partnerId, itemId, extId }: Calibration) {
  return {
    ...{ operType: TYPE, objectId, partnerId, extAppDocId: extId ?? 0, pricesWithVat: true },
    ...{ note: TRIAL_NOTE, lines: [{ itemId, quantity: '1', price: PRICE, discount: '0' }] },
  };
}

/** The answer was lost: found means landed. It is never sent again; without it the trial ends once nothing can land. */
async function settle(desk: TrialDesk, trial: Calibration): Promise<Calibration> {
  const found = (await find(desk, trial)).find(isOurs);
  if (found !== undefined) return next(desk, trial, { state: 'stands', warehouseId: found.id });
  const waitMs = trial.leavesForMs + desk.landMs;
  if (waitMs > 0)
    throw new PassStopped('quarantine', 'A request may still take effect; nothing is sent before', {
      retryInMs: Math.max(50, waitMs),
    });
  await proveAbsence(desk, trial);
  return next(desk, trial, { state: 'done', result: 'not_landed' });
}

async function measureDuring(desk: TrialDesk, trial: Calibration): Promise<Calibration> {
  return next(desk, trial, { state: 'delete_sent', evidence: { during: await quantityOf(desk, trial) } });
}

/** By micro.bg's id only, so that a late repeat takes away nothing else; gone counts when it is read. */
async function remove(desk: TrialDesk, trial: Calibration): Promise<Calibration> {
  const id = trial.warehouseId ?? 0;
  const [found] = await find(desk, trial);
  if (found !== undefined) {
    if (!isUntouched(found, trial)) return next(desk, trial, { state: 'done', result: 'changed_by_staff' });
    const answer = await sendInOnePlace(desk, 'trial.deleteOperation', BUSY_RETRY_MS, () =>
      desk.warehouse.deleteOperation({ id }),
    );
    if (answer.kind === 'failed') throw vendorUnavailable(answer.decision);
    if ((await find(desk, trial)).length > 0)
      throw new PassStopped('deleted_still_there', 'micro.bg still shows what it just deleted', {
        retryInMs: BUSY_RETRY_MS,
      });
  }
  await proveAbsence(desk, trial);
  return next(desk, trial, { state: 'gone' });
}

async function conclude(desk: TrialDesk, trial: Calibration): Promise<Calibration> {
  const evidence = { ...trial.evidence, after: await quantityOf(desk, trial) };
  return held(
    await desk.io.db('trial-concluded', () =>
      inTransaction(desk.pool, (database) => concludeTrial(database, desk.connection.id, trial, evidence)),
    ),
  );
}

function isOurs({ note }: Operation): boolean {
  return note.startsWith(TRIAL_MARK);
}

/** As it was saved: what staff made something else of is theirs. */
function isUntouched(found: Operation, { extId, itemId }: Calibration): boolean {
  const [line, ...more] = found.lines;
  return (
    isOurs(found) &&
    found.extAppDocId === extId &&
    more.length === 0 &&
    line?.itemId === itemId &&
    Number(line.quantity) === 1
  );
}

/** By its id once known, otherwise by its stamp. */
async function find(desk: TrialDesk, { warehouseId, extId }: Calibration): Promise<readonly Operation[]> {
  const key = warehouseId === null ? { extAppDocId: extId ?? 0 } : { id: warehouseId };
  return (
    (await askWarehouseAside(desk, 'trial.getOperations', () => desk.warehouse.findOperations(TYPE, key))) ??
    []
  );
}

/** An empty answer is proof only beside a full one, and only when it is given twice (micro.bg API 7, trap 1; Q-25). */
async function proveAbsence(desk: TrialDesk, trial: Calibration): Promise<void> {
  const { io, connection, warehouse } = desk;
  const canary = await io.db('find-canary', (database) => findCanary(database, connection.id, 0));
  const shown =
    canary === undefined
      ? await askWarehouseAside(desk, 'trial.getCompanyData', () => warehouse.isPaid())
      : await askWarehouseAside(desk, 'trial.getOperations', () =>
          warehouse.findOperations(OPER_TYPE[canary.kind], { id: canary.warehouseId }),
        );
  if (shown === undefined || shown === false)
    throw new PassStopped('absence_not_proven', 'micro.bg does not show documents that certainly exist', {
      retryInMs: desk.pausedRetryMs,
    });
  if ((await find(desk, trial)).length > 0)
    throw new PassStopped('absence_not_proven', 'micro.bg shows what it did not show a moment ago', {
      retryInMs: SHOWN_AGAIN_MS,
    });
}

/** Null: the answer left the item out, which proves nothing. */
async function quantityOf(desk: TrialDesk, { objectId, itemId }: Calibration): Promise<string | null> {
  const rows = await askWarehouseAside(desk, 'trial.getItemQuantities', () =>
    desk.warehouse.quantities({ objectId, itemIds: [itemId] }),
  );
  return rows?.find((row) => row.itemId === itemId)?.quantity ?? null;
}

async function next(
  { io }: TrialDesk,
  trial: Calibration,
  to: Parameters<typeof stepCalibration>[2],
): Promise<Calibration> {
  return held(await io.db(`trial-${to.state}`, (database) => stepCalibration(database, trial, to)));
}

/** @throws {LeaseLost} when another worker was faster: it does what is to be done. */
function held(trial: Calibration | undefined): Calibration {
  if (trial === undefined)
    throw new PassStopped(
      'trial_taken_over',
      'Another worker is at this trial, or the ledger is not confirmed',
    );
  return trial;
}
