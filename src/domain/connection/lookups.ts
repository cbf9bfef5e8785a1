/** Something that settings name by its id. */
export interface NamedChoice {
  readonly id: number;
  readonly name: string;
}

/** An object of the warehouse; deleted ones are listed, because settings may name one. */
export interface ObjectChoice extends NamedChoice {
  /** The price list that the warehouse gives the object; may be off by one. */
  readonly priceGroup: number | null;
  readonly deleted: boolean;
}

/** A payment type of the warehouse. */
export interface PaymentTypeChoice extends NamedChoice {
  /** 1 fiscal receipt, 2 receipt that is not fiscal, 3 none (micro.bg API 5.2). */
  readonly fiscalMode: number | null;
  readonly deleted: boolean;
}

/** A service of the warehouse, for what is not goods. */
export interface ServiceChoice extends NamedChoice {
  /** VAT in percent, decimal text; null: not shown. */
  readonly taxRate: string | null;
}

/** One of the ten price lists, as the items have it. */
export interface PriceListChoice {
  readonly list: number;
  /** Items with a price above zero in it. */
  readonly priced: number;
  /** The first lower list that has the same price for every item; null: none. */
  readonly sameAs: number | null;
}

/** What the items of the warehouse show; null until they were walked through. */
export interface ItemLookups {
  readonly services: readonly ServiceChoice[];
  readonly measures: readonly (NamedChoice & { readonly items: number })[];
  readonly priceLists: readonly PriceListChoice[];
  readonly items: number;
  readonly readAt: string;
}

/** What the warehouse says of itself (micro.bg API 3.1). */
export interface CompanyLookups {
  readonly name: string;
  readonly countryCode: string;
  readonly currency: string | null;
  /** Wall time in Sofia; null: it does not say. */
  readonly paidUntil: string | null;
  readonly pricePrecision: number;
  readonly quantityPrecision: number;
  readonly pricesWithVat: boolean;
  readonly allowNegativeStock: boolean;
  readonly autoProduction: boolean;
  readonly isVatRegistered: boolean;
}

/** A store of the shop (CloudCart API 4.16); inactive ones are listed, because settings may name one. */
export interface StoreChoice extends NamedChoice {
  readonly city: string;
  readonly active: boolean;
}

/** Everything that settings are chosen from. */
export interface Lookups {
  readonly shop: {
    /** Requests a minute for all programs; null: it does not say. */
    readonly requestsPerMinute: number | null;
    /** Active ways to pay, by the code that orders carry. */
    readonly providers: readonly { readonly code: string; readonly title: string }[];
    readonly couriers: readonly string[];
    readonly statuses: readonly { readonly code: string; readonly name: string }[];
    /** None without the app for stores; null: nobody has asked yet. */
    readonly stores: readonly StoreChoice[] | null;
  };
  readonly warehouse: {
    readonly company: CompanyLookups;
    readonly objects: readonly ObjectChoice[];
    readonly paymentTypes: readonly PaymentTypeChoice[];
    readonly taxGroups: readonly { readonly number: number; readonly name: string; readonly rate: string }[];
    readonly items: ItemLookups | null;
  };
}
