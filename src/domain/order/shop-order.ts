/**
 * What the rule needs of a shop order, as the shop has it now. Money is in whole minor units, quantities are
 * decimal text with at most three decimals. The client's order has these fields and more.
 */
export interface ShopOrder {
  readonly id: string;
  readonly status: string;
  /** Not placed yet; absent: it is. */
  readonly draft?: boolean;
  readonly fulfilment: string | null;
  readonly currency: string | null;
  /** Prices contain VAT; null when the shop does not say, which means yes in Bulgaria. */
  readonly vatIncluded: boolean | null;
  readonly total: number;
  /** Two subtotals whose meaning is open (U-13): they only help to choose between readings. */
  readonly productsSubtotal: number | null;
  readonly subtotal: number | null;
  readonly lines: readonly ShopLine[];
  readonly discounts: readonly ShopDiscount[];
  /** Manual adjustments and effects of cart rules, or a mere record of edits (U-24). */
  readonly modifications: readonly ShopModification[];
  /** Total rows: an open set of codes, discounts with either sign (U-27). */
  readonly totals: readonly ShopTotal[];
  readonly taxes: readonly ShopTax[];
  readonly payment: {
    readonly provider: string;
    readonly providerName: string;
    readonly status: string;
  } | null;
  readonly shipping: {
    readonly providerName: string;
    readonly charged: number | null;
    /** Price of the courier: what was charged only where the shop says nothing else (U-21). */
    readonly providerAmount: number | null;
    readonly insurance: number;
  } | null;
  /** Where the goods go, and who is billed: they decide whether an order without VAT is explained. */
  readonly shippingAddress: { readonly countryIso2: string } | null;
  readonly billingAddress: { readonly countryIso2: string; readonly companyVat: string } | null;
  /** null, `partial` or `full`, where the shop shows returns at all (U-15). */
  readonly returnStatus: string | null;
  /** Wall time in Sofia, `YYYY-MM-DD` and more. */
  readonly addedAt: string | null;
  readonly archivedAt: string | null;
}

export interface ShopLine {
  readonly id: string;
  readonly variantId: number | null;
  readonly name: string;
  readonly sku: string;
  readonly barcode: string;
  readonly quantity: string;
  /** Per unit before discounts. */
  readonly price: number;
  /** Per unit after order-level discounts. */
  readonly orderPrice: number;
  /** `bundle` for a wrapper, when the shop says so (U-49). */
  readonly productType: string | null;
  /** Surcharges of free-form options per unit; the prices may or may not contain them (U-19). Absent: not read. */
  readonly surcharge?: number;
  /** VAT of the line in percent, where a webhook told it (CloudCart API 6.6). */
  readonly taxRate?: string;
}

export interface ShopDiscount {
  /** Names the parent of other rows. */
  readonly id?: string;
  /** null: the whole order. */
  readonly lineId: number | null;
  readonly parentId: number | null;
  /** `flat`, `percent`, `shipping`, `fixed`, `payment-...` (CloudCart API 4.7). */
  readonly type: string;
  /** Percent, or an amount in minor or major units (U-23). */
  readonly value: string | null;
}

/** Adjustment of the price, or a record of an edit (CloudCart API 4.8, U-24). */
export interface ShopModification {
  readonly name: string;
  readonly type: string;
  /** Minor units, negative for a reduction. */
  readonly value: number;
  readonly quantity: string | null;
}

/** Total row (CloudCart API 4.10). */
export interface ShopTotal {
  readonly code: string;
  readonly title: string;
  readonly value: number;
}

export interface ShopTax {
  readonly name: string;
  /** Percent. */
  readonly rate: string | null;
  readonly value: number;
  readonly type: string | null;
  /** false: a fee in the tax table; null when the shop does not say (U-26). */
  readonly isVat: boolean | null;
}

/** Names the thing that is linked to an item: the variant, or the SKU of a product that is gone. */
export function variantKey(line: Pick<ShopLine, 'variantId' | 'sku' | 'id'>): string {
  if (line.variantId !== null) return `variant:${line.variantId}`;
  return line.sku.trim() === '' ? `line:${line.id}` : `sku:${line.sku.trim()}`;
}
