import type { Queryable } from '../pool.ts';

/** One of those by which attempts are counted, and how many it may have in the window. */
export interface AttemptLimit {
  /** Hash of an account, a caller's address, or both. */
  readonly subject: Buffer;
  readonly most: number;
}

/**
 * Counts an attempt before its password is looked at, so that many at once get no further than one after the other.
 * Answers how long to wait, in milliseconds, when one of the limits is passed.
 */
export async function countAttempt(
  database: Queryable,
  limits: readonly AttemptLimit[],
  windowMs: number,
): Promise<number | undefined> {
  // In one order everywhere: two attempts at once cannot wait for one another.
  const sorted = limits.toSorted((one, other) => one.subject.compare(other.subject));
  const { rows } = await database.query<{ subject: Buffer; failures: number; wait: number }>({
    name: 'count-sign-in-attempt',
    text: `insert into sign_in_failure as f (subject, failures, first_at, last_at)
           select subject, 1, clock_timestamp(), clock_timestamp() from unnest($1::bytea[]) subject
           on conflict (subject) do update set last_at = excluded.last_at,
             failures = case when f.first_at < excluded.last_at - make_interval(secs => $2::float8 / 1000.0) then 1 else f.failures + 1 end,
             first_at = case when f.first_at < excluded.last_at - make_interval(secs => $2::float8 / 1000.0) then excluded.last_at else f.first_at end
           returning subject, failures,
             ($2::float8 - extract(epoch from clock_timestamp() - first_at) * 1000)::float8 as wait`,
    values: [sorted.map(({ subject }) => subject), windowMs],
  });
  const waits = rows
    .filter(
      ({ subject, failures }) => failures > (limits.find((one) => one.subject.equals(subject))?.most ?? 0),
    )
    .map(({ wait }) => Math.max(0, wait));
  return waits.length === 0 ? undefined : Math.max(...waits);
}

/** Forgets the failures of somebody who signed in, and all that are long past. */
export async function forgiveAttempts(
  database: Queryable,
  subjects: readonly Buffer[],
  windowMs: number,
): Promise<void> {
  await database.query({
    name: 'forgive-sign-in-attempts',
    text: `delete from sign_in_failure where subject = any($1::bytea[])
             or last_at < clock_timestamp() - make_interval(secs => $2::float8 / 1000.0)`,
    values: [subjects, windowMs],
  });
}
