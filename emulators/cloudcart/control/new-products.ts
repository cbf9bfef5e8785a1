import { z } from 'zod';
import { phantomVariant, productChanged } from '../api/resources/variants.ts';
import { money } from '../orders/place-input.ts';
import type { Shop } from '../shop.ts';
import type { ProductRow, VariantRow } from '../store/catalogue-rows.ts';

const yesNo = z.enum(['yes', 'no']);
const newProducts = z.strictObject({
  products: z
    .array(
      z.strictObject({
        name: z.string(),
        description: z.string().default(''),
        ...{ active: yesNo.default('yes'), draft: yesNo.default('no'), tracking: yesNo.default('yes') },
        digital: yesNo.default('no'),
        bundle: z.boolean().default(false),
        variants: z
          .array(
            z.strictObject({
              sku: z.string().nullable().default(null),
              barcode: z.string().nullable().default(null),
              price: money.default(1_000),
              quantity: z.number().nullable().default(10),
              /** Values of its options; as many parameters the product gets. */
              options: z.array(z.string()).max(3).default([]),
              unit: z.string().nullable().default(null),
            }),
          )
          .min(1)
          .max(500),
      }),
    )
    .max(100_000),
});
type NewProduct = z.output<typeof newProducts>['products'][number];

/** Adds products as the administration would, any number at once; few of them are announced to subscribers. */
export function addProducts(shop: Shop, body: unknown): { products: { id: number; variants: number[] }[] } {
  const { products } = newProducts.parse(body);
  const announce = products.length <= ANNOUNCED;
  return {
    products: products.map((product) => {
      const id = shop.db.nextId('products');
      shop.db.tables.products.put(productRow(shop, id, product));
      const variants = product.variants.map((variant) => {
        const row = variantRow(shop.db.nextId('variants'), id, variant);
        return shop.db.tables.variants.put(row).id;
      });
      productChanged(shop, id, false);
      if (announce) shop.emit({ event: 'product.created', entityId: id });
      return { id, variants };
    }),
  };
}

/** More than these at once are a catalogue that was there before. */
const ANNOUNCED = 100;

function productRow(shop: Shop, id: number, product: NewProduct): ProductRow {
  const { name, description, active, draft, tracking, digital, bundle, variants } = product;
  const parameters = variants[0]?.options.length ?? 0;
  const [p1 = null, p2 = null, p3 = null] = ['Размер', 'Цвят', 'Модел'].slice(0, parameters);
  return {
    ...{ id, name, url_handle: `product-${id}`, active, draft, digital, sale: 'no', new: 'no', tracking },
    ...{ shipping: 'yes', continue_selling: 'no', minimum: 1, threshold: null, description },
    ...{ short_description: '', seo_title: '', seo_description: '', sort_order: 0, p1, p2, p3 },
    ...{ p1_id: p1 === null ? null : 7, p2_id: p2 === null ? null : 8, p3_id: p3 === null ? null : 9 },
    ...{ category_id: 26, vendor_id: null, price_from: 0, price_to: 0, views: 0 },
    product_type: bundle ? 'bundle' : parameters > 0 ? 'multiple' : 'simple',
    ...{ date_added: shop.now(), date_modified: shop.now(), _vat: 20, _parts: null, _deleted: false },
  };
}

function variantRow(id: number, productId: number, variant: NewProduct['variants'][number]): VariantRow {
  const { sku, barcode, price, quantity, options, unit } = variant;
  const [v1 = null, v2 = null, v3 = null] = options;
  return {
    ...phantomVariant(id, productId),
    ...{ sku, barcode, price, quantity, v1, v2, v3 },
    ...(unit === null ? {} : { unit_id: 1, unit_name: unit, unit_short_name: unit }),
  };
}
