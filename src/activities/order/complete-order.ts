import type { CloudcartOrder, OrderLine } from '../../clients/cloudcart/order-types.ts';
import { variantKey } from '../../domain/order/shop-order.ts';
import type { PassContext } from './context.ts';
import { readLineOptions, readProductType, readVariantPrice } from './read-shop.ts';

/** Products looked up for one order at most: a shop's requests are few. */
const MAX_LOOKS = 10;

/** A line of an order as the rule reads it. */
type Line = OrderLine & { readonly surcharge?: number };

/**
 * The types of products where the shop's lines do not say them (U-49) and it matters: only beside a line without
 * a price, which may be a part of a bundle or a gift.
 */
export async function withProductTypes(pass: PassContext, order: CloudcartOrder): Promise<CloudcartOrder> {
  const free = order.lines.some((line) => line.price === 0 && line.orderPrice === 0);
  const unknown = order.lines.filter((line) => line.productType === null && line.price !== 0);
  if (!free || unknown.length === 0) return order;
  const types = new Map<number, string>();
  for (const { productId } of unknown) {
    if (productId === null || types.has(productId) || types.size >= MAX_LOOKS) continue;
    types.set(productId, (await readProductType(pass, productId)) ?? 'gone');
  }
  const lines = order.lines.map((line) => ({
    ...line,
    productType: line.productType ?? types.get(line.productId ?? 0) ?? null,
  }));
  return { ...order, lines };
}

/** Present prices of the parts of bundles, which carry its money (U-49); minor units by variant. */
export async function partPrices(pass: PassContext, order: CloudcartOrder): Promise<Record<string, number>> {
  const prices: Record<string, number> = {};
  for (const line of order.lines) {
    if (line.variantId === null || line.productType === 'bundle' || line.price !== 0) continue;
    const price = await readVariantPrice(pass, line.variantId);
    if (price !== undefined) prices[variantKey(line)] = price;
  }
  return prices;
}

/** Surcharges of free-form options, per unit: read only when the total cannot be explained without them (U-19). */
export async function withSurcharges(pass: PassContext, order: CloudcartOrder): Promise<CloudcartOrder> {
  const lines: Line[] = [];
  for (const line of order.lines) {
    const options = lines.length < MAX_LOOKS ? await readLineOptions(pass, line.id) : [];
    lines.push({ ...line, surcharge: options.reduce((sum, price) => sum + price, 0) });
  }
  return { ...order, lines };
}
