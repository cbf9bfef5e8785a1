/** The variant's own quantity beside those of its stores, whose ids begin at 1 (CloudCart API 4.16). */
export const OWN = 0;

/** What the shop shows one figure of: a variant, or a variant in one of the shop's stores. */
export interface Sku {
  /** `variant:{id}`, as orders name it. */
  readonly variantKey: string;
  /** {@link OWN}: the variant itself, which also has the price. */
  readonly storeId: number;
}

/** A SKU as one text, for lists and addresses: `variant:5102`, or `variant:5102@2` in store 2. */
export function skuKey({ variantKey, storeId }: Sku): string {
  return storeId === OWN ? variantKey : `${variantKey}@${storeId}`;
}

/** What a key names. */
export function skuOf(key: string): Sku {
  const at = key.indexOf('@');
  return at === -1
    ? { variantKey: key, storeId: OWN }
    : { variantKey: key.slice(0, at), storeId: Number(key.slice(at + 1)) };
}
