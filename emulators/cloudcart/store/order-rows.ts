/** A flag as the platform writes it. */
export type YesNo = 'yes' | 'no';

/** Attributes that a control request wants to see verbatim, on top of the computed ones. */
export type Verbatim = { readonly [attribute: string]: unknown };

/** Order (CloudCart API 4.1). Money is whole minor units, dates are milliseconds since 1970. */
export type OrderRow = {
  readonly id: number;
  readonly status: string;
  readonly status_fulfillment: string;
  readonly customer_id: number | null;
  readonly customer_group_id: number | null;
  readonly customer_first_name: string;
  readonly customer_last_name: string;
  readonly customer_email: string;
  readonly customer_ip: string;
  readonly currency: string;
  readonly vat_included: YesNo;
  readonly price_products_subtotal: number;
  readonly price_subtotal: number;
  readonly price_total: number;
  readonly tax: number;
  readonly discount: number;
  readonly shipping_price: number;
  readonly quantity: number;
  readonly weight: number;
  readonly invoice_number: string | null;
  readonly invoice_date: number | null;
  readonly receipt_number: string | null;
  readonly receipt_date: number | null;
  readonly credit_number: string | null;
  readonly credit_date: number | null;
  readonly usn: string | null;
  readonly notify_customer: YesNo;
  readonly abandoned: YesNo;
  readonly email_sent: YesNo;
  readonly note_customer: string | null;
  readonly note_administrator: string | null;
  readonly desired_delivery_date: string | null;
  readonly increment_hash: string;
  readonly return_status: 'partial' | 'full' | null;
  readonly date_added: number;
  readonly updated_at: number;
  readonly date_archived: number | null;
  /** Draft of the administrator: no stock, no mails, no webhooks (CloudCart API 5.5). */
  readonly _draft: boolean;
  /** Setting of the shop at the moment of placement (CloudCart API 7.2). */
  readonly _decrement: 'pending' | 'paid';
  /** Store whose rows its goods leave, chosen at placement; null: the variants' own quantities (CloudCart API 7.2). */
  readonly _store: number | null;
  /** Set by an API status write: the gateway no longer moves the status (CloudCart API 4.1). */
  readonly _manual: boolean;
  /** The shop's own rounding of the total, which no row explains. */
  readonly _rounding: number;
  /** A return record exists: the order is locked (CloudCart API 5.3). */
  readonly _returned: boolean;
  readonly _verbatim: Verbatim | null;
};

/** Sold line (CloudCart API 4.2). */
export type LineRow = {
  readonly id: number;
  readonly order_id: number;
  readonly product_id: number | null;
  readonly variant_id: number | null;
  readonly name: string;
  readonly sku: string | null;
  readonly barcode: string | null;
  readonly quantity: number;
  readonly weight: number;
  readonly price: number;
  readonly order_price: number;
  readonly order_discount_id: number | null;
  readonly order_fulfillment_id: number | null;
  readonly p1: string | null;
  readonly v1: string | null;
  readonly p2: string | null;
  readonly v2: string | null;
  readonly p3: string | null;
  readonly v3: string | null;
  readonly vendor_id: number | null;
  readonly vendor_name: string | null;
  readonly category_id: number | null;
  readonly category_name: string | null;
  readonly sale: YesNo;
  readonly new: YesNo;
  readonly digital: YesNo;
  readonly tracked: YesNo;
  readonly unit_id: number | null;
  readonly unit_value: string | null;
  readonly units: string | null;
  readonly product_type: string;
  /** VAT rate in percent; REST hides it (CloudCart API 5.7). */
  readonly _vat: number;
  /** Wrapper line of a bundle's child (U-49). */
  readonly _wrapper: number | null;
  /** The line's stock has left the shelf: guards against counting twice (CloudCart API 7.2). */
  readonly _out: boolean;
  /** Came back in a partial return: it does not leave again when the order is saved (CloudCart API 7.2). */
  readonly _returned: boolean;
  readonly _verbatim: Verbatim | null;
};

