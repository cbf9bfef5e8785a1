import { Refusal, type Shop } from '../shop.ts';
import type { ProductRow, VariantRow } from '../store/catalogue-rows.ts';
import type { LineRow } from '../store/order-rows.ts';
import { type DiscountInput, type LineInput } from './place-input.ts';
import { STANDARD_VAT } from './reprice.ts';

/** Variant that a SKU names; of several the first (CloudCart API 8.39). */
export function variantBySku(shop: Shop, sku: string): VariantRow | undefined {
  return shop.db.tables.variants
    .by('sku', sku)
    .find((variant) => shop.db.tables.products.get(variant.item_id)?._deleted === false);
}

/** Adds a line, its options, its discount and the lines of a bundle's parts (CloudCart API 4.2, U-49). */
export function addLine(
  shop: Shop,
  orderId: number,
  input: LineInput,
  bundleLines: 'wrapper' | 'single' = shop.switches.bundleLines,
): LineRow {
  const variant = variantBySku(shop, input.sku);
  const product = shop.db.tables.products.get(variant?.item_id);
  if (product === undefined && (input.price === undefined || input.name === undefined)) {
    throw new Refusal(`no product has the SKU ${input.sku}; give a name and a price`);
  }
  const line = shop.db.tables['order-products'].put({
    ...snapshotOf(shop, product, variant),
    id: shop.db.nextId('order-products'),
    order_id: orderId,
    sku: input.sku,
    quantity: input.quantity,
    ...(input.name === undefined ? {} : { name: input.name }),
    ...(input.price === undefined ? {} : { price: input.price, order_price: input.price }),
    ...(input.vat === undefined ? {} : { _vat: input.vat }),
  });
  for (const option of input.options) {
    shop.db.tables['order-products-options'].put({
      id: shop.db.nextId('order-products-options'),
      order_product_id: line.id,
      name: option.name,
      value: option.value,
      price: option.price,
      discount_price: 0,
      quantity: line.quantity,
    });
  }
  if (input.discount !== undefined) addDiscount(shop, orderId, input.discount, line.id);
  if (product?._parts && bundleLines === 'wrapper') addParts(shop, line, product._parts);
  return shop.db.tables['order-products'].need(line.id);
}

function addParts(shop: Shop, wrapper: LineRow, parts: NonNullable<ProductRow['_parts']>): void {
  for (const part of parts) {
    const variant = shop.db.tables.variants.need(part.variantId);
    const product = shop.db.tables.products.need(variant.item_id);
    shop.db.tables['order-products'].put({
      ...snapshotOf(shop, product, variant),
      id: shop.db.nextId('order-products'),
      order_id: wrapper.order_id,
      quantity: (Math.round(wrapper.quantity * 1000) * part.quantity) / 1000,
      price: 0,
      order_price: 0,
      _wrapper: wrapper.id,
    });
  }
}

/** Everything a line keeps of its product, for the day the product is renamed or deleted. */
function snapshotOf(
  shop: Shop,
  product: ProductRow | undefined,
  variant: VariantRow | undefined,
): Omit<LineRow, 'id' | 'order_id' | 'quantity'> {
  const category = shop.db.tables.categories.get(product?.category_id);
  const vendor = shop.db.tables.vendors.get(product?.vendor_id);
  const price = variant?.price ?? 0;
  return {
    product_id: product?.id ?? null,
    variant_id: variant?.id ?? null,
    name: product?.name ?? '',
    sku: variant?.sku ?? null,
    barcode: variant?.barcode ?? null,
    weight: variant?.weight ?? 0,
    price,
    order_price: price,
    order_discount_id: null,
    order_fulfillment_id: null,
    p1: product?.p1 ?? null,
    v1: variant?.v1 ?? null,
    p2: product?.p2 ?? null,
    v2: variant?.v2 ?? null,
    p3: product?.p3 ?? null,
    v3: variant?.v3 ?? null,
    vendor_id: vendor?.id ?? null,
    vendor_name: vendor?.name ?? null,
    category_id: category?.id ?? null,
    category_name: category?.name ?? null,
    sale: product?.sale ?? 'no',
    new: product?.new ?? 'no',
    digital: product?.digital ?? 'no',
    tracked: product?._parts ? 'yes' : (product?.tracking ?? 'no'),
    unit_id: variant?.unit_id ?? null,
    unit_value: null,
    units: variant?.unit_short_name ?? null,
    product_type: product?.product_type ?? 'simple',
    _vat: product?._vat ?? STANDARD_VAT,
    _wrapper: null,
    _out: false,
    _returned: false,
    _verbatim: null,
  };
}

/** Gives a discount to a line, or to the whole order when `lineId` is null (CloudCart API 4.7). */
export function addDiscount(
  shop: Shop,
  orderId: number,
  input: DiscountInput,
  lineId: number | null,
): number {
  const id = shop.db.nextId('order-discount');
  shop.db.tables['order-discount'].put({
    id,
    order_id: orderId,
    discount_id: input.discountId,
    order_product_id: lineId,
    parent_id: null,
    name: input.name,
    code: input.code,
    discount_type: input.type,
    type_value: input.value,
    order_over: 0,
    apply_regular_price: 'no',
    _distributed: lineId !== null || (input.distributed ?? input.code !== null),
    _verbatim: null,
  });
  for (const line of shop.db.tables['order-products'].by('order_id', orderId)) {
    const covers = lineId === null ? (input.distributed ?? input.code !== null) : line.id === lineId;
    if (covers) shop.db.tables['order-products'].update(line.id, { order_discount_id: id });
  }
  return id;
}

/** Removes a line with its options, discounts and the lines of its bundle (CloudCart API 7.5). */
export function removeLine(shop: Shop, line: LineRow): LineRow[] {
  const { tables } = shop.db;
  const siblings = tables['order-products']
    .by('order_id', line.order_id)
    .filter((each) => each.id === line.id || each._wrapper === line.id || each.id === line._wrapper);
  const gone = siblings.length === 0 ? [line] : siblings;
  for (const each of gone) {
    for (const option of tables['order-products-options'].by('order_product_id', each.id))
      tables['order-products-options'].delete(option.id);
    for (const discount of tables['order-discount'].by('order_id', each.order_id))
      if (discount.order_product_id === each.id) tables['order-discount'].delete(discount.id);
    tables['order-products'].delete(each.id);
  }
  return gone;
}
