/**
 * An order of the shop, complete, as read in one request. Money is in whole minor units, quantities are decimal
 * text, dates are wall time as written (U-10). Texts are `""` when absent.
 */
export interface CloudcartOrder {
  /** Digits only. */
  readonly id: string;
  /** Built-in code or `order-<slug>`; opaque (CloudCart API 5.1). */
  readonly status: string;
  /** Not placed yet: the merchant is still composing it (CloudCart API 5.5). */
  readonly draft: boolean;
  /** `not_fulfilled`, `fulfilled`, more values claimed (U-35); null when absent. */
  readonly fulfilment: string | null;
  /** ISO code, frozen at creation (CloudCart API 5.8). */
  readonly currency: string | null;
  /** Prices contain VAT; null when the shop does not say. */
  readonly vatIncluded: boolean | null;
  readonly total: number;
  /** Meaning of both subtotals is open (U-13). */
  readonly productsSubtotal: number | null;
  readonly subtotal: number | null;
  readonly customer: OrderCustomer;
  readonly noteCustomer: string;
  readonly noteAdministrator: string;
  /** Invoice number that the shop itself issued; it freezes lines and billing address (CloudCart API 5.6). */
  readonly invoiceNumber: string | null;
  readonly receiptNumber: string | null;
  readonly creditNumber: string | null;
  readonly usn: string | null;
  /** null, `partial` or `full`, if the shop exposes it at all (U-15). */
  readonly returnStatus: string | null;
  readonly addedAt: string | null;
  readonly updatedAt: string | null;
  readonly archivedAt: string | null;
  readonly lines: readonly OrderLine[];
  readonly discounts: readonly OrderDiscount[];
  readonly modifications: readonly OrderModification[];
  readonly totals: readonly OrderTotal[];
  readonly taxes: readonly OrderTax[];
  readonly payment: OrderPayment | null;
  readonly shipping: OrderShipping | null;
  readonly shippingAddress: OrderAddress | null;
  /** null when the buyer gave none (CloudCart API 4.6). */
  readonly billingAddress: OrderAddress | null;
}

/** Snapshot of the buyer; `id` is null for guests (CloudCart API 4.1). */
interface OrderCustomer {
  readonly id: number | null;
  readonly groupId: number | null;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
}

/** Sold line (CloudCart API 4.2). */
export interface OrderLine {
  readonly id: string;
  /** null after the product was deleted. */
  readonly productId: number | null;
  readonly variantId: number | null;
  readonly name: string;
  readonly sku: string;
  readonly barcode: string;
  /** Decimal text, steps of 0.001. */
  readonly quantity: string;
  /** Per unit before discounts. */
  readonly price: number;
  /** Per unit after order-level discounts. */
  readonly orderPrice: number;
  readonly discountId: number | null;
  readonly fulfilmentId: number | null;
  /** Parameter and option pairs, for instance `Размер`, `M`. */
  readonly options: readonly { readonly name: string; readonly value: string }[];
  /** `bundle` and others, only when the shop sends it (U-49). */
  readonly productType: string | null;
  readonly digital: boolean | null;
  readonly tracked: boolean | null;
}

/** Discount row; it has no amount of its own (CloudCart API 4.7). */
export interface OrderDiscount {
  readonly id: string;
  readonly discountId: number | null;
  /** null = whole order. */
  readonly lineId: number | null;
  /** Set on a child of a multi-target discount: parents and children must not both count. */
  readonly parentId: number | null;
  readonly name: string;
  readonly code: string | null;
  /** `flat`, `percent`, `shipping`, `fixed`, `payment-<type>-<provider>`. */
  readonly type: string;
  /** Decimal text: percent, or an amount in minor or major units (U-23). */
  readonly value: string | null;
}

/** Manual adjustment or effect of a cart rule (CloudCart API 4.8, U-24). */
export interface OrderModification {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly value: number;
  readonly quantity: string | null;
}

/** Total row (CloudCart API 4.10). */
export interface OrderTotal {
  readonly id: string;
  readonly code: string;
  readonly title: string;
  readonly value: number;
}

/** Tax row; fees stand in the same table (CloudCart API 4.9, U-26). */
export interface OrderTax {
  readonly id: string;
  readonly name: string;
  /** Percent, decimal text. */
  readonly rate: string | null;
  readonly value: number;
  /** `included` or another word for "added on top". */
  readonly type: string | null;
  /** false = a fee; null when the shop does not say. */
  readonly isVat: boolean | null;
}

/** Payment row (CloudCart API 4.4). */
export interface OrderPayment {
  readonly id: string;
  /** Code, for instance `cod`; an open set. */
  readonly provider: string;
  readonly providerName: string;
  /** COD sync may overwrite it with what the courier collected. */
  readonly amount: number | null;
  /** Normalised status (CloudCart API 5.2). */
  readonly status: string;
}

/** Shipping row (CloudCart API 4.5). */
export interface OrderShipping {
  readonly id: string;
  readonly providerId: number | null;
  readonly providerName: string;
  /** `econt`, `speedy`, …; null when the provider did not come along. */
  readonly providerType: string | null;
  /** Charged to the buyer; null when the shop states it nowhere (U-21). */
  readonly charged: number | null;
  /** Price of the courier, not necessarily what the buyer paid. */
  readonly providerAmount: number | null;
  /** Charged for insurance; 0 without. */
  readonly insurance: number;
}

/** Address of an order (CloudCart API 4.6). Personal data. */
export interface OrderAddress {
  readonly firstName: string;
  readonly lastName: string;
  readonly phone: string;
  readonly companyName: string;
  /** ДДС №, with or without `BG`. */
  readonly companyVat: string;
  /** ЕИК, or a personal number typed into its field. */
  readonly companyRegistrationNumber: string;
  /** МОЛ. */
  readonly companyPerson: string;
  readonly countryIso2: string;
  readonly country: string;
  readonly city: string;
  readonly state: string;
  readonly street: string;
  readonly streetNumber: string;
  readonly postCode: string;
  readonly note: string;
}
