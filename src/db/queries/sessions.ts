import type { Role } from '../../domain/role.ts';
import type { Queryable } from '../pool.ts';

/** How long a session lasts. */
export interface SessionLimits {
  /** Without a request, milliseconds. */
  readonly idleMs: number;
  /** In any case, milliseconds. */
  readonly maxMs: number;
}

/** Who a session belongs to. */
export interface SessionUser {
  readonly userId: number;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
}

/** A row's use is written down once a minute: a page that asks every second costs no write each time. */
const NOTE_USE_AFTER_MS = 60_000;

/** Begins a session; `former`, the one that the caller came with, ends. What is over of any user goes with it. */
export async function beginSession(
  database: Queryable,
  session: { readonly tokenHash: Buffer; readonly userId: number; readonly former: Buffer | undefined },
  { idleMs, maxMs }: SessionLimits,
): Promise<void> {
  await database.query({
    name: 'begin-session',
    text: `with over as (delete from panel_session
             where token_hash = $3 or created_at < clock_timestamp() - make_interval(secs => $5::float8 / 1000.0)
               or seen_at < clock_timestamp() - make_interval(secs => $4::float8 / 1000.0))
           insert into panel_session (token_hash, user_id) values ($1, $2)`,
    values: [session.tokenHash, session.userId, session.former ?? null, idleMs, maxMs],
  });
}

/** The user of a session that is not over; one that is near its end by silence begins to count anew. */
export async function useSession(
  database: Queryable,
  tokenHash: Buffer,
  { idleMs, maxMs }: SessionLimits,
): Promise<SessionUser | undefined> {
  const { rows } = await database.query<{
    user_id: number;
    email: string;
    name: string;
    role: Role;
    quiet: number;
  }>({
    name: 'use-session',
    text: `select s.user_id, u.email, u.name, u.role,
             (extract(epoch from clock_timestamp() - s.seen_at) * 1000)::float8 as quiet
           from panel_session s join panel_user u on u.id = s.user_id
           where s.token_hash = $1 and u.disabled_at is null
             and s.created_at > clock_timestamp() - make_interval(secs => $3::float8 / 1000.0)
             and s.seen_at > clock_timestamp() - make_interval(secs => $2::float8 / 1000.0)`,
    values: [tokenHash, idleMs, maxMs],
  });
  const [row] = rows;
  if (row === undefined) return undefined;
  if (row.quiet > Math.min(NOTE_USE_AFTER_MS, idleMs / 4))
    await database.query({
      name: 'note-session-use',
      text: 'update panel_session set seen_at = clock_timestamp() where token_hash = $1',
      values: [tokenHash],
    });
  return { userId: row.user_id, email: row.email, name: row.name, role: row.role };
}

/** Ends one session. */
export async function endSession(database: Queryable, tokenHash: Buffer): Promise<void> {
  await database.query('delete from panel_session where token_hash = $1', [tokenHash]);
}
