import { openPool } from '../../src/db/pool.ts';
import { type Connection, readConnection } from '../../src/db/queries/connections.ts';
import { createSecretBox } from '../../src/db/secrets.ts';
import type { ConnectionFile } from '../connection/file.ts';
import { createVendorAccess } from '../../src/api/panel/connections/vendors.ts';
import { preparePairing } from '../connection/pair.ts';
import { saveConnection, type WantedConnection } from '../../src/db/queries/connection-edits.ts';
import { registerNow } from '../connection/webhooks.ts';
import type { Stack } from './stack.ts';

/** What is connected, and where it keeps that. */
type Place = Pick<Stack, 'databaseUrl' | 'secretsKey' | 'gatewayUrl' | 'cloudcart' | 'microbg'>;

/** Id of the connection between the two emulators. */
export const DEMO_CONNECTION = 'demo';

/** What a merchant would pair by hand, because the names differ; Mokka is left out, as one might forget it. */
const SETTINGS: ConnectionFile['settings'] = {
  object: 'Централен склад',
  paymentTypes: { bwt: 'Банков път', stripe: 'С карта', paypal: 'С карта' },
  onlineProviders: ['stripe', 'paypal', 'mokka'],
};
const HTTP_DEADLINE_MS = 10_000;

/**
 * Connects the shop emulator with the warehouse emulator as `npm run connect` would. At a later start only addresses
 * and keys are brought up to date: settings and mode are the operator's.
 */
export async function connectDemo(stack: Place): Promise<void> {
  const pool = openPool({
    url: stack.databaseUrl,
    max: 2,
    applicationName: 'set-up',
    onError: () => undefined,
  });
  const box = createSecretBox(stack.secretsKey);
  const vendors = createVendorAccess({ HTTP_DEADLINE_MS, PRIVATE_ADDRESSES: 'allow' });
  try {
    const file = demoFile(stack);
    const existing = await readConnection(pool, box, DEMO_CONNECTION);
    const wanted =
      existing === undefined
        ? (await preparePairing(file, undefined, vendors)).wanted
        : moved(existing, file);
    const { secrets } = await saveConnection(pool, box, wanted, existing, 'npm start');
    await registerNow(
      pool,
      { id: DEMO_CONNECTION, shopUrl: file.shop.url, secrets },
      { publicUrl: stack.gatewayUrl, vendors, by: 'npm start' },
    );
  } finally {
    await pool.end();
  }
}

function demoFile({ cloudcart, microbg }: Place): ConnectionFile {
  const shop = cloudcart.shops?.[0];
  const application = microbg.companies?.[0]?.applications[0];
  if (shop === undefined || application === undefined)
    throw new Error('The emulators know no shop or no application');
  return {
    id: DEMO_CONNECTION,
    name: 'Примерен магазин',
    mode: 'live',
    shop: { url: `http://${shop.host}`, apiKey: shop.apiKey },
    warehouse: { entryPoint: microbg.url, apiId: application.apiId, secret: application.secret },
    settings: SETTINGS,
  };
}

/** The same connection at the emulators' addresses of today. */
function moved(existing: Connection, { shop, warehouse }: ConnectionFile): WantedConnection {
  return {
    ...existing,
    shopUrl: shop.url,
    warehouseEntryPoint: warehouse.entryPoint,
    warehouseApiId: warehouse.apiId,
    secrets: { shopApiKey: shop.apiKey, warehouseSecret: warehouse.secret },
  };
}
