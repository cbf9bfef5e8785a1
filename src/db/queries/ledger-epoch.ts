import type { FoundDocument } from '../../domain/completeness/verification.ts';
import { type Pool, type Queryable, inTransaction } from '../pool.ts';

/** Stamps beyond the next one that a lost part of the ledger may have used, earlier walks of a lost epoch included. */
export const LOST_AT_MOST = 1_000_000;

/** Why the ledger of a connection is not believed. */
export type EpochReason = 'first' | 'place' | 'operator' | 'taken_id' | 'unknown_documents';

/** How the ledger of a connection stands. */
export interface LedgerEpoch<Walk> {
  readonly number: number;
  readonly reason: EpochReason;
  readonly confirmed: boolean;
  /** It was confirmed elsewhere: the database was restored, moved, or taken over by its stand-by. */
  readonly moved: boolean;
  readonly openedAgoMs: number;
  /** How far its walk came; null before the first page. */
  readonly walk: Walk | null;
}

/** The epoch of a connection's ledger. */
export async function readEpoch<Walk>(
  database: Queryable,
  connectionId: string,
): Promise<LedgerEpoch<Walk> | undefined> {
  const { rows } = await database.query<LedgerEpoch<Walk>>({
    name: 'read-epoch',
    text: `select number, reason, confirmed_at is not null as confirmed, place <> ledger_place() as moved, walk,
             (extract(epoch from clock_timestamp() - opened_at) * 1000)::float8 as "openedAgoMs"
           from ledger_epoch where connection_id = $1`,
    values: [connectionId],
  });
  return rows[0];
}

/**
 * Begins a new epoch, of one connection or of all: from now on nothing is written to the warehouse until a walk has
 * confirmed it. One that is not confirmed yet and stands at the same place goes on. Answers of how many.
 */
export async function openEpoch(
  database: Queryable,
  connectionId: string | undefined,
  reason: EpochReason,
  by: string,
): Promise<string[]> {
  const { rows } = await database.query<{ connection_id: string }>({
    name: 'open-epoch',
    text: `with opened as (
             update ledger_epoch set number = number + 1, place = ledger_place(), opened_at = clock_timestamp(),
               reason = $2, confirmed_at = null, walk = null
             where ($1::text is null or connection_id = $1) and (confirmed_at is not null or place <> ledger_place())
             returning connection_id, number),
           emptied as (delete from ledger_walk where connection_id in (select connection_id from opened)),
           asked as (
             insert into connection_duty (connection_id, duty, asked_at) select connection_id, 'verification', clock_timestamp()
             from opened on conflict (connection_id, duty) do update set asked_at = clock_timestamp(), due_at = clock_timestamp()),
           noted as (
             insert into journal (connection_id, kind, data)
             select connection_id, 'ledger', jsonb_build_object('what', 'opened', 'epoch', number, 'reason', $2::text, 'by', $3::text)
             from opened)
           select connection_id from opened order by 1`,
    values: [connectionId ?? null, reason, by],
  });
  return rows.map((row) => row.connection_id);
}

/** A document that a walk found. */
export interface WalkedDocument extends FoundDocument {
  readonly extId: number;
  readonly order: string;
  /** Total with VAT, minor units. */
  readonly gross: number | null;
}

/** Stores a page of a walk and how far it came, together. Nothing happens in another epoch. */
export async function storeWalkedPage(
  database: Queryable,
  connectionId: string,
  epoch: number,
  documents: readonly WalkedDocument[],
  walk: object,
): Promise<void> {
  await database.query({
    name: 'store-walked-page',
    text: `with current as (
             update ledger_epoch set walk = $4::jsonb where connection_id = $1 and number = $2 and confirmed_at is null returning 1)
           insert into ledger_walk (connection_id, warehouse_id, kind, number, ext_id, shop_order_id, content_digest, gross)
           select $1, f."warehouseId", f.kind, f.number, f."extId", f."order", f."contentDigest", f.gross
           from current, jsonb_to_recordset($3::jsonb)
             as f ("warehouseId" bigint, kind text, number text, "extId" bigint, "order" text, "contentDigest" text, gross bigint)
           on conflict (connection_id, warehouse_id) do update set
             kind = excluded.kind, number = excluded.number, ext_id = excluded.ext_id, shop_order_id = excluded.shop_order_id,
             content_digest = excluded.content_digest, gross = excluded.gross`,
    values: [connectionId, epoch, JSON.stringify(documents), JSON.stringify(walk)],
  });
}

