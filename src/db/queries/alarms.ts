import type { Alarm } from '../../domain/connection/alarms.ts';
import type { Queryable } from '../pool.ts';

/**
 * Opens the alarms of a connection that are new, brings the figures of the open ones up to date, and clears those
 * that are over. Answers which ones changed, for the log. Repeatable, by any number at once.
 */
export async function storeAlarms(
  database: Queryable,
  connectionId: string,
  alarms: readonly Alarm[],
): Promise<{ readonly opened: string[]; readonly cleared: string[] }> {
  const { rows } = await database.query<{ code: string; opened: boolean }>({
    name: 'store-alarms',
    text: `with wanted as (
             select a ->> 'code' as code, a -> 'params' as params from jsonb_array_elements($2::jsonb) a),
           cleared as (
             update alarm set cleared_at = clock_timestamp()
             where connection_id = $1 and cleared_at is null and code not in (select code from wanted)
             returning code),
           stored as (
             insert into alarm as a (connection_id, code, params) select $1, code, params from wanted
             on conflict (connection_id, code) where cleared_at is null do update set params = excluded.params
             returning code, xmax = 0 as opened)
           select code, true as opened from stored where opened union all select code, false from cleared`,
    values: [connectionId, JSON.stringify(alarms)],
  });
  return {
    opened: rows.filter(({ opened }) => opened).map(({ code }) => code),
    cleared: rows.filter(({ opened }) => !opened).map(({ code }) => code),
  };
}

/** Of a connection that is off nothing is expected: its alarms are over. */
export async function clearAlarmsOfOff(database: Queryable): Promise<void> {
  await database.query(
    `update alarm set cleared_at = clock_timestamp() from connection c
     where c.id = alarm.connection_id and c.mode = 'off' and alarm.cleared_at is null`,
  );
}

interface StoredAlarm {
  readonly connection: string;
  readonly code: string;
  readonly params: Readonly<Record<string, number>>;
  readonly since: Date;
  /** Null: not over. */
  readonly clearedAt: Date | null;
}

/** Alarms of one connection or of all, the newest first: every open one, and the last of those that are over. */
export async function readAlarms(
  database: Queryable,
  connectionId: string | undefined,
  past: number,
): Promise<StoredAlarm[]> {
  const { rows } = await database.query<StoredAlarm>({
    name: 'read-alarms',
    text: `select connection_id as connection, code, params, since, cleared_at as "clearedAt" from (
             select *, row_number() over (partition by connection_id, cleared_at is null order by since desc, id desc) as place
             from alarm where $1::text is null or connection_id = $1) a
           where cleared_at is null or place <= $2::int order by cleared_at is not null, since desc, id desc`,
    values: [connectionId ?? null, past],
  });
  return rows;
}
