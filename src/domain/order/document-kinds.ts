/** Kinds of documents that an order can have in the warehouse. */
export type DocumentKind = 'order' | 'sale' | 'claim' | 'credit_note';

/** How a document of the ledger stands. */
export type DocumentState =
  | 'reserved'
  | 'sent'
  | 'live'
  | 'delete_sent'
  | 'deleted'
  | 'foreign'
  | 'conflict'
  /** A sale and its return: both stand, and neither is touched any more. */
  | 'returned';

/** `OperType` of each kind (micro.bg API 5.1). */
export const OPER_TYPE = { order: 19, sale: 2, claim: 34, credit_note: 27 } as const satisfies Record<
  DocumentKind,
  number
>;
