import type { Lookups } from '../../domain/connection/lookups.ts';
import type { Queryable } from '../pool.ts';

/** What settings of a connection are chosen from, and when it was read; undefined while nobody has looked. */
export async function readLookups(
  database: Queryable,
  connectionId: string,
): Promise<{ readonly lookups: Lookups; readonly readAt: Date } | undefined> {
  const { rows } = await database.query<{ lookups: Lookups; readAt: Date }>({
    name: 'read-lookups',
    text: `select lookups, read_at as "readAt" from connection_lookups where connection_id = $1`,
    values: [connectionId],
  });
  const [row] = rows;
  if (row === undefined) return undefined;
  // What was stored before stores were looked at does not say.
  const { shop, warehouse } = row.lookups;
  return { ...row, lookups: { shop: { ...shop, stores: shop.stores ?? null }, warehouse } };
}

/** Stores what shop and warehouse show now. No effect when the connection is gone. */
export async function storeLookups(
  database: Queryable,
  connectionId: string,
  lookups: Lookups,
): Promise<void> {
  await database.query({
    name: 'store-lookups',
    text: `insert into connection_lookups (connection_id, lookups) select id, $2 from connection where id = $1
           on conflict (connection_id) do update set lookups = excluded.lookups, read_at = clock_timestamp()`,
    values: [connectionId, JSON.stringify(lookups)],
  });
}
