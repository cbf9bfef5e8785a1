import { beforeEach, describe, expect, it } from 'vitest';
import { offerOwnerCode } from '../../../src/api/panel/sign-in/first-owner.ts';
import type { SignInRules } from '../../../src/api/panel/sign-in/caller.ts';
import { testDatabase } from '../../support/database.ts';
import { panelOfTest } from '../../support/panel.ts';

const { pool } = await testDatabase();
const PASSWORD = 'дълга парола за изпит';
const rules = (changes: Partial<SignInRules> = {}): { signIn: SignInRules } => ({
  signIn: {
    ...{ origin: undefined, trustedProxies: 0 },
    session: { idleMs: 60_000, maxMs: 600_000 },
    ...changes,
  },
});

beforeEach(async () => {
  await pool.query(
    'truncate panel_user, panel_session, api_token, sign_in_failure, first_owner_code, audit cascade',
  );
});

/** Requests of one browser: it keeps the cookie and says which page it is at. */
async function browser(url: string) {
  let cookie = '';
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(cookie === '' ? {} : { cookie }),
        ...(method === 'GET' ? {} : { 'content-type': 'application/json', origin: url }),
        ...headers,
      },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
    });
    const set = response.headers.get('set-cookie');
    if (set !== null) cookie = set.split(';')[0] ?? '';
    // oxlint-disable-next-line typescript/no-explicit-any
    return { status: response.status, set, headers: response.headers, body: (await response.json()) as any };
  };
  return { send, cookie: () => cookie, steal: (stolen: string) => (cookie = stolen) };
}

/** A panel with an owner, and his browser, signed in. */
async function withOwner(changes: Partial<SignInRules> = {}) {
  const panel = await panelOfTest(pool, rules(changes));
  const code = await offerOwnerCode(pool);
  const owner = await browser(panel.url);
  const made = await owner.send('POST', '/api/setup', {
    ...{ code, email: 'Maria@Example.bg', name: 'Мария', password: PASSWORD },
  });
  expect(made).toMatchObject({ status: 200, body: { by: 'maria@example.bg', role: 'owner' } });
  return { panel, owner };
}

describe('the first owner', () => {
  it('is made with the code that the server printed, once, however many try at the same moment', async () => {
    const panel = await panelOfTest(pool);
    expect((await panel.ask('GET', '/api/setup')).body).toEqual({ needed: true });
    const code = await offerOwnerCode(pool);
    expect(code).toMatch(/^([A-Z2-9]{5}-){3}[A-Z2-9]{5}$/);
    const tries = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map(async (name) => {
        const one = await browser(panel.url);
        return one.send('POST', '/api/setup', {
          ...{ code: code?.toLowerCase(), email: `${name}@example.bg`, name, password: PASSWORD },
        });
      }),
    );
    expect(tries.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409, 409]);
    expect((await panel.ask('GET', '/api/setup')).body).toEqual({ needed: false });
    expect(await offerOwnerCode(pool)).toBeUndefined();
    expect((await pool.query('select 1 from panel_user')).rowCount).toBe(1);
  });

  it('cannot be made with a guessed code, and guessing is slowed down', async () => {
    const { url } = await panelOfTest(pool);
    await offerOwnerCode(pool);
    const guesser = await browser(url);
    const answers: number[] = [];
    for (let guess = 0; guess < 10; guess += 1)
      answers.push(
        (
          await guesser.send('POST', '/api/setup', {
            ...{ code: `WRONG-${guess}`, email: 'a@example.bg', name: 'a', password: PASSWORD },
          })
        ).status,
      );
    expect(answers).toEqual([...Array.from({ length: 8 }, () => 401), 429, 429]);
  });
});

