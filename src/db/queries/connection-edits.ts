import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Pool, type Queryable, inTransaction } from '../pool.ts';
import { audit } from './audit.ts';
import {
  type Connection,
  type ConnectionMode,
  createConnection,
  type NewConnection,
  saveSettings,
} from './connections.ts';
import type { SecretBox } from '../secrets.ts';

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
    // Also the document of a trial, which is about to be deleted.
    `select 1 from document where warehouse_api_id = $1 and state not in ('reserved', 'deleted')
     union all select 1 from calibration where warehouse_api_id = $1 and state <> 'done' limit 1`,
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
    ...adminAccess(existing?.secrets),
    ...wanted.secrets,
  };
  return inTransaction(pool, async (tx) => {
    if (existing === undefined) {
      await createConnection(tx, box, { ...wanted, secrets }, by);
      await auditSaved(tx, 'connection.created', wanted, 1, by);
      return { version: 1, secrets };
    }
    await tx.query(
      `update connection set name = $2, shop_url = $3, shop_host = $4, warehouse_entry_point = $5,
              warehouse_api_id = $6, body_encoding = $7, secrets = $8, updated_at = clock_timestamp() where id = $1`,
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
    const kept = (['name', 'mode', 'shopUrl', 'warehouseApiId'] as const).every(
      (field) => existing[field] === wanted[field],
    );
    if (!same || !kept) await auditSaved(tx, 'connection.edited', wanted, version, by);
    return { version, secrets };
  });
}

async function auditSaved(
  tx: Queryable,
  action: string,
  { id, name, mode, shopUrl, warehouseApiId }: WantedConnection,
  settingsVersion: number,
  by: string,
): Promise<void> {
  const after = { name, mode, shopUrl, warehouseApiId, settingsVersion };
  await audit(tx, { by, connectionId: id, action, after });
}

/** The admin token is given apart from the rest, and kept when that is saved. */
function adminAccess(secrets: NewConnection['secrets'] | undefined) {
  const { adminToken, adminSiteId } = secrets ?? {};
  return {
    ...(adminToken === undefined ? {} : { adminToken }),
    ...(adminSiteId === undefined ? {} : { adminSiteId }),
  };
}

