import type { Finding } from '../../../domain/stock/guards.ts';
import type { Queryable } from '../../pool.ts';

/** A finding that a person was told of. */
export interface StandingFinding extends Finding {
  readonly id: number;
  readonly state: 'open' | 'accepted' | 'rejected';
}

/** Findings that stand: open ones, and those that somebody decided about and that are not over. */
export async function standingFindings(
  database: Queryable,
  connectionId: string,
): Promise<StandingFinding[]> {
  const { rows } = await database.query<StandingFinding>({
    name: 'standing-findings',
    text: `select id, code, scope, evidence, state from stock_finding
           where connection_id = $1 and state in ('open', 'accepted', 'rejected') order by id`,
    values: [connectionId],
  });
  return rows;
}

/** Writes a finding down, or that it was seen again with other evidence. What somebody decided about it stays. */
export async function reportFinding(
  database: Queryable,
  connectionId: string,
  { code, scope, evidence }: Finding,
): Promise<void> {
  await database.query({
    name: 'report-finding',
    text: `insert into stock_finding (connection_id, code, scope, evidence) values ($1, $2, $3, $4)
           on conflict (connection_id, code, scope) where state in ('open', 'accepted', 'rejected')
             do update set evidence = excluded.evidence, seen_at = clock_timestamp()`,
    values: [connectionId, code, scope, JSON.stringify(evidence)],
  });
}

/** One finding per variant whose price looks wrong, so many at most; those that do not any more, or whose price went out, are over. */
export async function reportImplausible(
  database: Queryable,
  connectionId: string,
  limit: number,
): Promise<void> {
  await database.query({
    name: 'report-implausible',
    text: `with over as (
             update stock_finding f set state = 'over', seen_at = clock_timestamp()
             where f.connection_id = $1 and f.code = 'price_implausible' and f.state in ('open', 'accepted', 'rejected')
               and not exists (select from stock_sku s where s.connection_id = $1 and 'price:' || s.variant_key = f.scope
                 and (s.held = 'price_implausible' or f.state = 'accepted' and s.wanted_price is distinct from s.shown_price)))
           insert into stock_finding (connection_id, code, scope, evidence)
           select $1, 'price_implausible', 'price:' || variant_key, jsonb_build_object('before', shown_price, 'now', refused_price)
           from stock_sku where connection_id = $1 and held = 'price_implausible' order by variant_key limit $2
           on conflict (connection_id, code, scope) where state in ('open', 'accepted', 'rejected')
             do update set evidence = excluded.evidence, seen_at = clock_timestamp()`,
    values: [connectionId, limit],
  });
}

/** Ends findings that are no more, or that were accepted and carried out. */
export async function endFindings(database: Queryable, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await database.query({
    name: 'end-findings',
    text: `update stock_finding set state = 'over', seen_at = clock_timestamp() where id = any($1)`,
    values: [ids],
  });
}

/** Stores what a person decided. False: there is no such finding to decide about. */
export async function decideFinding(
  database: Queryable,
  connectionId: string,
  id: number,
  decision: { readonly state: 'accepted' | 'rejected'; readonly by: string; readonly reason: string },
): Promise<boolean> {
  const { rowCount } = await database.query({
    name: 'decide-finding',
    text: `update stock_finding set state = $3, decided_at = clock_timestamp(), decided_by = $4, reason = $5
           where connection_id = $1 and id = $2 and state in ('open', 'accepted', 'rejected')`,
    values: [connectionId, id, decision.state, decision.by, decision.reason],
  });
  return rowCount === 1;
}
