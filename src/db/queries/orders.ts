import type { Queryable } from '../pool.ts';
import { type LeaseHolder, type LedgerDocument, documentsOf } from './ledger.ts';

export interface OrderKey {
  readonly connectionId: string;
  readonly shopOrderId: string;
}

/** What a person answered to a question about an order. */
export interface StandingAnswer {
  readonly id: number;
  readonly question: string;
  readonly answer: string;
}

/** The right to write for one order, and what was known of it when it was taken. */
export interface ClaimedOrder {
  /** Every write of the pass names it; a later claim makes it void. */
  readonly fence: number;
  /** Database clock at the claim, milliseconds since 1970. */
  readonly claimedAtMs: number;
  /** How long this pass must wait so that passes of one order start far enough apart, in milliseconds. */
  readonly waitMs: number;
  readonly state: string;
  readonly shopStatus: string | null;
  readonly missingSinceMs: number | null;
  readonly saleFiredAtMs: number | null;
  readonly paidSeenAtMs: number | null;
  readonly partialReturnSeen: boolean;
  /** The warehouse holds something that the ledger does not say: since when, exact, as a text. */
  readonly suspectSince: string | null;
  /** What people decided about the order. */
  readonly answers: readonly StandingAnswer[];
  /** A document of another program for this order. */
  readonly foreign: { readonly warehouseId: number; readonly number: string | null } | null;
  readonly settingsVersion: number;
  /** Digest of what was noted of its units; null: nothing yet. */
  readonly unitsDigest: string | null;
  /** May the ledger be believed? Without it nothing may be written. */
  readonly ledgerConfirmed: boolean;
  /** All documents of the order that are not known to be deleted, and the newest deleted ones. */
  readonly documents: readonly LedgerDocument[];
}

/**
 * Claims the lease of an order; undefined while another pass holds it.
 * Guarantee: of all passes only the last one claimed can write (fence), and none before the former lease ended.
 */
export async function claimOrder(
  database: Queryable,
  key: OrderKey,
  durations: { readonly leaseMs: number; readonly spacingMs: number },
): Promise<ClaimedOrder | undefined> {
  const result = await database.query<ClaimRow>({
    name: 'claim-order',
    text: `with former as (
             select pass_started_at from shop_order where connection_id = $1 and shop_order_id = $2),
           pause as (
             select greatest(0, coalesce((select extract(epoch from pass_started_at - clock_timestamp()) * 1000
                                          from former), -1e9) + $4)::int as ms),
           claimed as (
             insert into shop_order as o (connection_id, shop_order_id, fence, lease_until, pass_started_at)
             values ($1, $2, 1, clock_timestamp() + make_interval(secs => $3 / 1000.0), clock_timestamp())
             on conflict (connection_id, shop_order_id) do update
               set fence = o.fence + 1,
                   lease_until = clock_timestamp() + make_interval(secs => ((select ms from pause) + $3) / 1000.0),
                   pass_started_at = clock_timestamp() + make_interval(secs => (select ms from pause) / 1000.0)
               where o.lease_until <= clock_timestamp()
             returning o.*)
           select claimed.fence, (extract(epoch from clock_timestamp()) * 1000)::float8 as claimed_at, pause.ms as wait_ms,
                  claimed.state, claimed.shop_status,
                  (extract(epoch from claimed.missing_since) * 1000)::float8 as missing_since,
                  (extract(epoch from claimed.sale_fired_at) * 1000)::float8 as sale_fired_at,
                  (extract(epoch from claimed.paid_seen_at) * 1000)::float8 as paid_seen_at,
                  claimed.partial_return_seen_at is not null as partial_return_seen,
                  extract(epoch from claimed.suspect_since)::text as suspect_since,
                  (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'question', question, 'answer', answer)), '[]')
                   from order_answer where connection_id = $1 and shop_order_id = $2 and superseded_at is null) as answers,
                  (select jsonb_build_object('warehouseId', warehouse_id, 'number', number) from foreign_document
                   where connection_id = $1 and shop_order_id = $2 and gone_at is null
                   order by type, warehouse_id limit 1) as foreign,
                  connection.settings_version, claimed.units_digest, ledger_confirmed($1) as ledger_confirmed
           from claimed, pause, connection where connection.id = $1`,
    values: [key.connectionId, key.shopOrderId, durations.leaseMs, durations.spacingMs],
  });
  const row = result.rows[0];
  if (row === undefined) return undefined;
  // A statement of its own: the claim may have waited for the former pass, whose writes its snapshot lacks.
  return {
    fence: row.fence,
    claimedAtMs: row.claimed_at,
    waitMs: row.wait_ms,
    state: row.state,
    shopStatus: row.shop_status,
    missingSinceMs: row.missing_since,
    saleFiredAtMs: row.sale_fired_at,
    paidSeenAtMs: row.paid_seen_at,
    partialReturnSeen: row.partial_return_seen,
    suspectSince: row.suspect_since,
    answers: row.answers,
    foreign: row.foreign,
    settingsVersion: row.settings_version,
    unitsDigest: row.units_digest,
    ledgerConfirmed: row.ledger_confirmed,
    documents: await documentsOf(database, key),
  };
}

