import { randomBytes } from 'node:crypto';
import { afterAll, inject } from 'vitest';
import { newSecretsKey } from '../../src/config.ts';
import { migrate } from '../../src/db/migrate.ts';
import { type Pool, openPool } from '../../src/db/pool.ts';
import { type NewConnection, createConnection } from '../../src/db/queries/connections.ts';
import { createSecretBox } from '../../src/db/secrets.ts';
import { defaultSettings } from '../../src/domain/connection/settings.ts';
import { createDatabase } from '../../tools/local/postgres.ts';

/** An empty database of its own, removed with the server at the end of the run. */
export async function emptyDatabase(): Promise<string> {
  const server = inject('postgresServer');
  const name = `t_${randomBytes(6).toString('hex')}`;
  await createDatabase(`${server}/postgres`, name);
  return `${server}/${name}`;
}

/** A migrated database with a pool that is closed after the file's tests. */
export async function testDatabase(): Promise<{ url: string; pool: Pool }> {
  const url = await emptyDatabase();
  await migrate(url, () => undefined);
  const pool = openPool({ url, max: 10, applicationName: 'test', onError: () => undefined });
  afterAll(() => pool.end());
  return { url, pool };
}

export const testBox = createSecretBox(newSecretsKey());

export const testSecrets = {
  shopApiKey: 'k'.repeat(64),
  warehouseSecret: 'warehouse-secret',
  webhookUrlSecret: 'url-secret-0123456789',
  webhookHeaderSecret: 'header-secret-0123456789',
};

/** A live connection with an id of its own. */
export async function testConnection(
  pool: Pool,
  id: string,
  changes: Partial<NewConnection> = {},
): Promise<void> {
  await createConnection(
    pool,
    testBox,
    {
      id,
      name: 'Проба',
      mode: 'live',
      shopUrl: `https://${id}.example.bg`,
      warehouseEntryPoint: 'https://warehouse.example.bg/',
      warehouseApiId: `api-${id}`,
      bodyEncoding: 'form-double',
      secrets: testSecrets,
      settings: defaultSettings('2026-01-01'),
      ...changes,
    },
    'test',
  );
}
