import type { Queryable } from '../../pool.ts';

/** Asks for a cycle now. False: the export is paused. */
export async function askForCycle(database: Queryable, connectionId: string): Promise<boolean> {
  const { rowCount } = await database.query({
    name: 'ask-for-cycle',
    text: `insert into stock_export as e (connection_id, asked_at) values ($1, clock_timestamp())
           on conflict (connection_id) do update set asked_at = excluded.asked_at where e.paused_at is null`,
    values: [connectionId],
  });
  return rowCount === 1;
}

/** Stops the export until it is resumed, or lets it go on. False: it is so already. */
export async function pauseExport(
  database: Queryable,
  connectionId: string,
  by: string | null,
): Promise<boolean> {
  const { rowCount } = await database.query({
    name: 'pause-export',
    text: `insert into stock_export as e (connection_id, paused_at, paused_by)
           select $1, clock_timestamp(), $2::text where $2::text is not null
           on conflict (connection_id) do update set paused_at = excluded.paused_at, paused_by = excluded.paused_by
             where e.paused_at is null`,
    values: [connectionId, by],
  });
  if (by !== null) return rowCount === 1;
  const resumed = await database.query({
    name: 'resume-export',
    text: `update stock_export set paused_at = null, paused_by = null where connection_id = $1 and paused_at is not null`,
    values: [connectionId],
  });
  return resumed.rowCount === 1;
}
