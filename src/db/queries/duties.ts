import type { Queryable } from '../pool.ts';

/** A part of all connections, so that no schedule has too many: connections are spread by a hash of their id. */
export interface Shard {
  readonly shard: number;
  readonly shards: number;
}

/** Whether a connection is of a shard, as SQL: expressions for its id, the shard and the number of shards. */
export function isInShard(id: string, shard: string, shards: string): string {
  return `('x' || left(md5(${id}), 8))::bit(32)::bigint % ${shards}::bigint = ${shard}`;
}

/** A duty that this process is at now. */
export interface TakenDuty {
  readonly connectionId: string;
  readonly duty: string;
  /** Whatever is stored for the duty names it; a later taking makes it void. */
  readonly fence: number;
  /** Failures in a row before this time. */
  readonly failures: number;
}

/**
 * Takes what is due of a shard, the longest waiting first, at most `limit`. A new connection is due at once.
 * Guarantee: of all processes one has a duty at a time; one that died is relieved when its lease ran out. What
 * falls due within `aheadMs` is taken as well: the next look may be too late for it.
 */
export async function takeDuties(
  database: Queryable,
  duty: string,
  { shard, shards }: Shard,
  options: {
    readonly limit: number;
    readonly leaseMs: number;
    readonly aheadMs: number;
    /** Also of connections that are off, where somebody asked for it. */
    readonly evenOff?: boolean;
  },
): Promise<TakenDuty[]> {
  const isFree = (row: string): string =>
    `${row}.due_at <= clock_timestamp() + make_interval(secs => $6::float8 / 1000.0)
     and ${row}.lease_until <= clock_timestamp()`;
  const result = await database.query<{ connection_id: string; fence: number; failures: number }>({
    name: 'take-duties',
    text: `insert into connection_duty as d (connection_id, duty, fence, started_at, lease_until)
           select c.id, $1, 1, clock_timestamp(), clock_timestamp() + make_interval(secs => $5::float8 / 1000.0)
           from connection c left join connection_duty known on known.connection_id = c.id and known.duty = $1
           where (c.mode <> 'off' or ($7 and known.asked_at > coalesce(known.started_at, '-infinity')))
             and ${isInShard('c.id', '$2', '$3')}
             and (known.duty is null or ${isFree('known')})
           order by known.due_at nulls first limit $4
           on conflict (connection_id, duty) do update
             set fence = d.fence + 1, started_at = excluded.started_at, lease_until = excluded.lease_until
             where ${isFree('d')}
           returning connection_id, fence, failures`,
    values: [duty, shard, shards, options.limit, options.leaseMs, options.aheadMs, options.evenOff ?? false],
  });
  return result.rows.map((row) => ({
    connectionId: row.connection_id,
    duty,
    fence: row.fence,
    failures: row.failures,
  }));
}

/** Keeps a duty that is under way. No effect when it has ended meanwhile, or was given to another process. */
export async function renewDuty(database: Queryable, taken: TakenDuty, leaseMs: number): Promise<void> {
  await database.query({
    name: 'renew-duty',
    text: `update connection_duty set lease_until = clock_timestamp() + make_interval(secs => $4::float8 / 1000.0)
           where connection_id = $1 and duty = $2 and fence = $3 and lease_until > '-infinity'`,
    values: [taken.connectionId, taken.duty, taken.fence, leaseMs],
  });
}

/** How a duty ended. */
export interface DutyEnd {
  readonly nextInMs: number;
  /** What went wrong; null when nothing did. */
  readonly error: string | null;
}

/**
 * Ends a duty and says when it is due again; one that was asked for meanwhile is due at once. Answers false, and
 * changes nothing, when it was given to another process.
 */
export async function finishDuty(database: Queryable, taken: TakenDuty, end: DutyEnd): Promise<boolean> {
  const result = await database.query({
    name: 'finish-duty',
    text: `update connection_duty set lease_until = '-infinity', finished_at = clock_timestamp(),
             due_at = case when asked_at > started_at then clock_timestamp()
                           else clock_timestamp() + make_interval(secs => $4::float8 / 1000.0) end,
             succeeded_at = case when $5::text is null then clock_timestamp() else succeeded_at end,
             failures = case when $5::text is null then 0 else failures + 1 end, last_error = $5
           where connection_id = $1 and duty = $2 and fence = $3`,
    values: [taken.connectionId, taken.duty, taken.fence, end.nextInMs, end.error],
  });
  return result.rowCount === 1;
}

/** Makes a duty of a connection due at once, also while it is under way. */
export async function askForDuty(database: Queryable, connectionId: string, duty: string): Promise<void> {
  await database.query({
    name: 'ask-for-duty',
    text: `insert into connection_duty as d (connection_id, duty, asked_at) values ($1, $2, clock_timestamp())
           on conflict (connection_id, duty) do update set asked_at = excluded.asked_at, due_at = clock_timestamp()`,
    values: [connectionId, duty],
  });
}
