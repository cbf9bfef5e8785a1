/** Choices of the merchant. Every saved change is a new version; documents keep the version they began with. */
export interface ConnectionSettings {
  /** Orders of the shop from before this day (Europe/Sofia, `YYYY-MM-DD`) are not ours. */
  readonly startDate: string;
  /** When an order becomes a sale: at once, or with one of these statuses, or when it is fulfilled. */
  readonly saleRule: 'always' | { readonly statuses: readonly string[]; readonly fulfilled: boolean };
  /** The warehouse object that documents are booked on (micro.bg API 3.2). */
  readonly objectId: number;
  /** Payment provider of the shop -> `PaymentTypeId` of micro.bg. */
  readonly paymentTypes: Readonly<Record<string, number>>;
  /** Providers whose payment is promised before it arrives: an abandoned card payment must not become a sale. */
  readonly onlineProviders: readonly string[];
  /** Payment types that print a fiscal receipt; negative lines on them only once somebody saw one print. */
  readonly fiscalPaymentTypes: readonly number[];
  readonly negativeLinesConfirmed: boolean;
  /** How a discount on the whole order is shown: a line of its own, or spread over the goods. */
  readonly discountMode: 'own_line' | 'spread';
  /** Items of micro.bg that stand for what is not goods; null: not chosen yet. */
  readonly serviceItems: {
    readonly delivery: number | null;
    readonly discount: number | null;
    readonly fee: number | null;
  };
}

/** Settings of a new connection: nothing is mapped, so nothing is posted by mistake. */
export function defaultSettings(startDate: string): ConnectionSettings {
  return {
    startDate,
    saleRule: { statuses: ['paid', 'completed'], fulfilled: true },
    objectId: 1,
    paymentTypes: {},
    onlineProviders: [],
    fiscalPaymentTypes: [],
    negativeLinesConfirmed: false,
    discountMode: 'own_line',
    serviceItems: { delivery: null, discount: null, fee: null },
  };
}
