import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newSecretsKey } from '../../src/config.ts';
import { migrate } from '../../src/db/migrate.ts';
import { keptApiToken } from './api-token.ts';
import { projectRoot } from './paths.ts';
import { type LocalPostgres, startPostgres } from './postgres.ts';
import { type StackPorts, refuseUsedPorts } from './ports.ts';
import { type LocalProcess, launch, waitUntil } from './process.ts';
import { progress } from './progress.ts';
import { endLeftovers, liveLauncher, removeRunFile, writeRunFile } from './run-file.ts';
import { type LocalTemporal, resolveTemporal, startTemporal } from './temporal.ts';

/** What an emulator says when it is ready: where it is, and whom it knows. */
export interface EmulatorReady {
  readonly url: string;
  readonly controlUrl: string;
  readonly shops?: readonly { readonly host: string; readonly apiKey: string }[];
  readonly companies?: readonly {
    readonly name: string;
    readonly applications: readonly { readonly apiId: string; readonly secret: string }[];
  }[];
}

export interface StackOptions {
  /** Folder of all state and logs. */
  readonly folder: string;
  readonly ports: StackPorts;
  readonly say: (line: string) => void;
  /** Configuration of server and worker besides what the stack knows, for instance shorter deadlines in tests. */
  readonly env?: Readonly<Record<string, string>>;
  /** No rate limit in the shop emulator: benchmarks measure us, not the limit. */
  readonly unlimitedShop?: boolean;
  /** Emulators keep their state in the folder. */
  readonly keepEmulatorState?: boolean;
  /** PostgreSQL waits for the disk. Off in tests: a killed process loses nothing either way. */
  readonly fsync?: boolean;
  /** Called when the database is migrated and the emulators run, before server and worker start. */
  readonly prepare?: (stack: Stack) => Promise<void>;
}

type ServiceName = 'postgres' | 'temporal' | 'cloudcart' | 'microbg' | 'server' | 'worker';

/** The whole product on this machine, every part a process of its own. */
export interface Stack {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly temporalUiUrl: string | undefined;
  readonly gatewayUrl: string;
  /** The API of orders and attention. */
  readonly apiUrl: string;
  /** Owner's token of the API. */
  readonly apiToken: string;
  /** With which the first owner is made; undefined when there is one, or the server does not run. */
  readonly ownerCode: string | undefined;
  readonly secretsKey: string;
  readonly cloudcart: EmulatorReady;
  readonly microbg: EmulatorReady;
  readonly folder: string;
  /** SIGKILL: what a power cut looks like. */
  kill(name: ServiceName): Promise<void>;
  /** Starts a service again after it ended, with the same ports and state. */
  start(name: ServiceName): Promise<void>;
  /** Process id of a running service, for measurements. */
  pidOf(name: ServiceName): number | undefined;
  /** Resolves when a service ends that nobody asked to end, with its name and how. */
  readonly broken: Promise<string>;
  /** Ends everything in order: those who ask before those who answer. */
  stop(): Promise<void>;
}

const STOP_ORDER: readonly ServiceName[] = [
  'worker',
  'server',
  'cloudcart',
  'microbg',
  'temporal',
  'postgres',
];

/** The ports of a process that was killed are free a moment after the process is gone. */
const LEFTOVER_PORTS_MS = 5_000;

/**
 * Starts everything, in the order in which one part needs another.
 * @throws with the ways out when a port is used, a tool is missing or a part does not start.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { folder, ports, say } = options;
  const other = liveLauncher(folder);
  if (other !== undefined) {
    throw new Error(`The product already runs on this folder (process ${other}). Stop it with Ctrl-C first.`);
  }
  const leftovers = await endLeftovers(folder);
  for (const name of leftovers) say(`ended ${name}, left behind by a run that was killed`);
  await refuseUsedPorts(ports, leftovers.length > 0 ? LEFTOVER_PORTS_MS : 0);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const stack = new LocalStack(options);
  try {
    // Not at the same time as the rest: making the Temporal CLI may take minutes, and says so itself.
    if (!process.env['TEMPORAL_ADDRESS']) await resolveTemporal(say);
    await progress('starting PostgreSQL and Temporal', () =>
      Promise.all([stack.start('postgres'), stack.start('temporal')]),
    );
    await migrate(stack.databaseUrl, (line) => say(`database: ${line}`));
    stack.apiToken = await keptApiToken(folder, stack.databaseUrl);
    await progress('starting the emulators', () =>
      Promise.all([stack.start('cloudcart'), stack.start('microbg')]),
    );
    await options.prepare?.(stack);
    await progress('starting server and worker', async () => {
      await Promise.all([stack.start('server'), stack.start('worker')]);
      await waitUntilReady(stack.gatewayUrl);
    });
    return stack;
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** The gateway says itself whether database and Temporal are what it needs. */
async function waitUntilReady(gatewayUrl: string): Promise<void> {
  let said = '';
  await waitUntil('the gateway', async () => {
    const response = await fetch(`${gatewayUrl}/ready`);
    said = await response.text();
    return response.ok;
  }).catch((cause: unknown) => {
    throw new Error(`The gateway does not become ready. It says: ${said}`, { cause });
  });
}

class LocalStack implements Stack {
  readonly folder: string;
  readonly secretsKey: string;
  readonly broken: Promise<string>;
  apiToken = '';
  ownerCode: string | undefined;
  #options: StackOptions;
  #running = new Map<ServiceName, LocalProcess>();
  #postgres: LocalPostgres | undefined;
  #temporal: LocalTemporal | undefined;
  #cloudcart: EmulatorReady | undefined;
  #microbg: EmulatorReady | undefined;
  #report: (how: string) => void = () => undefined;

