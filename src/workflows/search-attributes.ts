import { SearchAttributeType, defineSearchAttributeKey } from '@temporalio/common';

/**
 * Search attributes of all workflows, as an operator filters by them in Temporal's Web UI.
 * They hold ids and states only, never personal data. `migrate` registers them.
 */
export const searchAttributeTypes = {
  Connection: 'Keyword',
  OrderState: 'Keyword',
  ShopStatus: 'Keyword',
} as const;

export const connectionAttribute = defineSearchAttributeKey('Connection', SearchAttributeType.KEYWORD);
export const orderStateAttribute = defineSearchAttributeKey('OrderState', SearchAttributeType.KEYWORD);
export const shopStatusAttribute = defineSearchAttributeKey('ShopStatus', SearchAttributeType.KEYWORD);
