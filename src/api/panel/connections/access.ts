import { z } from 'zod';
import type { CloudcartClient } from '../../../clients/cloudcart/index.ts';
import type { BodyEncoding } from '../../../db/queries/connections.ts';
import { type AccessFault, describeFault, isFault } from '../../../domain/connection/faults.ts';
import { ApiFailure } from '../failure.ts';
import type { VendorAccess } from './vendors.ts';
import { type ShopFacts, verifyShop } from '../../../clients/access/verify-shop.ts';
import { type WarehouseFacts, verifyWarehouse } from '../../../clients/access/verify-warehouse.ts';

/** Where micro.bg listens; the slash at the end belongs to it (micro.bg API 1.1). */
export const ENTRY_POINT = 'https://micro.bg/ExtApps/ExternalApp/API/';

const secret = z.string().trim().min(1, 'is empty').max(500, 'is too long');
const address = z.string().trim().max(300, 'is too long').refine(URL.canParse, 'must be an https:// address');

/** Where a shop is, and its key. The list of keys in the shop shows only the beginning of a key (CloudCart API 1.3). */
export const shopAccess = z.strictObject({
  url: address.transform((value, context) => {
    if (!URL.canParse(value)) return value;
    const { origin, href } = new URL(value);
    if (`${origin}/` !== href)
      context.addIssue({ code: 'custom', message: 'must be only the primary domain, without a path' });
    return origin;
  }),
  apiKey: secret.regex(/^[A-Z0-9]{64}$/, 'must be 64 capital letters and digits'),
});

/** An application of micro.bg. */
export const warehouseAccess = z.strictObject({
  entryPoint: address.refine((value) => value.endsWith('/'), 'must end with a slash').default(ENTRY_POINT),
  apiId: secret,
  secret,
});

/** What somebody gave, whole. */
export interface Access {
  readonly shop: z.output<typeof shopAccess>;
  readonly warehouse: z.output<typeof warehouseAccess>;
}

/** What the verifying reads showed. */
export interface Verified {
  readonly shop: ShopFacts;
  readonly warehouse: WarehouseFacts;
  readonly encoding: BodyEncoding;
}

/**
 * Checks both sides by reads: one of the shop, three to eight of the warehouse, by which its body encoding is found.
 * @param asked the shop's client; one that pays for its requests where the shop is connected already.
 * @throws {ApiFailure} 400 for an address that is not allowed, 422 naming everything that is wrong.
 */
export async function verifyAccess(
  vendors: VendorAccess,
  access: Access,
  asked: Pick<CloudcartClient, 'paymentProviders' | 'frontPage'> = vendors.shop(access.shop),
): Promise<Verified> {
  refuseHttp(vendors, access);
  const [shop, warehouse] = await Promise.all([
    verifyShop(asked, access.shop.url),
    verifyWarehouse((bodyEncoding) => vendors.warehouse({ ...access.warehouse, bodyEncoding })),
  ]);
  if (isFault(shop) || isFault(warehouse)) throw refusalOf([shop, warehouse].filter(isFault));
  return { shop, warehouse, encoding: warehouse.encoding };
}

/** Keys and orders travel here: never in the clear, but to emulators. */
function refuseHttp({ privateAllowed }: VendorAccess, { shop, warehouse }: Access): void {
  const fields: Record<string, string> = {};
  for (const [field, url] of [
    ['body.shop.url', shop.url],
    ['body.warehouse.entryPoint', warehouse.entryPoint],
  ] as const) {
    const { protocol } = new URL(url);
    if (protocol !== 'https:' && !(privateAllowed && protocol === 'http:'))
      fields[field] = 'must be an https:// address';
  }
  if (Object.keys(fields).length > 0)
    throw new ApiFailure(400, 'invalid_input', 'The request is not valid', fields);
}

function refusalOf(faults: readonly AccessFault[]): ApiFailure {
  const fields = Object.fromEntries(
    faults.map((fault) => [`body.${fault.field}`, describeFault(fault, 'en').text]),
  );
  return new ApiFailure(422, 'access_refused', 'Nothing was saved: the access does not work', fields).because(
    faults.map((fault) => ({
      code: fault.code,
      field: `body.${fault.field}`,
      bg: describeFault(fault, 'bg'),
      en: describeFault(fault, 'en'),
    })),
  );
}
