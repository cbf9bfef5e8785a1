import type { ConnectionSettings } from '../../../domain/connection/settings.ts';
import { type Pool, type Queryable, inTransaction } from '../../pool.ts';
import { audit } from '../audit.ts';
import { refreshRows } from './refresh-rows.ts';

/** Who does something by hand, and why. */
export interface ByHand {
  readonly by: string;
  readonly reason: string;
}

/** Why a change by hand is not possible. */
export type LinkRefusal = 'unknown_row' | 'unknown_item' | 'item_deleted' | 'not_linked' | 'not_ignored';

interface Connected {
  readonly id: string;
  readonly settings: ConnectionSettings;
}

/** Links variants to items because a person says so, all or none. Blocked orders with these goods are looked at again. */
export function linkByHand(
  pool: Pool,
  connection: Connected,
  links: readonly { readonly variantKey: string; readonly itemId: number; readonly ratio: string }[],
  { by, reason }: ByHand,
): Promise<LinkRefusal | null> {
  return changeByHand(
    pool,
    connection,
    links.map(({ variantKey }) => variantKey),
    async (tx) => {
      for (const link of links) {
        const refusal = await linkOne(tx, connection.id, link, { by, reason });
        if (refusal !== null) return refusal;
      }
      return null;
    },
  );
}

async function linkOne(
  tx: Queryable,
  connectionId: string,
  {
    variantKey,
    itemId,
    ratio,
  }: { readonly variantKey: string; readonly itemId: number; readonly ratio: string },
  { by, reason }: ByHand,
): Promise<LinkRefusal | null> {
  const known = await tx.query<{ variant: boolean; deleted: boolean | null; before: object | null }>({
    name: 'link-by-hand-look',
    text: `select exists (select from shop_variant where connection_id = $1 and variant_key = $2 and gone_at is null) as variant,
             (select deleted or gone_at is not null from warehouse_item
              where connection_id = $1 and warehouse_item_id = $3) as deleted,
             (select json_build_object('item', warehouse_item_id, 'ratio', ratio, 'by', matched_by, 'refused', refused_at is not null)
              from item_link where connection_id = $1 and variant_key = $2) as before`,
    values: [connectionId, variantKey, itemId],
  });
  const [facts] = known.rows;
  if (facts?.variant !== true) return 'unknown_row';
  if (facts.deleted === null) return 'unknown_item';
  if (facts.deleted) return 'item_deleted';
  await tx.query({
    name: 'link-by-hand',
    text: `insert into item_link (connection_id, variant_key, warehouse_item_id, ratio, matched_by, linked_by, reason)
           values ($1, $2, $3, $4, 'manual', $5, $6)
           on conflict (connection_id, variant_key) do update
             set warehouse_item_id = excluded.warehouse_item_id, ratio = excluded.ratio, matched_by = 'manual',
                 linked_by = excluded.linked_by, reason = excluded.reason, created_at = now(), gone_at = null, refused_at = null`,
    values: [connectionId, variantKey, itemId, ratio, by, reason],
  });
  await audit(tx, {
    ...{ by, connectionId, action: 'goods.linked', subject: variantKey, reason },
    ...{ before: facts.before, after: { item: itemId, ratio } },
  });
  return null;
}

/**
 * Takes a link back, or refuses the one that the codes suggest: this variant is not that item, and is not linked to it
 * again by itself. Documents that were posted stay as they are.
 */
export function unlinkByHand(
  pool: Pool,
  connection: Connected,
  variantKey: string,
  { by, reason }: ByHand,
): Promise<LinkRefusal | null> {
  return changeByHand(pool, connection, [variantKey], async (tx) => {
    const refused = await tx.query<{ item: number }>({
      name: 'unlink-by-hand',
      text: `with row_now as (
               select r.warehouse_item_id, r.suggested_item_id from match_row r join match_report m on m.id = r.report_id
               where m.connection_id = $1 and m.state = 'finished' and r.row_key = $2 order by m.id desc limit 1),
             meant as (
               select coalesce(
                 (select warehouse_item_id from item_link where connection_id = $1 and variant_key = $2 and refused_at is null),
                 (select coalesce(warehouse_item_id, suggested_item_id) from row_now)) as item)
             insert into item_link as l (connection_id, variant_key, warehouse_item_id, matched_by, linked_by, reason, refused_at)
             select $1, $2, item, 'manual', $3, $4, clock_timestamp() from meant where item is not null
             on conflict (connection_id, variant_key) do update
               set warehouse_item_id = excluded.warehouse_item_id, linked_by = excluded.linked_by, reason = excluded.reason,
                   refused_at = excluded.refused_at
             returning warehouse_item_id as item`,
      values: [connection.id, variantKey, by, reason],
    });
    const [row] = refused.rows;
    if (row === undefined) return 'not_linked';
    await audit(tx, {
      ...{ by, connectionId: connection.id, action: 'goods.unlinked', subject: variantKey, reason },
      before: { item: row.item },
    });
    return null;
  });
}

