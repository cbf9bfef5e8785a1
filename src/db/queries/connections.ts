import type { ConnectionMode } from '../../domain/connection/mode.ts';
import { type ConnectionSettings, defaultSettings } from '../../domain/connection/settings.ts';
import type { Queryable } from '../pool.ts';
import type { SecretBox } from '../secrets.ts';

export type { ConnectionMode } from '../../domain/connection/mode.ts';
export type BodyEncoding = 'form-double' | 'form-single' | 'multipart';

/** What a connection must never show: sealed at rest, opened only in memory. */
export interface ConnectionSecrets {
  /** CloudCart API key, 64 characters. */
  readonly shopApiKey: string;
  /** micro.bg secret; keys the HMAC, never sent. */
  readonly warehouseSecret: string;
  /** Part of the webhook URL. */
  readonly webhookUrlSecret: string;
  /** Value of the header X-Sync-Token. */
  readonly webhookHeaderSecret: string;
  /** Token of the shop's admin interface, where the owner of the shop made one (CloudCart API 7.6). */
  readonly adminToken?: string;
  /** `X-Site-Id` beside it, where the shop wants it (U-50). */
  readonly adminSiteId?: string;
}

export interface Connection {
  readonly id: string;
  readonly name: string;
  readonly mode: ConnectionMode;
  readonly shopUrl: string;
  readonly shopHost: string;
  readonly warehouseEntryPoint: string;
  readonly warehouseApiId: string;
  readonly bodyEncoding: BodyEncoding;
  readonly secrets: ConnectionSecrets;
  readonly settingsVersion: number;
  readonly settings: ConnectionSettings;
  readonly stoppedReason: string | null;
}

export type NewConnection = Omit<Connection, 'settingsVersion' | 'stoppedReason' | 'shopHost'>;

/** Creates a connection with version 1 of its settings. */
export async function createConnection(
  tx: Queryable,
  box: SecretBox,
  connection: NewConnection,
  by: string,
): Promise<void> {
  await tx.query(
    `insert into connection (id, name, mode, shop_url, shop_host, warehouse_entry_point, warehouse_api_id, body_encoding, secrets)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      connection.id,
      connection.name,
      connection.mode,
      connection.shopUrl,
      new URL(connection.shopUrl).host,
      connection.warehouseEntryPoint,
      connection.warehouseApiId,
      connection.bodyEncoding,
      await box.seal(connection.secrets),
    ],
  );
  await tx.query(
    'insert into connection_settings (connection_id, version, settings, created_by) values ($1, 1, $2, $3)',
    [connection.id, JSON.stringify(connection.settings), by],
  );
}

/**
 * Adds a version of the settings and makes it the current one. Returns its number. Blocked orders are looked at
 * again at once: the change may have mended their cause.
 */
export async function saveSettings(
  tx: Queryable,
  id: string,
  settings: ConnectionSettings,
  by: string,
): Promise<number> {
  const result = await tx.query<{ version: number }>(
    `with changed as (
       update connection set settings_version = settings_version + 1, updated_at = clock_timestamp() where id = $1
       returning settings_version),
     woken as (
       update shop_order set due_at = clock_timestamp(), due_reason = 'settings changed'
       from changed where connection_id = $1 and state = 'blocked')
     insert into connection_settings (connection_id, version, settings, created_by)
     select $1, settings_version, $2, $3 from changed returning version`,
    [id, JSON.stringify(settings), by],
  );
  const version = result.rows[0]?.version;
  if (version === undefined) throw new Error(`There is no connection ${id}`);
  return version;
}

/** Reads one connection with its current settings; undefined when there is none. */
export async function readConnection(
  database: Queryable,
  box: SecretBox,
  id: string,
): Promise<Connection | undefined> {
  const result = await database.query<ConnectionRow>({
    name: 'read-connection',
    text: `select c.*, s.settings from connection c
           join connection_settings s on s.connection_id = c.id and s.version = c.settings_version where c.id = $1`,
    values: [id],
  });
  const row = result.rows[0];
  return row === undefined ? undefined : toConnection(row, box);
}

/** The settings of a connection as they are now, without its secrets; undefined: there is no such connection. */
export async function currentSettings(
  database: Queryable,
  id: string,
): Promise<ConnectionSettings | undefined> {
  const result = await database.query<{ settings: ConnectionSettings }>({
    name: 'current-settings',
    text: `select s.settings from connection c
           join connection_settings s on s.connection_id = c.id and s.version = c.settings_version where c.id = $1`,
    values: [id],
  });
  const settings = result.rows[0]?.settings;
  return settings === undefined ? undefined : complete(settings);
}

/** Do the stored secrets open with this key? True as well while there is no connection. */
export async function secretsOpen(database: Queryable, box: SecretBox): Promise<boolean> {
  const { rows } = await database.query<{ secrets: string }>(
    'select secrets from connection order by id limit 1',
  );
  const [first] = rows;
  if (first === undefined) return true;
  return box.open(first.secrets).then(
    () => true,
    () => false,
  );
}

/** Settings of an earlier version: what a document was posted with. */
export async function readSettingsVersion(
  database: Queryable,
  id: string,
  version: number,
): Promise<ConnectionSettings> {
  const result = await database.query<{ settings: ConnectionSettings }>(
    'select settings from connection_settings where connection_id = $1 and version = $2',
    [id, version],
  );
  const settings = result.rows[0]?.settings;
  if (settings === undefined) throw new Error(`Connection ${id} has no settings version ${version}`);
  return complete(settings);
}

interface ConnectionRow {
  id: string;
  name: string;
  mode: ConnectionMode;
  shop_url: string;
  shop_host: string;
  warehouse_entry_point: string;
  warehouse_api_id: string;
  body_encoding: BodyEncoding;
  secrets: string;
  settings_version: number;
  settings: ConnectionSettings;
  stopped_reason: string | null;
}

async function toConnection(row: ConnectionRow, box: SecretBox): Promise<Connection> {
  return {
    id: row.id,
    name: row.name,
    mode: row.mode,
    shopUrl: row.shop_url,
    shopHost: row.shop_host,
    warehouseEntryPoint: row.warehouse_entry_point,
    warehouseApiId: row.warehouse_api_id,
    bodyEncoding: row.body_encoding,
    secrets: (await box.open(row.secrets)) as ConnectionSecrets,
    settingsVersion: row.settings_version,
    settings: complete(row.settings),
    stoppedReason: row.stopped_reason,
  };
}

/** Settings saved by an older version lack what was added since: they get its default. */
function complete(stored: ConnectionSettings): ConnectionSettings {
  return { ...defaultSettings(stored.startDate), ...stored };
}
