import type { Queryable } from '../pool.ts';
import type { OrderKey } from './orders.ts';

/** `reading`: how totals are read. `negative_lines`: how a line that lowers the total is written. */
export type Question = 'reading' | 'negative_lines';

export type LearnedAnswers = Readonly<Partial<Record<Question, string>>>;

/** What a connection's orders have taught so far. */
export async function readAnswers(database: Queryable, connectionId: string): Promise<LearnedAnswers> {
  const result = await database.query<{ question: Question; answer: string }>({
    name: 'read-answers',
    text: 'select question, answer from learned_answer where connection_id = $1',
    values: [connectionId],
  });
  return Object.fromEntries(result.rows.map(({ question, answer }) => [question, answer]));
}

/** Remembers an answer, with the order that taught it. A later one replaces it. */
export async function storeAnswer(
  database: Queryable,
  { connectionId, shopOrderId }: OrderKey,
  question: Question,
  answer: string,
): Promise<void> {
  await database.query({
    name: 'store-answer',
    text: `insert into learned_answer as l (connection_id, question, answer, shop_order_id) values ($1, $2, $3, $4)
           on conflict (connection_id, question) do update
             set answer = excluded.answer, shop_order_id = excluded.shop_order_id, learned_at = now()
             where l.answer <> excluded.answer`,
    values: [connectionId, question, answer, shopOrderId],
  });
}
