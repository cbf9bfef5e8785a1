/** How a variant of the shop stands to the warehouse, or an item to the shop. Exactly one for each row of a report. */
export const matchStates = [
  /** Linked: "Вече синхронизиран". */
  'synchronised',
  /** One item has its code; the link is made by the import, or by the first order. */
  'will_link',
  /** No item has its code: the import creates one. */
  'will_be_created',
  /** Neither SKU nor barcode. */
  'missing_code',
  /** Has no item, and no name that one could be created with. */
  'missing_name',
  /** Several variants of the shop have this code. */
  'duplicate_code_in_shop',
  /** Several items of the warehouse have this code. */
  'duplicate_code_in_warehouse',
  /** The SKU says one item, the barcode another; or two variants claim one item. */
  'ambiguous',
  /** Near misses: an item whose code is the same but for one thing. Suggested, never applied. */
  'leading_zeros',
  'blanks',
  'letter_case',
  'look_alike_letters',
  /** A SKU that is the barcode of an item, or the other way round; taken only where the settings say so. */
  'cross_match',
  /** A person undid the link to the item that its code names. */
  'unlinked',
  /** A bundle has no stock of its own: its parts are linked. */
  'bundle',
  'ignored',
  'only_in_warehouse',
  'deleted_in_shop',
  'deleted_in_warehouse',
] as const;
export type MatchState = (typeof matchStates)[number];

/** What is to be known of a row besides its state; any number of them. */
export const matchNotes = [
  'price_differs',
  'missing_description',
  'no_measure',
  'bundle',
  'untracked',
  'unlimited',
  'fractional',
  'inactive',
  'draft',
  'digital',
  /** The code stands for a pack of several base units. */
  'pack',
  'service_item',
] as const;
export type MatchNote = (typeof matchNotes)[number];