/** Stores the admin token, or takes it away. */
export async function saveAdminToken(
  database: Queryable,
  box: SecretBox,
  connection: Pick<Connection, 'id' | 'secrets'>,
  access: { readonly token: string; readonly siteId: string | null } | null,
): Promise<void> {
  const { adminToken: _token, adminSiteId: _site, ...rest } = connection.secrets;
  const secrets = {
    ...rest,
    ...(access === null ? {} : { adminToken: access.token }),
    ...(access === null || access.siteId === null ? {} : { adminSiteId: access.siteId }),
  };
  await database.query(
    `update connection set secrets = $2, admin_token_set_at = case when $3 then clock_timestamp() end,
       updated_at = clock_timestamp() where id = $1`,
    [connection.id, await box.seal(secrets), access !== null],
  );
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
          changed as (update connection set mode = $2, paused_mode = null, updated_at = clock_timestamp() from old
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

/** What people see of one connection. */
export interface ConnectionCard {
  readonly id: string;
  readonly name: string;
  readonly mode: ConnectionMode;
  readonly pausedMode: 'observe' | 'live' | null;
  readonly shopUrl: string;
  readonly warehouseEntryPoint: string;
  readonly warehouseApiId: string;
  readonly bodyEncoding: string;
  readonly settingsVersion: number;
  readonly stoppedReason: string | null;
  /** Since when the secrets are in use; they themselves are shown to nobody. */
  readonly shopKeySetAt: Date;
  readonly warehouseSecretSetAt: Date;
  /** Null: the owner of the shop gave no token of its admin interface. */
  readonly adminTokenSetAt: Date | null;
  readonly createdAt: Date;
  /** Changes with every edit. */
  readonly version: string;
}

/** One connection, without secrets; with `lock` nobody else edits it until the transaction ends. */
export async function readCard(
  database: Queryable,
  id: string,
  lock: 'lock' | 'look' = 'look',
): Promise<ConnectionCard | undefined> {
  const { rows } = await database.query<ConnectionCard>({
    name: `read-card-${lock}`,
    text: `select id, name, mode, paused_mode as "pausedMode", shop_url as "shopUrl",
             warehouse_entry_point as "warehouseEntryPoint", warehouse_api_id as "warehouseApiId",
             body_encoding as "bodyEncoding", settings_version as "settingsVersion", stopped_reason as "stoppedReason",
             shop_key_set_at as "shopKeySetAt", warehouse_secret_set_at as "warehouseSecretSetAt",
             admin_token_set_at as "adminTokenSetAt",
             created_at as "createdAt", (extract(epoch from updated_at) * 1000000)::bigint::text as version
           from connection where id = $1 ${lock === 'lock' ? 'for update' : ''}`,
    values: [id],
  });
  return rows[0];
}

/** Where a connection's vendors are, and with what it is let in. */
export interface NewAccess {
  readonly shopUrl: string;
  readonly warehouseEntryPoint: string;
  readonly warehouseApiId: string;
  readonly bodyEncoding: Connection['bodyEncoding'];
  readonly secrets: Connection['secrets'];
}

/** Changes name and access. What was given newly is in use from now on. */
export async function updateConnection(
  database: Queryable,
  box: SecretBox,
  id: string,
  { name, access, before }: { readonly name: string; readonly access: NewAccess; readonly before: NewAccess },
): Promise<void> {
  await database.query(
    `update connection set name = $2, shop_url = $3, shop_host = $4, warehouse_entry_point = $5,
       warehouse_api_id = $6, body_encoding = $7, secrets = $8, updated_at = clock_timestamp(),
       shop_key_set_at = case when $9 then clock_timestamp() else shop_key_set_at end,
       warehouse_secret_set_at = case when $10 then clock_timestamp() else warehouse_secret_set_at end
     where id = $1`,
    [
      ...[id, name, access.shopUrl, new URL(access.shopUrl).host, access.warehouseEntryPoint],
      ...[access.warehouseApiId, access.bodyEncoding, await box.seal(access.secrets)],
      access.secrets.shopApiKey !== before.secrets.shopApiKey,
      access.secrets.warehouseSecret !== before.secrets.warehouseSecret,
    ],
  );
}

/** Turns a connection off until it is resumed. False: it is off already. */
export async function pauseConnection(database: Queryable, id: string, by: string): Promise<boolean> {
  const result = await database.query(
    `with old as (select id, mode from connection where id = $1 and mode <> 'off' for update),
          changed as (update connection set mode = 'off', paused_mode = old.mode, updated_at = clock_timestamp()
                      from old where connection.id = old.id returning old.mode as before)
     insert into journal (connection_id, kind, data)
     select $1, 'mode', jsonb_build_object('from', before, 'to', 'off', 'by', $2::text) from changed`,
    [id, by],
  );
  return result.rowCount === 1;
}

/** Removes a connection with all that belongs to it. Ids of documents are never used again (micro.bg API 6.1). */
export async function deleteConnection(database: Queryable, id: string): Promise<void> {
  await database.query('delete from connection where id = $1', [id]);
}

/** Connections that have this shop or this application; two on one would book everything twice. */
export async function holdersOf(
  database: Queryable,
  { shopHost, apiId }: { readonly shopHost: string; readonly apiId: string },
): Promise<readonly { readonly id: string; readonly shop: boolean; readonly application: boolean }[]> {
  const { rows } = await database.query<{ id: string; shop: boolean; application: boolean }>(
    `select id, shop_host = $1 as shop, warehouse_api_id = $2 as application from connection
     where shop_host = $1 or warehouse_api_id = $2`,
    [shopHost, apiId],
  );
  return rows;
}
