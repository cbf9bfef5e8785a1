/** An order as the shop emulator's control side shows it. */
export interface SeenOrder {
  readonly gone?: true;
  readonly status: string;
  readonly statusFulfillment: string;
  readonly total: number;
  readonly draft: boolean;
  readonly archived: boolean;
  readonly returnStatus: string | null;
  readonly payment: { readonly provider: string; readonly status: string };
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

/** Something that happened to a document, as the warehouse emulator's control side shows it. */
export interface SeenChange {
  readonly action: 'create' | 'edit' | 'delete';
  readonly operationId: number;
  readonly type: number;
  /** Who did it: an application, or staff. */
  readonly apiId: string | null;
  readonly extAppDocId: number | null;
  readonly lineGross: number;
  readonly note: string;
}
