import { z } from 'zod';
import { addToken, listTokens, revokeToken } from '../../../db/queries/api-tokens.ts';
import { addUser, changeUser, listUsers } from '../../../db/queries/users.ts';
import { roles } from '../../../domain/role.ts';
import { ApiFailure } from '../failure.ts';
import { type Route, nothing, route } from '../route.ts';
import { hashPassword, newPassword } from './passwords.ts';
import { hashSecret, newToken } from './secret.ts';
import { emailAddress, personName } from './session-routes.ts';

const role = z.enum(roles);
const oneId = z.strictObject({ id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });

const userReply = z.strictObject({
  id: z.int(),
  email: z.string(),
  name: z.string(),
  role,
  disabled: z.boolean(),
  createdAt: z.iso.datetime(),
});

const users = route({
  method: 'get',
  path: '/api/users',
  summary: 'Everybody who may sign in',
  role: 'owner',
  params: nothing,
  query: nothing,
  body: nothing,
  reply: z.strictObject({ users: z.array(userReply) }),
  answer: async ({ pool }) => ({ users: await listUsers(pool) }),
});

const add = route({
  method: 'post',
  path: '/api/users',
  summary: 'Adds a user with a password to be changed by him',
  role: 'owner',
  params: nothing,
  query: nothing,
  body: z.strictObject({ email: emailAddress, name: personName, role, password: newPassword }),
  reply: userReply,
  answer: async ({ pool }, { body: { password, ...user }, by }) => {
    const added = await addUser(pool, { ...user, passwordHash: await hashPassword(password) }, by);
    if (added === undefined)
      throw new ApiFailure(409, 'address_taken', 'Somebody has this address already', {
        'body.email': 'is taken',
      });
    return added;
  },
});

const change = route({
  method: 'patch',
  path: '/api/users/{id}',
  summary: 'Changes name, role or password of a user, shuts him out or lets him in again',
  role: 'owner',
  params: oneId,
  query: nothing,
  body: z
    .strictObject({
      name: personName.optional(),
      role: role.optional(),
      disabled: z.boolean().optional(),
      password: newPassword.optional(),
    })
    .refine((body) => Object.keys(body).length > 0, { message: 'says nothing to change' }),
  reply: userReply,
  answer: async ({ pool }, { params: { id }, body: { password, ...wanted }, by }) => {
    const passwordHash = password === undefined ? undefined : await hashPassword(password);
    const changed = await changeUser(pool, id, { ...wanted, passwordHash }, by);
    if (changed === 'unknown_user') throw new ApiFailure(404, changed, 'There is no such user');
    if (changed === 'last_owner')
      throw new ApiFailure(409, changed, 'Somebody must stay owner: make another user one first');
    return changed;
  },
});

const tokenReply = z.strictObject({
  id: z.int(),
  name: z.string(),
  role,
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable(),
});

const tokens = route({
  method: 'get',
  path: '/api/tokens',
  summary: 'Tokens of machines, without the tokens',
  role: 'owner',
  params: nothing,
  query: nothing,
  body: nothing,
  reply: z.strictObject({ tokens: z.array(tokenReply) }),
  answer: async ({ pool }) => ({ tokens: await listTokens(pool) }),
});

const makeToken = route({
  method: 'post',
  path: '/api/tokens',
  summary: 'Makes a token for a machine; it is shown this once',
  role: 'owner',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    name: z
      .string()
      .trim()
      .regex(/^[\p{L}\p{N} ._-]{1,100}$/u, 'must be 1 to 100 letters, digits, blanks, . _ or -'),
    role,
    days: z.int().min(1).max(3_650).nullable().default(365),
  }),
  reply: tokenReply.extend({ token: z.string() }),
  answer: async ({ pool }, { body, by }) => {
    const token = newToken();
    return { ...(await addToken(pool, { ...body, hash: hashSecret(token) }, by)), token };
  },
});

const revoke = route({
  method: 'delete',
  path: '/api/tokens/{id}',
  summary: 'Ends a token at once',
  role: 'owner',
  params: oneId,
  query: nothing,
  body: nothing,
  reply: z.strictObject({ revoked: z.literal(true) }),
  answer: async ({ pool }, { params: { id }, by }) => {
    if (!(await revokeToken(pool, id, by)))
      throw new ApiFailure(404, 'unknown_token', 'There is no such token');
    return { revoked: true as const };
  },
});

/** Routes of users and of tokens. */
export const userRoutes: readonly Route[] = [users, add, change, tokens, makeToken, revoke];
