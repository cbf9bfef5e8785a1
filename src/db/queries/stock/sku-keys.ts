import { skuOf } from '../../../domain/stock/sku-key.ts';

/** Keys of SKUs as the two columns of `unnest($n::text[], $m::bigint[])`. */
export function keyColumns(keys: readonly string[]): [variantKeys: string[], storeIds: number[]] {
  const skus = keys.map(skuOf);
  return [skus.map(({ variantKey }) => variantKey), skus.map(({ storeId }) => storeId)];
}

/** SQL of the key of a row of `stock_sku`, as `skuKey` writes it. */
export const SKU_KEY = `variant_key || case when store_id = 0 then '' else '@' || store_id end`;
