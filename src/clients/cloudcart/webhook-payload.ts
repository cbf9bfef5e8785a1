import { parseLossless } from '../json.ts';
import { majorToMinor } from './fields.ts';

/** What a delivery tells: which order, perhaps in which state. A hint only; the order is read before acting. */
export interface WebhookHint {
  /** From the address of the receiver: the body does not name it (CloudCart API 6.3, U-42). */
  readonly event: string;
  /** Digits only. */
  readonly orderId: string;
  readonly version: 'v2' | 'legacy';
  readonly status?: string;
  /** Site id; legacy bodies have none (CloudCart API 6.6). */
  readonly storeId?: string;
  readonly updatedAt?: string;
  readonly currency?: string;
  /** Minor units: webhooks write decimals in major units, unlike REST (CloudCart API 6.6). */
  readonly total?: number;
}

/** Why a body gives no hint. */
export type WebhookRefusal = 'too_long' | 'not_json' | 'not_one_object' | 'no_id';

const MAX_CHARACTERS = 5 * 1024 * 1024;

/**
 * Reads the body of an order event, v2 or legacy (CloudCart API 6.5, 6.6). Missing, null and `""` are alike
 * (CloudCart API 6.3). Never throws: anybody can post to the address.
 */
export function readOrderWebhook(
  event: string,
  body: string,
): { readonly hint: WebhookHint } | { readonly refusal: WebhookRefusal } {
  if (body.length > MAX_CHARACTERS) return { refusal: 'too_long' };
  const parsed = parseLossless(body);
  if (parsed === undefined) return { refusal: 'not_json' };
  const list: unknown = parsed.value;
  const entity: unknown = Array.isArray(list) && list.length === 1 ? list[0] : list;
  if (typeof entity !== 'object' || entity === null || Array.isArray(entity))
    return { refusal: 'not_one_object' };
  const field = (name: string, shape: RegExp): string | undefined => {
    // Own keys only: `__proto__` and the like are no fields.
    const value: unknown = Object.hasOwn(entity, name)
      ? (entity as Record<string, unknown>)[name]
      : undefined;
    return typeof value === 'string' && shape.test(value) ? value : undefined;
  };
  const orderId = field('id', /^\d{1,20}$/);
  if (orderId === undefined) return { refusal: 'no_id' };
  const legacy = Object.hasOwn(entity, 'status_fulfillment') || !Object.hasOwn(entity, 'store_id');
  const found = {
    status: field('status', /^[a-z0-9_-]{1,250}$/),
    storeId: field('store_id', /^\d{1,20}$/),
    updatedAt: field('updated_at', /^\d{4}-\d\d-\d\d[T ][\d:.+Z-]{5,24}$/),
    currency: field('currency', /^[A-Z]{3}$/),
    total: majorToMinor(field('order_total', /^-?[\d.,eE+-]{1,20}$/)),
  };
  const present = Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
  return {
    hint: {
      event,
      orderId,
      version: legacy ? 'legacy' : 'v2',
      ...(present as Partial<typeof found>),
    } as WebhookHint,
  };
}
