import type { Queryable } from '../pool.ts';
import type { LeaseHolder } from './ledger.ts';

/** What is written once for a document, and can be neither read nor taken back (micro.bg API 3.8). */
export type OnceKind = 'payment' | 'invoice';
/** Null: nothing was sent. `unknown`: sent, and nobody knows what became of it. */
export type OnceState = 'sent' | 'done' | 'unknown' | null;

/** How a state came about; goes to the journal. */
export interface OnceChange {
  readonly documentId: number;
  readonly kind: OnceKind;
  readonly state: OnceState;
  /** Payment: what is recorded, minor units. */
  readonly amount?: number;
  /** Invoice: its number. */
  readonly number?: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}

/**
 * Writes down that a payment or an invoice is about to be sent, or what became of it. Guarantee: a request leaves only
 * after `sent` is stored, and not later than the lease that is stored with it. False when another pass has taken over.
 */
export async function storeOnce(
  database: Queryable,
  { connectionId, shopOrderId, fence, leaseMs }: LeaseHolder,
  { documentId, kind, state, amount, number, evidence }: OnceChange,
): Promise<boolean> {
  const result = await database.query({
    name: `store-once-${kind}`,
    text: `with lease as (
             update shop_order set lease_until = clock_timestamp() + make_interval(secs => $4 / 1000.0)
             where connection_id = $1 and shop_order_id = $2 and fence = $3 returning lease_until),
           changed as (
             update document set ${kind}_state = $6, fence = $3, updated_at = clock_timestamp(),
               once_deadline_at = case when $6 = 'sent' then lease.lease_until else once_deadline_at end,
               ${kind === 'payment' ? 'payment_amount = coalesce($7::bigint, payment_amount)' : 'invoice_number = coalesce($7::text, invoice_number)'}
             from lease where id = $5 returning kind, ext_id)
           insert into journal (connection_id, shop_order_id, kind, fence, data)
           select $1, $2, '${kind}', $3, jsonb_build_object('document', kind, 'extId', ext_id, 'state', $6::text) || $8::jsonb
           from changed returning id`,
    values: [
      connectionId,
      shopOrderId,
      fence,
      leaseMs,
      documentId,
      state,
      (kind === 'payment' ? amount : number) ?? null,
      JSON.stringify(evidence),
    ],
  });
  return result.rowCount === 1;
}
