import type { ProductSaid } from '../../db/queries/catalogue/product-hints.ts';

/**
 * What a product's delivery says apart from stock and prices (CloudCart API 6.7): those are ours to write, and come back
 * as events (CloudCart API 6.1). Null: the product was deleted, or the delivery says too little to compare.
 */
export function readProduct(event: string, body: Buffer): ProductSaid | null {
  if (event === 'product.deleted') return null;
  const parsed: unknown = JSON.parse(body.toString('utf8'));
  const product: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!isObject(product) || !Array.isArray(product['variants'])) return null;
  return {
    name: textOf(product['name']),
    active: flagOf(product['active']),
    tracked: flagOf(product['tracking']),
    digital: flagOf(product['digital']),
    hasDescription: textOf(product['description']).trim() !== '',
    variants: product['variants'].filter(isObject).map((variant) => ({
      ...{ id: textOf(variant['id']), sku: textOf(variant['sku']), barcode: textOf(variant['barcode']) },
      options: ['v1', 'v2', 'v3'].map((name) => textOf(variant[name])).filter((value) => value.trim() !== ''),
    })),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Absent, null and `""` are one (CloudCart API 6.3). */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function flagOf(value: unknown): boolean | null {
  return value === 'yes' || value === true ? true : value === 'no' || value === false ? false : null;
}
