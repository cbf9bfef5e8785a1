import pg from 'pg';
import { inject } from 'vitest';
import { migrate } from '../../src/db/migrate.ts';
import { type Pool, openPool } from '../../src/db/pool.ts';
import { emptyDatabase } from '../support/database.ts';

/** Where every life begins, so that it runs the same way again. */
const BEGINNING = Date.UTC(2026, 2, 10, 9);

/** Time of one life, milliseconds since 1970: it moves when the simulation says so, and never back. */
export class VirtualClock {
  readonly beginning = BEGINNING;
  now = BEGINNING;

  restart(): void {
    this.now = BEGINNING;
  }
}

/**
 * A migrated database whose clock is the session's setting `life.now`. The product's statements stay as they are:
 * `clock_timestamp` and `now` of ours are found before those of PostgreSQL.
 */
export async function databaseOfLives(): Promise<string> {
  const url = await emptyDatabase();
  const name = new URL(url).pathname.slice(1);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`
      alter database ${name} set search_path = public, pg_catalog;
      alter database ${name} set synchronous_commit = off;
      create function public.clock_timestamp() returns timestamptz language sql volatile as
        $$ select to_timestamp(coalesce(nullif(current_setting('life.now', true), '')::float8 / 1000,
                                        extract(epoch from pg_catalog.clock_timestamp()))) $$;
      create function public.now() returns timestamptz language sql volatile as $$ select public.clock_timestamp() $$;`);
  } finally {
    await client.end();
  }
  await migrate(url, () => undefined);
  // The same database by its socket: lives are made of very many small statements.
  const bySocket = new URL(url);
  bySocket.searchParams.set('host', inject('postgresSocket'));
  return bySocket.href;
}

/** One session of that database, whose clock follows the life's. */
export class TimedDatabase {
  readonly pool: Pool;
  readonly #clock: VirtualClock;
  #told = Number.NaN;

  constructor(url: string, clock: VirtualClock) {
    // One session: the clock is a setting of it.
    this.pool = openPool({ url, max: 1, applicationName: 'lives', onError: () => undefined });
    this.#clock = clock;
  }

  /** The session, at the life's time. */
  async at(): Promise<Pool> {
    const { now } = this.#clock;
    if (now !== this.#told) {
      this.#told = now;
      await this.pool.query({
        name: 'set-life-now',
        text: `select set_config('life.now', $1, false)`,
        values: [String(now)],
      });
    }
    return this.pool;
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}
