import type { DocumentInput } from '../../domain/order/desired-document.ts';
import type { Queryable } from '../pool.ts';
import type { OrderKey } from './orders.ts';

/** A decision about an order, how often it was come to, and when. */
interface KeptDecision {
  readonly firstAt: Date;
  readonly lastAt: Date;
  readonly times: number;
  readonly input: unknown;
  readonly outcome: unknown;
}

/** All decisions about an order, oldest first; the newest 200. They hold no personal data. */
export async function decisionsOf(database: Queryable, key: OrderKey): Promise<KeptDecision[]> {
  const result = await database.query<KeptDecision>({
    name: 'decisions-of',
    text: `select first_at as "firstAt", last_at as "lastAt", times, input, outcome
           from (select * from decision where connection_id = $1 and shop_order_id = $2
                 order by first_at desc limit 200) newest
           order by first_at`,
    values: [key.connectionId, key.shopOrderId],
  });
  return result.rows;
}

/** The newest decision of each of the orders that were decided on last, at most `limit`; newest first. */
export async function newestDecisions(
  database: Queryable,
  connectionId: string,
  limit: number,
): Promise<{ readonly order: string; readonly input: DocumentInput }[]> {
  const { rows } = await database.query<{ order: string; input: DocumentInput }>({
    name: 'newest-decisions',
    text: `select recent.shop_order_id as "order", newest.input
           from (select shop_order_id, max(last_at) as at from decision where connection_id = $1
                 group by shop_order_id order by at desc limit $2) recent,
             lateral (select input from decision d
                      where d.connection_id = $1 and d.shop_order_id = recent.shop_order_id and d.last_at = recent.at
                      order by digest limit 1) newest
           order by recent.at desc`,
    values: [connectionId, limit],
  });
  return rows;
}
