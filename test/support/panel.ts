import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createPanelApp } from '../../src/api/panel/app.ts';
import { createVendorAccess } from '../../src/api/panel/connections/vendors.ts';
import type { PanelDependencies } from '../../src/api/panel/route.ts';
import { hashSecret, newToken } from '../../src/api/panel/sign-in/secret.ts';
import type { Pool } from '../../src/db/pool.ts';
import { addToken } from '../../src/db/queries/api-tokens.ts';
import type { Role } from '../../src/domain/role.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { testBox } from './database.ts';

const HOST = '127.0.0.1';
const noTemporal = (): Promise<never> => Promise.reject(new Error('no Temporal here'));

export interface PanelAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

export interface TestPanel {
  readonly url: string;
  /** One request as somebody of the role, an owner unless said; a body that is a text is sent as CSV. */
  readonly ask: (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    options?: { readonly role?: Role; readonly headers?: Readonly<Record<string, string>> },
  ) => Promise<PanelAnswer>;
  /** The header that says who asks: `token:ROLE` in journals. */
  readonly as: (role: Role) => Promise<{ readonly authorization: string }>;
  readonly stop: () => Promise<void>;
}

/** A token of the role, made in the database. */
export async function tokenOf(pool: Pool, role: Role): Promise<string> {
  const token = newToken();
  await addToken(pool, { hash: hashSecret(token), name: role, role, days: null }, 'test');
  return token;
}

/** The API over a database, served on a free port. What needs Temporal is refused unless it is given. */
export async function startPanel(pool: Pool, overrides: Partial<PanelDependencies> = {}): Promise<TestPanel> {
  const server = createServer(
    createPanelApp({
      ...{ pool, act: noTemporal, reconcile: noTemporal, storyOf: noTemporal },
      imports: { start: noTemporal, signal: noTemporal },
      ...{
        onDue: () => undefined,
        publicUrl: undefined,
        lookNow: () => undefined,
        exportNow: () => undefined,
      },
      box: testBox,
      vendors: createVendorAccess({ HTTP_DEADLINE_MS: 5_000, PRIVATE_ADDRESSES: 'allow' }),
      signIn: {
        ...{ origin: undefined, trustedProxies: 0 },
        session: { idleMs: 60_000, maxMs: 600_000 },
      },
      ...overrides,
      logger: createLogger('test', 'silent'),
      checkReplies: true,
    }),
  );
  await new Promise<void>((resolve) => void server.listen(0, HOST, resolve));
  const url = `http://${HOST}:${(server.address() as AddressInfo).port}`;
  const tokens = new Map<Role, Promise<string>>();
  const as = async (role: Role): Promise<{ authorization: string }> => {
    if (!tokens.has(role)) tokens.set(role, tokenOf(pool, role));
    return { authorization: `Bearer ${await tokens.get(role)}` };
  };
  return {
    url,
    as,
    async ask(method, path, body, { role = 'owner', headers = {} } = {}) {
      const csv = typeof body === 'string';
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(await as(role)),
          ...(method === 'GET' ? {} : { 'content-type': csv ? 'text/csv' : 'application/json' }),
          ...headers,
        },
        ...(method === 'GET' ? {} : { body: csv ? body : JSON.stringify(body ?? {}) }),
      });
      const bytes = Buffer.from(await response.arrayBuffer());
      const text = bytes.toString('utf8');
      const json = /json/.test(response.headers.get('content-type') ?? '');
      return {
        status: response.status,
        headers: response.headers,
        bytes,
        text,
        body: json ? JSON.parse(text) : undefined,
      };
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The same, ended with the test that asked for it. */
export async function panelOfTest(
  pool: Pool,
  overrides: Partial<PanelDependencies> = {},
): Promise<TestPanel> {
  const panel = await startPanel(pool, overrides);
  onTestFinished(panel.stop);
  return panel;
}
