import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { PANEL_HOST, createPanelApp } from '../../src/api/panel/app.ts';
import type { PanelDependencies, Role } from '../../src/api/panel/route.ts';
import type { Pool } from '../../src/db/pool.ts';
import { createLogger } from '../../src/observability/logger.ts';

const noTemporal = (): Promise<never> => Promise.reject(new Error('no Temporal here'));

export interface PanelAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
}

export interface TestPanel {
  readonly url: string;
  /** One request as somebody of the role; a body that is a text is sent as CSV. */
  readonly ask: (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body?: unknown,
    options?: { readonly role?: Role; readonly headers?: Readonly<Record<string, string>> },
  ) => Promise<PanelAnswer>;
  readonly stop: () => Promise<void>;
}

/** The API over a database, served on a free port. What needs Temporal is refused unless it is given. */
export async function startPanel(pool: Pool, overrides: Partial<PanelDependencies> = {}): Promise<TestPanel> {
  const server = createServer(
    createPanelApp({
      ...{ pool, act: noTemporal, reconcile: noTemporal, storyOf: noTemporal },
      ...{ onDue: () => undefined, publicUrl: undefined, lookNow: () => undefined },
      ...overrides,
      logger: createLogger('test', 'silent'),
    }),
  );
  await new Promise<void>((resolve) => void server.listen(0, PANEL_HOST, resolve));
  const url = `http://${PANEL_HOST}:${(server.address() as AddressInfo).port}`;
  return {
    url,
    async ask(method, path, body, { headers = {} } = {}) {
      const csv = typeof body === 'string';
      const response = await fetch(url + path, {
        method,
        headers: {
          ...(method === 'GET' ? {} : { 'content-type': csv ? 'text/csv' : 'application/json' }),
          ...headers,
        },
        ...(method === 'GET' ? {} : { body: csv ? body : JSON.stringify(body ?? {}) }),
      });
      const text = await response.text();
      const json = /json/.test(response.headers.get('content-type') ?? '');
      return {
        status: response.status,
        headers: response.headers,
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