describe('a session', () => {
  it('is a cookie that scripts and other sites cannot use, new at every sign-in, and ends on sign-out', async () => {
    const { panel, owner } = await withOwner();
    const first = owner.cookie();
    const again = await owner.send('POST', '/api/session', { email: 'maria@example.bg', password: PASSWORD });
    expect(again.set).toMatch(
      /^session=[\w-]{43}; Max-Age=600; Path=\/; Expires=.*; HttpOnly; SameSite=Strict$/,
    );
    expect(owner.cookie()).not.toBe(first);
    const thief = await browser(panel.url);
    thief.steal(first);
    expect((await thief.send('GET', '/api/session')).status).toBe(401);
    expect((await owner.send('GET', '/api/session')).body).toEqual({
      ...{ by: 'maria@example.bg', name: 'Мария', role: 'owner', person: true },
    });
    const copied = owner.cookie();
    await owner.send('DELETE', '/api/session');
    thief.steal(copied);
    expect((await thief.send('GET', '/api/session')).status).toBe(401);
  });

  it('is kept to https and to its host where the panel is reached by https', async () => {
    const panel = await panelOfTest(pool, rules({ origin: 'https://sync.example.bg' }));
    const owner = await browser(panel.url);
    const made = await owner.send('POST', '/api/setup', {
      ...{ code: await offerOwnerCode(pool), email: 'a@example.bg', name: 'a', password: PASSWORD },
    });
    expect(made.set).toMatch(/^__Host-session=.*; Secure; SameSite=Strict$/);
  });

  it('ends by silence and in any case by age', async () => {
    const { owner } = await withOwner({ session: { idleMs: 3_600_000, maxMs: 7_200_000 } });
    const ask = async () => (await owner.send('GET', '/api/session')).status;
    await pool.query(`update panel_session set seen_at = clock_timestamp() - interval '50 minutes'`);
    // In time: it counts anew from here.
    expect(await ask()).toBe(200);
    expect(await ask()).toBe(200);
    const { rows } = await pool.query(
      `select 1 from panel_session where seen_at > clock_timestamp() - interval '1 minute'`,
    );
    expect(rows).toHaveLength(1);
    await pool.query(`update panel_session set created_at = clock_timestamp() - interval '3 hours'`);
    expect(await ask()).toBe(401);
    await pool.query(
      `update panel_session set created_at = clock_timestamp(), seen_at = clock_timestamp() - interval '61 minutes'`,
    );
    expect(await ask()).toBe(401);
  });

  it('cannot change anything from a page of another site, nor without saying which page it is', async () => {
    const { owner } = await withOwner();
    const user = { email: 'x@example.bg', name: 'x', role: 'owner', password: PASSWORD };
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'same-site' },
    ])
      expect((await owner.send('POST', '/api/users', user, headers)).body.code).toBe('foreign_origin');
    const response = await fetch((await panelOfTest(pool, rules())).url + '/api/users', {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: owner.cookie() },
      body: JSON.stringify(user),
    });
    expect(response.status).toBe(403);
    expect((await pool.query('select 1 from panel_user')).rowCount).toBe(1);
  });
});

describe('signing in', () => {
  it('tells the same whether the address is unknown, the password wrong or the user shut out', async () => {
    const { panel, owner } = await withOwner();
    const { id } = (
      await owner.send('POST', '/api/users', {
        ...{ email: 'ivan@example.bg', name: 'Иван', role: 'operator', password: PASSWORD },
      })
    ).body;
    const ivan = await browser(panel.url);
    const signIn = (email: string, password: string) =>
      ivan.send('POST', '/api/session', { email, password });
    expect((await signIn('IVAN@example.bg ', PASSWORD)).status).toBe(200);
    await owner.send('PATCH', `/api/users/${id}`, { disabled: true });
    // What he had open is over too.
    expect((await ivan.send('GET', '/api/session')).status).toBe(401);
    const answers = [
      await signIn('ivan@example.bg', PASSWORD),
      await signIn('maria@example.bg', 'not the password'),
      await signIn('nobody@example.bg', 'not the password'),
    ];
    for (const { status, body } of answers)
      expect({ status, body }).toEqual({
        status: 401,
        body: { title: 'Address or password is wrong', status: 401, code: 'wrong_credentials' },
      });
  });

  it('is limited: many guesses at once get no further than one after the other, and another address may go on', async () => {
    const { panel } = await withOwner({ trustedProxies: 1 });
    const from = async (address: string, password: string) => {
      const one = await browser(panel.url);
      return one.send(
        'POST',
        '/api/session',
        { email: 'maria@example.bg', password },
        { 'x-forwarded-for': address },
      );
    };
    const guesses = await Promise.all(
      Array.from({ length: 20 }, (_, guess) => from('203.0.113.9', `guess number ${guess}`)),
    );
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(8);
    const refused = await from('203.0.113.9', PASSWORD);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await from('198.51.100.7', PASSWORD)).status).toBe(200);
    // The window has passed.
    await pool.query(`update sign_in_failure set first_at = first_at - interval '16 minutes'`);
    expect((await from('203.0.113.9', PASSWORD)).status).toBe(200);
  });

  it('keeps no password and no token in the clear', async () => {
    const { owner } = await withOwner();
    const { token } = (await owner.send('POST', '/api/tokens', { name: 'касата', role: 'viewer' })).body;
    const kept = JSON.stringify([
      (await pool.query('select * from panel_user')).rows,
      (await pool.query(`select encode(token_hash, 'escape') as hash, * from api_token`)).rows,
      (await pool.query(`select encode(token_hash, 'escape') as hash, * from panel_session`)).rows,
      (await pool.query('select * from audit')).rows,
    ]);
    for (const secret of [PASSWORD, token, owner.cookie().split('=')[1]]) expect(kept).not.toContain(secret);
    expect(kept).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  });
});

