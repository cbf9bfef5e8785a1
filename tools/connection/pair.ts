import type { VendorAccess } from '../../src/api/panel/connections/vendors.ts';
import { type ShopFacts, verifyShop } from '../../src/clients/access/verify-shop.ts';
import { type WarehouseFacts, verifyWarehouse } from '../../src/clients/access/verify-warehouse.ts';
import type { Connection, ConnectionMode } from '../../src/db/queries/connections.ts';
import { type AccessFault, isFault } from '../../src/domain/connection/faults.ts';
import { type Choices } from './choices.ts';
import { chooseSettings } from './choose.ts';
import type { ConnectionFile } from './file.ts';
import { exampleOf } from './examples.ts';
import { type Problem, refusalOf } from './refusal.ts';
import { readServices } from './services.ts';
import type { WantedConnection } from '../../src/db/queries/connection-edits.ts';

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
  vendors: VendorAccess,
): Promise<Prepared> {
  const [shop, warehouse] = await Promise.all([
    verifyShop(vendors.shop(file.shop), file.shop.url),
    verifyWarehouse((bodyEncoding) => vendors.warehouse({ ...file.warehouse, bodyEncoding })),
  ]);
  if (isFault(shop) || isFault(warehouse)) throw refusalOf([shop, warehouse].filter(isFault).map(problemOf));
  // What the merchant deleted is no choice.
  const inUse = {
    ...warehouse,
    types: warehouse.types.filter(({ deleted }) => !deleted),
    objects: warehouse.objects.filter(({ deleted }) => !deleted),
  };
  const services = await readServices(warehouse.client, warehouse.company.pricesWithVat);
  const { settings, chosen, open, problems } = chooseSettings({
    file: file.settings,
    existing: existing?.settings,
    ...{ shop, services, warehouse: inUse },
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

/** What does not work now has no example: no other file would help. */
function problemOf({ field, operator, passing }: AccessFault): Problem {
  const problem = operator;
  return passing ? { field, problem, example: null, passing } : { field, problem, example: exampleOf(field) };
}
