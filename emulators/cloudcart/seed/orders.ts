import type { Shop } from '../shop.ts';

/** Orders that were there before anybody connected: every special case of the guide (CloudCart API 10). */
export function seedOrders(_shop: Shop): void {}
