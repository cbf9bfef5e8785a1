import { createCloudcartClient } from '../../src/clients/cloudcart/index.ts';
import { createMicrobgClient } from '../../src/clients/microbg/index.ts';
import type { BodyEncoding, Connection, ConnectionMode } from '../../src/db/queries/connections.ts';
import { type Choices } from './choices.ts';
import { chooseSettings } from './choose.ts';
import type { ConnectionFile } from './file.ts';
import { isProblem } from './names.ts';
import { refusalOf } from './refusal.ts';
import { readServices } from './services.ts';
import type { WantedConnection } from './store.ts';
import { type ShopFacts, verifyShop } from './verify-shop.ts';
import { type WarehouseFacts, verifyWarehouse } from './verify-warehouse.ts';

/** A connection that was checked on both sides and can be saved, with what the operator should know. */
export interface Prepared extends Pick<Choices, 'chosen' | 'open'> {
  readonly wanted: WantedConnection;
  readonly shop: ShopFacts;
  readonly warehouse: WarehouseFacts;
}

/** Until a connection is watched, it writes nothing. */
const FIRST_MODE: ConnectionMode = 'observe';

/**
 * Checks shop and warehouse and fills in what the file leaves out. Only reads.
 * @throws {Refusal} naming everything that is wrong.
 */
export async function preparePairing(
  file: ConnectionFile,
  existing: Connection | undefined,
  deadlineMs: number,
): Promise<Prepared> {
  const clientOf = (bodyEncoding: BodyEncoding) =>
    createMicrobgClient({ ...file.warehouse, bodyEncoding, deadlineMs });
  const [shop, warehouse] = await Promise.all([
    verifyShop(
      createCloudcartClient({ baseUrl: file.shop.url, apiKey: file.shop.apiKey, deadlineMs }),
      file.shop.url,
    ),
    verifyWarehouse(clientOf),
  ]);
  if (isProblem(shop) || isProblem(warehouse)) throw refusalOf([shop, warehouse].filter(isProblem));
  const services = await readServices(warehouse.client, warehouse.company.pricesWithVat);
  const { settings, chosen, open, problems } = chooseSettings({
    file: file.settings,
    existing: existing?.settings,
    ...{ shop, warehouse, services },
  });
  if (problems.length > 0) throw refusalOf(problems);
  const wanted: WantedConnection = {
    id: file.id,
    name: file.name,
    mode: file.mode ?? existing?.mode ?? FIRST_MODE,
    shopUrl: file.shop.url,
    warehouseEntryPoint: file.warehouse.entryPoint,
    warehouseApiId: file.warehouse.apiId,
    bodyEncoding: warehouse.encoding,
    secrets: { shopApiKey: file.shop.apiKey, warehouseSecret: file.warehouse.secret },
    settings,
  };
  return { wanted, chosen, open, shop, warehouse };
}
