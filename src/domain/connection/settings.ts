import type { GuardLimits } from '../stock/guards.ts';
import type { LeadingZeros } from '../catalogue/codes.ts';
import { type AlarmLimits, defaultAlarmLimits } from './alarms.ts';

/** What a store of the shop offers: the quantities of these objects together. */
export interface StoreStock {
  readonly storeId: number;
  readonly objects: 'all' | readonly number[];
}

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
  /**
   * The same where it depends on the courier: provider -> courier as orders name it -> `PaymentTypeId`. Cash on delivery
   * is a postal money order with one courier and a fiscal receipt with another. Other couriers: `paymentTypes`.
   */
  readonly paymentTypesByCourier: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Providers whose payment is promised before it arrives: an abandoned card payment must not become a sale. */
  readonly onlineProviders: readonly string[];
  /**
   * Providers whose gateway changes orders without a webhook; null: those of `onlineProviders`. Their open orders are read one
   * by one, at most so many per sweep: whether a payment moves the order's date is not known (U-52).
   */
  readonly silentProviders: readonly string[] | null;
  readonly silentReadsPerSweep: number;
  /** Payment types that print a fiscal receipt; negative lines on them only once somebody saw one print. */
  readonly fiscalPaymentTypes: readonly number[];
  readonly negativeLinesConfirmed: boolean;
  /** What becomes of a sale whose order was refunded, charged back or cancelled after it was paid. */
  readonly returns: 'claim' | 'ask';
  /** What becomes of a sale that was never paid when its order is cancelled: a parcel that nobody took. */
  readonly uncollected: 'delete' | 'claim' | 'ask';
  /** Is the money of a paid order recorded on its sale? Once, and never taken back. */
  readonly recordPayments: boolean;
  /** For whom an invoice is issued with the sale. */
  readonly invoices: 'none' | 'companies' | 'all';
  /** Partner on whom every order is booked (the web customer); null: each buyer is a partner of his own. */
  readonly webCustomerId: number | null;
  /** How a discount on the whole order is shown: a line of its own, or spread over the goods. */
  readonly discountMode: 'own_line' | 'spread';
  /** Items of micro.bg that stand for what is not goods; null: not chosen yet. */
  readonly serviceItems: {
    readonly delivery: number | null;
    readonly discount: number | null;
    readonly fee: number | null;
    /** Carries a cent of rounding; without it the fee item does for more, the discount item for less. */
    readonly rounding?: number | null;
    /** Items of another VAT rate, by the rate in percent: `{ delivery: { '9': 9011 } }`. */
    readonly byRate?: {
      readonly delivery?: Readonly<Record<string, number>>;
      readonly discount?: Readonly<Record<string, number>>;
      readonly fee?: Readonly<Record<string, number>>;
    };
    /** Items of fees that have one of their own, by the fee's name in the shop. */
    readonly feeByName?: Readonly<Record<string, number>>;
  };
  /** Text of the document's note; staff pack by it, because micro.bg has no field for courier or address. */
  readonly noteFormat: string;
  /** How another program marks its documents with the number of the shop's order; `{number}` stands for it. */
  readonly foreignNote: string;
  /** When VAT of an item differs from the shop's: keep the order back, or post and say so. */
  readonly vatMismatch: 'block' | 'warn';
  /** Orders in BGN are converted at the fixed rate of 1.95583 (documents from before the euro stay as they are). */
  readonly convertBgn: boolean;
  /** Custom statuses of the shop; one that is not listed changes nothing (CloudCart API 5.1). */
  readonly customStatuses: Readonly<Record<string, 'none' | 'sale' | 'cancel'>>;
  /** Answers to open questions of the shop's data that explained earlier orders, as `Wish.reading` gives them. */
  readonly readingHint: string | null;
  /** How a line that lowers the total is written, found out on connecting. */
  readonly negativeLines: 'price' | 'quantity' | 'refused';
  /** Pause between two sweeps: what changed in the shop without a webhook is found at the latest then. Seconds. */
  readonly sweepEverySeconds: number;
  /** Hour of the day in Sofia, 0 to 23, from which both sides are compared completely. */
  readonly reconcileAtHour: number;
  /** Pause between two looks at the webhooks in the shop, and at what has become late. Seconds. */
  readonly watchdogEverySeconds: number;
  /** Pause between two comparisons of recent documents with the ledger. Seconds. */
  readonly verificationEverySeconds: number;
  /** The price list of the warehouse that holds the shop's prices, 1 to 10; null: not chosen yet (micro.bg API 6.5). */
  readonly priceList: number | null;
  /** The shop keeps its prices with VAT. No API tells (U-48). */
  readonly shopPricesWithVat: boolean;
  /** What makes a variant and an item the same. */
  readonly matching: {
    /** A SKU may name an item by its barcode, and a barcode by its code. */
    readonly crossMatch: boolean;
    /** Codes of digits that differ in zeros at the front: ask, or take them for the same. */
    readonly leadingZeros: LeadingZeros;
  };
  /** What happens to a product that a webhook announces and that the warehouse does not have. */
  readonly newProducts: 'create' | 'report';
  /** How long silence may last before it is a fault. */
  readonly alarmAfterMinutes: AlarmLimits;
  /** Objects whose stock is offered in the shop: all together, or these. */
  readonly stockObjects: 'all' | readonly number[];
  /**
   * Stores whose quantities the storefront sells, by the app Store Locations; none: it sells the variant's own. No API tells
   * which of both it does (CloudCart API 4.16).
   */
  readonly storeStock: readonly StoreStock[];
  /** When the shop takes an order's units off its own figure. Must say what the shop's own setting says (CloudCart API 7.2). */
  readonly shopDecrementsAt: 'paid' | 'pending';
  /** What is exported to the shop. */
  readonly exportQuantities: boolean;
  readonly exportPrices: boolean;
  /** Units that are never offered, decimal text in base units of the item. */
  readonly stockBuffer: string;
  /** Pause between two cycles of the export, minutes. */
  readonly exportEveryMinutes: number;
  /** What of an answer of the warehouse is a normal day: share of all that may change at once, percent; so many never matter. */
  readonly exportGuard: GuardLimits;
  /** Are open customer orders of the warehouse held back? `auto`: unless the warehouse does so itself. */
  readonly holdBack: 'on' | 'off' | 'auto';
  /** Does the warehouse's quantity leave out what open customer orders hold? Found out by a trial; null: not known. */
  readonly warehouseReserves: boolean | null;
}

