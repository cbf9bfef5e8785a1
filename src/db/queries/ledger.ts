import type { DocumentKind, DocumentState } from '../../domain/order/document-kinds.ts';
import type { Queryable } from '../pool.ts';
import type { OnceState } from './once-writes.ts';
import type { OrderKey } from './orders.ts';

/** One row of the ledger: a warehouse document that we asked for. */
export interface LedgerDocument {
  readonly id: number;
  readonly extId: number;
  readonly kind: DocumentKind;
  readonly generation: number;
  /** micro.bg's id, known after the first confirmed save. */
  readonly warehouseId: number | null;
  /** Number that staff see (`Acct`). */
  readonly warehouseNumber: string | null;
  readonly state: DocumentState;
  readonly sentDigest: string | null;
  readonly sentContent: unknown;
  readonly liveDigest: string | null;
  readonly liveContentDigest: string | null;
  /** What was confirmed last, complete. */
  readonly liveContent: unknown;
  readonly settingsVersion: number;
  /** Until when the request of an intent may still leave, milliseconds since 1970; null without an intent. */
  readonly deadlineAtMs: number | null;
  readonly postedDiffers: boolean;
  readonly conflictReason: ConflictReason | null;
  readonly paymentState: OnceState;
  /** What was recorded as paid, minor units. */
  readonly paymentAmount: number | null;
  readonly invoiceState: OnceState;
  readonly invoiceNumber: string | null;
  /** Until when the request of a payment or an invoice may still leave, milliseconds since 1970. */
  readonly onceDeadlineAtMs: number | null;
}

/** Staff changed the document, or it is gone. */
export type ConflictReason = 'changed' | 'missing';

const ledgerColumns = `id, ext_id, kind, generation, warehouse_id, warehouse_number, state, sent_digest, sent_content,
  live_digest, live_content_digest, live_content, settings_version, (extract(epoch from deadline_at) * 1000)::float8 as deadline_at,
  posted_differs, conflict_reason, payment_state, payment_amount, invoice_state, invoice_number,
  (extract(epoch from once_deadline_at) * 1000)::float8 as once_deadline_at`;

interface LedgerRow {
  id: number;
  ext_id: number;
  kind: DocumentKind;
  generation: number;
  warehouse_id: number | null;
  warehouse_number: string | null;
  state: DocumentState;
  sent_digest: string | null;
  sent_content: unknown;
  live_digest: string | null;
  live_content_digest: string | null;
  live_content: unknown;
  settings_version: number;
  deadline_at: number | null;
  posted_differs: boolean;
  conflict_reason: ConflictReason | null;
  payment_state: OnceState;
  payment_amount: number | null;
  invoice_state: OnceState;
  invoice_number: string | null;
  once_deadline_at: number | null;
}

function toLedgerRow(row: LedgerRow): LedgerDocument {
  return {
    id: row.id,
    extId: row.ext_id,
    kind: row.kind,
    generation: row.generation,
    warehouseId: row.warehouse_id,
    warehouseNumber: row.warehouse_number,
    state: row.state,
    sentDigest: row.sent_digest,
    sentContent: row.sent_content,
    liveDigest: row.live_digest,
    liveContentDigest: row.live_content_digest,
    liveContent: row.live_content,
    settingsVersion: row.settings_version,
    deadlineAtMs: row.deadline_at,
    postedDiffers: row.posted_differs,
    conflictReason: row.conflict_reason,
    paymentState: row.payment_state,
    paymentAmount: row.payment_amount,
    invoiceState: row.invoice_state,
    invoiceNumber: row.invoice_number,
    onceDeadlineAtMs: row.once_deadline_at,
  };
}

/** The documents of one order, oldest first: at most the newest 20, which hold every one that is not deleted. */
export async function documentsOf(database: Queryable, key: OrderKey): Promise<LedgerDocument[]> {
  const result = await database.query<LedgerRow>({
    name: 'documents-of',
    text: `select ${ledgerColumns} from document where connection_id = $1 and shop_order_id = $2
           order by state = 'deleted', id desc limit 20`,
    values: [key.connectionId, key.shopOrderId],
  });
  return result.rows.map(toLedgerRow).toSorted((a, b) => a.id - b.id);
}

/** The lease is prolonged with every write of a pass; no row means that another pass has taken over. */
const heldLease = `lease as (
  update shop_order set lease_until = clock_timestamp() + make_interval(secs => $4 / 1000.0)
  where connection_id = $1 and shop_order_id = $2 and fence = $3 returning lease_until)`;

