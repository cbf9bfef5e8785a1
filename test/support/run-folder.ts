import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { waitUntil } from '../../tools/local/process.ts';

const PREFIX = 'cloudcart-microbg-test-';
const OF_A_RUN = new RegExp(`^${PREFIX}(\\d+)-\\w{6}$`);

/** A folder for everything that this run keeps outside of the project. Its name says whose it is. */
export function makeRunFolder(parent: string): string {
  const folder = mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
  // As root, PostgreSQL runs as another user, who must be able to enter.
  chmodSync(folder, 0o755);
  return folder;
}

/**
 * Removes folders of runs that were killed or failed. PostgreSQL and Temporal do not notice that their run is gone: they are
 * ended. Any other living process that was told of the folder keeps it.
 */
export async function removeLeftovers(parent: string): Promise<void> {
  const left = readdirSync(parent).filter((name) => {
    const [, owner] = OF_A_RUN.exec(name) ?? [];
    return owner !== undefined && !isAlive(Number(owner));
  });
  const processes = left.length === 0 ? undefined : allProcesses();
  if (processes === undefined) return;
  for (const name of left) {
    const folder = join(parent, name);
    const told = processes.filter(({ command }) => command.includes(name));
    if (!told.every(({ command }) => isServerOn(folder, command))) continue;
    for (const { pid } of told) await end(pid);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

function isServerOn(folder: string, command: string): boolean {
  return command.includes(` -D ${folder}/`) || command.includes(` --db-filename ${folder}/`);
}

/** At once: nobody needs its data any more. The parts of a PostgreSQL end with it. */
async function end(pid: number): Promise<void> {
  if (isAlive(pid)) process.kill(pid, 'SIGQUIT');
  await waitUntil(`the end of process ${pid}`, async () => !isAlive(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Undefined where the system does not tell: then nothing is removed. */
function allProcesses(): readonly { readonly pid: number; readonly command: string }[] | undefined {
  try {
    const lines = execFileSync('ps', ['-axww', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
    return lines.map((line) => ({ pid: Number.parseInt(line, 10), command: line }));
  } catch {
    return undefined;
  }
}
