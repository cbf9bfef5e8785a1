import type { Pool } from '../../src/db/pool.ts';

/** What can stand in the ledger when something goes wrong. */
export const documentStates = [
  'none',
  'reserved',
  'sent',
  'live order',
  'live sale',
  'delete_sent',
  'returned',
  'conflict',
] as const;
export type DocumentState = (typeof documentStates)[number];

/** The mishaps that lives are full of. */
export const mishaps = [
  'doubled',
  'overtaken',
  'late delivery',
  'missing',
  'crash',
  'zombie',
  'statement lost',
  'statement unanswered',
  'late write',
  'lost request',
  'unanswered',
  'connection cut',
  '429',
  '5xx',
  '5xx after',
  'HTML',
  'HTML after',
] as const;
export type Mishap = (typeof mishaps)[number];

/** How often each mishap happened while a document stood in each state. */
export class Coverage {
  readonly #counts = new Map<string, number>();

  add(mishap: Mishap, state: DocumentState): void {
    const key = `${mishap} / ${state}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  count(mishap: Mishap, state: DocumentState): number {
    return this.#counts.get(`${mishap} / ${state}`) ?? 0;
  }

  merge(other: Coverage): void {
    for (const [key, count] of other.#counts) this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
  }

  /** Cells below `least`. */
  below(least: number): string[] {
    return mishaps.flatMap((mishap) =>
      documentStates
        .filter((state) => this.count(mishap, state) < least)
        .map((state) => `${mishap} / ${state}: ${this.count(mishap, state)}`),
    );
  }

  /** A table for people. */
  table(): string {
    const width = Math.max(...mishaps.map(({ length }) => length));
    const head = `${''.padEnd(width)}  ${documentStates.map((state) => state.padStart(11)).join('')}`;
    const rows = mishaps.map(
      (mishap) =>
        `${mishap.padEnd(width)}  ${documentStates.map((state) => String(this.count(mishap, state)).padStart(11)).join('')}`,
    );
    return [head, ...rows].map((line) => `  ${line}\n`).join('');
  }
}

/** The states in which documents of an order stand now. */
export async function statesOf(
  database: Pool,
  connectionId: string,
  orderId: string,
): Promise<readonly DocumentState[]> {
  const { rows } = await database.query<{ kind: string; state: string }>({
    name: 'lives-states',
    text: `select distinct kind, state from document where connection_id = $1 and shop_order_id = $2 and state <> 'deleted'`,
    values: [connectionId, orderId],
  });
  const states = rows.flatMap(({ kind, state }) => {
    const name = state === 'live' ? `live ${kind}` : state;
    return documentStates.filter((known) => known === name);
  });
  return states.length === 0 && rows.length === 0 ? ['none'] : [...new Set(states)];
}
