import { productChanged } from '../api/resources/variants.ts';
import type { Shop } from '../shop.ts';
import type { ProductRow, VariantRow } from '../store/catalogue-rows.ts';

/** Different values of one product go in one call up to here (CloudCart API 7.6). */
const MOST_OF_A_PRODUCT = 500;

interface UserError {
  readonly field: readonly string[];
  readonly message: string;
}

interface VariantInput {
  readonly id: number;
  readonly price?: number | null;
  readonly quantity?: number | null;
  readonly sku?: string | null;
  readonly barcode?: string | null;
  readonly weight?: number | null;
}

interface QuantityInput {
  readonly ids: readonly number[];
  readonly action: 'add' | 'set';
  readonly quantity: number;
}

/** A change of one variant that was asked for, or why it cannot be made. */
type Wanted = { readonly variant: VariantRow; readonly changes: Partial<VariantRow> } | UserError;

/** What the mutations and queries do to a shop (CloudCart API 7.6). */
export function adminResolvers(shop: Shop) {
  const { variants, products } = shop.db.tables;
  const visible = (id: number): VariantRow | undefined => {
    const variant = variants.get(id);
    return variant !== undefined && products.get(variant.item_id)?._deleted === false ? variant : undefined;
  };
  const wanted = (
    ids: readonly number[],
    changesOf: (variant: VariantRow) => Partial<VariantRow>,
  ): Wanted[] =>
    ids.map((id, index) => {
      const variant = visible(id);
      return variant === undefined
        ? { field: ['input', 'ids', String(index)], message: `The variant ${id} does not exist.` }
        : { variant, changes: changesOf(variant) };
    });
  const tooMany = (ids: readonly unknown[]): UserError | undefined => {
    const most = shop.switches.gqlMostIds;
    return most !== null && ids.length > most
      ? { field: ['input', 'ids'], message: `The ids may not have more than ${most} items.` }
      : undefined;
  };
  const bulk = (ids: readonly number[], changesOf: (variant: VariantRow) => Partial<VariantRow>) => {
    const refused = tooMany(ids);
    return refused === undefined
      ? apply(shop, wanted(ids, changesOf))
      : { variants: [], userErrors: [refused] };
  };
  const track = (ids: readonly number[], tracking: 'yes' | 'no', quantity?: number | null) => {
    const found = ids.flatMap((id) => products.get(id) ?? []).filter((product) => !product._deleted);
    for (const { id } of found) {
      products.update(id, { tracking });
      if (typeof quantity === 'number')
        for (const variant of variants.by('item_id', id)) variants.update(variant.id, { quantity });
      announce(shop, id);
    }
    return { products: found.map((product) => productView(shop, product)), userErrors: [] };
  };
  return {
    product: ({ id }: { id: number }) => {
      const product = products.get(id);
      return product === undefined || product._deleted ? null : productView(shop, product);
    },
    products: (asked: PageArguments) => productPage(shop, asked),
    productVariantsBulkUpdate: (asked: { productId: number; variants: readonly VariantInput[] }) =>
      updateProduct(shop, asked),
    productVariantsBulkUpdateQuantity: ({ input }: { input: QuantityInput }) =>
      bulk(input.ids, ({ quantity }) => ({ quantity: newQuantity(quantity, input) })),
    productVariantsBulkUpdatePrice: ({ input }: { input: { ids: number[]; price: number } }) =>
      bulk(input.ids, () => ({ price: Math.round(input.price * 100) })),
    productVariantsBulkUpdateSellingStatus: ({
      input,
    }: {
      input: { ids: number[]; continueSelling: boolean };
    }) => {
      const result = bulk(input.ids, () => ({}));
      for (const { itemId } of result.variants)
        products.update(itemId, { continue_selling: input.continueSelling ? 'yes' : 'no' });
      return result;
    },
    productsBulkActivateTracking: ({ ids, quantity }: { ids: number[]; quantity?: number | null }) =>
      track(ids, 'yes', quantity),
    productsBulkDeactivateTracking: ({ ids }: { ids: number[] }) => track(ids, 'no'),
  };
}