  constructor(options: StackOptions) {
    this.#options = options;
    this.folder = options.folder;
    this.secretsKey = keptSecretsKey(options.folder);
    this.broken = new Promise((resolve) => (this.#report = resolve));
  }

  get databaseUrl(): string {
    const external = process.env['DATABASE_URL'];
    return external !== undefined && external !== '' ? external : known(this.#postgres, 'postgres').url;
  }
  get temporalAddress(): string {
    return process.env['TEMPORAL_ADDRESS'] ?? known(this.#temporal, 'temporal').address;
  }
  get temporalUiUrl(): string | undefined {
    return this.#temporal?.uiUrl;
  }
  get apiUrl(): string {
    return `http://127.0.0.1:${this.#options.ports.api}`;
  }

  get gatewayUrl(): string {
    return `http://127.0.0.1:${this.#options.ports.gateway}`;
  }
  get cloudcart(): EmulatorReady {
    return known(this.#cloudcart, 'cloudcart');
  }
  get microbg(): EmulatorReady {
    return known(this.#microbg, 'microbg');
  }

  pidOf(name: ServiceName): number | undefined {
    return this.#running.get(name)?.pid;
  }

  async start(name: ServiceName): Promise<void> {
    const { folder, ports } = this.#options;
    const logFile = join(folder, 'logs', `${name}.log`);
    switch (name) {
      case 'postgres':
        if (process.env['DATABASE_URL']) return;
        this.#postgres = await startPostgres({
          dataDir: join(folder, 'postgres'),
          port: ports.postgres,
          logFile,
          ...(this.#options.fsync === undefined ? {} : { fsync: this.#options.fsync }),
        });
        return this.#keep(name, this.#postgres.process);
      case 'temporal': {
        if (process.env['TEMPORAL_ADDRESS']) return;
        const binary = await resolveTemporal(this.#options.say);
        this.#temporal = await startTemporal({
          binary,
          dbFile: join(folder, 'temporal.db'),
          port: ports.temporal,
          uiPort: ports.temporalUi,
          logFile,
        });
        return this.#keep(name, this.#temporal.process);
      }
      case 'cloudcart':
        this.#cloudcart = await this.#startEmulator(name, ports.cloudcart, ports.cloudcartPage);
        return;
      case 'microbg':
        this.#microbg = await this.#startEmulator(name, ports.microbg, ports.microbgPage);
        return;
      case 'server':
      case 'worker':
        return this.#startService(name);
    }
  }

  async #startService(name: 'server' | 'worker'): Promise<void> {
    const { ports } = this.#options;
    const line = await this.#startNode(name, [`dist/src/${name}.js`], {
      DATABASE_URL: this.databaseUrl,
      TEMPORAL_ADDRESS: this.temporalAddress,
      SECRETS_KEY: this.secretsKey,
      // Its vendors are the emulators on this machine.
      PRIVATE_ADDRESSES: 'allow',
      PORT: String(ports.gateway),
      API_PORT: String(ports.api),
      PUBLIC_URL: this.gatewayUrl,
      WORKFLOW_BUNDLE: 'dist/workflow-bundle.js',
      EXIT_WITH_PARENT: 'true',
      ...this.#options.env,
    });
    if (name === 'server') this.ownerCode = (JSON.parse(line) as { ownerCode?: string }).ownerCode;
  }

  async kill(name: ServiceName): Promise<void> {
    const process = this.#running.get(name);
    this.#running.delete(name);
    await process?.kill();
  }

  async stop(): Promise<void> {
    for (const name of STOP_ORDER) {
      const process = this.#running.get(name);
      this.#running.delete(name);
      await process?.stop();
    }
    removeRunFile(this.folder);
  }

  async #startEmulator(
    name: 'cloudcart' | 'microbg',
    port: number,
    controlPort: number,
  ): Promise<EmulatorReady> {
    const args = [
      `dist/emulators/${name}/main.js`,
      '--port',
      String(port),
      '--control-port',
      String(controlPort),
    ];
    if (this.#options.keepEmulatorState === true)
      args.push('--state-file', join(this.folder, `${name}.json`));
    if (name === 'cloudcart' && this.#options.unlimitedShop === true) args.push('--unlimited');
    return JSON.parse(await this.#startNode(name, [...args, '--exit-with-parent'], {})) as EmulatorReady;
  }

  async #startNode(
    name: ServiceName,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<string> {
    const child = launch({
      name,
      command: process.execPath,
      args: ['--enable-source-maps', ...args],
      cwd: projectRoot,
      env: { ...process.env, NODE_ENV: 'production', ...env },
      logFile: join(this.folder, 'logs', `${name}.log`),
    });
    const line = await child.firstLine;
    this.#keep(name, child);
    return line;
  }

  #keep(name: ServiceName, child: LocalProcess): void {
    this.#running.set(name, child);
    writeRunFile(
      this.folder,
      [...this.#running].map(([each, { pid }]) => ({ name: each, pid })),
    );
    void child.exited.then((how) => {
      if (this.#running.get(name) === child)
        this.#report(`${name} ended (${how}); its log: ${this.folder}/logs/${name}.log`);
    });
  }
}

function known<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`${name} was not started`);
  return value;
}

/** The key of this folder's secrets: made once, readable by its owner only. */
function keptSecretsKey(folder: string): string {
  const file = join(folder, 'secrets.key');
  if (!existsSync(file)) writeFileSync(file, newSecretsKey(), { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}