export interface LeaseHolder extends OrderKey {
  readonly fence: number;
  readonly leaseMs: number;
}

function leaseValues(holder: LeaseHolder): [string, string, number, number] {
  return [holder.connectionId, holder.shopOrderId, holder.fence, holder.leaseMs];
}

/**
 * Reserves the id of a new document, before anything is sent under it. Ids come from one sequence per ApiId
 * and are never used again (micro.bg API 6.1). Undefined when another pass has taken over.
 */
export async function reserveDocument(
  database: Queryable,
  holder: LeaseHolder,
  document: {
    readonly kind: DocumentKind;
    readonly warehouseApiId: string;
    readonly settingsVersion: number;
  },
): Promise<LedgerDocument | undefined> {
  const result = await database.query<LedgerRow>({
    name: 'reserve-document',
    text: `with ${heldLease},
           taken as (
             update ext_id_counter set next_id = next_id + 1 from lease where warehouse_api_id = $5
             returning next_id - 1 as ext_id)
           insert into document (connection_id, shop_order_id, fence, warehouse_api_id, ext_id, kind, generation, state,
                                 settings_version)
           select $1, $2, $3, $5, ext_id, $6,
             (select count(*) + 1 from document where connection_id = $1 and shop_order_id = $2 and kind = $6), 'reserved', $7
           from taken returning ${ledgerColumns}`,
    values: [...leaseValues(holder), document.warehouseApiId, document.kind, document.settingsVersion],
  });
  const row = result.rows[0];
  return row === undefined ? undefined : toLedgerRow(row);
}

/**
 * Writes an intent down: what is about to be sent. Guarantee: a request leaves only after this is stored, and
 * not later than the lease that is stored with it, and only while the ledger is confirmed. False when that is not so, and
 * when another pass has taken over.
 */
export async function storeIntent(
  database: Queryable,
  holder: LeaseHolder,
  intent: {
    readonly documentId: number;
    readonly state: 'sent' | 'delete_sent';
    readonly digest: string | null;
    readonly content: unknown;
    /** Settings that the content follows from; null: as before. */
    readonly settingsVersion: number | null;
  },
): Promise<boolean> {
  const result = await database.query({
    name: 'store-intent',
    text: `with ${heldLease},
           changed as (
             update document set state = $6, sent_digest = $7, sent_content = $8::jsonb, deadline_at = lease.lease_until,
               settings_version = coalesce($9, settings_version), fence = $3, updated_at = clock_timestamp()
             from lease where id = $5 and ledger_confirmed($1) returning ext_id, kind)
           insert into journal (connection_id, shop_order_id, kind, fence, data)
           select $1, $2, $6, $3, jsonb_build_object('document', kind, 'extId', ext_id, 'content', $8::jsonb) from changed
           returning id`,
    values: [
      ...leaseValues(holder),
      intent.documentId,
      intent.state,
      intent.digest,
      intent.content === null ? null : JSON.stringify(intent.content),
      intent.settingsVersion,
    ],
  });
  return result.rowCount === 1;
}

