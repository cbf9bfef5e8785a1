import { z } from 'zod';
import { type Answer, mapAnswer } from '../answer.ts';
import { decimal, id } from '../wire.ts';
import type { Caller, PageRef, ShopPage } from './call.ts';
import { type Row, readRows, writeRow } from './rows.ts';

const storeQuantityRow = z.looseObject({ shop_id: id, product_id: id, variant_id: id, qty: decimal });

/** What a store of the shop has of a variant (CloudCart API 4.16). The triple is unique. */
export interface StoreQuantity {
  readonly rowId: string;
  readonly storeId: number;
  readonly productId: number;
  readonly variantId: number;
  /** Decimal text: whole numbers are taken, an order may leave parts of one. */
  readonly quantity: string;
}

/** Lists what a store has, of all variants or of one; `not_found` when the shop lacks the Stores app (CloudCart API 4.16, U-03). */
export async function listStoreQuantities(
  caller: Caller,
  { storeId, variantId }: { readonly storeId: number; readonly variantId?: string },
  page: PageRef = { number: 1, size: 100 },
): Promise<Answer<ShopPage<StoreQuantity>>> {
  const filter = { shop_id: storeId, ...(variantId === undefined ? {} : { variant_id: variantId }) };
  const answer = await readRows(caller, 'store-quantity', storeQuantityRow, { filter, page, sort: 'id' });
  return mapAnswer(answer, ({ rows, ...rest }) => ({ ...rest, rows: rows.map(toStoreQuantity) }));
}

/**
 * Makes the row of a variant in a store; one that is there already is refused with 422 "Duplicate Entry" (CloudCart API 4.16).
 * `quantity` is a whole number as text.
 */
export async function createStoreQuantity(
  caller: Caller,
  row: {
    readonly storeId: number;
    readonly productId: string;
    readonly variantId: string;
    readonly quantity: string;
  },
): Promise<Answer<StoreQuantity>> {
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
  return mapAnswer(answer, toStoreQuantity);
}

/** Sets what a store has. Absolute, not a difference, as with variants (CloudCart API 4.16, 7.3). */
export async function updateStoreQuantity(
  caller: Caller,
  rowId: string,
  quantity: string,
): Promise<Answer<StoreQuantity>> {
  const answer = await writeRow(caller, 'PATCH', storeQuantityRow, {
    type: 'store-quantity',
    id: rowId,
    attributes: { qty: Number(quantity) },
  });
  return mapAnswer(answer, toStoreQuantity);
}

function toStoreQuantity(row: Row<typeof storeQuantityRow>): StoreQuantity {
  const { id: rowId, shop_id: storeId, product_id: productId, variant_id: variantId, qty: quantity } = row;
  return { rowId, storeId, productId, variantId, quantity };
}
