import type { Request } from 'express';
import type { Pool } from '../../../db/pool.ts';
import { useToken } from '../../../db/queries/api-tokens.ts';
import { type SessionLimits, useSession } from '../../../db/queries/sessions.ts';
import { type Role, mayDo } from '../../../domain/role.ts';
import { ApiFailure } from '../failure.ts';
import { hashSecret } from './secret.ts';

/** What sign-in needs to know of the installation. */
export interface SignInRules {
  readonly session: SessionLimits;
  /** Origin under which browsers reach the panel, for instance `https://sync.example.bg`; undefined: this machine only. */
  readonly origin: string | undefined;
  /** Proxies before us whose word about the caller's address counts. */
  readonly trustedProxies: number;
}

/** Who asks. */
export interface Caller {
  /** For journals: the address of a user, or `token:NAME`. */
  readonly by: string;
  readonly name: string;
  readonly role: Role;
  /** Undefined for a machine. */
  readonly userId: number | undefined;
  /** Hash of the session's secret; undefined for a machine. */
  readonly session: Buffer | undefined;
}

/** Browsers keep a cookie of this prefix to one host and to https. */
export function cookieName({ origin }: SignInRules): string {
  return origin?.startsWith('https:') === true ? '__Host-session' : 'session';
}

/** The secret of the session that a request carries, whether it is good or not. */
export function sessionSecret(request: Request, rules: SignInRules): string | undefined {
  const name = `${cookieName(rules)}=`;
  return request.headers.cookie
    ?.split(';')
    .map((part) => part.trim())
    .find((part) => part.startsWith(name))
    ?.slice(name.length);
}

/** Who asks; undefined: nobody that we know. A token is looked at first: a request that carries one means it. */
export async function findCaller(
  request: Request,
  { pool, signIn }: { readonly pool: Pool; readonly signIn: SignInRules },
): Promise<Caller | undefined> {
  const [, token] = /^Bearer ([\w-]{20,200})$/.exec(request.headers.authorization ?? '') ?? [];
  if (token !== undefined) {
    const known = await useToken(pool, hashSecret(token));
    return known && { ...known, by: `token:${known.name}`, userId: undefined, session: undefined };
  }
  const secret = sessionSecret(request, signIn);
  if (secret === undefined) return undefined;
  const session = hashSecret(secret);
  const user = await useSession(pool, session, signIn.session);
  return user && { by: user.email, name: user.name, role: user.role, userId: user.userId, session };
}

/** @throws {ApiFailure} 401 or 403 when the caller may not use what needs the role. */
export function requireRole(caller: Caller | undefined, needed: Role | 'anyone'): void {
  if (needed === 'anyone') return;
  if (caller === undefined) throw new ApiFailure(401, 'not_signed_in', 'Sign in first');
  if (!mayDo(caller.role, needed))
    throw new ApiFailure(403, 'role_too_low', `This needs the role ${needed}; yours is ${caller.role}`);
}