/** Option of a line (CloudCart API 4.3). */
export type LineOptionRow = {
  readonly id: number;
  readonly order_product_id: number;
  readonly name: string;
  readonly value: string;
  readonly price: number;
  readonly discount_price: number;
  readonly quantity: number;
};

/** Discount of an order or a line (CloudCart API 4.7); `type_value` is percent, or minor units here (U-23). */
export type DiscountRow = {
  readonly id: number;
  readonly order_id: number;
  readonly discount_id: number | null;
  readonly order_product_id: number | null;
  readonly parent_id: number | null;
  readonly name: string;
  readonly code: string | null;
  readonly discount_type: string;
  readonly type_value: number;
  readonly order_over: number;
  readonly apply_regular_price: YesNo;
  /** Code-based discounts are worked into the line prices, manual ones are not (CloudCart API 5.7). */
  readonly _distributed: boolean;
  readonly _verbatim: Verbatim | null;
};

/** Tax or fee (CloudCart API 4.9): fees live in the same table with `vat = no` (U-26). */
export type TaxRow = {
  readonly id: number;
  readonly order_id: number;
  readonly name: string;
  readonly rate: number | null;
  readonly value: number;
  readonly class_id: number | null;
  readonly tax_id: number | null;
  readonly type: string;
  readonly vat: YesNo;
  readonly _verbatim: Verbatim | null;
};

/** Total (CloudCart API 4.10). */
export type TotalRow = {
  readonly id: number;
  readonly order_id: number;
  readonly code: string;
  readonly title: string;
  readonly value: number;
  readonly sort_order: number;
  readonly _verbatim: Verbatim | null;
};

/** Manual adjustment or cart rule (CloudCart API 4.8). */
export type ModificationRow = {
  readonly id: number;
  readonly order_id: number;
  readonly name: string;
  readonly type: string;
  readonly value: number;
  readonly quantity: number;
};

/** Payment (CloudCart API 4.4). */
export type PaymentRow = {
  readonly id: number;
  readonly order_id: number;
  readonly provider: string;
  readonly provider_name: string;
  readonly amount: number;
  readonly provider_reference_id: string | null;
  readonly down_payment: number;
  readonly allow_capture_authorization: YesNo;
  readonly status: string;
  readonly payment_status: string;
  readonly provider_data: Verbatim;
  readonly date_created: number;
  readonly date_modified: number;
  readonly _verbatim: Verbatim | null;
};

/** Shipping (CloudCart API 4.5). */
export type ShippingRow = {
  readonly id: number;
  readonly order_id: number;
  readonly provider_id: number | null;
  readonly provider_name: string;
  readonly provider_amount: number;
  readonly provider_insurance: number;
  /** Charged to the buyer. */
  readonly order_amount: number;
  readonly order_insurance: number;
  readonly geo_zone_id: number | null;
  readonly geo_zone_name: string | null;
  readonly _vat: number;
  readonly _waybill: string | null;
  readonly _verbatim: Verbatim | null;
};

/** Address of an order, either kind (CloudCart API 4.6). */
export type AddressRow = {
  readonly id: number;
  readonly order_id: number;
  readonly first_name: string;
  readonly last_name: string;
  readonly phone: string;
  readonly company_name: string;
  readonly company_vat: string;
  readonly company_registration_number: string;
  readonly company_person: string;
  readonly country_iso2: string;
  readonly country_name: string;
  readonly city_name: string;
  readonly state_name: string;
  readonly state_iso2: string;
  readonly street_name: string;
  readonly street_number: string;
  readonly post_code: string;
  readonly address1: string;
  readonly integration: string;
  readonly _verbatim: Verbatim | null;
};

/** Fulfilment (CloudCart API 4.11). */
export type FulfilmentRow = {
  readonly id: number;
  readonly order_id: number;
  readonly shipping_provider: string | null;
  readonly shipping_tracking_url: string | null;
  readonly shipping_tracking_number: string | null;
  readonly shipping_date_delivery: string | null;
  readonly shipping_date_expedition: string | null;
  readonly date_fulfilled: number;
};
