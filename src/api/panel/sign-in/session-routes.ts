import { z } from 'zod';
import { findPassword, addFirstOwner, needsFirstOwner, changeUser } from '../../../db/queries/users.ts';
import { beginSession, endSession } from '../../../db/queries/sessions.ts';
import { countAttempt, forgiveAttempts } from '../../../db/queries/sign-in-failures.ts';
import { roles } from '../../../domain/role.ts';
import { WithSession } from '../answers.ts';
import { ApiFailure } from '../failure.ts';
import { type Input, type PanelDependencies, type Route, nothing, route } from '../route.ts';
import { hashPassword, isPassword, newPassword } from './passwords.ts';
import { hashSecret, newSessionSecret } from './secret.ts';

/** Failures are counted for so long. */
const WINDOW_MS = 15 * 60_000;
/** Of one address for one account; of one account from anywhere; of one address for any account. */
const MOST = { together: 8, account: 60, address: 40 } as const;

/** As it is stored: one person has one account, however the address is typed. */
export const emailAddress = z
  .string()
  .trim()
  .max(254)
  .toLowerCase()
  .pipe(z.email('must be an e-mail address'));
export const personName = z.string().trim().min(1).max(100);

const me = z.strictObject({
  by: z.string(),
  name: z.string(),
  role: z.enum(roles),
  /** False for a token of a machine. */
  person: z.boolean(),
});

const whoAmI = route({
  method: 'get',
  path: '/api/session',
  summary: 'Who is signed in, and with which role',
  role: 'viewer',
  params: nothing,
  query: nothing,
  body: nothing,
  reply: me,
  answer: async (_panel, { caller }) => Promise.resolve(toMe(caller)),
});

const signIn = route({
  method: 'post',
  path: '/api/session',
  summary: 'Signs in with address and password; the session is a cookie that scripts cannot read',
  role: 'anyone',
  params: nothing,
  query: nothing,
  body: z.strictObject({ email: emailAddress, password: z.string().min(1).max(200) }),
  reply: me,
  answer: async (panel, { body, from }) => {
    const { pool } = panel;
    const forgive = await attempt(panel, body.email, from.address);
    const found = await findPassword(pool, body.email);
    const right = await isPassword(found?.passwordHash, body.password);
    // One answer for all: whether an address is known, or was shut out, is nobody's business.
    if (found === undefined || !right || found.user.disabled)
      throw new ApiFailure(401, 'wrong_credentials', 'Address or password is wrong');
    await forgive();
    const { id, email, name, role } = found.user;
    return begin(panel, from, id, { by: email, name, role, person: true });
  },
});

const signOut = route({
  method: 'delete',
  path: '/api/session',
  summary: 'Signs out: the session is over, also for whoever copied the cookie',
  role: 'anyone',
  params: nothing,
  query: nothing,
  body: nothing,
  reply: nothing,
  answer: async ({ pool }, { from }) => {
    if (from.session !== undefined) await endSession(pool, from.session);
    return new WithSession(null, {});
  },
});

const changePassword = route({
  method: 'post',
  path: '/api/session/password',
  summary: 'Changes the own password; all other sessions of the user end',
  role: 'viewer',
  params: nothing,
  query: nothing,
  body: z.strictObject({ password: z.string().min(1).max(200), newPassword }),
  reply: me,
  answer: async (panel, { caller, body, from }) => {
    if (caller?.userId === undefined) throw new ApiFailure(409, 'no_password', 'A token has no password');
    const forgive = await attempt(panel, caller.by, from.address);
    const found = await findPassword(panel.pool, caller.by);
    if (!(await isPassword(found?.passwordHash, body.password)))
      throw new ApiFailure(400, 'invalid_input', 'The request is not valid', {
        'body.password': 'is not the present password',
      });
    await forgive();
    const passwordHash = await hashPassword(body.newPassword);
    await changeUser(panel.pool, caller.userId, { passwordHash }, caller.by);
    return begin(panel, from, caller.userId, toMe(caller));
  },
});

const setupState = route({
  method: 'get',
  path: '/api/setup',
  summary: 'Whether the first owner is still to be made',
  role: 'anyone',
  params: nothing,
  query: nothing,
  body: nothing,
  reply: z.strictObject({ needed: z.boolean() }),
  answer: async ({ pool }) => ({ needed: await needsFirstOwner(pool) }),
});

const setup = route({
  method: 'post',
  path: '/api/setup',
  summary: 'Makes the first owner with the code that the server printed, and signs him in',
  role: 'anyone',
  params: nothing,
  query: nothing,
  body: z.strictObject({
    code: z.string().trim().toUpperCase().min(1).max(50),
    email: emailAddress,
    name: personName,
    password: newPassword,
  }),
  reply: me,
  answer: async (panel, { body: { code, email, name, password }, from }) => {
    const forgive = await attempt(panel, 'first owner', from.address);
    const passwordHash = await hashPassword(password);
    const made = await addFirstOwner(panel.pool, hashSecret(code), { email, name, passwordHash });
    if (made === 'set_up_already') throw new ApiFailure(409, made, 'There is an owner already: sign in');
    if (made === 'wrong_code')
      throw new ApiFailure(401, made, 'This is not the code that the server printed at its last start');
    await forgive();
    return begin(panel, from, made.id, { by: made.email, name, role: made.role, person: true });
  },
});

/** Routes of signing in and out. */
export const sessionRoutes: readonly Route[] = [setupState, setup, whoAmI, signIn, signOut, changePassword];

type From = Input<unknown, unknown, unknown>['from'];

/** Counts an attempt. @throws 429 when there were too many; answers how to take it back after a success. */
async function attempt({ pool }: PanelDependencies, account: string, address: string) {
  const together = hashSecret(`both ${account} ${address}`);
  const limits = [
    { subject: together, most: MOST.together },
    { subject: hashSecret(`account ${account}`), most: MOST.account },
    { subject: hashSecret(`address ${address}`), most: MOST.address },
  ];
  const waitMs = await countAttempt(pool, limits, WINDOW_MS);
  if (waitMs !== undefined)
    throw new ApiFailure(429, 'too_many_attempts', 'Too many attempts: wait, then try again', undefined, {
      'Retry-After': String(Math.ceil(waitMs / 1_000)),
    });
  return (): Promise<void> => forgiveAttempts(pool, [together], WINDOW_MS);
}

/** A new secret for every sign-in: one that was planted before is worth nothing. */
async function begin(
  { pool, signIn: rules }: PanelDependencies,
  from: From,
  userId: number,
  user: z.output<typeof me>,
) {
  const secret = newSessionSecret();
  await beginSession(pool, { tokenHash: hashSecret(secret), userId, former: from.session }, rules.session);
  return new WithSession(secret, user);
}

function toMe(caller: Input<unknown, unknown, unknown>['caller']): z.output<typeof me> {
  if (caller === undefined) throw new ApiFailure(401, 'not_signed_in', 'Sign in first');
  const { by, name, role, userId } = caller;
  return { by, name, role, person: userId !== undefined };
}
