import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { stateDir } from './local/paths.ts';
import { clusterDir } from './local/postgres.ts';
import { endLeftovers, liveLauncher } from './local/run-file.ts';

/** `npm run reset`: removes the local state. Refused while the product runs. */
export async function main(): Promise<number> {
  const launcher = liveLauncher(stateDir);
  if (launcher !== undefined) {
    console.error(`The product is running (process ${launcher}). Stop it with Ctrl-C first.`);
    return 1;
  }
  await endLeftovers(stateDir);
  const there = existsSync(stateDir);
  rmSync(clusterDir(join(stateDir, 'postgres')), { recursive: true, force: true });
  rmSync(stateDir, { recursive: true, force: true });
  console.log(there ? 'The local state was removed. `npm start` begins anew.' : 'There was no local state.');
  return 0;
}
