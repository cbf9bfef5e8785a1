import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { waitUntil } from './process.ts';

/** What runs on a state folder: so that a second start refuses, and a start after a kill cleans up. */
interface RunFile {
  readonly launcher: number;
  readonly processes: readonly { readonly name: string; readonly pid: number; readonly mark: string }[];
}

function fileOf(folder: string): string {
  return join(folder, 'run.json');
}

function read(folder: string): RunFile | undefined {
  if (!existsSync(fileOf(folder))) return undefined;
  try {
    return JSON.parse(readFileSync(fileOf(folder), 'utf8')) as RunFile;
  } catch {
    return undefined;
  }
}

/** Writes down what was started; called after every start and restart of a process. */
export function writeRunFile(
  folder: string,
  processes: readonly { readonly name: string; readonly pid: number }[],
): void {
  mkdirSync(folder, { recursive: true });
  const marked = processes.map(({ name, pid }) => ({ name, pid, mark: commandOf(pid) }));
  writeFileSync(fileOf(folder), `${JSON.stringify({ launcher: process.pid, processes: marked })}\n`);
}

/** Everything has ended in order. */
export function removeRunFile(folder: string): void {
  rmSync(fileOf(folder), { force: true });
}

/** The process that runs on this state folder now, if there is one. */
export function liveLauncher(folder: string): number | undefined {
  const run = read(folder);
  if (run === undefined || run.launcher === process.pid) return undefined;
  return commandOf(run.launcher).includes('run.mjs') ? run.launcher : undefined;
}

/**
 * Ends what a killed launcher left behind: PostgreSQL and Temporal do not notice that their parent is gone,
 * and a second Temporal would open the same file. Only processes whose command line is the noted one.
 */
export async function endLeftovers(folder: string): Promise<string[]> {
  const run = read(folder);
  if (run === undefined) return [];
  const left = run.processes.filter(({ pid, mark }) => mark !== '' && commandOf(pid) === mark);
  for (const { name, pid } of left) {
    process.kill(pid, name === 'postgres' ? 'SIGINT' : 'SIGKILL');
    await waitUntil(
      `the end of ${name}`,
      async () => commandOf(pid) !== run.processes.find((each) => each.pid === pid)?.mark,
    );
  }
  removeRunFile(folder);
  return left.map(({ name }) => name);
}

/** Command line of a process; empty when it does not exist (or is a zombie). */
function commandOf(pid: number): string {
  if (pid <= 0) return '';
  try {
    if (existsSync('/proc/self/cmdline'))
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return '';
  }
}
