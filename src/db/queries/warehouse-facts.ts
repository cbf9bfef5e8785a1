import type { Queryable } from '../pool.ts';

/** Facts of the warehouse account as last read, and their age in milliseconds. */
export async function readFacts<Facts>(
  database: Queryable,
  connectionId: string,
): Promise<{ facts: Facts; ageMs: number } | undefined> {
  const result = await database.query<{ facts: Facts; age: number }>({
    name: 'read-facts',
    text: `select facts, (extract(epoch from clock_timestamp() - read_at) * 1000)::float8 as age
           from warehouse_facts where connection_id = $1`,
    values: [connectionId],
  });
  const row = result.rows[0];
  return row === undefined ? undefined : { facts: row.facts, ageMs: row.age };
}

/** Stores facts just read. */
export async function storeFacts(database: Queryable, connectionId: string, facts: unknown): Promise<void> {
  await database.query(
    `insert into warehouse_facts (connection_id, facts) values ($1, $2)
     on conflict (connection_id) do update set facts = excluded.facts, read_at = now()`,
    [connectionId, JSON.stringify(facts)],
  );
}