describe('roles', () => {
  it('a viewer looks, an operator acts, an owner configures; whoever is not signed in does nothing', async () => {
    const panel = await panelOfTest(pool);
    const retry = { all: true, reason: 'r' };
    const may = async (role: 'viewer' | 'operator' | 'owner') => [
      (await panel.ask('GET', '/api/orders', undefined, { role })).status,
      (await panel.ask('POST', '/api/attention/retry', retry, { role })).status,
      (await panel.ask('GET', '/api/users', undefined, { role })).status,
    ];
    expect(await may('viewer')).toEqual([200, 403, 403]);
    expect(await may('operator')).toEqual([200, 200, 403]);
    expect(await may('owner')).toEqual([200, 200, 200]);
    for (const authorization of ['', 'Bearer ', `Bearer ${'x'.repeat(43)}`, 'Basic YTpi'])
      expect((await fetch(`${panel.url}/api/orders`, { headers: { authorization } })).status).toBe(401);
  });

  it('the last owner who can sign in stays one, also when two demote one another at the same moment', async () => {
    const { owner } = await withOwner();
    const { id: second } = (
      await owner.send('POST', '/api/users', {
        ...{ email: 'ivan@example.bg', name: 'Иван', role: 'owner', password: PASSWORD },
      })
    ).body;
    const first = (await owner.send('GET', '/api/users')).body.users[0].id;
    const token = (await owner.send('POST', '/api/tokens', { name: 'm', role: 'owner' })).body.token;
    const machine = { authorization: `Bearer ${token}` };
    const both = await Promise.all([
      owner.send('PATCH', `/api/users/${first}`, { role: 'viewer' }, machine),
      owner.send('PATCH', `/api/users/${second}`, { disabled: true }, machine),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const { rows } = await pool.query(
      `select 1 from panel_user where role = 'owner' and disabled_at is null`,
    );
    expect(rows).toHaveLength(1);
  });

  it('a token is good until it is revoked or expires', async () => {
    const { panel, owner } = await withOwner();
    const made = (await owner.send('POST', '/api/tokens', { name: 'касата', role: 'operator', days: 30 }))
      .body;
    const asks = async () =>
      (await fetch(`${panel.url}/api/session`, { headers: { authorization: `Bearer ${made.token}` } }))
        .status;
    expect(await asks()).toBe(200);
    await pool.query(`update api_token set expires_at = clock_timestamp() - interval '1 second'`);
    expect(await asks()).toBe(401);
    await pool.query('update api_token set expires_at = null');
    expect(await asks()).toBe(200);
    expect((await owner.send('DELETE', `/api/tokens/${made.id}`)).status).toBe(200);
    expect(await asks()).toBe(401);
  });

  it('changing the own password needs the old one and ends all other sessions', async () => {
    const { panel, owner } = await withOwner();
    const other = await browser(panel.url);
    await other.send('POST', '/api/session', { email: 'maria@example.bg', password: PASSWORD });
    const change = (password: string, newPassword: string) =>
      owner.send('POST', '/api/session/password', { password, newPassword });
    expect((await change('wrong', 'another long password')).body.fields).toHaveProperty(['body.password']);
    expect((await change(PASSWORD, 'short')).body.fields).toHaveProperty(['body.newPassword']);
    expect((await change(PASSWORD, 'another long password')).status).toBe(200);
    expect((await other.send('GET', '/api/session')).status).toBe(401);
    expect((await owner.send('GET', '/api/session')).status).toBe(200);
  });
});

describe('the audit log', () => {
  it('tells who changed what, before and after, newest first, a page at a time', async () => {
    const { owner } = await withOwner();
    const { id } = (
      await owner.send('POST', '/api/users', {
        ...{ email: 'ivan@example.bg', name: 'Иван', role: 'viewer', password: PASSWORD },
      })
    ).body;
    await owner.send('PATCH', `/api/users/${id}`, { role: 'operator', password: 'another long password' });
    const page = (await owner.send('GET', '/api/audit?limit=2')).body;
    expect(page.entries).toMatchObject([
      {
        ...{ by: 'maria@example.bg', action: 'user.changed', subject: 'ivan@example.bg' },
        before: { role: 'viewer' },
        after: { role: 'operator', password: 'changed' },
      },
      { action: 'user.added', after: { role: 'viewer' } },
    ]);
    const rest = (await owner.send('GET', `/api/audit?limit=2&before=${page.next}`)).body;
    expect(rest).toMatchObject({ entries: [{ action: 'user.first_owner' }], next: null });
  });
});
