import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type LocalProcess, launch } from '../../tools/local/process.ts';
import { makeRunFolder, removeLeftovers } from '../support/run-folder.ts';

const parent = mkdtempSync(join(tmpdir(), 'leftovers-'));
const running: LocalProcess[] = [];
afterAll(() => Promise.all(running.map((each) => each.kill())));

/** A folder of a run that is gone. */
function left(sign: string): string {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const folder = join(parent, `cloudcart-microbg-test-${pid}-${sign}`);
  mkdirSync(join(folder, 'postgres'), { recursive: true });
  return folder;
}

/** A process that does nothing, with these words in its command line. */
function idle(...words: string[]): LocalProcess {
  const process = launch({
    ...{ name: 'idle', command: globalThis.process.execPath, logFile: join(parent, 'idle.log') },
    args: ['-e', 'setInterval(() => undefined, 60_000)', '--', ...words],
  });
  running.push(process);
  return process;
}

describe('what a killed run left behind', () => {
  it('goes when the next one begins, with the servers that did not notice', async () => {
    const folders = [left('aaaaaa'), left('bbbbbb')];
    const postgres = idle('-D', join(folders[0] ?? '', 'postgres'));
    const temporal = idle('--db-filename', join(folders[0] ?? '', 'temporal', 'temporal.db'));
    await removeLeftovers(parent);
    expect(folders.map((folder) => existsSync(folder))).toEqual([false, false]);
    expect(await Promise.all([postgres.exited, temporal.exited])).toEqual(['SIGQUIT', 'SIGQUIT']);
  });

  it('stays while its run lives, while somebody looks at it, and where it is not of a run of tests', async () => {
    const looked = left('cccccc');
    const looking = idle(join(looked, 'postgres.log'));
    const other = join(parent, 'cloudcart-microbg-chaos-dddddd');
    mkdirSync(other);
    const folders = [makeRunFolder(parent), looked, other];
    await removeLeftovers(parent);
    expect(folders.map((folder) => existsSync(folder))).toEqual([true, true, true]);
    expect(looking.child.exitCode).toBe(null);
  });
});
