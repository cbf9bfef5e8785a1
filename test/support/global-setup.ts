import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startPostgres } from '../../tools/local/postgres.ts';
import { freePort } from '../../tools/local/process.ts';
import { resolveTemporal } from '../../tools/local/temporal.ts';

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
  // Here and not in the files that use it: on a fresh machine it is built, once, and that takes minutes.
  await resolveTemporal((line) => process.stderr.write(`  ${line}\n`));
  const folder = mkdtempSync(join(tmpdir(), 'cloudcart-microbg-test-'));
  // As root, PostgreSQL runs as another user, who must be able to enter.
  chmodSync(folder, 0o755);
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
    rmSync(folder, { recursive: true, force: true });
  };
}
