import { readConfig } from './config.ts';
import { migrate } from './db/migrate.ts';
import { EXIT } from './process.ts';
import { ConfigError } from './config.ts';
import { registerSearchAttributes } from './temporal.ts';

/** Brings PostgreSQL's schema and Temporal's search attributes to what this version needs. Repeatable. */
export async function migrateAll(say: (line: string) => void): Promise<number> {
  try {
    const config = readConfig();
    const applied = await migrate(config.DATABASE_URL, say);
    const registered = await registerSearchAttributes(config);
    say(applied.length === 0 ? 'the database is up to date' : `${applied.length} migrations applied`);
    say(registered.length === 0 ? 'search attributes are up to date' : `registered ${registered.join(', ')}`);
    return EXIT.ok;
  } catch (error) {
    say(
      error instanceof ConfigError
        ? error.message
        : `The migration failed: ${String((error as Error).message)}`,
    );
    return error instanceof ConfigError ? EXIT.configuration : EXIT.failed;
  }
}