/** What a finished walk came to. */
export interface Rebuilt {
  /** Documents of ours in the warehouse. */
  readonly documents: number;
  /** Of those: the ledger did not know them and does now. */
  readonly inserted: number;
  /** Of those: known, but with another content or state. */
  readonly adopted: number;
  /** Rows that stood for an order document in whose place a sale was found. */
  readonly replaced: number;
  /** Of those: given to no order, because one stands there already. */
  readonly leftovers: number;
  /** The next stamp. */
  readonly nextId: number;
}

/**
 * Ends a walk in one transaction: what the ledger lost is written into it again, sequences go on behind everything that
 * may have been used, every order that this concerns is due, and the epoch is confirmed. Undefined, and nothing happens,
 * in another epoch.
 */
export async function finishWalk(
  pool: Pool,
  connection: { readonly id: string; readonly warehouseApiId: string },
  epoch: number,
  options: { readonly digest: string; readonly margin: number },
): Promise<Rebuilt | undefined> {
  return inTransaction(pool, async (tx) => {
    const current = await tx.query(
      'select from ledger_epoch where connection_id = $1 and number = $2 and confirmed_at is null for update',
      [connection.id, epoch],
    );
    return current.rowCount === 1 ? rebuild(tx, connection, epoch, options) : undefined;
  });
}

async function rebuild(
  tx: Queryable,
  { id, warehouseApiId }: { readonly id: string; readonly warehouseApiId: string },
  epoch: number,
  { digest, margin }: { readonly digest: string; readonly margin: number },
): Promise<Rebuilt> {
  await keepOwn(tx, id, warehouseApiId);
  const documents = (await tx.query('select from ledger_walk where connection_id = $1', [id])).rowCount ?? 0;
  // Stamps that never carried a document of these orders: since the backup they may have been used for others.
  await tx.query(
    `delete from document where connection_id = $1 and state in ('reserved', 'deleted') and warehouse_id is null`,
    [id],
  );
  const adopted = await adoptChanged(tx, id, digest);
  await closePairs(tx, id);
  const inserted = await insertLost(tx, id, warehouseApiId, digest);
  const leftovers = await storeLeftovers(tx, id);
  const replaced = await writeOffReplaced(tx, id);
  await doubtOnceWrites(tx, id);
  await makeDue(tx, id);
  const nextId = await moveStamps(tx, id, warehouseApiId, margin);
  const rebuilt = { documents, inserted, adopted, replaced, leftovers, nextId };
  await tx.query('delete from ledger_walk where connection_id = $1', [id]);
  await tx.query(
    `update ledger_epoch set confirmed_at = clock_timestamp(), place = ledger_place(), walk = null where connection_id = $1`,
    [id],
  );
  await tx.query(`insert into journal (connection_id, kind, data) values ($1, 'ledger', $2)`, [
    id,
    JSON.stringify({ what: 'confirmed', epoch, ...rebuilt }),
  ]);
  return rebuilt;
}

/** A backup may be older than the first stamp: then it is of the one connection that has none yet, if there is just one. */
const ONLY_NEWCOMER = `(select min(warehouse_api_id) from connection
  where warehouse_api_id not in (select warehouse_api_id from ext_id_range) having count(*) = 1)`;

/** Leaves out what another connection made: by its ledger, or by the stretch of stamps. */
async function keepOwn(tx: Queryable, id: string, warehouseApiId: string): Promise<void> {
  await tx.query(
    `delete from ledger_walk w where connection_id = $1 and (
       exists (select from document d where d.connection_id <> $1 and d.ext_id = w.ext_id and d.warehouse_id = w.warehouse_id)
       or $2 is distinct from coalesce(
            (select warehouse_api_id from ext_id_range where first_id <= w.ext_id order by first_id desc limit 1), ${ONLY_NEWCOMER})
       or w.ext_id >= (select next_id + ${LOST_AT_MOST} from ext_id_counter where warehouse_api_id = $2))`,
    [id, warehouseApiId],
  );
}

