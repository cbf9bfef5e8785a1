import type { Queryable } from '../pool.ts';

/** A change that somebody made. Values never hold secrets or data of customers. */
export interface AuditEntry {
  /** Who: the address of a user, or `token:NAME`. */
  readonly by: string;
  readonly connectionId: string | null;
  /** Stable, for instance `settings.changed`. */
  readonly action: string;
  /** What was changed, where it is not the connection itself: a variant, a user. */
  readonly subject?: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly reason?: string;
}

/** Writes a change down. Call it in the transaction of the change: one without the other does not happen. */
export async function audit(database: Queryable, entry: AuditEntry): Promise<void> {
  await database.query({
    name: 'audit',
    text: `insert into audit (actor, connection_id, action, subject, before, after, reason)
           values ($1, $2, $3, $4, $5, $6, $7)`,
    values: [
      entry.by,
      entry.connectionId,
      entry.action,
      entry.subject ?? null,
      entry.before === undefined ? null : JSON.stringify(entry.before),
      entry.after === undefined ? null : JSON.stringify(entry.after),
      entry.reason ?? null,
    ],
  });
}

/** An entry as it is read. */
export interface AuditRow {
  readonly id: number;
  readonly at: string;
  readonly by: string;
  readonly connection: string | null;
  readonly action: string;
  readonly subject: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly reason: string | null;
}

/** Entries, newest first. `before`: only those with a lower id. */
export async function listAudit(
  database: Queryable,
  filter: {
    readonly connection?: string | undefined;
    readonly action?: string | undefined;
    readonly by?: string | undefined;
    readonly before?: number | undefined;
  },
  limit: number,
): Promise<AuditRow[]> {
  const { rows } = await database.query<Omit<AuditRow, 'at'> & { at: Date }>({
    name: 'list-audit',
    text: `select id, at, actor as by, connection_id as connection, action, subject, before, after, reason from audit
           where ($1::text is null or connection_id = $1) and ($2::text is null or action = $2)
             and ($3::text is null or actor = $3) and ($4::bigint is null or id < $4)
           order by id desc limit $5`,
    values: [filter.connection, filter.action, filter.by, filter.before, limit],
  });
  return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
}
