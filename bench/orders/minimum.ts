/**
 * Calls to micro.bg for the plain life of an order of a known customer: fewer would give up a promise.
 * Every write is read back, because the answer of a save says neither what was stored nor what it came to.
 */
const CALLS = [
  { function: 'getOperations', why: 'order: does its id already stand for something (micro.bg API 6.1)' },
  { function: 'saveOperation', why: 'order: saved' },
  { function: 'getOperations', why: 'order: read back and verified' },
  { function: 'getOperations', why: 'order: did staff change it since' },
  { function: 'getOperations', why: 'sale: does its id already stand for something' },
  { function: 'saveOperation', why: 'sale: saved' },
  { function: 'getOperations', why: 'sale: read back and verified' },
  { function: 'deleteOperation', why: 'order: deleted, by its id' },
  { function: 'getOperations', why: 'order: read back empty' },
] as const;

/** Calls of a plain life, and what each new customer adds: a search, and an insert. */
export const MINIMUM = { perOrder: CALLS.length, perNewCustomer: 2, perHandledChange: 1 } as const;

/** Functions that concern the buyer and not the document. */
export const PARTNER_FUNCTIONS = ['getPartners', 'insertPartner', 'editPartner'] as const;
