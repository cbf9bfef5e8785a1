import type { PassIo } from '../../src/activities/order/io.ts';
import type { Queryable } from '../../src/db/pool.ts';

/** A rule of the protocol that is switched off, to see whether a check would notice. */
export type Mutation = 'no_fence' | 'no_quarantine' | 'no_intent';

/** `landMs` of a product that waits for nothing. */
export const NO_QUARANTINE_MS = -1_000_000_000;

/** The ports of a product that lacks one rule. */
export function mutated(io: PassIo, mutation: Mutation | undefined): PassIo {
  if (mutation === undefined || mutation === 'no_quarantine') return io;
  return {
    db: (name, work) => io.db(name, (database) => work(lacking(database, mutation))),
    call: (name, send) => io.call(name, send),
    // Without a fence nobody looks at the clock either.
    now: mutation === 'no_fence' ? () => 0 : () => io.now(),
    sleep: (ms) => io.sleep(ms),
  };
}

function lacking(database: Queryable, mutation: 'no_fence' | 'no_intent'): Queryable {
  const query = (first: unknown, ...rest: unknown[]): unknown => {
    const statement = first as { name?: string; text?: string };
    if (mutation === 'no_intent' && statement.name === 'store-intent')
      return { rowCount: 1, rows: [{ id: 1 }] };
    const changed =
      mutation === 'no_fence' && typeof statement.text === 'string'
        ? {
            ...statement,
            name: `${statement.name} unfenced`,
            text: statement.text.replaceAll(/and fence = (\$\d)/g, 'and $1::bigint is not null'),
          }
        : first;
    return Reflect.apply(database.query, database, [changed, ...rest]);
  };
  return { query } as Queryable;
}
