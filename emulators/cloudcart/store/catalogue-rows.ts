import type { YesNo } from './order-rows.ts';

/** Product (CloudCart API 4.13). */
export type ProductRow = {
  readonly id: number;
  readonly name: string;
  readonly url_handle: string;
  readonly active: YesNo;
  readonly draft: YesNo;
  readonly digital: YesNo;
  readonly sale: YesNo;
  readonly new: YesNo;
  readonly tracking: YesNo;
  readonly shipping: YesNo;
  readonly continue_selling: YesNo;
  readonly minimum: number;
  readonly threshold: number | null;
  readonly description: string;
  readonly short_description: string;
  readonly seo_title: string;
  readonly seo_description: string;
  readonly sort_order: number;
  readonly p1: string | null;
  readonly p2: string | null;
  readonly p3: string | null;
  readonly p1_id: number | null;
  readonly p2_id: number | null;
  readonly p3_id: number | null;
  readonly category_id: number;
  readonly vendor_id: number | null;
  readonly price_from: number;
  readonly price_to: number;
  readonly product_type: string;
  readonly views: number;
  readonly date_added: number;
  readonly date_modified: number;
  /** VAT rate in percent of the product's category. */
  readonly _vat: number;
  /** Parts of a bundle by variant (CloudCart API 7.5). */
  readonly _parts: readonly { readonly variantId: number; readonly quantity: number }[] | null;
  readonly _deleted: boolean;
};

/** Variant (CloudCart API 4.14); `quantity` null is unlimited. */
export type VariantRow = {
  readonly id: number;
  readonly item_id: number;
  readonly sku: string | null;
  readonly barcode: string | null;
  readonly price: number | null;
  readonly delivery_price: number;
  readonly weight: number;
  readonly quantity: number | null;
  readonly minimum: number;
  readonly v1: string | null;
  readonly v2: string | null;
  readonly v3: string | null;
  readonly v1_id: number | null;
  readonly v2_id: number | null;
  readonly v3_id: number | null;
  readonly unit_id: number | null;
  readonly unit_name: string | null;
  readonly unit_short_name: string | null;
  readonly unit_value_formatted: string | null;
};

/** Category, vendor and the like: a name and what else the resource shows. */
export type NamedRow = { readonly id: number; readonly name: string; readonly [column: string]: unknown };

/** A resource without rules of its own. */
export type PlainRow = { readonly id: number; readonly [column: string]: unknown };

/** Payment method; the id is its code (CloudCart API 4.21). */
export type PaymentProviderRow = {
  readonly id: string;
  readonly provider: string;
  readonly title: string;
  readonly active: YesNo;
  readonly width: number;
  readonly height: number;
  readonly image_url: string;
  readonly created_at: number;
  readonly updated_at: number;
  /** Paid over a gateway: confirmations fire no webhook (CloudCart API 5.4). */
  readonly _online: boolean;
};

/** Shipping method (CloudCart API 4.21). */
export type ShippingProviderRow = {
  readonly id: number;
  readonly name: string;
  readonly description: string;
  readonly active: YesNo;
  readonly provider_type: string;
  readonly geo_zone_id: number;
  readonly insurance: number;
  readonly postal_money: number;
  readonly external_id: number;
  readonly created_at: number;
  readonly updated_at: number;
};

/** Status of an order that a merchant can choose (CloudCart API 4.12). */
export type OrderStatusRow = {
  readonly id: number;
  readonly name: string;
  readonly slug: string;
  readonly status_type: string;
};

/** Customer (CloudCart API 4.19). */
export type CustomerRow = {
  readonly id: number;
  readonly email: string;
  readonly first_name: string;
  readonly last_name: string;
  readonly alternative_phone: string | null;
  readonly note: string | null;
  readonly active: YesNo;
  readonly banned: YesNo;
  readonly is_activated: YesNo;
  readonly marketing: YesNo;
  readonly newsletter: YesNo;
  readonly group_id: number;
  readonly default_address_id: number | null;
  readonly default_billing_address_id: number | null;
  readonly date_added: number;
  readonly updated_at: number;
  readonly date_banned: number | null;
};

/** Address in a customer's book; МОЛ and ЕИК are taken but never shown (CloudCart API 4.20). */
export type CustomerAddressRow = {
  readonly id: number;
  readonly customer_id: number;
  readonly first_name: string;
  readonly last_name: string;
  readonly phone: string | null;
  readonly phone_country_iso2: string | null;
  readonly country_iso2: string;
  readonly city_name: string;
  readonly state_name: string | null;
  readonly street_name: string;
  readonly street_number: string | null;
  readonly post_code: string | null;
  readonly company_name: string | null;
  readonly company_vat: string | null;
  readonly _company_bulstat: string | null;
  readonly _company_mol: string | null;
};

/** Stock of a variant in a store (CloudCart API 4.16). */
export type StoreQuantityRow = {
  readonly id: number;
  readonly shop_id: number;
  readonly product_id: number;
  readonly variant_id: number;
  readonly qty: number;
  readonly created_at: number;
  readonly updated_at: number;
};

/** Key of an integration (CloudCart API 1.3). */
export type ApiKeyRow = {
  readonly id: number;
  readonly name: string;
  readonly value: string;
  readonly active: YesNo;
};

/** Subscription (CloudCart API 6.2). */
export type WebhookRow = {
  readonly id: number;
  readonly url: string;
  readonly event: string;
  readonly active: YesNo;
  readonly new_version: 0 | 1;
  readonly request_headers: Readonly<Record<string, string>>;
  readonly api_key_id: number;
  readonly created_at: number;
  readonly updated_at: number;
};
