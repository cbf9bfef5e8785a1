import type { Pool } from '../../src/db/pool.ts';
import { ask } from './control.ts';

/** How often something was done, by its name. */
export type Counts = Readonly<Record<string, number>>;

export function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, each) => sum + each, 0);
}

export function add(left: Counts, right: Counts): Counts {
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return Object.fromEntries([...names].map((name) => [name, (left[name] ?? 0) + (right[name] ?? 0)]));
}

function countNames(names: readonly string[]): Counts {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

interface Logged {
  readonly seq: number;
  /** The warehouse's log names the function, the shop's method and path. */
  readonly function?: string;
  readonly method?: string;
  readonly path?: string;
}

/** What an emulator was asked, from its own log: exact, because every entry has a number and none may be missing. */
export class VendorLog {
  readonly #controlUrl: string;
  #last = 0;

  constructor(controlUrl: string) {
    this.#controlUrl = controlUrl;
  }

  /** Calls since the last time, by name. @throws when the log, which is bounded, has lost some meanwhile. */
  async take(): Promise<Counts> {
    const { requests } = await ask<{ requests: Logged[] }>(
      `${this.#controlUrl}/requests?since=${this.#last}`,
    );
    const [first] = requests;
    if (first !== undefined && first.seq !== this.#last + 1)
      throw new Error(`the emulator's log has lost ${first.seq - this.#last - 1} calls`);
    this.#last = requests.at(-1)?.seq ?? this.#last;
    return countNames(
      requests.map((each) => each.function ?? `${each.method} ${(each.path ?? '').replace(/\d+/g, ':id')}`),
    );
  }
}

/** SQL statements since the last reset, of everybody but the benchmark itself. */
export interface Statements {
  /** Those that changed something, so that PostgreSQL wrote its log for them. */
  readonly writing: number;
  readonly reading: number;
}

/** Connections of the benchmark itself are not counted. */
export const UNCOUNTED = '?options=-c%20pg_stat_statements.track%3Dnone';

export async function resetStatements(pool: Pool): Promise<void> {
  await pool.query('select pg_stat_statements_reset()');
}

/** Counts by `pg_stat_statements`. A statement that wrote now and then counts as one that writes. */
export async function countStatements(pool: Pool): Promise<Statements> {
  const result = await pool.query<{ writing: number; reading: number }>(
    `select coalesce(sum(calls) filter (where wal_records > calls / 2), 0)::int as writing,
            coalesce(sum(calls) filter (where wal_records <= calls / 2), 0)::int as reading
     from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())`,
  );
  return result.rows[0] ?? { writing: 0, reading: 0 };
}