/** Prolongs a lease; false when another pass has taken over. */
export async function renewLease(
  database: Queryable,
  key: OrderKey,
  fence: number,
  leaseMs: number,
): Promise<boolean> {
  const result = await database.query({
    name: 'renew-lease',
    text: `update shop_order set lease_until = clock_timestamp() + make_interval(secs => $4 / 1000.0)
           where connection_id = $1 and shop_order_id = $2 and fence = $3`,
    values: [key.connectionId, key.shopOrderId, fence, leaseMs],
  });
  return result.rowCount === 1;
}

/** Ends a pass that came to no result: the lease is free at once. No effect when another pass has taken over. */
export async function releaseLease(
  database: Queryable,
  key: OrderKey,
  fence: number,
  dueInMs: number | null,
): Promise<void> {
  await database.query({
    name: 'release-lease',
    text: `update shop_order set lease_until = '-infinity',
             due_at = case when $4::float8 is null then due_at else clock_timestamp() + make_interval(secs => $4 / 1000.0) end
           where connection_id = $1 and shop_order_id = $2 and fence = $3`,
    values: [key.connectionId, key.shopOrderId, fence, dueInMs],
  });
}

/**
 * Stores the moment at which the rule for a sale fired, before it is used as the sale's date; a stored one stays.
 * Answers it in milliseconds since 1970; undefined when another pass has taken over.
 */
export async function storeSaleFired(
  database: Queryable,
  { fence, leaseMs, ...key }: LeaseHolder,
): Promise<number | undefined> {
  const result = await database.query<{ at: number }>({
    name: 'store-sale-fired',
    text: `update shop_order set sale_fired_at = coalesce(sale_fired_at, clock_timestamp()),
             lease_until = clock_timestamp() + make_interval(secs => $4 / 1000.0)
           where connection_id = $1 and shop_order_id = $2 and fence = $3
           returning (extract(epoch from sale_fired_at) * 1000)::float8 as at`,
    values: [key.connectionId, key.shopOrderId, fence, leaseMs],
  });
  return result.rows[0]?.at;
}

export interface ProblemRow {
  readonly code: string;
  readonly severity: 'blocking' | 'info';
  readonly params: Readonly<Record<string, unknown>>;
}

export interface PassEnd {
  readonly state: string;
  readonly shop: {
    readonly status: string;
    readonly fulfilment: string | null;
    readonly updatedAt: string | null;
    readonly total: number;
    readonly currency: string;
    readonly paid: boolean;
    readonly partlyReturned: boolean;
    readonly provider: string | null;
  } | null;
  /** Milliseconds since 1970 by the database's clock: deliveries received before are answered by this read. */
  readonly readStartedAtMs: number;
  readonly missing: boolean;
  readonly problems: readonly ProblemRow[];
  /** Look again after so many milliseconds; null: not at all. A look that was asked for since the pass began stays due. */
  readonly dueInMs: number | null;
  readonly dueReason: string | null;
  /** Settings that the pass knew. Were others saved meanwhile, a blocked order is due at once: they may have mended it. */
  readonly settingsVersion: number;
  /** Answers that this pass has carried out or did not need: none of them may decide a later case. */
  readonly spentAnswers: readonly number[];
  /** What was decided on which facts; null when nothing new was. */
  readonly decision: { readonly digest: string; readonly input: unknown; readonly outcome: unknown } | null;
  /** The suspicion that this pass has looked into; one that was raised meanwhile stays. */
  readonly suspectSince: string | null;
  readonly journal: Readonly<Record<string, unknown>>;
}

/**
 * Ends a pass in one statement: state, what the shop showed, problems opened and resolved, deliveries closed,
 * lease released. Answers false, and changes nothing, when another pass has taken over.
 */
