import type { DeliveryHint } from '../../db/queries/inbox.ts';

/** The events that CloudCart can send (CloudCart API 6.1), plus the deletion that it may learn one day. */
const KNOWN_EVENTS: ReadonlySet<string> = new Set([
  ...['category', 'vendor', 'product', 'discount', 'customer', 'subscriber'].flatMap((entity) =>
    ['created', 'updated', 'deleted'].map((what) => `${entity}.${what}`),
  ),
  'order.created',
  'order.updated',
  'order.deleted',
]);

/** Events that wake the workflow of an order. The others are stored as received and closed. */
const PROCESSED_EVENTS: ReadonlySet<string> = new Set(['order.created', 'order.updated', 'order.deleted']);

/** Events of which a product is hinted at; their deliveries are kept as received, and closed. */
const PRODUCT_EVENTS: ReadonlySet<string> = new Set([
  'product.created',
  'product.updated',
  'product.deleted',
]);

export function isProductEvent(event: string): boolean {
  return PRODUCT_EVENTS.has(event);
}

export function isKnownEvent(event: string): boolean {
  return KNOWN_EVENTS.has(event);
}

export function isProcessedEvent(event: string): boolean {
  return PROCESSED_EVENTS.has(event);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** What the gateway takes from a body: which entity, and a status that only helps to name the step. */
export interface ReadDelivery {
  readonly entityId: string;
  readonly hint: DeliveryHint;
}

/**
 * Reads a delivery: a JSON array with exactly one object (an object alone is taken as well, CloudCart API 6.3).
 * @returns the reason of refusal as text when it cannot be used. Never throws.
 */
export function readDelivery(body: Buffer): ReadDelivery | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(utf8.decode(body));
  } catch {
    return 'not_json';
  }
  const entity: unknown = Array.isArray(parsed) && parsed.length === 1 ? parsed[0] : parsed;
  if (typeof entity !== 'object' || entity === null || Array.isArray(entity)) return 'not_one_object';
  const { id, status } = entity as { id?: unknown; status?: unknown };
  const entityId = typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : id;
  // As the shop writes ids: `007` would become another order with a document of its own beside that of `7`.
  if (typeof entityId !== 'string' || !/^[1-9][0-9]{0,19}$/.test(entityId)) return 'no_id';
  const hint = typeof status === 'string' && /^[a-z0-9_-]{1,250}$/.test(status) ? { status } : {};
  return { entityId, hint };
}
