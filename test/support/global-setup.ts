import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../tools/local/postgres.ts';
import { freePort } from '../../tools/local/process.ts';
import { resolveTemporal } from '../../tools/local/temporal.ts';
import { makeRunFolder, removeLeftovers } from './run-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the real PostgreSQL server of this run, without a database name. */
    postgresServer: string;
    /** Folder of its socket. */
    postgresSocket: string;
  }
}

/** One real PostgreSQL server for the whole run; every test file makes a database of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const say = (line: string): void => void process.stderr.write(`  ${line}\n`);
  // Here and not in the files that use it: on a fresh machine it is built, once, and that takes minutes.
  await resolveTemporal(say);
  await removeLeftovers(tmpdir());
  const folder = makeRunFolder(tmpdir());
  // What tests and the commands that they start put into the folder for temporary files goes away with the run.
  process.env['TMPDIR'] = folder;
  const dataDir = join(folder, 'postgres');
  const postgres = await startPostgres({
    dataDir,
    port: await freePort(),
    logFile: join(folder, 'postgres.log'),
    fsync: false,
    socket: true,
  });
  project.provide('postgresServer', postgres.url.slice(0, postgres.url.lastIndexOf('/')));
  project.provide('postgresSocket', dataDir);
  return async () => {
    await postgres.process.stop();
    if (project.vitest.state.getFailedFilepaths().length === 0)
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    else say(`state and logs of what failed: ${folder} (until the next run)`);
  };
}
