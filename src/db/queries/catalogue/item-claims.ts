import type { Queryable } from '../../pool.ts';

/** What was sent for a variant's item. */
export interface SentItem {
  readonly code: string | null;
  readonly name: string;
  readonly barcode: string;
}

/** How it is sent: under our code, under one of micro.bg's, as a change, or as a deletion. */
export type ClaimWay = 'code' | 'auto' | 'edit' | 'delete';

export interface ClaimKey {
  readonly connectionId: string;
  readonly variantKey: string;
}

/** The right to write for one variant's item. */
export interface ItemClaim {
  readonly fence: number;
  /** False: an intent of before stands, without an answer; it is looked up before anything is sent. */
  readonly fresh: boolean;
  readonly way: ClaimWay;
  readonly sent: SentItem;
  /** The highest id of an item that was known before it was sent. */
  readonly floorId: number;
  /** Milliseconds until the unanswered request cannot take effect any more; negative: that has passed. */
  readonly landsForMs: number;
  /** The item, made since `since`: another run or a webhook was first. */
  readonly madeItemId: number | null;
  /** The run whose row for this variant was ended last. */
  readonly doneRun: number | null;
}

/**
 * Claims a variant's item and stores what is about to be sent, in one statement. Undefined: another worker is at it, or the
 * run is not under way (paused, cancelled).
 */
export async function claimItem(
  database: Queryable,
  { connectionId, variantKey }: ClaimKey,
  wish: {
    readonly way: ClaimWay;
    readonly sent: SentItem;
    readonly leaseMs: number;
    readonly landMs: number;
    /** What was made since then was not known when this was wished for. */
    readonly since: Date;
    /** Null: not part of a run. */
    readonly runId: number | null;
  },
): Promise<ItemClaim | undefined> {
  const result = await database.query<ItemClaim>({
    name: 'claim-item',
    text: `insert into item_claim as c (connection_id, variant_key, fence, lease_until, state, way, sent, floor_id, landed_by)
           select $1, $2, 1, clock_timestamp() + make_interval(secs => $5 / 1000.0), 'sent', $3, $4,
             (select coalesce(max(warehouse_item_id), 0) from warehouse_item where connection_id = $1),
             clock_timestamp() + make_interval(secs => ($5 + $6) / 1000.0)
           where $8::bigint is null or exists (select 1 from import_run where id = $8 and state = 'running')
           on conflict (connection_id, variant_key) do update
             set fence = c.fence + 1, lease_until = excluded.lease_until, updated_at = clock_timestamp(),
                 state = case when c.state = 'live' and c.updated_at >= $7 then 'live' else 'sent' end,
                 way = case when c.state = 'sent' then c.way else excluded.way end,
                 sent = case when c.state = 'sent' then c.sent else excluded.sent end,
                 floor_id = case when c.state = 'sent' then c.floor_id else excluded.floor_id end,
                 landed_by = case when c.state = 'sent' then c.landed_by else excluded.landed_by end,
                 fresh = c.state <> 'sent'
             where c.lease_until <= clock_timestamp()
           returning c.fence, c.fresh, c.way, c.sent, c.floor_id as "floorId",
             (extract(epoch from c.landed_by - clock_timestamp()) * 1000)::float8 as "landsForMs",
             case when c.state = 'live' then c.item_id end as "madeItemId", c.done_run as "doneRun"`,
    values: [
      ...[connectionId, variantKey, wish.way, JSON.stringify(wish.sent)],
      ...[wish.leaseMs, wish.landMs, wish.since, wish.runId],
    ],
  });
  return result.rows[0];
}

