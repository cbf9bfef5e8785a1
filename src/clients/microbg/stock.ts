import type { z } from 'zod';
import { type Answer, mapAnswer } from '../answer.ts';
import { canonicalDecimal } from '../json.ts';
import type { Caller } from './call.ts';
import { priceRow, quantityRow } from './schemas.ts';

/** Stock of one item in base units; may be negative or fractional. Decimal text. */
export interface ItemQuantity {
  readonly itemId: number;
  readonly quantity: string;
}

/** Price of one item in one list. Decimal text. */
export interface ItemPrice {
  readonly itemId: number;
  readonly code: string;
  readonly taxRate: string | null;
  readonly price: string | null;
}

/**
 * Full snapshot of stock in one object, or of some items there; without an object all objects are summed
 * (micro.bg API 3.6). The object is not echoed and there is no delta. Missing rows prove nothing.
 */
export async function getItemQuantities(
  caller: Caller,
  filter: { readonly objectId?: number; readonly itemIds?: readonly number[] } = {},
): Promise<Answer<readonly ItemQuantity[]>> {
  const parameters = { ObjectId: filter.objectId, ItemIds: filter.itemIds };
  const answer = await caller.list({ fn: 'getItemQuantities', parameters }, quantityRow);
  return mapAnswer(answer, (list) => list.map((row) => ({ itemId: row.ItemId, quantity: row.Qtty })));
}

/** Prices of one list; `priceGroup` may be off by one, so real prices come from the items themselves. */
export async function getItemPrices(
  caller: Caller,
  filter: {
    readonly priceGroup: number;
    readonly pricesWithVat: boolean;
    readonly itemIds?: readonly number[];
  },
): Promise<Answer<readonly ItemPrice[]>> {
  const parameters = {
    PriceGroup: filter.priceGroup,
    PricesWithVat: Number(filter.pricesWithVat),
    ItemIds: filter.itemIds,
  };
  const answer = await caller.list({ fn: 'getItemPrices', parameters }, priceRow);
  return mapAnswer(answer, (list) => list.map(toPrice));
}

/** `Price`, else the only `PriceOutN`. */
function toPrice(row: z.output<typeof priceRow>): ItemPrice {
  const lists = Object.entries(row).filter(([key]) => /^PriceOut\d+$/.test(key));
  const only = lists.length === 1 ? lists[0]?.[1] : undefined;
  const price = row.Price ?? (typeof only === 'string' ? (canonicalDecimal(only) ?? null) : null);
  return { itemId: row.id, code: row.Code, taxRate: row.TaxValue, price };
}
