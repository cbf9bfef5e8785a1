import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { migrate, pendingMigrations } from '../../src/db/migrate.ts';
import { openPool } from '../../src/db/pool.ts';
import { emptyDatabase } from '../support/database.ts';

const quiet = (): void => undefined;

function copyOfMigrations(): string {
  const folder = mkdtempSync(join(tmpdir(), 'migrations-'));
  cpSync('src/db/migrations', folder, { recursive: true });
  return folder;
}

describe('migrations', () => {
  it('ten processes that start at once apply every migration exactly once', async () => {
    const url = await emptyDatabase();
    const runs = await Promise.all(Array.from({ length: 10 }, () => migrate(url, quiet)));
    expect(runs.filter((applied) => applied.length > 0)).toHaveLength(1);
    const pool = openPool({ url, max: 1, applicationName: 'test', onError: quiet });
    expect(await pendingMigrations(pool)).toEqual([]);
    await pool.end();
  });

  it('refuses when an applied file was changed, and names it', async () => {
    const url = await emptyDatabase();
    const folder = copyOfMigrations();
    await migrate(url, quiet, folder);
    writeFileSync(join(folder, '0001_foundation.sql'), '-- Up Migration\nselect 1;\n');
    await expect(migrate(url, quiet, folder)).rejects.toThrow(/0001_foundation was changed/);
  });

  it('an old binary refuses a newer breaking schema and accepts a newer compatible one', async () => {
    const url = await emptyDatabase();
    const newer = copyOfMigrations();
    writeFileSync(join(newer, '0998_compatible.sql'), '-- Up Migration\ncreate table newer (id integer);\n');
    await migrate(url, quiet, newer);
    const old = copyOfMigrations();
    await expect(migrate(url, quiet, old)).resolves.toEqual([]);
    writeFileSync(join(newer, '0999_breaking.sql'), '-- breaking\n-- Up Migration\ndrop table newer;\n');
    await migrate(url, quiet, newer);
    await expect(migrate(url, quiet, old)).rejects.toThrow(/0999_breaking/);
  });
});
