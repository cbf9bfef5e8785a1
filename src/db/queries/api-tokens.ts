import type { Role } from '../../domain/role.ts';
import { type Pool, type Queryable, inTransaction } from '../pool.ts';
import { audit } from './audit.ts';

/** A token of a machine, without the token: that is shown once, when it is made. */
export interface ApiToken {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

interface TokenRow {
  id: number;
  name: string;
  role: Role;
  created_by: string;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
}

const COLUMNS = 'id, name, role, created_by, created_at, expires_at, last_used_at';

/** Tokens that were not revoked, the oldest first; those that have expired too. */
export async function listTokens(database: Queryable): Promise<ApiToken[]> {
  const { rows } = await database.query<TokenRow>(
    `select ${COLUMNS} from api_token where revoked_at is null order by id`,
  );
  return rows.map(toToken);
}

/** Makes a token. `days`: how long it is good for; null: until it is revoked. */
export async function addToken(
  pool: Pool,
  token: {
    readonly hash: Buffer;
    readonly name: string;
    readonly role: Role;
    readonly days: number | null;
  },
  by: string,
): Promise<ApiToken> {
  return inTransaction(pool, async (database) => {
    const { rows } = await database.query<TokenRow>(
      `insert into api_token (token_hash, name, role, created_by, expires_at)
       values ($1, $2, $3, $4, clock_timestamp() + make_interval(days => $5)) returning ${COLUMNS}`,
      [token.hash, token.name, token.role, by, token.days],
    );
    const [row] = rows;
    if (row === undefined) throw new Error('a token was inserted and did not come back');
    const after = { role: row.role, expiresAt: row.expires_at };
    await audit(database, { by, connectionId: null, action: 'token.made', subject: row.name, after });
    return toToken(row);
  });
}

/** Ends a token. False: there is none of this id, or not any more. */
export async function revokeToken(pool: Pool, id: number, by: string): Promise<boolean> {
  return inTransaction(pool, async (database) => {
    const { rows } = await database.query<{ name: string }>(
      `update api_token set revoked_at = clock_timestamp() where id = $1 and revoked_at is null returning name`,
      [id],
    );
    const [row] = rows;
    if (row === undefined) return false;
    await audit(database, { by, connectionId: null, action: 'token.revoked', subject: row.name });
    return true;
  });
}

/** Whom a token belongs to, while it is good. */
export async function useToken(
  database: Queryable,
  hash: Buffer,
): Promise<{ readonly name: string; readonly role: Role } | undefined> {
  const { rows } = await database.query<{ id: number; name: string; role: Role; stale: boolean }>({
    name: 'use-token',
    text: `select id, name, role, coalesce(last_used_at < clock_timestamp() - interval '1 minute', true) as stale
           from api_token where token_hash = $1 and revoked_at is null
             and (expires_at is null or expires_at > clock_timestamp())`,
    values: [hash],
  });
  const [row] = rows;
  if (row === undefined) return undefined;
  if (row.stale)
    await database.query('update api_token set last_used_at = clock_timestamp() where id = $1', [row.id]);
  return { name: row.name, role: row.role };
}

function toToken(row: TokenRow): ApiToken {
  return {
    ...{ id: row.id, name: row.name, role: row.role, createdBy: row.created_by },
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}
