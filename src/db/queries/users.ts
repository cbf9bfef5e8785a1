import type { Role } from '../../domain/role.ts';
import { type Pool, type Queryable, inTransaction } from '../pool.ts';
import { type AuditEntry, audit } from './audit.ts';

/** Somebody who may sign in, as others see him. */
export interface User {
  readonly id: number;
  /** Lower case. */
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly createdAt: string;
}

interface UserRow {
  id: number;
  email: string;
  name: string;
  role: Role;
  disabled_at: Date | null;
  created_at: Date;
}

const COLUMNS = 'id, email, name, role, disabled_at, created_at';

/** All users, the oldest first. */
export async function listUsers(database: Queryable): Promise<User[]> {
  const { rows } = await database.query<UserRow>(`select ${COLUMNS} from panel_user order by id`);
  return rows.map(toUser);
}

/** For signing in: the hash too. Undefined where nobody has the address. */
export async function findPassword(
  database: Queryable,
  email: string,
): Promise<{ readonly user: User; readonly passwordHash: string } | undefined> {
  const { rows } = await database.query<UserRow & { password_hash: string }>(
    `select ${COLUMNS}, password_hash from panel_user where email = $1`,
    [email],
  );
  const [row] = rows;
  return row === undefined ? undefined : { user: toUser(row), passwordHash: row.password_hash };
}

/** What a new user needs. */
export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string;
}

/** Adds a user. Undefined: somebody has the address already. */
export async function addUser(pool: Pool, user: NewUser, by: string): Promise<User | undefined> {
  return inTransaction(pool, async (database) => {
    const added = await insertUser(database, user);
    if (added !== undefined) await auditUser(database, by, 'user.added', { after: shown(added) }, added);
    return added;
  });
}

/**
 * Makes the first owner with a code that the server printed. Guarantee: of any number of attempts at once one
 * succeeds, and none once there is a user.
 */
export async function addFirstOwner(
  pool: Pool,
  codeHash: Buffer,
  user: Omit<NewUser, 'role'>,
): Promise<User | 'wrong_code' | 'set_up_already'> {
  return inTransaction(pool, async (database) => {
    await database.query('lock table first_owner_code in exclusive mode');
    const { rows } = await database.query<{ users: boolean; code: boolean }>(
      `select exists (select from panel_user) as users, exists (select from first_owner_code where code_hash = $1
         and created_at > clock_timestamp() - interval '7 days') as code`,
      [codeHash],
    );
    if (rows[0]?.users !== false) return 'set_up_already';
    if (!rows[0].code) return 'wrong_code';
    const owner = await insertUser(database, { ...user, role: 'owner' });
    if (owner === undefined) return 'set_up_already';
    await database.query('delete from first_owner_code');
    await auditUser(database, owner.email, 'user.first_owner', { after: shown(owner) }, owner);
    return owner;
  });
}

/** Keeps the hash of a code for the first owner. False, and nothing kept, when there is a user already. */
export async function storeFirstOwnerCode(database: Queryable, codeHash: Buffer): Promise<boolean> {
  const { rowCount } = await database.query(
    'insert into first_owner_code (code_hash) select $1 where not exists (select from panel_user)',
    [codeHash],
  );
  return rowCount === 1;
}

/** Is nobody there yet? */
export async function needsFirstOwner(database: Queryable): Promise<boolean> {
  const { rows } = await database.query<{ none: boolean }>(
    'select not exists (select from panel_user) as none',
  );
  return rows[0]?.none === true;
}

/** What can be changed of a user. */
export interface UserChange {
  readonly name?: string | undefined;
  readonly role?: Role | undefined;
  readonly disabled?: boolean | undefined;
  readonly passwordHash?: string | undefined;
}

/**
 * Changes a user. All his sessions end, except where only the name changed. The last owner who can sign in stays an
 * owner who can.
 */
export async function changeUser(
  pool: Pool,
  id: number,
  change: UserChange,
  by: string,
): Promise<User | 'unknown_user' | 'last_owner'> {
  return inTransaction(pool, async (database) => {
    // All owners: two who demote one another at the same moment must not both succeed.
    const { rows: owners } = await database.query<{ id: number }>(
      "select id from panel_user where role = 'owner' and disabled_at is null order by id for update",
    );
    const before = await database.query<UserRow>(
      `select ${COLUMNS} from panel_user where id = $1 for update`,
      [id],
    );
    const [row] = before.rows;
    if (row === undefined) return 'unknown_user';
    const staysOwner =
      (change.role ?? row.role) === 'owner' && !(change.disabled ?? row.disabled_at !== null);
    if (!staysOwner && owners.length === 1 && owners[0]?.id === id) return 'last_owner';
    const { rows } = await database.query<UserRow>(
      `update panel_user set name = coalesce($2, name), role = coalesce($3, role),
         password_hash = coalesce($4, password_hash),
         disabled_at = case when $5::boolean then coalesce(disabled_at, clock_timestamp())
                            when not $5::boolean then null else disabled_at end
       where id = $1 returning ${COLUMNS}`,
      [id, change.name, change.role, change.passwordHash, change.disabled],
    );
    const after = toUser(rows[0] ?? row);
    if ((change.role ?? change.disabled ?? change.passwordHash) !== undefined)
      await database.query('delete from panel_session where user_id = $1', [id]);
    const secret = change.passwordHash === undefined ? {} : { password: 'changed' };
    const values = { before: shown(toUser(row)), after: { ...shown(after), ...secret } };
    await auditUser(database, by, 'user.changed', values, after);
    return after;
  });
}

async function insertUser(database: Queryable, user: NewUser): Promise<User | undefined> {
  const { rows } = await database.query<UserRow>(
    `insert into panel_user (email, name, role, password_hash) values ($1, $2, $3, $4)
     on conflict (email) do nothing returning ${COLUMNS}`,
    [user.email, user.name, user.role, user.passwordHash],
  );
  return rows[0] === undefined ? undefined : toUser(rows[0]);
}

async function auditUser(
  database: Queryable,
  by: string,
  action: string,
  values: Pick<AuditEntry, 'before' | 'after'>,
  user: User,
): Promise<void> {
  await audit(database, { by, connectionId: null, action, subject: user.email, ...values });
}

function shown({ name, role, disabled }: User) {
  return { name, role, disabled };
}

function toUser(row: UserRow): User {
  return {
    ...{ id: row.id, email: row.email, name: row.name, role: row.role },
    disabled: row.disabled_at !== null,
    createdAt: row.created_at.toISOString(),
  };
}