/** `add` counts from what the shop has at this moment, and stops at zero. A variant without a limit stays so. */
function newQuantity(now: number | null, { action, quantity }: QuantityInput): number | null {
  if (action === 'set') return Math.max(0, quantity);
  return now === null ? null : Math.max(0, Math.round((now + quantity) * 1000) / 1000);
}

function updateProduct(
  shop: Shop,
  { productId, variants: inputs }: { readonly productId: number; readonly variants: readonly VariantInput[] },
) {
  if (inputs.length > MOST_OF_A_PRODUCT) {
    const message = `The variants may not have more than ${MOST_OF_A_PRODUCT} items.`;
    return { variants: [], userErrors: [{ field: ['variants'], message }] };
  }
  const wanted = inputs.map((input, index): Wanted => {
    const variant = shop.db.tables.variants.get(input.id);
    const own = variant?.item_id === productId && shop.db.tables.products.get(productId)?._deleted === false;
    const field = ['variants', String(index), 'id'];
    if (variant === undefined || !own)
      return { field, message: `The variant ${input.id} does not belong to the product.` };
    const { id: _id, price, ...rest } = input;
    const changes = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    return {
      variant,
      changes: {
        ...changes,
        ...(price === undefined ? {} : { price: price === null ? null : Math.round(price * 100) }),
      },
    };
  });
  return apply(shop, wanted);
}

/** All or nothing, or what is possible: nobody has tried (U-51). */
function apply(shop: Shop, wanted: readonly Wanted[]) {
  const userErrors = wanted.filter((each) => 'message' in each);
  const good = wanted.filter((each) => 'variant' in each);
  if (userErrors.length > 0 && shop.switches.gqlPartly === 'nothing') return { variants: [], userErrors };
  const saved = good.map(({ variant, changes }) => shop.db.tables.variants.update(variant.id, changes));
  for (const productId of new Set(saved.map((variant) => variant.item_id))) announce(shop, productId);
  return { variants: saved.map(variantView), userErrors };
}

/** The price range moves in any case; whether anybody is told is open (U-51). */
function announce(shop: Shop, productId: number): void {
  productChanged(shop, productId, shop.switches.gqlEvents === 'fires');
}

function variantView(variant: VariantRow) {
  const { id, sku, barcode, price, quantity, item_id: itemId } = variant;
  return { id, sku, barcode, price: price === null ? null : price / 100, quantity, itemId };
}

function productView(shop: Shop, product: ProductRow) {
  return {
    id: product.id,
    name: product.name,
    tracking: product.tracking === 'yes',
    continueSelling: product.continue_selling === 'yes',
    variants: () => ({
      edges: shop.db.tables.variants.by('item_id', product.id).map((each) => ({ node: variantView(each) })),
    }),
  };
}

interface PageArguments {
  readonly first: number;
  readonly after?: string | null;
  readonly sku?: string | null;
  readonly barcode?: string | null;
}

function productPage(shop: Shop, { first, after, sku, barcode }: PageArguments) {
  const { products, variants } = shop.db.tables;
  const has = (product: ProductRow): boolean =>
    variants
      .by('item_id', product.id)
      .some((each) => (sku ?? each.sku) === each.sku && (barcode ?? each.barcode) === each.barcode);
  const rest = products
    .all()
    .filter((product) => !product._deleted && product.id > Number(after ?? 0))
    .filter((product) => (sku ?? barcode ?? null) === null || has(product));
  const page = rest.slice(0, Math.min(Math.max(first, 1), 100));
  return {
    edges: page.map((product) => ({ cursor: String(product.id), node: productView(shop, product) })),
    pageInfo: {
      hasNextPage: rest.length > page.length,
      endCursor: page.length === 0 ? null : String(page.at(-1)?.id),
    },
  };
}