/** Everything that staff need to pack a parcel, in one line. */
const defaultNote = 'CloudCart #{number} · {courier} {place} · {phone} · {remark}';

/** Settings of a new connection: nothing is mapped, so nothing is posted by mistake. */
export function defaultSettings(startDate: string): ConnectionSettings {
  return {
    startDate,
    saleRule: { statuses: ['paid', 'completed'], fulfilled: true },
    objectId: 1,
    paymentTypes: {},
    paymentTypesByCourier: {},
    onlineProviders: [],
    silentProviders: null,
    silentReadsPerSweep: 10,
    fiscalPaymentTypes: [],
    negativeLinesConfirmed: false,
    returns: 'claim',
    uncollected: 'delete',
    recordPayments: false,
    invoices: 'none',
    webCustomerId: null,
    discountMode: 'own_line',
    serviceItems: { delivery: null, discount: null, fee: null, rounding: null },
    noteFormat: defaultNote,
    foreignNote: 'CloudCart #{number}',
    vatMismatch: 'block',
    convertBgn: false,
    customStatuses: {},
    readingHint: null,
    negativeLines: 'price',
    sweepEverySeconds: 120,
    reconcileAtHour: 3,
    watchdogEverySeconds: 300,
    verificationEverySeconds: 180,
    priceList: null,
    shopPricesWithVat: true,
    matching: { crossMatch: false, leadingZeros: 'ask' },
    newProducts: 'create',
    alarmAfterMinutes: defaultAlarmLimits,
    stockObjects: 'all',
    storeStock: [],
    shopDecrementsAt: 'paid',
    exportQuantities: true,
    exportPrices: true,
    stockBuffer: '0',
    exportEveryMinutes: 3,
    exportGuard: { quantities: 50, prices: 30, least: 20 },
    holdBack: 'auto',
    warehouseReserves: null,
  };
}
