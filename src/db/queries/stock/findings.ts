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
