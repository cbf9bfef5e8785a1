import { webhookUrl } from '../../src/api/webhooks/address.ts';
import { SYNC_HEADER } from '../../src/api/webhooks/handler.ts';
import type { Answer } from '../../src/clients/answer.ts';
import { type CloudcartClient, createCloudcartClient } from '../../src/clients/cloudcart/index.ts';
import { createMicrobgClient } from '../../src/clients/microbg/index.ts';
import { openPool } from '../../src/db/pool.ts';
import {
  type ConnectionSecrets,
  createConnection,
  readConnection,
} from '../../src/db/queries/connections.ts';
import { createSecretBox } from '../../src/db/secrets.ts';
import { type ConnectionSettings, defaultSettings } from '../../src/domain/connection/settings.ts';
import { randomBytes } from 'node:crypto';
import type { Stack } from './stack.ts';

/** Id of the connection between the two emulators. */
export const DEMO_CONNECTION = 'demo';

/** Shop payment -> payment type of the warehouse, by the names that a merchant would pair. */
const PAYMENTS: Readonly<Record<string, string>> = {
  cod: 'Наложен платеж',
  bwt: 'Банков път',
  stripe: 'С карта',
  paypal: 'С карта',
};
/** Service items by their codes in the demo company. */
const SERVICE_CODES = { delivery: '9001', discount: '9002', fee: '9003', rounding: '9004' } as const;
const OBJECT_NAME = 'Централен склад';
const EVENTS = ['order.created', 'order.updated'] as const;
const HTTP_DEADLINE_MS = 10_000;

/**
 * Connects the shop emulator with the warehouse emulator: settings as a merchant would choose them, webhooks
 * registered through the shop's API. At a later start only addresses are brought up to date.
 */
export async function connectDemo(stack: Stack): Promise<void> {
  const pool = openPool({
    url: stack.databaseUrl,
    max: 2,
    applicationName: 'set-up',
    onError: () => undefined,
  });
  const box = createSecretBox(stack.secretsKey);
  try {
    const place = emulatorsOf(stack);
    const existing = await readConnection(pool, box, DEMO_CONNECTION);
    const secrets: ConnectionSecrets = {
      webhookUrlSecret: existing?.secrets.webhookUrlSecret ?? randomBytes(24).toString('hex'),
      webhookHeaderSecret: existing?.secrets.webhookHeaderSecret ?? randomBytes(24).toString('hex'),
      shopApiKey: place.shopApiKey,
      warehouseSecret: place.warehouseSecret,
    };
    if (existing === undefined) {
      await createConnection(
        pool,
        box,
        {
          id: DEMO_CONNECTION,
          name: 'Примерен магазин',
          mode: 'live',
          shopUrl: place.shopUrl,
          warehouseEntryPoint: place.warehouseEntryPoint,
          warehouseApiId: place.warehouseApiId,
          bodyEncoding: 'form-double',
          secrets,
          settings: await demoSettings(place),
        },
        'npm start',
      );
    } else {
      await pool.query(
        `update connection set shop_url = $2, shop_host = $3, warehouse_entry_point = $4, warehouse_api_id = $5, secrets = $6
         where id = $1`,
        [
          DEMO_CONNECTION,
          place.shopUrl,
          new URL(place.shopUrl).host,
          place.warehouseEntryPoint,
          place.warehouseApiId,
          await box.seal(secrets),
        ],
      );
    }
    await registerWebhooks(stack.gatewayUrl, place, secrets);
  } finally {
    await pool.end();
  }
}

interface Place {
  readonly shopUrl: string;
  readonly shopApiKey: string;
  readonly warehouseEntryPoint: string;
  readonly warehouseApiId: string;
  readonly warehouseSecret: string;
}

