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
