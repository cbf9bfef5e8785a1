import { parseArgs } from 'node:util';
import { type VendorAccess, createVendorAccess } from '../src/api/panel/connections/vendors.ts';
import { ConfigError, readVariables } from '../src/config.ts';
import { inTransaction, openPool, type Pool } from '../src/db/pool.ts';
import { audit } from '../src/db/queries/audit.ts';
import { type ConnectionMode, type Connection, readConnection } from '../src/db/queries/connections.ts';
import { createSecretBox, type SecretBox } from '../src/db/secrets.ts';
import { EXIT } from '../src/process.ts';
import { type ConnectionFile, readConnectionFile } from './connection/file.ts';
import { preparePairing } from './connection/pair.ts';
import { exampleOf } from './connection/examples.ts';
import { Refusal, refusalOf } from './connection/refusal.ts';
import { describeConnections, describePairing, describeWebhooks, MODE_MEANS } from './connection/report.ts';
import {
  changeMode,
  hasDocumentsUnder,
  listConnections,
  saveConnection,
} from '../src/db/queries/connection-edits.ts';
import { registerNow } from './connection/webhooks.ts';

const USAGE_EXIT = 2;
const BY = 'npm run connect';
const MODES: readonly ConnectionMode[] = ['off', 'observe', 'live'];

const USAGE = `npm run connect -- FILE [--webhooks]     pairs a shop with a micro.bg account, or changes the pairing
npm run connect -- --id ID --webhooks    registers or repairs the webhooks in the shop
npm run connect -- --id ID --mode MODE   off, observe or live
npm run connect -- --list                lists all connections

  FILE is JSON, - is stdin; docs/connect.md explains it. Needed in the environment: DATABASE_URL, SECRETS_KEY,
  and PUBLIC_URL for --webhooks.`;

interface Task {
  readonly file: string | undefined;
  readonly id: string | undefined;
  readonly mode: ConnectionMode | undefined;
  readonly webhooks: boolean;
  readonly list: boolean;
}

/** `npm run connect`: connections until there is a page for them. Everything that is said goes to stdout. */
export async function main(args: readonly string[]): Promise<number> {
  const task = readTask(args);
  if (task === undefined) {
    console.error(USAGE);
    return USAGE_EXIT;
  }
  try {
    await perform(task);
    return EXIT.ok;
  } catch (error) {
    const { message, exit } = understood(error);
    console.error(message);
    return exit;
  }
}

function readTask(args: readonly string[]): Task | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        id: { type: 'string' },
        mode: { type: 'string' },
        webhooks: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
      },
    });
    const { id, webhooks, list } = values;
    const [file, ...more] = positionals;
    const mode = MODES.find((each) => each === values.mode);
    if (more.length > 0 || mode !== values.mode) return undefined;
    const tasks = [list, file !== undefined, id !== undefined].filter(Boolean).length;
    const changes = mode !== undefined || webhooks;
    const complete = list ? !changes : file !== undefined ? mode === undefined : changes;
    return tasks === 1 && complete ? { file, id, mode, webhooks, list } : undefined;
  } catch {
    return undefined;
  }
}

async function perform(task: Task): Promise<void> {
  if (task.list) {
    const { DATABASE_URL } = readVariables(['DATABASE_URL']);
    return withPool(DATABASE_URL, async (pool) =>
      console.log(describeConnections(await listConnections(pool))),
    );
  }
  const config = readVariables(['DATABASE_URL', 'SECRETS_KEY', 'HTTP_DEADLINE_MS', 'PRIVATE_ADDRESSES']);
  // Asked for before anything is saved: half of a command is worse than none.
  const publicUrl = task.webhooks ? readVariables(['PUBLIC_URL']).PUBLIC_URL : undefined;
  const file = task.file === undefined ? undefined : readConnectionFile(task.file);
  const box = createSecretBox(config.SECRETS_KEY);
  await withPool(config.DATABASE_URL, async (pool) => {
    const vendors = createVendorAccess(config);
    const id = file?.id ?? task.id ?? '';
    if (file !== undefined) await pair(pool, box, file, vendors);
    if (task.mode !== undefined) await setMode(pool, id, task.mode);
    if (publicUrl !== undefined) await webhooksOf(pool, await known(pool, box, id), publicUrl, vendors);
  });
}

async function pair(pool: Pool, box: SecretBox, file: ConnectionFile, vendors: VendorAccess): Promise<void> {
  const existing = await openConnection(pool, box, file.id);
  await refuseCollisions(pool, file, existing);
  const prepared = await preparePairing(file, existing, vendors);
  console.log(describePairing(prepared));
  const { wanted } = prepared;
  const { version } = await saveConnection(pool, box, wanted, existing, BY);
  const news =
    existing === undefined
      ? 'is new'
      : version === existing.settingsVersion
        ? 'is up to date'
        : 'has new settings';
  console.log(`Connection ${file.id} (връзка) ${news}: settings version ${version}.`);
  if (existing !== undefined && existing.mode !== wanted.mode)
    console.log(`Its mode was ${existing.mode} and is ${wanted.mode} now, as the file says.`);
  console.log(`Mode ${MODE_MEANS[wanted.mode]}`);
  if (existing?.stoppedReason) console.log(`It is stopped: ${existing.stoppedReason}`);
}

