import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Pool, Queryable } from '../../src/db/pool.ts';
import {
  type Connection,
  type ConnectionMode,
  createConnection,
  type NewConnection,
  saveSettings,
} from '../../src/db/queries/connections.ts';
import type { SecretBox } from '../../src/db/secrets.ts';

/** A connection as it shall be; the secrets of its webhooks are kept, or made when it is new. */
export type WantedConnection = Omit<NewConnection, 'secrets'> & {
  readonly secrets: Pick<NewConnection['secrets'], 'shopApiKey' | 'warehouseSecret'>;
};

/** What a person may see of a connection. */
export interface ConnectionLine {
  readonly id: string;
  readonly name: string;
  readonly mode: ConnectionMode;
  readonly shopHost: string;
  readonly warehouseApiId: string;
  readonly settingsVersion: number;
  readonly stoppedReason: string | null;
}

/** Lists all connections, without secrets. */
export async function listConnections(database: Queryable): Promise<ConnectionLine[]> {
  const result = await database.query<ConnectionLine>(
    `select id, name, mode, shop_host as "shopHost", warehouse_api_id as "warehouseApiId",
            settings_version as "settingsVersion", stopped_reason as "stoppedReason"
     from connection order by id`,
  );
  return result.rows;
}

/** Has the warehouse documents that were made under this application? Only it may change them (micro.bg API 6.2). */
export async function hasDocumentsUnder(database: Queryable, apiId: string): Promise<boolean> {
  const result = await database.query(
    `select 1 from document where warehouse_api_id = $1 and state not in ('reserved', 'deleted') limit 1`,
    [apiId],
  );
  return result.rows.length > 0;
}

/** Saves a connection whole, or not at all. Repeating changes nothing: equal settings make no new version. */
export async function saveConnection(
  pool: Pool,
  box: SecretBox,
  wanted: WantedConnection,
  existing: Connection | undefined,
  by: string,
): Promise<{ readonly version: number; readonly secrets: NewConnection['secrets'] }> {
  const secrets = {
    webhookUrlSecret: existing?.secrets.webhookUrlSecret ?? randomBytes(24).toString('hex'),
    webhookHeaderSecret: existing?.secrets.webhookHeaderSecret ?? randomBytes(24).toString('hex'),
    ...wanted.secrets,
  };
  return inTransaction(pool, async (tx) => {
    if (existing === undefined) {
      await createConnection(tx, box, { ...wanted, secrets }, by);
      return { version: 1, secrets };
    }
    await tx.query(
      `update connection set name = $2, shop_url = $3, shop_host = $4, warehouse_entry_point = $5,
              warehouse_api_id = $6, body_encoding = $7, secrets = $8, updated_at = now() where id = $1`,
      [
        wanted.id,
        wanted.name,
        wanted.shopUrl,
        new URL(wanted.shopUrl).host,
        wanted.warehouseEntryPoint,
        wanted.warehouseApiId,
        wanted.bodyEncoding,
        await box.seal(secrets),
      ],
    );
    await changeMode(tx, wanted.id, wanted.mode, by);
    const same = isDeepStrictEqual(plain(wanted.settings), plain(existing.settings));
    const version = same ? existing.settingsVersion : await saveSettings(tx, wanted.id, wanted.settings, by);
    return { version, secrets };
  });
}

/** Changes the mode and journals it; returns the former one, undefined when there is no such connection. */
export async function changeMode(
  database: Queryable,
  id: string,
  mode: ConnectionMode,
  by: string,
): Promise<ConnectionMode | undefined> {
  const result = await database.query<{ before: ConnectionMode }>(
    `with old as (select id, mode from connection where id = $1 for update),
          changed as (update connection set mode = $2, updated_at = now() from old
                      where connection.id = old.id and old.mode <> $2 returning old.mode as before),
          noted as (insert into journal (connection_id, kind, data)
                    select $1, 'mode', jsonb_build_object('from', before, 'to', $2::text, 'by', $3::text) from changed)
     select mode as before from old`,
    [id, mode, by],
  );
  return result.rows[0]?.before;
}

/** As it comes back from the database: without what is undefined. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

async function inTransaction<T>(pool: Pool, work: (tx: Queryable) => Promise<T>): Promise<T> {
  const tx = await pool.connect();
  try {
    await tx.query('begin');
    const result = await work(tx);
    await tx.query('commit');
    return result;
  } catch (error) {
    await tx.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    tx.release();
  }
}