function emulatorsOf({ cloudcart, microbg }: Stack): Place {
  const shop = cloudcart.shops?.[0];
  const application = microbg.companies?.[0]?.applications[0];
  if (shop === undefined || application === undefined)
    throw new Error('The emulators know no shop or no application');
  return {
    shopUrl: `http://${shop.host}`,
    shopApiKey: shop.apiKey,
    warehouseEntryPoint: microbg.url,
    warehouseApiId: application.apiId,
    warehouseSecret: application.secret,
  };
}

/** Settings with everything mapped that both sides have by name; Mokka is left out, as a merchant might forget one. */
async function demoSettings(place: Place): Promise<ConnectionSettings> {
  const warehouse = createMicrobgClient({
    entryPoint: place.warehouseEntryPoint,
    apiId: place.warehouseApiId,
    secret: place.warehouseSecret,
    bodyEncoding: 'form-double',
    deadlineMs: HTTP_DEADLINE_MS,
  });
  const types = need('payment types', await warehouse.paymentTypes());
  const paymentTypes = Object.fromEntries(
    Object.entries(PAYMENTS).map(([provider, name]) => [
      provider,
      one(
        `payment type ${name}`,
        types.find((type) => type.name === name),
      ).id,
    ]),
  );
  const objects = need('objects', await warehouse.objects());
  const serviceItems: Record<keyof typeof SERVICE_CODES, number> = {
    delivery: 0,
    discount: 0,
    fee: 0,
    rounding: 0,
  };
  for (const [role, code] of Object.entries(SERVICE_CODES) as [keyof typeof SERVICE_CODES, string][]) {
    const found = need(`item ${code}`, await warehouse.findItems({ code }, true));
    serviceItems[role] = one(`item ${code}`, found[0]).id;
  }
  return {
    ...defaultSettings(dayInSofia()),
    saleRule: { statuses: ['paid', 'completed'], fulfilled: true },
    objectId: one(
      `object ${OBJECT_NAME}`,
      objects.find(({ name }) => name === OBJECT_NAME),
    ).id,
    paymentTypes,
    onlineProviders: ['stripe', 'paypal', 'mokka'],
    fiscalPaymentTypes: types.filter(({ fiscalMode }) => fiscalMode === 1).map(({ id }) => id),
    serviceItems,
  };
}

/** Orders from today on are ours: the seeded history of the shop stays as it is. */
function dayInSofia(): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Sofia' }).format(new Date());
}

/** One subscription per event, looked up first: the shop allows duplicates (CloudCart API 6.2). */
async function registerWebhooks(gatewayUrl: string, place: Place, secrets: ConnectionSecrets): Promise<void> {
  const shop: CloudcartClient = createCloudcartClient({
    baseUrl: place.shopUrl,
    apiKey: place.shopApiKey,
    deadlineMs: HTTP_DEADLINE_MS,
  });
  const { rows } = need('webhooks', await shop.webhooks());
  for (const event of EVENTS) {
    const address = { connection: DEMO_CONNECTION, secret: secrets.webhookUrlSecret, event };
    const wanted = {
      url: webhookUrl(gatewayUrl, address),
      event,
      active: true,
      headers: { [SYNC_HEADER]: secrets.webhookHeaderSecret },
    };
    const ours = rows.find(
      (each) => each.event === event && each.url.includes(`/cloudcart/${DEMO_CONNECTION}/`),
    );
    if (ours?.url === wanted.url && ours.active === true) continue;
    need(
      `webhook ${event}`,
      ours === undefined ? await shop.createWebhook(wanted) : await shop.updateWebhook(ours.id, wanted),
    );
  }
}

function need<T>(what: string, answer: Answer<T>): T {
  if (answer.kind === 'ok') return answer.value;
  throw new Error(
    `The emulators refuse ${what}: ${answer.kind === 'failed' ? answer.decision.operator : 'not found'}`,
  );
}

function one<T>(what: string, value: T | undefined): T {
  if (value === undefined) throw new Error(`The demo company has no ${what}`);
  return value;
}
