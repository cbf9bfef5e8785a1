import type {
  FoundDocument,
  FromDateMeans,
  LedgerRow,
  Suspicion,
} from '../../domain/completeness/verification.ts';
import type { Queryable } from '../pool.ts';
import { LOST_AT_MOST } from './ledger-epoch.ts';

/** How far the comparison of a connection's documents has come. */
export interface VerificationState {
  /** Newest DateUpdated that micro.bg showed; null before the first time. */
  readonly seenUntil: string | null;
  readonly means: FromDateMeans;
  /** The database's clock, milliseconds since 1970. */
  readonly nowMs: number;
  /** Is there anything to compare? */
  readonly hasDocuments: boolean;
  /** Stamps that only this connection can have given. */
  readonly ownStamps: readonly { readonly from: number; readonly to: number }[];
}

/** What the next comparison begins with. */
export async function readVerification(
  database: Queryable,
  connection: { readonly id: string; readonly warehouseApiId: string },
): Promise<VerificationState> {
  const { rows } = await database.query<VerificationState>({
    name: 'read-verification',
    text: `with stretch as (
             select warehouse_api_id, first_id, lead(first_id) over (order by first_id) as next_stretch from ext_id_range)
           select v.seen_until as "seenUntil", v.from_date_means as means,
             (extract(epoch from clock_timestamp()) * 1000)::float8 as "nowMs",
             exists (select from document where warehouse_api_id = $2) as "hasDocuments",
             (select coalesce(jsonb_agg(jsonb_build_object('from', first_id,
                'to', coalesce(next_stretch, (select next_id from ext_id_counter where warehouse_api_id = $2) + ${LOST_AT_MOST}))), '[]')
              from stretch where warehouse_api_id = $2) as "ownStamps"
           from (select) one left join verification v on v.connection_id = $1`,
    values: [connection.id, connection.warehouseApiId],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('A left join gave no row');
  return row;
}

/** Rows of the ledger under these stamps, and those that stand and were changed lately. */
export async function ledgerRows(
  database: Queryable,
  connectionId: string,
  { stamps, changedSinceMs }: { readonly stamps: readonly number[]; readonly changedSinceMs: number },
): Promise<LedgerRow[]> {
  const { rows } = await database.query<LedgerRow>({
    name: 'ledger-rows',
    text: `select shop_order_id as order, kind, ext_id as "extId", state, warehouse_id as "warehouseId",
             live_content_digest as "contentDigest", live_content ->> 'issuedAt' as "issuedAt",
             to_char(updated_at at time zone 'Europe/Sofia', 'YYYY-MM-DD HH24:MI:SS') as "updatedAt",
             (extract(epoch from updated_at) * 1000)::float8 as "updatedAtMs"
           from document
           where connection_id = $1
             and (ext_id = any($2::bigint[]) or (state = 'live' and updated_at >= to_timestamp($3::float8 / 1000.0)))`,
    values: [connectionId, stamps, changedSinceMs],
  });
  return rows;
}

/** Of these documents, the ones that another connection of ours made: two shops may share a company. */
export async function ofOtherConnections(
  database: Queryable,
  connectionId: string,
  found: readonly FoundDocument[],
): Promise<Set<number>> {
  if (found.length === 0) return new Set();
  const { rows } = await database.query<{ warehouse_id: number }>(
    `select warehouse_id from document where connection_id <> $1 and warehouse_id = any($2::bigint[])`,
    [connectionId, found.map(({ warehouseId }) => warehouseId)],
  );
  return new Set(rows.map((row) => row.warehouse_id));
}

/** Documents that the last walk could give to no order: a person looks at them. */
export async function leftOver(database: Queryable, connectionId: string): Promise<Set<number>> {
  const { rows } = await database.query<{ warehouse_id: number }>(
    'select warehouse_id from ledger_leftover where connection_id = $1',
    [connectionId],
  );
  return new Set(rows.map((row) => row.warehouse_id));
}

/** The same finding is news again after this time: whoever looked at it did not change anything. */
const AGAIN_AFTER = "interval '1 hour'";

/**
 * Ends a comparison: stores how far it came, and makes the orders under suspicion due, each with a line in its journal.
 * Orders that are not ours are left alone. Answers how many there were.
 */
export async function storeVerification(
  database: Queryable,
  connectionId: string,
  done: {
    readonly seenUntil: string | null;
    readonly means: FromDateMeans;
    readonly documents: number;
    readonly suspicions: readonly Suspicion[];
    readonly unknown: readonly FoundDocument[];
  },
): Promise<number> {
  const result = await database.query<{ suspects: number }>({
    name: 'store-verification',
    text: `with found as (
             select s ->> 'order' as shop_order_id, min(s ->> 'finding') as finding
             from jsonb_array_elements($2::jsonb) s group by 1),
           suspected as (
             update shop_order o set suspect_since = clock_timestamp(), suspected_at = clock_timestamp(),
               suspect_finding = found.finding, due_at = clock_timestamp(), due_reason = 'verification',
               asked_at = clock_timestamp()
             from found
             where o.connection_id = $1 and o.shop_order_id = found.shop_order_id and o.state <> 'ignored'
               and (o.suspect_finding is distinct from found.finding or o.suspected_at < clock_timestamp() - ${AGAIN_AFTER})
             returning o.shop_order_id, o.suspect_finding),
           noted as (
             insert into journal (connection_id, shop_order_id, kind, data)
             select $1, shop_order_id, 'verification', jsonb_build_object('finding', suspect_finding) from suspected),
           stored as (
             insert into verification (connection_id, seen_until, from_date_means, documents, suspects, unknown)
             select $1, $3, $4, $5, (select count(*) from suspected), $6::jsonb
             on conflict (connection_id) do update set seen_until = excluded.seen_until,
               from_date_means = excluded.from_date_means, documents = excluded.documents, suspects = excluded.suspects,
               unknown = excluded.unknown, checked_at = clock_timestamp()
             returning suspects)
           select suspects from stored`,
    values: [
      connectionId,
      JSON.stringify(done.suspicions),
      done.seenUntil,
      done.means,
      done.documents,
      JSON.stringify(
        done.unknown.map(({ kind, warehouseId, number, extId }) => ({ kind, warehouseId, number, extId })),
      ),
    ],
  });
  return result.rows[0]?.suspects ?? 0;
}
