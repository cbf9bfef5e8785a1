import {
  type Registered,
  WebhooksRefused,
  registerWebhooks,
} from '../../src/activities/webhooks/subscriptions.ts';
import type { VendorAccess } from '../../src/api/panel/connections/vendors.ts';
import type { Pool } from '../../src/db/pool.ts';
import type { Connection } from '../../src/db/queries/connections.ts';
import { askForWebhooks, markRegistered, storeSubscriptions } from '../../src/db/queries/subscriptions.ts';
import { Refusal } from './refusal.ts';

/**
 * Registers or repairs the webhooks of a connection at once, and stores that they are wanted: from then on the
 * watchdog keeps them.
 * @throws {Refusal} with what the shop said; repeating goes on where it stopped.
 */
export async function registerNow(
  pool: Pool,
  { id, shopUrl, secrets }: Pick<Connection, 'id' | 'shopUrl' | 'secrets'>,
  {
    publicUrl,
    vendors,
    by,
  }: { readonly publicUrl: string; readonly vendors: VendorAccess; readonly by: string },
): Promise<{ readonly registered: Registered[]; readonly removed: number }> {
  const shop = vendors.shop({ url: shopUrl, apiKey: secrets.shopApiKey });
  await askForWebhooks(pool, id, { wanted: true, publicUrl, by });
  const result = await registerWebhooks(shop, { connection: id, publicUrl, secrets }).catch(
    (error: unknown) => {
      if (!(error instanceof WebhooksRefused)) throw error;
      throw new Refusal(`${error.message}. Run the command again: it goes on where it stopped.`);
    },
  );
  await markRegistered(pool, id, { wanted: true, publicUrl });
  await storeSubscriptions(
    pool,
    id,
    result.registered.map(({ event, shopId, active }) => ({ event, shopId, active, repaired: false })),
  );
  return result;
}
