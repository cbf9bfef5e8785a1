import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root: the nearest folder above this module that holds package.json with our name. */
export const projectRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'tools', 'run.mjs')))
      return folder;
    if (dirname(folder) === folder) throw new Error('The project root was not found above the tools folder');
  }
}

/** Folder of all local state of `npm start`. Ignored by git; `npm run reset` removes it. */
export const stateDir = resolve(process.env['STATE_DIR'] ?? join(projectRoot, '.state'));

/** Cache shared by all clones of one user: things that take minutes to make, keyed by their version. */
export const cacheDir = resolve(
  process.env['CLOUDCART_MICROBG_CACHE'] ??
    join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'cloudcart-microbg'),
);

/** A short stable name for a path, for folders that must live elsewhere. */
export function pathKey(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 12);
}
