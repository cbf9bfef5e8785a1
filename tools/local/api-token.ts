import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashSecret, newToken } from '../../src/api/panel/sign-in/secret.ts';
import { openPool } from '../../src/db/pool.ts';
import { addToken, useToken } from '../../src/db/queries/api-tokens.ts';

/** Where the token lies in the folder of the state. */
export const TOKEN_FILE = 'api-token';

/**
 * A token for whoever runs the product on this machine: the command line and the story use it. Made once, readable by
 * the owner of the folder only; made anew where the database does not know it.
 */
export async function keptApiToken(folder: string, databaseUrl: string): Promise<string> {
  const file = join(folder, TOKEN_FILE);
  const pool = openPool({
    ...{ url: databaseUrl, max: 1, applicationName: 'cloudcart-microbg local' },
    onError: () => undefined,
  });
  try {
    const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
    if (kept !== '' && (await useToken(pool, hashSecret(kept))) !== undefined) return kept;
    const token = newToken();
    await addToken(
      pool,
      { hash: hashSecret(token), name: 'local', role: 'owner', days: null },
      'this machine',
    );
    writeFileSync(file, token, { mode: 0o600 });
    return token;
  } finally {
    await pool.end();
  }
}