export async function finishPass(
  database: Queryable,
  key: OrderKey,
  fence: number,
  end: PassEnd,
): Promise<boolean> {
  const result = await database.query({
    name: 'finish-pass',
    text: `with o as (
             update shop_order set state = $4, lease_until = '-infinity', updated_at = clock_timestamp(),
               shop_status = coalesce($5, shop_status), shop_fulfilment = coalesce($6, shop_fulfilment),
               shop_updated_at = coalesce($7, shop_updated_at), shop_total = coalesce($8, shop_total),
               shop_currency = coalesce($9, shop_currency), last_read_at = to_timestamp($10 / 1000.0),
               paid_seen_at = case when $16 then coalesce(paid_seen_at, clock_timestamp()) else paid_seen_at end,
               partial_return_seen_at = case when $18 then coalesce(partial_return_seen_at, clock_timestamp()) else partial_return_seen_at end,
               missing_since = case when $11 then coalesce(missing_since, clock_timestamp()) end,
               shop_provider = coalesce($20, shop_provider),
               asked_at = case when asked_at > pass_started_at then asked_at end,
               due_at = case when asked_at > pass_started_at then clock_timestamp()
                             when $13 = 'blocked' and $17 < (select settings_version from connection where id = $1)
                             then clock_timestamp() else clock_timestamp() + make_interval(secs => $12 / 1000.0) end,
               due_reason = $13,
               suspect_since = case when extract(epoch from suspect_since)::text = $24 then null else suspect_since end
             where connection_id = $1 and shop_order_id = $2 and fence = $3 returning 1),
           wanted as (
             select p ->> 'code' as code, p ->> 'severity' as severity, p -> 'params' as params
             from o, jsonb_array_elements($14::jsonb) p),
           resolved as (
             update problem set resolved_at = clock_timestamp()
             from o where connection_id = $1 and shop_order_id = $2 and resolved_at is null
               and not exists (select 1 from wanted w where w.code = problem.code and w.params = problem.params)),
           opened as (
             insert into problem (connection_id, shop_order_id, code, severity, params)
             select $1, $2, code, severity, params from wanted
             on conflict (connection_id, shop_order_id, code, md5(params::text)) where resolved_at is null
             do update set last_seen_at = clock_timestamp()),
           superseded as (
             update order_answer set superseded_at = clock_timestamp()
             from o where connection_id = $1 and shop_order_id = $2 and superseded_at is null and id = any($19::bigint[])),
           decided as (
             insert into decision as d (connection_id, shop_order_id, digest, input, outcome)
             select $1, $2, $21, $22::jsonb, $23::jsonb from o where $21::text is not null
             on conflict (connection_id, shop_order_id, digest) do update set last_at = clock_timestamp(), times = d.times + 1),
           closed as (
             update webhook_delivery set closed_at = clock_timestamp()
             from o where connection_id = $1 and entity_id = $2 and closed_at is null
               and received_at < to_timestamp($10 / 1000.0)),
           noted as (
             insert into journal (connection_id, shop_order_id, kind, fence, data)
             select $1, $2, 'pass', $3, $15::jsonb from o)
           select 1 from o`,
    values: [
      key.connectionId,
      key.shopOrderId,
      fence,
      end.state,
      end.shop?.status ?? null,
      end.shop?.fulfilment ?? null,
      end.shop?.updatedAt ?? null,
      end.shop?.total ?? null,
      end.shop?.currency ?? null,
      end.readStartedAtMs,
      end.missing,
      end.dueInMs,
      end.dueReason,
      JSON.stringify(end.problems),
      JSON.stringify(end.journal),
      end.shop?.paid ?? false,
      end.settingsVersion,
      end.shop?.partlyReturned ?? false,
      end.spentAnswers,
      end.shop?.provider ?? null,
      end.decision?.digest ?? null,
      end.decision === null ? null : JSON.stringify(end.decision.input),
      end.decision === null ? null : JSON.stringify(end.decision.outcome),
      end.suspectSince,
    ],
  });
  return result.rowCount === 1;
}

interface ClaimRow {
  fence: number;
  claimed_at: number;
  wait_ms: number;
  state: string;
  shop_status: string | null;
  missing_since: number | null;
  sale_fired_at: number | null;
  paid_seen_at: number | null;
  partial_return_seen: boolean;
  suspect_since: string | null;
  answers: StandingAnswer[];
  foreign: ClaimedOrder['foreign'];
  settings_version: number;
  units_digest: string | null;
  ledger_confirmed: boolean;
}
