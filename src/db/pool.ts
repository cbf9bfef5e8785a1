import pg from 'pg';

export type Pool = pg.Pool;
export type Queryable = Pick<pg.PoolClient, 'query'>;

export interface PoolOptions {
  readonly url: string;
  readonly max: number;
  /** Told about broken idle connections; without a listener a stop of PostgreSQL ends the process. */
  readonly onError: (error: Error) => void;
  readonly applicationName: string;
}

// int8 as number: our counters and cents stay far below 2^53, and a string "12" in arithmetic is a silent bug.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`int8 out of the safe range: ${text}`);
  return value;
});

/** Opens a pool. Every statement is limited to 30 s, so that a stuck query cannot hold a connection for ever. */
export function openPool(options: PoolOptions): Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.max,
    application_name: options.applicationName,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 60_000,
  });
  pool.on('error', options.onError);
  return pool;
}

/** Runs the work in one transaction: all of it happens, or nothing when it throws or `keeps` says no to its result. */
export async function inTransaction<T>(
  pool: Pool,
  work: (database: Queryable) => Promise<T>,
  keeps: (result: T) => boolean = () => true,
): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query(keeps(result) ? 'commit' : 'rollback');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