/** Rows whose document is otherwise than the ledger says: what stands is the base of the next look. */
async function adoptChanged(tx: Queryable, id: string, digest: string): Promise<number> {
  const result = await tx.query(
    `update document d set state = 'live', warehouse_id = w.warehouse_id, warehouse_number = w.number, live_digest = $2,
       live_content_digest = w.content_digest, live_content = null, gross = w.gross, sent_digest = null, sent_content = null, deadline_at = null,
       conflict_reason = null, posted_differs = false, updated_at = clock_timestamp()
     from ledger_walk w
     where w.connection_id = $1 and d.connection_id = $1 and d.ext_id = w.ext_id and d.kind = w.kind
       and d.shop_order_id = w.shop_order_id
       and (d.state in ('reserved', 'sent', 'delete_sent')
            or (d.state = 'live' and (d.warehouse_id <> w.warehouse_id or d.live_content_digest is distinct from w.content_digest)))`,
    [id, digest],
  );
  return result.rowCount ?? 0;
}

/** Of the sales and returns of an order, by stamp, the first return takes back the first sale, and so on. */
const pairs = `
  party as (
    select shop_order_id, ext_id, kind = 'sale' as is_sale from document
    where connection_id = $1 and kind in ('sale', 'claim', 'credit_note') and (state = 'returned' or state = 'live'
      and warehouse_id in (select warehouse_id from ledger_walk where connection_id = $1))
    union
    select shop_order_id, ext_id, kind = 'sale' from ledger_walk w
    where connection_id = $1 and kind in ('sale', 'claim', 'credit_note')
      and not exists (select from document d where d.connection_id = $1 and d.ext_id = w.ext_id and d.state = 'deleted')),
  ranked as (
    select shop_order_id, ext_id, row_number() over (partition by shop_order_id, is_sale order by ext_id) as place,
      least(count(*) filter (where is_sale) over (partition by shop_order_id),
            count(*) filter (where not is_sale) over (partition by shop_order_id)) as pairs
    from party),
  closed as (select ext_id from ranked where place <= pairs)`;

/** A sale whose return was lost with the ledger is closed, as it was before. */
async function closePairs(tx: Queryable, id: string): Promise<void> {
  await tx.query(
    `with ${pairs}
     update document set state = 'returned', updated_at = clock_timestamp()
     where connection_id = $1 and state = 'live' and ext_id in (select ext_id from closed)`,
    [id],
  );
}

/** Rows for what the ledger does not know. Where a document stands already, it stays: a person must look at the other. */
async function insertLost(
  tx: Queryable,
  id: string,
  warehouseApiId: string,
  digest: string,
): Promise<number> {
  await tx.query(
    `insert into shop_order (connection_id, shop_order_id)
     select distinct $1, shop_order_id from ledger_walk where connection_id = $1 on conflict do nothing`,
    [id],
  );
  const result = await tx.query(
    `with ${pairs}
     insert into document (connection_id, shop_order_id, fence, warehouse_api_id, ext_id, kind, generation, warehouse_id,
       warehouse_number, state, live_digest, live_content_digest, gross, settings_version, written_off_at)
     select $1, w.shop_order_id, o.fence, $2, w.ext_id, w.kind,
       row_number() over (partition by w.shop_order_id, w.kind order by w.ext_id)
         + (select count(*) from document d where d.connection_id = $1 and d.shop_order_id = w.shop_order_id and d.kind = w.kind),
       w.warehouse_id, w.number, case when w.ext_id in (select ext_id from closed) then 'returned' else 'live' end,
       $3, w.content_digest, w.gross, c.settings_version, case when w.kind = 'sale' then clock_timestamp() end
     from ledger_walk w
     join shop_order o on o.connection_id = $1 and o.shop_order_id = w.shop_order_id
     join connection c on c.id = $1
     where w.connection_id = $1 and not exists (select from document d where d.connection_id = $1 and d.ext_id = w.ext_id)
     order by w.ext_id desc on conflict do nothing`,
    [id, warehouseApiId, digest],
  );
  return result.rowCount ?? 0;
}

