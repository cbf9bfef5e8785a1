import { z } from 'zod';
import { type Answer, mapAnswer } from '../answer.ts';
import { optionalDecimal, optionalInt, optionalText, text } from '../wire.ts';
import type { Caller, PageRef, ShopPage } from './call.ts';
import { minorUnits, yesNo } from './fields.ts';
import { type Included, type Resource, related } from './jsonapi.ts';

/** A variant with what its product says of it: what a report on all goods needs (CloudCart API 4.13, 4.14). */
export interface ShopGoods {
  readonly variantId: number;
  readonly productId: number;
  readonly productName: string;
  readonly options: readonly string[];
  readonly sku: string;
  readonly barcode: string;
  /** Minor units; null: none, or not a whole number of them. */
  readonly price: number | null;
  /** Decimal text; null: unlimited (CloudCart API 4.14). */
  readonly quantity: string | null;
  /** Short name of the unit of a product that is sold by weight or length. */
  readonly unit: string | null;
  readonly tracked: boolean | null;
  readonly active: boolean | null;
  readonly draft: boolean | null;
  readonly digital: boolean | null;
  /** `simple`, `multiple`, `digital`, `bundle`. */
  readonly productType: string | null;
  readonly hasDescription: boolean;
  readonly updatedAt: string | null;
}

/** One odd value must not hide all the goods of a page: it counts as absent. */
const variantRow = z.looseObject({
  item_id: optionalInt.catch(null),
  sku: text.catch(''),
  barcode: text.catch(''),
  price: minorUnits.catch(null),
  quantity: optionalDecimal.catch(null),
  ...{ v1: text.catch(''), v2: text.catch(''), v3: text.catch('') },
  unit_short_name: optionalText.catch(null),
  unit_name: optionalText.catch(null),
});

const productRow = z.looseObject({
  name: text.catch(''),
  description: text.catch(''),
  ...{ active: yesNo, draft: yesNo, digital: yesNo, tracking: yesNo },
  product_type: optionalText.catch(null),
  date_modified: optionalText.catch(null),
});

/** What is read of products: no pictures, no texts for search engines. */
const PRODUCT_FIELDS = 'name,description,active,draft,digital,tracking,product_type,date_modified';

/**
 * One page of all variants with their products, by id: a catalogue of n variants is n / 100 requests. With long
 * descriptions a page may be larger than accepted; then a smaller one is asked for.
 */
export async function listGoods(caller: Caller, page: PageRef): Promise<Answer<ShopPage<ShopGoods>>> {
  const answer = await caller.many('variants.list', 'variants', {
    ...{ page, sort: 'id', include: 'product', fields: { products: PRODUCT_FIELDS } },
  });
  return mapAnswer(answer, ({ data, included, next, total }) => ({
    rows: data.flatMap((variant) => toGoods(variant, productOf(variant, included)) ?? []),
    ...{ next, total },
  }));
}

/** A product with its variants, in one request; `not_found`: it was deleted (CloudCart API 1.8). */
export async function getGoods(caller: Caller, productId: string): Promise<Answer<readonly ShopGoods[]>> {
  const answer = await caller.one('products.get', `products/${encodeURIComponent(productId)}`, {
    include: 'variants',
  });
  return mapAnswer(answer, ({ data, included }) =>
    (related(data, 'variants', 'variants', included, 'item_id') ?? []).flatMap(
      (variant) => toGoods(variant, data) ?? [],
    ),
  );
}

function productOf(variant: Resource, included: Included): Resource | undefined {
  const linked = related(variant, 'product', 'products', included, '')?.[0];
  return linked ?? included.get(`products/${String(variant.attributes['item_id'])}`);
}

function toGoods(variant: Resource, product: Resource | undefined): ShopGoods | undefined {
  const own = variantRow.parse(variant.attributes);
  const shared = productRow.parse(product?.attributes ?? {});
  const productId = own.item_id ?? Number(product?.id);
  const variantId = Number(variant.id);
  if (!Number.isSafeInteger(variantId) || !Number.isSafeInteger(productId)) return undefined;
  return {
    ...{ variantId, productId, productName: shared.name, sku: own.sku, barcode: own.barcode },
    options: [own.v1, own.v2, own.v3].filter((value) => value.trim() !== ''),
    ...{ price: own.price, quantity: own.quantity, unit: own.unit_short_name ?? own.unit_name },
    ...{ tracked: shared.tracking, active: shared.active, draft: shared.draft, digital: shared.digital },
    productType: shared.product_type,
    hasDescription: shared.description.trim() !== '',
    updatedAt: shared.date_modified,
  };
}
