import { readFacts, storeFacts } from '../../db/queries/warehouse-facts.ts';
import { type PassContext, askWarehouse, valueOf } from '../order/context.ts';
import { PassStopped } from '../order/stops.ts';

/** What a document depends on in the account itself (micro.bg API 3.1). */
export interface WarehouseFacts {
  readonly currency: string;
  readonly pricePrecision: number;
  readonly quantityPrecision: number;
  readonly isVatRegistered: boolean;
}

/** Facts are read again after an hour: the euro showed that even a currency can change. */
const MAX_AGE_MS = 3_600_000;
const remembered = new WeakMap<object, { readonly facts: WarehouseFacts; readonly until: number }>();

/** Facts of the account, from memory, from the database, or from micro.bg. */
export async function warehouseFacts(pass: PassContext): Promise<WarehouseFacts> {
  const { connection, io } = pass;
  const known = remembered.get(connection);
  if (known !== undefined && known.until > io.now()) return known.facts;
  const stored = await io.db('read-facts', (database) => readFacts<WarehouseFacts>(database, connection.id));
  const fresh = stored !== undefined && stored.ageMs < MAX_AGE_MS;
  const facts = fresh ? stored.facts : await readFromAccount(pass);
  remembered.set(connection, { facts, until: io.now() + MAX_AGE_MS - (fresh ? stored.ageMs : 0) });
  return facts;
}

async function readFromAccount(pass: PassContext): Promise<WarehouseFacts> {
  const company = valueOf(pass, await askWarehouse(pass, 'getCompanyData', () => pass.warehouse.company()));
  if (company === undefined || company.currency === null) {
    throw new PassStopped('warehouse_without_currency', 'micro.bg does not say which currency it works in', {
      retryInMs: pass.durations.pausedRetryMs,
    });
  }
  const facts: WarehouseFacts = {
    currency: company.currency,
    pricePrecision: company.pricePrecision,
    quantityPrecision: company.quantityPrecision,
    isVatRegistered: company.isVatRegistered,
  };
  await pass.io.db('store-facts', (database) => storeFacts(database, pass.connection.id, facts));
  return facts;
}