async function storeLeftovers(tx: Queryable, id: string): Promise<number> {
  await tx.query('delete from ledger_leftover where connection_id = $1', [id]);
  const result = await tx.query(
    `insert into ledger_leftover (connection_id, warehouse_id)
     select $1, warehouse_id from ledger_walk w
     where connection_id = $1 and not exists (
       select from document d where d.connection_id = $1 and d.ext_id = w.ext_id and d.shop_order_id = w.shop_order_id
         and d.kind = w.kind)`,
    [id],
  );
  return result.rowCount ?? 0;
}

/** An order document that is gone, with a sale of the same order in its place: it had been converted. */
async function writeOffReplaced(tx: Queryable, id: string): Promise<number> {
  const result = await tx.query(
    `update document d set state = 'deleted', updated_at = clock_timestamp()
     where d.connection_id = $1 and d.kind = 'order' and d.state = 'live'
       and not exists (select from ledger_walk w where w.connection_id = $1 and w.warehouse_id = d.warehouse_id)
       and exists (select from document s where s.connection_id = $1 and s.shop_order_id = d.shop_order_id
                   and s.kind = 'sale' and s.state in ('live', 'returned'))`,
    [id],
  );
  return result.rowCount ?? 0;
}

/** Payments and invoices cannot be read: where the settings want them, nobody knows whether they were made. */
async function doubtOnceWrites(tx: Queryable, id: string): Promise<void> {
  for (const [column, wanted] of [
    ['payment_state', `settings ->> 'recordPayments' = 'true'`],
    ['invoice_state', `settings ->> 'invoices' in ('all', 'companies')`],
  ])
    await tx.query(
      `update document d set ${column} = 'unknown' from connection_settings s
       where d.connection_id = $1 and d.kind = 'sale' and d.state = 'live' and d.${column} is null
         and s.connection_id = $1 and s.version = d.settings_version and ${wanted}`,
      [id],
    );
}

/** Every order whose documents were found otherwise, or not at all, is looked at. */
async function makeDue(tx: Queryable, id: string): Promise<void> {
  await tx.query(
    `update shop_order o set due_at = clock_timestamp(), due_reason = 'ledger', asked_at = clock_timestamp(),
       suspect_since = clock_timestamp()
     where o.connection_id = $1 and o.state <> 'ignored' and exists (
       select from document d where d.connection_id = $1 and d.shop_order_id = o.shop_order_id
         and (d.updated_at >= (select opened_at from ledger_epoch where connection_id = $1)
              or (d.state = 'live' and not exists (
                select from ledger_walk w where w.connection_id = $1 and w.warehouse_id = d.warehouse_id))))`,
    [id],
  );
}

/** Moves the sequence behind everything that was found, and behind what may still be under way. */
async function moveStamps(
  tx: Queryable,
  id: string,
  warehouseApiId: string,
  margin: number,
): Promise<number> {
  const { rows } = await tx.query<{ next_id: number }>(
    `with start as (
       insert into ext_id_counter (warehouse_api_id, next_id)
       select '', greatest((select coalesce(max(ext_id), 0) from ledger_walk where connection_id = $1),
                           (select coalesce(max(next_id), 0) from ext_id_counter)) + $3::bigint
       on conflict (warehouse_api_id) do update set next_id = greatest(ext_id_counter.next_id + $3::bigint, excluded.next_id)
       returning next_id),
     stretch as (insert into ext_id_range (first_id, warehouse_api_id) select next_id, $2 from start)
     insert into ext_id_counter as c (warehouse_api_id, next_id) select $2, next_id from start
     on conflict (warehouse_api_id) do update set next_id = excluded.next_id, epoch = c.epoch + 1 returning c.next_id`,
    [id, warehouseApiId, margin],
  );
  return rows[0]?.next_id ?? 0;
}
