import { fstatSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LocalProcess, launch } from './local/process.ts';

const NAMES = ['cloudcart', 'microbg'] as const;
type Name = (typeof NAMES)[number];

const USAGE = `npm run emulators -- [--port-base N] [--unlimited]

  --port-base N   ports N to N+3: CloudCart, its page, micro.bg, its page; free ports when absent
  --unlimited     the shop has no limit of requests`;

interface Options {
  readonly portBase: number | undefined;
  readonly unlimited: boolean;
}

function readOptions(args: readonly string[]): Options | undefined {
  const rest = [...args];
  let portBase: number | undefined;
  let unlimited = false;
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (name === '--unlimited') unlimited = true;
    else if (name === '--port-base') {
      portBase = Number(rest.shift());
      if (!Number.isInteger(portBase) || portBase < 1 || portBase > 65_532) return undefined;
    } else return undefined;
  }
  return { portBase, unlimited };
}

/** Starts an emulator as this command was started: compiled, or from its sources. */
function start(name: Name, { portBase, unlimited }: Options, logFolder: string): LocalProcess {
  const extension = extname(import.meta.url);
  const entry = fileURLToPath(new URL(`../emulators/${name}/main${extension}`, import.meta.url));
  const first = portBase === undefined ? undefined : portBase + NAMES.indexOf(name) * 2;
  return launch({
    name,
    command: process.execPath,
    args: [
      ...(extension === '.ts' ? ['--import', 'tsx'] : ['--enable-source-maps']),
      ...[entry, '--exit-with-parent'],
      ...(first === undefined ? [] : ['--port', String(first), '--control-port', String(first + 1)]),
      ...(name === 'cloudcart' && unlimited ? ['--unlimited'] : []),
    ],
    logFile: join(logFolder, `${name}.log`),
  });
}

/** Resolves with what ends the command: a signal, or the end of stdin when somebody holds its other end. */
function asked(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve(signal));
    const stdin = fstatSync(0);
    // A terminal ends by Ctrl-C, and /dev/null is at its end from the beginning.
    if (!stdin.isFIFO() && !stdin.isSocket()) return;
    process.stdin.once('end', () => resolve('stdin'));
    process.stdin.once('error', () => resolve('stdin'));
    process.stdin.resume();
  });
}

/**
 * `npm run emulators`: both emulators and nothing else. One JSON line on stdout says where they are and whom they
 * know; everything for people goes to stderr. Ends with Ctrl-C, SIGTERM or the end of stdin.
 */
export async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options === undefined) {
    console.error(USAGE);
    return 2;
  }
  const over = asked();
  const logFolder = mkdtempSync(join(tmpdir(), 'cloudcart-microbg-emulators-'));
  const running = NAMES.map((name) => start(name, options, logFolder));
  try {
    const ready = await readyLines(running);
    console.log(JSON.stringify(ready));
    for (const [name, { controlUrl }] of Object.entries(ready))
      console.error(`  ${name.padEnd(10)} ${controlUrl}`);
    console.error('Open these pages to place orders and to look into the warehouse. Ctrl-C ends both.');
    const died = Promise.race(running.map(async ({ name, exited }) => `${name} ended (${await exited})`));
    const end = await Promise.race([over, died]);
    const failed = end.includes('ended');
    if (failed) console.error(end);
    return failed ? 1 : 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    for (const each of running) await each.stop();
    process.stdin.destroy();
    rmSync(logFolder, { recursive: true, force: true });
  }
}

async function readyLines(running: readonly LocalProcess[]): Promise<Record<string, { controlUrl: string }>> {
  const lines = await Promise.all(running.map(({ firstLine }) => firstLine));
  return Object.fromEntries(
    running.map(({ name }, index) => [name, JSON.parse(lines[index] ?? '{}') as { controlUrl: string }]),
  );
}
