import type { Shop } from '../shop.ts';
import { catalogueEntity } from './catalogue-payload.ts';
import { legacyOrder } from './legacy-order.ts';
import { orderV2 } from './order-v2.ts';

/**
 * Body of a delivery: an array with exactly one element, no envelope, no name of the event (CloudCart API 6.3).
 * Undefined when the entity is gone.
 */
export function buildPayload(
  shop: Shop,
  event: string,
  entityId: number,
  version: 0 | 1,
): string | undefined {
  const isOrder = event.startsWith('order.');
  if (isOrder && shop.db.tables.orders.get(entityId) === undefined) return undefined;
  const entity = isOrder
    ? version === 1
      ? orderV2(shop, entityId)
      : legacyOrder(shop, entityId)
    : catalogueEntity(shop, event, entityId);
  if (entity === undefined) return undefined;
  return JSON.stringify([absentAs(entity, shop.switches.nullStyle === 'stripped')]);
}

/** Absent values are empty strings on the wire; the documentation says stripped (CloudCart API 6.3). */
function absentAs(value: unknown, stripped: boolean): unknown {
  if (value === null) return '';
  if (Array.isArray(value)) return value.map((each) => absentAs(each, stripped));
  if (typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, each]) => !(stripped && (each === null || each === '')));
  return Object.fromEntries(entries.map(([key, each]) => [key, absentAs(each, stripped)]));
}
