import type { Queryable } from '../pool.ts';

/** What an order did to a partner. */
export interface PartnerChange {
  readonly id: number;
  readonly at: Date;
  readonly order: string;
  readonly partnerId: number;
  /** `adopted`: an insert of ours that had landed without an answer. */
  readonly what: 'created' | 'adopted' | 'changed';
  /** Names of the changed fields; the journal never holds what is in them. */
  readonly fields: readonly string[];
}

/** Partners that orders of a connection created, took up or changed, newest first; only those with a lower id than `before`. */
export async function partnerChanges(
  database: Queryable,
  connectionId: string,
  { before, limit }: { readonly before: number | undefined; readonly limit: number },
): Promise<PartnerChange[]> {
  const { rows } = await database.query<PartnerChange>({
    name: 'partner-changes',
    text: `select id, at, shop_order_id as "order", (data ->> 'partner')::bigint as "partnerId",
             case when data ? 'created' then 'created' when data ? 'adopted' then 'adopted' else 'changed' end as what,
             coalesce(data -> 'changed', '[]') as fields
           from journal where connection_id = $1 and kind = 'partner' and ($2::bigint is null or id < $2)
           order by id desc limit $3`,
    values: [connectionId, before ?? null, limit],
  });
  return rows;
}
