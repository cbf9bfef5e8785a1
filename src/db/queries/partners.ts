import type { Queryable } from '../pool.ts';

/** Our own partner codes: a range of numbers that staff hardly reach by hand. */
const FIRST_CODE = 700_000_000;
/** One sequence for all connections: applications of one company share its partners, and so their codes. */
const ALL_APPLICATIONS = '';
/** Where in the range a new installation begins is drawn: two on one company hardly ever meet. */
const CODE_ROOM = 100_000_000;
/** A code that is taken is of another installation, or of a database that was lost: the next ones are far away. */
const CODES_APART = 1_000_000;

/** What is known of a customer's partner, and the right to change it. */
export interface ClaimedPartner {
  readonly fence: number;
  readonly partnerId: number | null;
  /** Our own code, stored before the insert that uses it. */
  readonly code: string;
  readonly state: 'new' | 'sent' | 'live';
  readonly fieldsDigest: string | null;
  /** Milliseconds since the partner was last confirmed. */
  readonly ageMs: number;
}

/** The partner of a customer as last confirmed, without claiming anything. */
export async function findPartner(
  database: Queryable,
  connectionId: string,
  partnerKey: string,
): Promise<
  { partnerId: number; fieldsDigest: string; candidates: string | null; ageMs: number } | undefined
> {
  const result = await database.query<{
    warehouse_partner_id: number;
    fields_digest: string;
    candidates: string | null;
    age: number;
  }>({
    name: 'find-partner',
    text: `select warehouse_partner_id, fields_digest, candidates, (extract(epoch from clock_timestamp() - updated_at) * 1000)::float8 as age
           from partner_link where connection_id = $1 and partner_key = $2 and state = 'live'`,
    values: [connectionId, partnerKey],
  });
  const row = result.rows[0];
  return row === undefined
    ? undefined
    : {
        partnerId: row.warehouse_partner_id,
        fieldsDigest: row.fields_digest,
        candidates: row.candidates,
        ageMs: row.age,
      };
}

/**
 * Claims a customer's partner; undefined while another pass works on it. A code of our own is stored with the
 * first claim: an insert that is repeated under it is refused, and the partner found by it (micro.bg API 3.4).
 */
export async function claimPartner(
  database: Queryable,
  connectionId: string,
  partnerKey: string,
  leaseMs: number,
): Promise<ClaimedPartner | undefined> {
  const result = await database.query<{
    fence: number;
    warehouse_partner_id: number | null;
    code: string;
    state: 'new' | 'sent' | 'live';
    fields_digest: string | null;
    age: number;
  }>({
    name: 'claim-partner',
    text: `with taken as (
             insert into partner_code_counter as c (warehouse_api_id, next_code)
             select $3, $5 + 1 + floor(random() * $6)::bigint where not exists (select 1 from partner_link where connection_id = $1 and partner_key = $2)
             on conflict (warehouse_api_id) do update set next_code = c.next_code + 1
             returning (next_code - 1)::text as code)
           insert into partner_link as p (connection_id, partner_key, code, fence, lease_until)
           select $1, $2, (select code from taken), 1, clock_timestamp() + make_interval(secs => $4 / 1000.0)
           on conflict (connection_id, partner_key) do update
             set fence = p.fence + 1, lease_until = excluded.lease_until
             where p.lease_until <= clock_timestamp()
           returning fence, warehouse_partner_id, code, state, fields_digest,
             (extract(epoch from clock_timestamp() - updated_at) * 1000)::float8 as age`,
    values: [connectionId, partnerKey, ALL_APPLICATIONS, leaseMs, FIRST_CODE, CODE_ROOM],
  });
  const row = result.rows[0];
  if (row === undefined) return undefined;
  return {
    fence: row.fence,
    partnerId: row.warehouse_partner_id,
    code: row.code,
    state: row.state,
    fieldsDigest: row.fields_digest,
    ageMs: row.age,
  };
}

/** Another code for a customer whose code is somebody else's in the warehouse. Undefined when another pass has taken over. */
export async function renewPartnerCode(
  database: Queryable,
  connectionId: string,
  partnerKey: string,
  fence: number,
): Promise<string | undefined> {
  const result = await database.query<{ code: string }>({
    name: 'renew-partner-code',
    text: `with taken as (
             update partner_code_counter set next_code = next_code + 1 + floor(random() * $5)::bigint
             where warehouse_api_id = $4
             returning (next_code - 1)::text as code)
           update partner_link set code = taken.code from taken
           where connection_id = $1 and partner_key = $2 and fence = $3
           returning partner_link.code`,
    values: [connectionId, partnerKey, fence, ALL_APPLICATIONS, CODES_APART],
  });
  return result.rows[0]?.code;
}

/** Writes down that an insert under our code is about to be sent. False when another pass has taken over. */
export async function storePartnerIntent(
  database: Queryable,
  connectionId: string,
  partnerKey: string,
  fence: number,
  leaseMs: number,
): Promise<boolean> {
  const result = await database.query({
    name: 'store-partner-intent',
    text: `update partner_link set state = 'sent', lease_until = clock_timestamp() + make_interval(secs => $4 / 1000.0),
             updated_at = clock_timestamp()
           where connection_id = $1 and partner_key = $2 and fence = $3`,
    values: [connectionId, partnerKey, fence, leaseMs],
  });
  return result.rowCount === 1;
}

/** Stores the confirmed partner, journals what was changed on it, and frees the claim. False: another pass took over. */
export async function storePartner(
  database: Queryable,
  key: {
    readonly connectionId: string;
    readonly shopOrderId: string;
    readonly partnerKey: string;
    readonly fence: number;
  },
  partner: {
    readonly partnerId: number;
    readonly fieldsDigest: string;
    /** Ids of all that fitted, where there were several; undefined: it was not looked for, what is stored stays. */
    readonly candidates: string | null | undefined;
    readonly journal: Readonly<Record<string, unknown>> | null;
  },
): Promise<boolean> {
  const result = await database.query({
    name: 'store-partner',
    text: `with p as (
             update partner_link set state = 'live', warehouse_partner_id = $4, fields_digest = $5, lease_until = '-infinity',
               candidates = case when $8 then $9 else candidates end, updated_at = clock_timestamp()
             where connection_id = $1 and partner_key = $2 and fence = $3 returning 1),
           noted as (
             insert into journal (connection_id, shop_order_id, kind, data)
             select $1, $6, 'partner', $7::jsonb from p where $7::jsonb is not null)
           select 1 from p`,
    values: [
      key.connectionId,
      key.partnerKey,
      key.fence,
      partner.partnerId,
      partner.fieldsDigest,
      key.shopOrderId,
      partner.journal === null ? null : JSON.stringify(partner.journal),
      partner.candidates !== undefined,
      partner.candidates ?? null,
    ],
  });
  return result.rowCount === 1;
}

/** Frees a claim that came to no result. */
export async function releasePartner(
  database: Queryable,
  connectionId: string,
  partnerKey: string,
  fence: number,
): Promise<void> {
  await database.query({
    name: 'release-partner',
    text: `update partner_link set lease_until = '-infinity' where connection_id = $1 and partner_key = $2 and fence = $3`,
    values: [connectionId, partnerKey, fence],
  });
}
