import type { ConnectionMode } from '../connection/mode.ts';
import type { FaultCode } from '../connection/faults.ts';
import type { Lookups, StoreChoice } from '../connection/lookups.ts';
import type { ConnectionSettings } from '../connection/settings.ts';

/** A vendor that did not let us look, and why. */
export interface Unreached {
  readonly reached: false;
  readonly fault: { readonly code: FaultCode; readonly params: Readonly<Record<string, string>> };
}

/** What one look at the shop showed. */
export interface ShopEvidence {
  readonly reached: true;
  /** Products there are; null: it did not say. */
  readonly products: number | null;
  /** Its stores, none without the app for them; null, or missing in older runs: it did not say. */
  readonly stores?: readonly StoreChoice[] | null;
  /** Of the newest orders: do prices hold VAT, which currency, which VAT rates, how many have an invoice of the shop. */
  readonly orders: {
    readonly read: number;
    readonly vatIncluded: readonly boolean[];
    readonly currencies: readonly string[];
    readonly taxRates: readonly string[];
    readonly invoiced: number;
  };
  /** Webhooks of order and product events that go somewhere else, by host. */
  readonly foreignWebhooks: readonly { readonly event: string; readonly host: string }[];
  /** Seconds that the shop's server is ahead of us; null: it does not say. */
  readonly clockAheadSeconds: number | null;
}

/** What one look at the warehouse showed. */
export interface WarehouseEvidence {
  readonly reached: true;
  /** Objects of the settings whose stock could be read. */
  readonly readableObjects: readonly number[];
  readonly unreadableObjects: readonly number[];
}

/** Everything that one preflight run found out by asking the vendors. */
export interface Evidence {
  readonly requests: { readonly shop: number; readonly warehouse: number };
  readonly shop: ShopEvidence | Unreached;
  readonly warehouse: WarehouseEvidence | Unreached;
}

/** Something that no API shows and a person has looked up. */
export interface Confirmation {
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What is known without asking anybody, at the moment of judging. */
export interface Standing {
  readonly mode: ConnectionMode;
  readonly settings: ConnectionSettings;
  readonly lookups: Lookups | undefined;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** Today in Sofia, `YYYY-MM-DD`. */
  readonly today: string;
  readonly confirmations: Readonly<Record<string, Confirmation>>;
  readonly webhooks: { readonly wanted: boolean; readonly on: number; readonly off: number };
  /** Regular work that did not succeed for longer than it should, by duty. */
  readonly lateDuties: readonly string[];
  /** Has any regular work succeeded yet? */
  readonly dutiesSeen: boolean;
  /** Newest match report: variants, and those that need a person; null: none yet. */
  readonly match: { readonly variants: number; readonly unmatched: number } | null;
  /** Documents of another program for orders since the start date, as the last reconciliation saw them. */
  readonly foreignDocuments: number;
}
