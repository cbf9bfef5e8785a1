import { offsetDate } from '../clock.ts';
import { decimalText } from '../orders/amounts.ts';
import type { Shop } from '../shop.ts';
import type { TableName } from '../store/database.ts';

/** Entity of an event that is not about orders: older serialisers, flat, text everywhere (CloudCart API 6.7). */
export function catalogueEntity(
  shop: Shop,
  event: string,
  entityId: number,
): Record<string, unknown> | undefined {
  const [kind = '', what = ''] = event.split('.');
  if (what === 'deleted') return { id: String(entityId) };
  if (kind === 'product') return product(shop, entityId);
  if (kind === 'customer') return customer(shop, entityId);
  const tables: Readonly<Record<string, TableName>> = {
    category: 'categories',
    vendor: 'vendors',
    discount: 'discounts',
  };
  const table = tables[kind];
  const row = table === undefined ? undefined : shop.db.generic(table).get(entityId);
  return row === undefined ? undefined : { ...row, id: String(row.id) };
}

function product(shop: Shop, id: number): Record<string, unknown> | undefined {
  const { products, variants, categories, vendors } = shop.db.tables;
  const row = products.get(id);
  if (row === undefined) return undefined;
  const category = categories.get(row.category_id);
  const vendor = vendors.get(row.vendor_id);
  return {
    id: String(row.id),
    url: `https://sampleshop.example/product/${row.url_handle}`,
    name: row.name,
    description: row.description,
    tracking: row.tracking,
    shipping: row.shipping,
    digital: row.digital,
    new: row.new,
    active: row.active,
    date_added: offsetDate(row.date_added),
    date_modified: offsetDate(row.date_modified),
    category: category === undefined ? null : { id: String(category.id), name: category.name, parent_id: '' },
    brand: vendor?.name ?? null,
    tags: [],
    variants: variants.by('item_id', id).map((variant) => ({
      id: String(variant.id),
      v1: variant.v1,
      v2: variant.v2,
      v3: variant.v3,
      p1: row.p1,
      p2: row.p2,
      p3: row.p3,
      quantity: variant.quantity === null ? null : String(variant.quantity),
      sku: variant.sku,
      barcode: variant.barcode,
      price: variant.price === null ? null : decimalText(variant.price),
      weight: String(variant.weight),
      delivery_price: variant.delivery_price === 0 ? null : decimalText(variant.delivery_price),
      images: [],
    })),
    images: [],
    publicFiles: [],
  };
}

function customer(shop: Shop, id: number): Record<string, unknown> | undefined {
  const row = shop.db.tables.customers.get(id);
  if (row === undefined) return undefined;
  return {
    id: String(row.id),
    first_name: row.first_name,
    last_name: row.last_name,
    email: row.email,
    note: row.note,
    date_added: offsetDate(row.date_added),
    updated_at: offsetDate(row.updated_at),
    marketing: row.marketing,
    group: { name: shop.db.tables['customer-groups'].get(row.group_id)?.name ?? '' },
    shipping_addresses: [],
    billing_addresses: [],
    alternative_phone: row.alternative_phone,
    addresses: [],
    custom_fields: [],
  };
}