/** Stores what is sent next for a claim that is held. False: another worker has taken over. */
export async function storeItemIntent(
  database: Queryable,
  { connectionId, variantKey }: ClaimKey,
  fence: number,
  wish: {
    readonly way: ClaimWay;
    readonly sent: SentItem;
    readonly leaseMs: number;
    readonly landMs: number;
  },
): Promise<boolean> {
  const result = await database.query({
    name: 'store-item-intent',
    text: `update item_claim set state = 'sent', way = $4, sent = $5, updated_at = clock_timestamp(),
             lease_until = clock_timestamp() + make_interval(secs => $6 / 1000.0),
             landed_by = clock_timestamp() + make_interval(secs => ($6 + $7) / 1000.0),
             floor_id = (select coalesce(max(warehouse_item_id), 0) from warehouse_item where connection_id = $1)
           where connection_id = $1 and variant_key = $2 and fence = $3`,
    values: [connectionId, variantKey, fence, wish.way, JSON.stringify(wish.sent), wish.leaseMs, wish.landMs],
  });
  return result.rowCount === 1;
}

/** Prolongs a claim. False: another worker has taken over. */
export async function renewItemClaim(
  database: Queryable,
  { connectionId, variantKey }: ClaimKey,
  fence: number,
  leaseMs: number,
): Promise<boolean> {
  const result = await database.query({
    name: 'renew-item-claim',
    text: `update item_claim set lease_until = clock_timestamp() + make_interval(secs => $4 / 1000.0)
           where connection_id = $1 and variant_key = $2 and fence = $3`,
    values: [connectionId, variantKey, fence, leaseMs],
  });
  return result.rowCount === 1;
}

/** Gives a claim back without a result. `unsent`: nothing is on its way; else the intent stands until it is looked up. */
export async function releaseItemClaim(
  database: Queryable,
  { connectionId, variantKey }: ClaimKey,
  fence: number,
  unsent: boolean,
): Promise<void> {
  await database.query({
    name: 'release-item-claim',
    text: `update item_claim set lease_until = '-infinity', state = case when $4 and state = 'sent' then 'free' else state end
           where connection_id = $1 and variant_key = $2 and fence = $3`,
    values: [connectionId, variantKey, fence, unsent],
  });
}

/** Milliseconds until somebody else's claim runs out; 0: nobody holds it. */
export async function itemClaimedForMs(
  database: Queryable,
  { connectionId, variantKey }: ClaimKey,
): Promise<number> {
  const result = await database.query<{ ms: number }>({
    name: 'item-claimed-for',
    text: `select greatest(0, extract(epoch from lease_until - clock_timestamp()) * 1000)::float8 as ms from item_claim
           where connection_id = $1 and variant_key = $2 and lease_until > clock_timestamp()`,
    values: [connectionId, variantKey],
  });
  return result.rows[0]?.ms ?? 0;
}

/** Has this account refused a code with other signs than digits and taken the item without it? */
export async function refusesLetters(database: Queryable, connectionId: string): Promise<boolean> {
  const result = await database.query({
    name: 'refuses-letters',
    text: `select 1 from item_claim where connection_id = $1 and code_refused limit 1`,
    values: [connectionId],
  });
  return result.rowCount === 1;
}

/** The variant that an item is linked to, other than this one; undefined: none. */
export async function linkedElsewhere(
  database: Queryable,
  { connectionId, variantKey }: ClaimKey,
  itemId: number,
): Promise<string | undefined> {
  const result = await database.query<{ key: string }>({
    name: 'linked-elsewhere',
    text: `select variant_key as key from item_link
           where connection_id = $1 and warehouse_item_id = $3 and variant_key <> $2 and gone_at is null and refused_at is null
           limit 1`,
    values: [connectionId, variantKey, itemId],
  });
  return result.rows[0]?.key;
}

export async function readPriceWriteMode(
  database: Queryable,
  connectionId: string,
): Promise<'company' | 'with' | 'without' | undefined> {
  const result = await database.query<{ mode: 'company' | 'with' | 'without' }>({
    name: 'price-write-mode',
    text: 'select mode from price_write_mode where connection_id = $1',
    values: [connectionId],
  });
  return result.rows[0]?.mode;
}

export async function storePriceWriteMode(
  database: Queryable,
  connectionId: string,
  mode: 'company' | 'with' | 'without',
): Promise<void> {
  await database.query(
    `insert into price_write_mode (connection_id, mode) values ($1, $2)
     on conflict (connection_id) do update set mode = excluded.mode, learned_at = clock_timestamp()`,
    [connectionId, mode],
  );
}
