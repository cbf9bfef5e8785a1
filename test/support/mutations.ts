import type { PassIo } from '../../src/activities/order/io.ts';
import type { Queryable } from '../../src/db/pool.ts';

/** A rule of the protocol that is switched off, to see whether a check would notice. */
export type Mutation = 'no_fence' | 'no_quarantine' | 'no_intent' | 'early_answer';

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

type Lacking = Exclude<Mutation, 'no_quarantine'>;

function lacking(database: Queryable, mutation: Lacking): Queryable {
  const query = (first: unknown, ...rest: unknown[]): unknown => {
    const statement = first as { name?: string; text?: string };
    if (mutation === 'no_intent' && statement.name === 'store-intent')
      return { rowCount: 1, rows: [{ id: 1 }] };
    const text = textWithout(mutation, statement.text ?? '');
    const changed =
      text === statement.text ? first : { ...statement, name: `${statement.name} ${mutation}`, text };
    return Reflect.apply(database.query, database, [changed, ...rest]);
  };
  return { query } as Queryable;
}

function textWithout(mutation: Lacking, text: string): string {
  switch (mutation) {
    case 'no_fence':
      return text.replaceAll(/and fence = (\$\d)/g, 'and $1::bigint is not null');
    // A pass answers every delivery, also those that came after it had read the shop.
    case 'early_answer':
      return text.replace(/and received_at < to_timestamp\(\$\d+ \/ 1000\.0\)/, '');
    case 'no_intent':
      return text;
  }
}
