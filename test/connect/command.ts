import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { newSecretsKey } from '../../src/config.ts';
import type { Pool } from '../../src/db/pool.ts';
import { type Connection, readConnection } from '../../src/db/queries/connections.ts';
import { createSecretBox } from '../../src/db/secrets.ts';
import { projectRoot } from '../../tools/local/paths.ts';
import { testDatabase } from '../support/database.ts';
import { type Emulators, startEmulators } from '../support/emulators.ts';

interface Ended {
  readonly code: number | null;
  /** stdout and stderr together, as a person sees them. */
  readonly output: string;
}

interface RunOptions {
  /** Changes of the environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
}

/** Everything that `npm run connect` talks to: a database of its own and both emulators, seeded before each test. */
export interface Desk {
  readonly pool: Pool;
  readonly emulators: Emulators;
  /** Address of the database. */
  readonly url: string;
  /** A complete file for the emulators; changes replace whole top-level fields. */
  file(changes?: Readonly<Record<string, unknown>>): Record<string, unknown>;
  /** Runs the built command with a file of that content. */
  connect(content: unknown, args?: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Runs the built command. */
  run(args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** The saved connection, opened. */
  saved(id?: string): Promise<Connection | undefined>;
}

/** Sets a desk up for the tests of a file. */
export function useDesk(): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'cloudcart-microbg-connect-'));
  const key = newSecretsKey();
  const box = createSecretBox(key);
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let emulators: Emulators;
  beforeAll(async () => {
    [database, emulators] = await Promise.all([testDatabase(), startEmulators()]);
  });
  beforeEach(async () => {
    await database.pool.query('delete from connection');
    await Promise.all([emulators.shop.control.post('/reset'), emulators.warehouse.control.post('/reset')]);
  });
  afterAll(async () => {
    await emulators.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const run: Desk['run'] = (args, { env = {}, stdin = '' } = {}) =>
    runConnect(
      args,
      {
        DATABASE_URL: database.url,
        SECRETS_KEY: key,
        PRIVATE_ADDRESSES: 'allow',
        SHOP_KEY_OF_TEST: emulators.shop.apiKey,
        WAREHOUSE_SECRET_OF_TEST: emulators.warehouse.secret,
        ...env,
      },
      stdin,
    );
  return {
    get pool() {
      return database.pool;
    },
    get emulators() {
      return emulators;
    },
    get url() {
      return database.url;
    },
    file: (changes = {}) => ({
      id: 'sampleshop',
      name: 'Примерен магазин',
      shop: { url: emulators.shop.url, apiKey: 'env:SHOP_KEY_OF_TEST' },
      warehouse: {
        entryPoint: emulators.warehouse.url,
        apiId: emulators.warehouse.apiId,
        secret: 'env:WAREHOUSE_SECRET_OF_TEST',
      },
      settings: { object: 'Централен склад' },
      ...changes,
    }),
    connect(content, args = [], options = {}) {
      const path = join(folder, 'връзка на магазина.json');
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
      return run([path, ...args], options);
    },
    run,
    saved: (id = 'sampleshop') => readConnection(database.pool, box, id),
  };
}

/** Output of a command that must end with a code. @throws with all of it when the code is another one. */
export async function endedWith(code: number, command: Promise<Ended>): Promise<string> {
  const ended = await command;
  if (ended.code === code) return ended.output;
  throw new Error(`npm run connect ended with ${ended.code} instead of ${code}:\n${ended.output}`);
}

function runConnect(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  stdin: string,
): Promise<Ended> {
  const child = spawn(process.execPath, ['tools/run.mjs', 'connect', ...args], {
    cwd: projectRoot,
    env: { ...process.env, PUBLIC_URL: undefined, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  // A command that reads no stdin may be gone before it is written.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
