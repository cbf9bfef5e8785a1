import type { Queryable } from '../pool.ts';

/** Parts of an export, each in the order of its ids. Bodies of webhooks and data of buyers are left out. */
const PARTS = {
  settings: `select version, settings, created_at as "createdAt", created_by as "createdBy"
             from connection_settings where connection_id = $1 order by version`,
  links: `select variant_key as "variant", warehouse_item_id as "item", ratio, matched_by as "matchedBy"
          from item_link where connection_id = $1 order by variant_key`,
  documents: `select ext_id as "stamp", shop_order_id as "order", kind, generation, warehouse_id as "warehouseId",
                warehouse_number as "warehouseNumber", state, gross, settings_version as "settingsVersion",
                created_at as "createdAt", updated_at as "updatedAt"
              from document where connection_id = $1 order by id`,
  orders: `select shop_order_id as "order", state, shop_status as "shopStatus", shop_total as "total",
             shop_currency as "currency" from shop_order where connection_id = $1 order by shop_order_id::numeric`,
} as const;

/** Settings of all versions, links, ledger and orders of a connection: what would be lost with it. */
export async function exportConnection(
  database: Queryable,
  connectionId: string,
): Promise<Readonly<Record<keyof typeof PARTS, readonly unknown[]>>> {
  const entries = [];
  for (const [name, text] of Object.entries(PARTS))
    entries.push([name, (await database.query({ text, values: [connectionId] })).rows] as const);
  return Object.fromEntries(entries) as Record<keyof typeof PARTS, unknown[]>;
}

/** Was the connection exported within so many minutes? Read from the audit log. */
export async function exportedLately(
  database: Queryable,
  connectionId: string,
  minutes: number,
): Promise<boolean> {
  const { rows } = await database.query(
    `select 1 from audit where connection_id = $1 and action = 'connection.exported'
       and at > clock_timestamp() - make_interval(mins => $2) limit 1`,
    [connectionId, minutes],
  );
  return rows.length > 0;
}
