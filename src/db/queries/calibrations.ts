import type { TrialEvidence, TrialResult } from '../../domain/preflight/reservation-trial.ts';
import type { Queryable } from '../pool.ts';

/** A trial in the warehouse, and how far it came. */
export interface Calibration {
  readonly id: number;
  readonly kind: 'reservation';
  readonly state: 'asked' | 'reserved' | 'sent' | 'stands' | 'delete_sent' | 'gone' | 'done';
  readonly warehouseApiId: string;
  readonly objectId: number;
  readonly itemId: number;
  readonly partnerId: number;
  /** Stamp of the document, reserved before it is sent. */
  readonly extId: number | null;
  readonly warehouseId: number | null;
  /** Milliseconds until nothing of the intent can leave any more, by the database's clock; below 0: since then. */
  readonly leavesForMs: number;
  readonly evidence: TrialEvidence;
  readonly result: TrialResult | null;
  readonly askedBy: string;
  readonly askedAt: Date;
  readonly doneAt: Date | null;
}

const COLUMNS = `id, kind, state, warehouse_api_id as "warehouseApiId", object_id as "objectId", item_id as "itemId",
  partner_id as "partnerId", ext_id as "extId", warehouse_id as "warehouseId",
  coalesce(extract(epoch from deadline_at - clock_timestamp()) * 1000, 0)::float8 as "leavesForMs",
  evidence, result, asked_by as "askedBy", asked_at as "askedAt", done_at as "doneAt"`;

/** Trials of a connection, newest first, at most a hundred. */
export async function listCalibrations(database: Queryable, connectionId: string): Promise<Calibration[]> {
  const { rows } = await database.query<Calibration>({
    name: 'list-calibrations',
    text: `select ${COLUMNS} from calibration where connection_id = $1 order by id desc limit 100`,
    values: [connectionId],
  });
  return rows;
}

/** The one that is not done; undefined: none is. */
export async function openCalibration(
  database: Queryable,
  connectionId: string,
): Promise<Calibration | undefined> {
  const { rows } = await database.query<Calibration>({
    name: 'open-calibration',
    text: `select ${COLUMNS} from calibration where connection_id = $1 and state <> 'done'`,
    values: [connectionId],
  });
  return rows[0];
}

/** Stores that somebody agreed to a trial; undefined: another one is not done. */
export async function askCalibration(
  database: Queryable,
  connectionId: string,
  wanted: Pick<Calibration, 'kind' | 'warehouseApiId' | 'objectId' | 'itemId' | 'partnerId'>,
  by: string,
): Promise<Calibration | undefined> {
  const { kind, warehouseApiId, objectId, itemId, partnerId } = wanted;
  const { rows } = await database.query<Calibration>({
    name: 'ask-calibration',
    text: `insert into calibration (connection_id, kind, warehouse_api_id, object_id, item_id, partner_id, asked_by)
           values ($1, $2, $3, $4, $5, $6, $7)
           on conflict (connection_id) where state <> 'done' do nothing returning ${COLUMNS}`,
    values: [connectionId, kind, warehouseApiId, objectId, itemId, partnerId, by],
  });
  return rows[0];
}

/**
 * Reserves the stamp of the document from the sequence of its application: never used again. Undefined when another worker was
 * faster, or the ledger is not confirmed.
 */
export async function reserveForCalibration(
  database: Queryable,
  id: number,
): Promise<Calibration | undefined> {
  const { rows } = await database.query<Calibration>({
    name: 'reserve-for-calibration',
    text: `with mine as (
             select warehouse_api_id from calibration
             where id = $1 and state = 'asked' and ledger_confirmed(connection_id) for update),
           taken as (
             update ext_id_counter c set next_id = next_id + 1 from mine
             where c.warehouse_api_id = mine.warehouse_api_id returning next_id - 1 as stamp)
           update calibration set state = 'reserved', ext_id = stamp from taken where id = $1 returning ${COLUMNS}`,
    values: [id],
  });
  return rows[0];
}

/**
 * Takes a trial one step on, with what was found. Guarantee: of two workers at the same step one gets the row, the other
 * nothing. `leavesForMs`: how long a request of the new state may still leave.
 */
export async function stepCalibration(
  database: Queryable,
  { id, state: from }: Pick<Calibration, 'id' | 'state'>,
  to: {
    readonly state: Calibration['state'];
    readonly evidence?: TrialEvidence;
    readonly warehouseId?: number;
    readonly result?: TrialResult;
    readonly leavesForMs?: number;
  },
): Promise<Calibration | undefined> {
  const { rows } = await database.query<Calibration>({
    name: 'step-calibration',
    text: `update calibration set state = $3, evidence = evidence || $4::jsonb, warehouse_id = coalesce($5, warehouse_id),
             result = $6, deadline_at = clock_timestamp() + make_interval(secs => $7::float8 / 1000.0),
             done_at = case when $3 = 'done' then clock_timestamp() end
           where id = $1 and state = $2
             and ($3 <> 'sent' or ledger_confirmed(connection_id)) returning ${COLUMNS}`,
    values: [
      ...[id, from, to.state, JSON.stringify(to.evidence ?? {}), to.warehouseId ?? null],
      ...[to.result ?? null, to.leavesForMs ?? null],
    ],
  });
  return rows[0];
}
