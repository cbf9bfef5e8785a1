import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { searchAttributeTypes } from '../../src/workflows/search-attributes.ts';
import { cacheDir, projectRoot } from './paths.ts';
import { type LocalProcess, launch, waitUntil } from './process.ts';

const execute = promisify(execFile);

/** The release that tools/temporal/go.mod builds and that we test against. */
const CLI_VERSION = '1.8.2';
/** Older servers lack what we use (Update-with-Start fixes, fairness settings). */
const MIN_SERVER = [1, 31] as const;

export interface TemporalBinary {
  readonly path: string;
  /** Where it came from, for the person at the terminal. */
  readonly source: string;
}

/**
 * Finds or makes the Temporal CLI: PATH -> our cache -> the SDK's download -> a build with Go.
 * @throws when there is none, with the ways out.
 */
export async function resolveTemporal(say: (line: string) => void): Promise<TemporalBinary> {
  const onPath = await usableOnPath(say);
  if (onPath !== undefined) return onPath;
  const folder = join(cacheDir, `temporal-${CLI_VERSION}`);
  const cached = join(folder, 'temporal');
  if (existsSync(cached)) return { path: cached, source: 'our cache' };
  const downloaded = process.env['TEMPORAL_NO_DOWNLOAD'] === '1' ? undefined : await download(folder, say);
  if (downloaded !== undefined) return downloaded;
  return buildWithGo(folder, cached, say);
}

async function usableOnPath(say: (line: string) => void): Promise<TemporalBinary | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'temporal');
    if (folder === '' || !existsSync(path)) continue;
    try {
      const { stdout } = await execute(path, ['--version'], { timeout: 10_000 });
      const server = /Server (\d+)\.(\d+)/.exec(stdout);
      const [major, minor] = [Number(server?.[1] ?? 0), Number(server?.[2] ?? 0)];
      if (major > MIN_SERVER[0] || (major === MIN_SERVER[0] && minor >= MIN_SERVER[1])) {
        return { path, source: 'PATH' };
      }
      say(`the temporal on PATH is too old (${stdout.trim()}); another one is used`);
    } catch {
      continue;
    }
  }
  return undefined;
}

/** The SDK can fetch the CLI from Temporal's download site. Without access to that site this fails at once. */
async function download(folder: string, say: (line: string) => void): Promise<TemporalBinary | undefined> {
  const downloadDir = `${folder}.download`;
  mkdirSync(downloadDir, { recursive: true });
  say('looking for the Temporal CLI on its download site');
  try {
    const environment = await TestWorkflowEnvironment.createLocal({
      server: {
        executable: { type: 'cached-download', version: `v${CLI_VERSION}`, downloadDir },
        log: { level: 'error', format: 'json' },
      },
    });
    await environment.teardown();
    const { readdirSync } = await import('node:fs');
    const file = readdirSync(downloadDir).find((name) => name.startsWith('temporal'));
    if (file === undefined) return undefined;
    mkdirSync(folder, { recursive: true });
    renameSync(join(downloadDir, file), join(folder, 'temporal'));
    return { path: join(folder, 'temporal'), source: 'download' };
  } catch {
    return undefined;
  } finally {
    rmSync(downloadDir, { recursive: true, force: true });
  }
}

async function buildWithGo(
  folder: string,
  target: string,
  say: (line: string) => void,
): Promise<TemporalBinary> {
  try {
    await execute('go', ['version']);
  } catch (cause) {
    throw new Error(
      'The Temporal CLI is not on this machine, its download site does not answer, and there is no Go to build it.\n' +
        'Ways out: install the Temporal CLI (https://docs.temporal.io/cli) so that `temporal` is on PATH; or install Go 1.26;\n' +
        'or set TEMPORAL_ADDRESS to a Temporal server of yours.',
      { cause },
    );
  }
  mkdirSync(folder, { recursive: true });
  say('building the Temporal CLI with Go: once, about four minutes on two cores');
  const started = Date.now();
  const progress = setInterval(
    () => say(`building the Temporal CLI … ${Math.round((Date.now() - started) / 1000)} s`),
    15_000,
  );
  const building = `${target}.${process.pid}`;
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(
        'go',
        ['build', '-ldflags', '-s -w', '-o', building, 'github.com/temporalio/cli/cmd/temporal'],
        {
          cwd: join(projectRoot, 'tools', 'temporal'),
          env: { ...process.env, CGO_ENABLED: '0' },
          stdio: ['ignore', 'ignore', 'pipe'],
        },
      );
      let errors = '';
      child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString('utf8')).slice(-4_000)));
      child.on('error', reject);
      child.on('close', (code) => {
        if (code === 0) resolve();
        else
          reject(
            new Error(
              `go build ended with ${code}:\n${errors}\nWay out: install the Temporal CLI, or set TEMPORAL_ADDRESS.`,
            ),
          );
      });
    });
    renameSync(building, target);
  } finally {
    clearInterval(progress);
    rmSync(building, { force: true });
  }
  say(`built the Temporal CLI in ${Math.round((Date.now() - started) / 1000)} s`);
  return { path: target, source: 'built with Go' };
}

export interface LocalTemporal {
  readonly address: string;
  readonly uiUrl: string;
  readonly process: LocalProcess;
}

/** Starts Temporal's dev server (the real server on SQLite, with Web UI) and waits until it serves. */
export async function startTemporal(options: {
  readonly binary: TemporalBinary;
  readonly dbFile: string;
  readonly port: number;
  readonly uiPort: number;
  readonly logFile: string;
}): Promise<LocalTemporal> {
  const attributes = Object.entries(searchAttributeTypes).flatMap(([name, type]) => [
    '--search-attribute',
    `${name}=${type}`,
  ]);
  const child = launch({
    name: 'temporal',
    command: options.binary.path,
    args: [
      ...[
        'server',
        'start-dev',
        '--ip',
        '127.0.0.1',
        '--port',
        String(options.port),
        '--ui-port',
        String(options.uiPort),
      ],
      // WAL: without it every commit waits for the disk and the server does a third of the work.
      ...[
        '--db-filename',
        options.dbFile,
        '--sqlite-pragma',
        'journal_mode=WAL',
        '--sqlite-pragma',
        'synchronous=NORMAL',
      ],
      ...['--dynamic-config-value', 'matching.enableFairness=true', '--log-level', 'error'],
      ...attributes,
    ],
    logFile: options.logFile,
  });
  const address = `127.0.0.1:${options.port}`;
  let ended: string | undefined;
  void child.exited.then((how) => (ended = how));
  await waitUntil(
    'Temporal',
    async () => {
      if (ended !== undefined) throw new Error(`Temporal ended (${ended}); its log: ${options.logFile}`);
      return temporalServes(address);
    },
    { timeoutMs: 60_000, everyMs: 100 },
  );
  return { address, uiUrl: `http://127.0.0.1:${options.uiPort}`, process: child };
}

async function temporalServes(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: 1_000 });
  try {
    await connection.workflowService.describeNamespace({ namespace: 'default' });
    return true;
  } finally {
    await connection.close();
  }
}