/** Hides a row from the work that is to be done, or shows it again. */
export function ignoreByHand(
  pool: Pool,
  connection: Connected,
  rowKey: string,
  wanted: boolean,
  { by, reason }: ByHand,
): Promise<LinkRefusal | null> {
  const [kind, id] = rowKey.split(':');
  const changed = kind === 'item' ? { variantKeys: [], itemIds: [Number(id)] } : { variantKeys: [rowKey] };
  return allOrNothing(pool, async (tx) => {
    const known = await tx.query(
      wanted
        ? {
            name: 'ignore-row',
            text: `insert into match_ignored (connection_id, row_key, ignored_by, reason)
                   select $1, $2, $3, $4 where exists (
                     select from match_row r join match_report m on m.id = r.report_id
                     where m.connection_id = $1 and r.row_key = $2)
                   on conflict (connection_id, row_key) do update
                     set ignored_by = excluded.ignored_by, reason = excluded.reason`,
            values: [connection.id, rowKey, by, reason],
          }
        : {
            name: 'unignore-row',
            text: 'delete from match_ignored where connection_id = $1 and row_key = $2',
            values: [connection.id, rowKey],
          },
    );
    if (known.rowCount === 0) return wanted ? 'unknown_row' : 'not_ignored';
    await audit(tx, {
      ...{ by, connectionId: connection.id, subject: rowKey, reason },
      action: wanted ? 'goods.ignored' : 'goods.unignored',
    });
    await refreshRows(tx, connection, changed);
    return null;
  });
}

/** The rows that may be accepted as they are suggested: near misses with one item. */
export async function suggestionsOf(
  database: Queryable,
  connectionId: string,
  rowKeys: readonly string[],
): Promise<{ readonly variantKey: string; readonly itemId: number; readonly ratio: string }[]> {
  const { rows } = await database.query<{ variantKey: string; itemId: number; ratio: string }>({
    name: 'suggestions-of-rows',
    text: `select r.variant_key as "variantKey", r.suggested_item_id as "itemId",
             coalesce(r.ratio, '1') as ratio
           from match_row r
           where r.report_id = (select max(id) from match_report where connection_id = $1 and state = 'finished')
             and r.row_key = any($2) and r.variant_key is not null and r.suggested_item_id is not null`,
    values: [connectionId, rowKeys],
  });
  return rows;
}

async function changeByHand(
  pool: Pool,
  connection: Connected,
  variantKeys: readonly string[],
  change: (tx: Queryable) => Promise<LinkRefusal | null>,
): Promise<LinkRefusal | null> {
  return allOrNothing(pool, async (tx) => {
    const refusal = await change(tx);
    if (refusal !== null) return refusal;
    await refreshRows(tx, connection, { variantKeys });
    await wakeOrders(tx, connection.id, variantKeys);
    return null;
  });
}

/** Orders that wait for one of these goods are due at once; the relay carries them. */
export async function wakeOrders(
  database: Queryable,
  connectionId: string,
  variantKeys: readonly string[],
): Promise<void> {
  await database.query({
    name: 'wake-orders-of-goods',
    text: `update shop_order o set due_at = clock_timestamp(), due_reason = 'goods linked'
           where o.connection_id = $1 and exists (
             select from problem p join shop_variant v on v.connection_id = p.connection_id and v.sku = p.params ->> 'sku'
             where p.connection_id = $1 and p.shop_order_id = o.shop_order_id and p.resolved_at is null
               and p.severity = 'blocking' and v.variant_key = any($2))`,
    values: [connectionId, variantKeys],
  });
}

/** All of a change, or nothing of one that was refused. */
function allOrNothing(
  pool: Pool,
  work: (tx: Queryable) => Promise<LinkRefusal | null>,
): Promise<LinkRefusal | null> {
  return inTransaction(pool, work, (refusal) => refusal === null);
}
