import { z } from 'zod';
import type { Answer } from '../answer.ts';
import { optionalDecimal, optionalInt, optionalText, text } from '../wire.ts';
import type { Caller, PageRef, ShopPage } from './call.ts';
import { minorUnits, yesNo } from './fields.ts';
import { readRow, readRows, type Row, writeRow } from './rows.ts';

const productRow = z.looseObject({
  name: text,
  active: yesNo,
  draft: yesNo,
  digital: yesNo,
  tracking: yesNo,
  continue_selling: yesNo,
  product_type: optionalText,
  category_id: optionalInt,
  vendor_id: optionalInt,
  price_from: minorUnits,
  price_to: minorUnits,
  date_modified: optionalText,
});

const variantRow = z.looseObject({
  item_id: optionalInt,
  sku: text,
  barcode: text,
  price: minorUnits,
  /** null = unlimited, never 0 (CloudCart API 4.14). */
  quantity: optionalDecimal,
  v1: text,
  v2: text,
  v3: text,
});

const discountRow = z.looseObject({
  name: text,
  discount_type: text,
  active: yesNo,
  date_start: optionalText,
  date_end: optionalText,
});

const storeRow = z.looseObject({ title: text, active: yesNo, city: text });

const firstPage: PageRef = { number: 1, size: 100 };

/** Lists products, last changed first: a saved variant moves its product (CloudCart API 3.5, 4.13). */
export async function listProducts(
  caller: Caller,
  page: PageRef = firstPage,
): Promise<Answer<ShopPage<Row<typeof productRow>>>> {
  return readRows(caller, 'products', productRow, { page, sort: '-date_modified' });
}

/** Reads a product; a deleted one is not found (CloudCart API 1.8). */
export async function getProduct(caller: Caller, productId: string): Promise<Answer<Row<typeof productRow>>> {
  return readRow(caller, `products/${encodeURIComponent(productId)}`, productRow);
}

/** Lists variants, by SKU, barcode or product; prices are minor units (CloudCart API 4.14). */
export async function listVariants(
  caller: Caller,
  filter: { readonly sku?: string; readonly barcode?: string; readonly item_id?: number } = {},
  page: PageRef = firstPage,
): Promise<Answer<ShopPage<Row<typeof variantRow>>>> {
  return readRows(caller, 'variants', variantRow, { filter, page, sort: 'id' });
}

/** Reads a variant (CloudCart API 4.14). */
export async function getVariant(caller: Caller, variantId: string): Promise<Answer<Row<typeof variantRow>>> {
  return readRow(caller, `variants/${encodeURIComponent(variantId)}`, variantRow);
}

/**
 * Sets stock and price of a variant. Absolute, not a difference, and it races with orders (CloudCart API 7.3).
 * `quantity` is decimal text with up to three decimals, `price` minor units.
 */
export async function updateVariant(
  caller: Caller,
  variantId: string,
  changes: { readonly quantity?: string; readonly price?: number },
): Promise<Answer<Row<typeof variantRow>>> {
  const quantity = changes.quantity === undefined ? {} : { quantity: Number(changes.quantity) };
  const price = changes.price === undefined ? {} : { price: changes.price };
  return writeRow(caller, 'PATCH', variantRow, {
    type: 'variants',
    id: variantId,
    attributes: { ...quantity, ...price },
  });
}

/** Lists catalogue discounts (CloudCart API 4.22). */
export async function listDiscounts(
  caller: Caller,
  page: PageRef = firstPage,
): Promise<Answer<ShopPage<Row<typeof discountRow>>>> {
  return readRows(caller, 'discounts', discountRow, { page, sort: 'id' });
}

/** Lists stock places; `not_found` when the shop lacks the Stores app (CloudCart API 4.16, U-03). */
export async function listStores(
  caller: Caller,
  page: PageRef = firstPage,
): Promise<Answer<ShopPage<Row<typeof storeRow>>>> {
  return readRows(caller, 'stores', storeRow, { page, sort: 'id' });
}
