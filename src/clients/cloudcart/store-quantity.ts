import { z } from 'zod';
import { type Answer, mapAnswer } from '../answer.ts';
import { optionalDecimal, optionalInt } from '../wire.ts';
import type { Caller, PageRef, ShopPage } from './call.ts';
import { type Row, readRows, writeRow } from './rows.ts';

/** One odd row must not hide all the others of a page: what it does not say counts as absent. */
const storeQuantityRow = z.looseObject({
  shop_id: optionalInt.catch(null),
  product_id: optionalInt.catch(null),
  variant_id: optionalInt.catch(null),
  qty: optionalDecimal.catch(null),
});

/** What a store of the shop has of a variant (CloudCart API 4.16). The triple is unique. */
export interface StoreQuantity {
  readonly rowId: string;
  readonly storeId: number;
  readonly productId: number;
  readonly variantId: number;
  /** Decimal text: whole numbers are taken, an order may leave parts of one; null: it does not say. */
  readonly quantity: string | null;
}

/** Lists what a store has, of all variants or of one; `not_found` when the shop lacks the Stores app (CloudCart API 4.16, U-03). */
export async function listStoreQuantities(
  caller: Caller,
  { storeId, variantId }: { readonly storeId: number; readonly variantId?: string },
  page: PageRef = { number: 1, size: 100 },
): Promise<Answer<ShopPage<StoreQuantity>>> {
  const filter = { shop_id: storeId, ...(variantId === undefined ? {} : { variant_id: variantId }) };
  const answer = await readRows(caller, 'store-quantity', storeQuantityRow, { filter, page, sort: 'id' });
  return mapAnswer(answer, ({ rows, ...rest }) => ({ ...rest, rows: rows.flatMap(toStoreQuantity) }));
}

/**
 * Makes the row of a variant in a store; one that is there already is refused with 422 "Duplicate Entry" (CloudCart API 4.16).
 * `quantity` is a whole number as text. Answers the id of the row.
 */
export async function createStoreQuantity(
  caller: Caller,
  row: {
    readonly storeId: number;
    readonly productId: string;
    readonly variantId: string;
    readonly quantity: string;
  },
): Promise<Answer<string>> {
  const link = (type: string, linked: string) => ({ data: { type, id: linked } });
  const answer = await writeRow(caller, 'POST', storeQuantityRow, {
    type: 'store-quantity',
    attributes: { qty: Number(row.quantity) },
    relationships: {
      store: link('stores', String(row.storeId)),
      product: link('products', row.productId),
      variant: link('variants', row.variantId),
    },
  });
  return mapAnswer(answer, ({ id }) => id);
}

/** Sets what a store has. Absolute, not a difference, as with variants (CloudCart API 4.16, 7.3). Answers the id of the row. */
export async function updateStoreQuantity(
  caller: Caller,
  rowId: string,
  quantity: string,
): Promise<Answer<string>> {
  const answer = await writeRow(caller, 'PATCH', storeQuantityRow, {
    type: 'store-quantity',
    id: rowId,
    attributes: { qty: Number(quantity) },
  });
  return mapAnswer(answer, ({ id }) => id);
}

function toStoreQuantity(row: Row<typeof storeQuantityRow>): StoreQuantity[] {
  const { id: rowId, shop_id: storeId, product_id: productId, variant_id: variantId, qty: quantity } = row;
  if (storeId === null || productId === null || variantId === null) return [];
  return [{ rowId, storeId, productId, variantId, quantity }];
}
