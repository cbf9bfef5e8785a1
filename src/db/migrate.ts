import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';

const MIGRATIONS = join(dirname(fileURLToPath(import.meta.url)), 'migrations');
/** A migration with this line cannot be used by binaries that do not know it: they refuse to start. */
const BREAKING_MARK = '-- breaking';

interface MigrationFile {
  readonly name: string;
  readonly checksum: string;
  readonly breaking: boolean;
}

/**
 * Brings the schema to the newest version. Safe when many processes start at once (advisory lock).
 * @throws when an applied file was changed, or the database is newer than this binary in a breaking way.
 */
export async function migrate(
  databaseUrl: string,
  log: (line: string) => void,
  directory = MIGRATIONS,
): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // One lock around everything: the check, the run and the checksums belong together.
    await client.query('select pg_advisory_lock(727272)');
    await client.query(`create table if not exists migration_file (
      name text primary key, checksum text not null, breaking boolean not null, applied_at timestamptz not null default now())`);
    const files = listMigrations(directory);
    await refuseUnknown(client, files);
    const applied = await runner({
      dbClient: client,
      dir: directory,
      direction: 'up',
      migrationsTable: 'schema_migration',
      count: Number.POSITIVE_INFINITY,
      noLock: true,
      checkOrder: true,
      logger: { debug: () => undefined, info: () => undefined, warn: log, error: log },
    });
    const names = new Set(applied.map((migration) => migration.name));
    // Every applied file, not only today's: a crash between the run and this line must not lose a checksum.
    const done = await client.query<{ name: string }>('select name from schema_migration');
    for (const file of files.filter((each) => done.rows.some((row) => row.name === each.name))) {
      await client.query(
        'insert into migration_file (name, checksum, breaking) values ($1, $2, $3) on conflict (name) do nothing',
        [file.name, file.checksum, file.breaking],
      );
      if (names.has(file.name)) log(`applied ${file.name}`);
    }
    return [...names];
  } finally {
    await client.end();
  }
}

/** Is the schema what this binary expects? For readiness: answers the names that are missing. */
export async function pendingMigrations(
  database: Pick<pg.Pool, 'query'>,
  directory = MIGRATIONS,
): Promise<string[]> {
  const exists = await database.query<{ found: string | null }>(
    `select to_regclass('migration_file')::text as found`,
  );
  // An empty database waits for everything; it is not a database that does not answer.
  if (exists.rows[0]?.found === null) return listMigrations(directory).map((file) => file.name);
  const applied = await database.query<{ name: string }>('select name from migration_file');
  const known = new Set(applied.rows.map((row) => row.name));
  return listMigrations(directory)
    .map((file) => file.name)
    .filter((name) => !known.has(name));
}

function listMigrations(directory: string): MigrationFile[] {
  if (!existsSync(directory)) throw new Error(`The migrations are missing: ${directory}`);
  return readdirSync(directory)
    .filter((file) => file.endsWith('.sql'))
    .toSorted()
    .map((file) => {
      const text = readFileSync(join(directory, file), 'utf8');
      return {
        name: file.replace(/\.sql$/, ''),
        checksum: createHash('sha256').update(text).digest('hex'),
        breaking: text.split('\n').includes(BREAKING_MARK),
      };
    });
}

async function refuseUnknown(client: pg.Client, files: readonly MigrationFile[]): Promise<void> {
  const applied = await client.query<{ name: string; checksum: string; breaking: boolean }>(
    'select name, checksum, breaking from migration_file order by name',
  );
  for (const row of applied.rows) {
    const file = files.find((each) => each.name === row.name);
    if (file === undefined && row.breaking) {
      throw new Error(
        `The database has the schema change ${row.name}, which this version does not know and cannot work with. ` +
          'Start the newer version, or restore the backup from before the upgrade.',
      );
    }
    if (file !== undefined && file.checksum !== row.checksum) {
      throw new Error(
        `The migration ${row.name} was changed after it had been applied. Restore the file; put changes into a new migration.`,
      );
    }
  }
}
