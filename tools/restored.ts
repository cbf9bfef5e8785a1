import { parseArgs } from 'node:util';
import { ConfigError, readVariables } from '../src/config.ts';
import { openPool } from '../src/db/pool.ts';
import { openEpoch } from '../src/db/queries/ledger-epoch.ts';
import { EXIT } from '../src/process.ts';

const USAGE_EXIT = 2;
const BY = 'npm run restored';
const USAGE = `npm run restored                 after the database was restored: all connections
npm run restored -- --id ID      one connection

  Nothing is written to the warehouse until all its documents were compared with the ledger; the workers do that.
  A restore that moves the database is noticed without this command. Needed in the environment: DATABASE_URL.`;

/** `npm run restored`: the ledger is not believed until a walk over the warehouse has confirmed it. */
export async function main(args: readonly string[]): Promise<number> {
  const id = readId(args);
  if (id === null) {
    console.error(USAGE);
    return USAGE_EXIT;
  }
  try {
    const { DATABASE_URL } = readVariables(['DATABASE_URL']);
    const pool = openPool({
      url: DATABASE_URL,
      max: 1,
      applicationName: 'restored',
      onError: () => undefined,
    });
    try {
      const opened = await openEpoch(pool, id, 'operator', BY);
      console.log(
        opened.length === 0
          ? 'No connection has a confirmed ledger, or there is no such connection: nothing was changed.'
          : `Nothing is written to the warehouse for: ${opened.join(', ')}.\nThe workers compare all documents with the ledger and then go on by themselves.`,
      );
      return EXIT.ok;
    } finally {
      await pool.end();
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    return EXIT.configuration;
  }
}

/** Undefined: all connections. Null: not understood. */
function readId(args: readonly string[]): string | undefined | null {
  try {
    return parseArgs({ args: [...args], options: { id: { type: 'string' } } }).values.id;
  } catch {
    return null;
  }
}
