import type { Queryable } from '../../pool.ts';

/** Connections that have an export, with the pause between two cycles as their settings say. */
export async function exportIntervals(
  database: Queryable,
): Promise<{ readonly id: string; readonly minutes: number }[]> {
  const { rows } = await database.query<{ id: string; minutes: number }>({
    name: 'export-intervals',
    text: `select c.id, coalesce((s.settings ->> 'exportEveryMinutes')::int, 3) as minutes
           from connection c join connection_settings s on s.connection_id = c.id and s.version = c.settings_version
           where c.mode <> 'off' order by c.id`,
  });
  return rows;
}