/** Two connections on one shop or application would book everything twice. */
async function refuseCollisions(
  pool: Pool,
  file: ConnectionFile,
  existing: Connection | undefined,
): Promise<void> {
  const host = new URL(file.shop.url).host;
  const { apiId } = file.warehouse;
  const others = (await listConnections(pool)).filter(({ id }) => id !== file.id);
  const problems = others.flatMap(({ id, shopHost, warehouseApiId }) => [
    ...(shopHost === host
      ? [{ field: 'shop.url', problem: `${host} belongs to connection ${id} already` }]
      : []),
    ...(warehouseApiId === apiId
      ? [{ field: 'warehouse.apiId', problem: `it belongs to connection ${id} already` }]
      : []),
  ]);
  const moved = existing !== undefined && existing.warehouseApiId !== apiId;
  if (moved && (await hasDocumentsUnder(pool, existing.warehouseApiId))) {
    problems.push({
      field: 'warehouse.apiId',
      problem: `there are documents under ${existing.warehouseApiId}, and only that application may change them`,
    });
  }
  if (problems.length > 0)
    throw refusalOf(problems.map((each) => ({ ...each, example: exampleOf(each.field) })));
}

async function setMode(pool: Pool, id: string, mode: ConnectionMode): Promise<void> {
  const before = await inTransaction(pool, async (database) => {
    const former = await changeMode(database, id, mode, BY);
    if (former !== undefined && former !== mode)
      await audit(database, {
        ...{ by: BY, connectionId: id, action: 'connection.mode', before: { mode: former }, after: { mode } },
        reason: 'on the command line, without the checks',
      });
    return former;
  });
  if (before === undefined) throw unknownConnection(id);
  if (mode === 'live' && before !== mode)
    console.log('The checks before going live are not asked here: `npm run cli -- preflight show` does.');
  console.log(
    before === mode ? `Connection ${id} has this mode already.` : `Connection ${id}: ${before} -> ${mode}.`,
  );
  console.log(`Mode ${MODE_MEANS[mode]}`);
  const stopped = (await listConnections(pool)).find((each) => each.id === id)?.stoppedReason;
  if (stopped) console.log(`It is stopped: ${stopped}`);
}

async function webhooksOf(
  pool: Pool,
  connection: Connection,
  publicUrl: string,
  vendors: VendorAccess,
): Promise<void> {
  const { protocol, hostname } = new URL(publicUrl);
  if (protocol === 'http:' && !['127.0.0.1', 'localhost'].includes(hostname))
    console.log('PUBLIC_URL is not https: the secrets of the webhooks travel in the clear.');
  const { registered, removed } = await registerNow(pool, connection, { publicUrl, vendors, by: BY });
  console.log(`\n${describeWebhooks(registered, removed)}`);
  if (registered.some(({ active }) => !active))
    throw new Refusal('The shop did not switch every webhook on.');
}

async function known(pool: Pool, box: SecretBox, id: string): Promise<Connection> {
  const connection = await openConnection(pool, box, id);
  if (connection === undefined) throw unknownConnection(id);
  return connection;
}

function unknownConnection(id: string): Refusal {
  return new Refusal(
    `There is no connection ${id}. \`npm run connect -- --list\` shows all.`,
    EXIT.configuration,
  );
}

/** @throws {Refusal} when the secrets were sealed with another key. */
async function openConnection(pool: Pool, box: SecretBox, id: string): Promise<Connection | undefined> {
  try {
    return await readConnection(pool, box, id);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_JWE_DECRYPTION_FAILED') throw error;
    throw new Refusal(
      `SECRETS_KEY is not the key under which the secrets of ${id} were stored.`,
      EXIT.configuration,
    );
  }
}

async function withPool(url: string, work: (pool: Pool) => Promise<void>): Promise<void> {
  const pool = openPool({ url, max: 2, applicationName: 'connect', onError: () => undefined });
  try {
    await work(pool);
  } finally {
    await pool.end();
  }
}

/** What is expected is said in one sentence; everything else shows where it happened. */
function understood(error: unknown): { readonly message: string; readonly exit: number } {
  if (error instanceof Refusal) return error;
  if (error instanceof ConfigError) return { message: error.message, exit: EXIT.configuration };
  const { code, message, stack } = error as Error & { readonly code?: unknown };
  if (code === '42P01')
    return { message: 'The database has no tables yet. Run `npm run migrate` first.', exit: EXIT.failed };
  if (code === '23505')
    return {
      message: 'Somebody saved the same connection just now. Run the command again.',
      exit: EXIT.failed,
    };
  if (typeof code === 'string' && /^(?:E[A-Z]+|08\d{3}|28\d{3}|3D000|57\w{3})$/.test(code))
    return { message: `The database cannot be used: ${message || code}.`, exit: EXIT.failed };
  return { message: stack ?? String(error), exit: EXIT.failed };
}