/** What became of an intent. */
export interface Settlement {
  readonly documentId: number;
  readonly state: DocumentState;
  readonly warehouseId?: number;
  readonly warehouseNumber?: string | null;
  /** Digest of the wish that is confirmed; absent: as before. */
  readonly liveDigest?: string | null;
  readonly liveContentDigest?: string | null;
  readonly gross?: number;
  readonly postedDiffers?: boolean;
  readonly conflictReason?: ConflictReason | null;
  /** What is confirmed, where the ledger does not hold it as an intent. */
  readonly liveContent?: unknown;
  /** For the journal: how it is known. */
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** Settles an intent, or marks a document that staff changed. False when another pass has taken over. */
export async function settleDocument(
  database: Queryable,
  holder: LeaseHolder,
  settlement: Settlement,
): Promise<boolean> {
  const result = await database.query({
    name: 'settle-document',
    text: `with ${heldLease},
           changed as (
             update document set state = $6, sent_digest = null, sent_content = null, deadline_at = null,
               live_content = case when $9::text is not null then coalesce($15::jsonb, sent_content, live_content) else live_content end,
               conflict_reason = $14,
               warehouse_id = coalesce($7, warehouse_id), warehouse_number = coalesce($8, warehouse_number),
               live_digest = coalesce($9, live_digest), live_content_digest = coalesce($10, live_content_digest),
               gross = coalesce($11, gross), posted_differs = coalesce($12, posted_differs), fence = $3,
               updated_at = clock_timestamp(),
               confirmed_at = case when $6 = 'live' and $9::text is not null then clock_timestamp() else confirmed_at end,
               written_off_at = case when kind = 'sale' and $6 = 'live' then coalesce(written_off_at, clock_timestamp())
                                     else written_off_at end
             from lease where id = $5 returning ext_id, kind, document.warehouse_id)
           insert into journal (connection_id, shop_order_id, kind, fence, data)
           select $1, $2, $6, $3,
             jsonb_build_object('document', kind, 'extId', ext_id, 'warehouseId', warehouse_id) || $13::jsonb from changed
           returning id`,
    values: [
      ...leaseValues(holder),
      settlement.documentId,
      settlement.state,
      settlement.warehouseId ?? null,
      settlement.warehouseNumber ?? null,
      settlement.liveDigest ?? null,
      settlement.liveContentDigest ?? null,
      settlement.gross ?? null,
      settlement.postedDiffers ?? null,
      JSON.stringify(settlement.evidence),
      settlement.conflictReason ?? null,
      settlement.liveContent === undefined ? null : JSON.stringify(settlement.liveContent),
    ],
  });
  return result.rowCount === 1;
}

/**
 * Closes a sale together with its return: both stand, and neither is touched any more. Nothing happens unless
 * both are live. False when another pass has taken over.
 */
export async function closeReturned(database: Queryable, holder: LeaseHolder): Promise<boolean> {
  const result = await database.query({
    name: 'close-returned',
    text: `with ${heldLease},
           pair as (
             select id, kind, ext_id from document
             where connection_id = $1 and shop_order_id = $2 and state = 'live' and kind in ('sale', 'claim', 'credit_note')),
           closed as (
             update document set state = 'returned', fence = $3, updated_at = clock_timestamp()
             from lease where id in (select id from pair) and (select count(*) from pair) = 2 returning id),
           noted as (
             insert into journal (connection_id, shop_order_id, kind, fence, data)
             select $1, $2, 'returned', $3, (select jsonb_agg(jsonb_build_object('document', kind, 'extId', ext_id)) from pair)
             from lease where exists (select 1 from closed))
           select 1 from lease`,
    values: leaseValues(holder),
  });
  return result.rowCount === 1;
}

/** Appends to the journal of an order; undefined when another pass has taken over. */
export async function noteOfOrder(
  database: Queryable,
  holder: LeaseHolder,
  kind: string,
  data: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const result = await database.query({
    name: 'note-of-order',
    text: `with ${heldLease}
           insert into journal (connection_id, shop_order_id, kind, fence, data)
           select $1, $2, $5, $3, $6::jsonb from lease`,
    values: [...leaseValues(holder), kind, JSON.stringify(data)],
  });
  return result.rowCount === 1;
}

/** What was ever sent for a document, the newest first; at most 20. */
export async function sentContents<Content>(
  database: Queryable,
  key: OrderKey,
  extId: number,
): Promise<Content[]> {
  const { rows } = await database.query<{ content: Content }>({
    name: 'sent-contents',
    text: `select data -> 'content' as content from journal
           where connection_id = $1 and shop_order_id = $2 and kind = 'sent' and (data ->> 'extId')::bigint = $3
           order by id desc limit 20`,
    values: [key.connectionId, key.shopOrderId, extId],
  });
  return rows.map(({ content }) => content);
}

/** A document of this application that certainly exists: what proves that a read sees our documents at all. */
export async function findCanary(
  database: Queryable,
  connectionId: string,
  notDocumentId: number,
): Promise<{ kind: DocumentKind; warehouseId: number } | undefined> {
  const result = await database.query<{ kind: DocumentKind; warehouse_id: number }>({
    name: 'find-canary',
    text: `select kind, warehouse_id from document
           where connection_id = $1 and state in ('live', 'returned') and id <> $2 and warehouse_id is not null
           order by updated_at desc limit 1`,
    values: [connectionId, notDocumentId],
  });
  const row = result.rows[0];
  return row === undefined ? undefined : { kind: row.kind, warehouseId: row.warehouse_id };
}

/** Is this document of the warehouse one of another connection of ours? Two shops may share a company. */
export async function isOfOtherConnection(
  database: Queryable,
  connectionId: string,
  document: { readonly extId: number; readonly warehouseId: number },
): Promise<boolean> {
  const result = await database.query({
    name: 'is-of-other-connection',
    text: 'select 1 from document where connection_id <> $1 and ext_id = $2 and warehouse_id = $3',
    values: [connectionId, document.extId, document.warehouseId],
  });
  return result.rows.length > 0;
}
