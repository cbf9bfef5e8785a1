import type { OrderActivities, OrderRef, PassDeed, PassResult } from './contract.ts';

const steps: Record<keyof OrderActivities, string> = {
  createOrder: 'create the order in the warehouse',
  convertToSale: 'follow the status: order, sale or withdrawal',
  applyEdit: 'apply what was edited in the shop',
  withdrawOrder: 'withdraw what was deleted in the shop',
  recheckOrder: 'look again whether shop and warehouse agree',
};

const deeds: Record<PassDeed, string> = {
  ordered: 'The order stands in the warehouse and waits for the shop.',
  sold: 'The order became a sale.',
  edited: 'The document was saved again with what changed in the shop.',
  withdrawn: 'The order was taken out of the warehouse.',
  returned: 'The sale was returned.',
  unchanged: 'Shop and warehouse agree; nothing was written.',
  ignored: 'This order is not ours to post (draft, archived, or older than the start date).',
  blocked: 'Something is in the way; see the problems.',
  waiting: 'Waiting.',
};

/** Summary of an activity in Temporal's Web UI. Ids only, no personal data. */
export function describeStep(step: keyof OrderActivities, ref: OrderRef): string {
  return `#${ref.shopOrderId}: ${steps[step]}`;
}

/** Current details of the workflow in Temporal's Web UI, in plain words (Markdown). */
export function describeState(ref: OrderRef, result: PassResult): string {
  const lines = [`**CloudCart order #${ref.shopOrderId}**`, '', deeds[result.deed]];
  if (result.shopStatus !== undefined) lines.push('', `Status in the shop: \`${result.shopStatus}\``);
  for (const document of result.documents ?? []) lines.push('', `In the warehouse: ${document}`);
  for (const problem of result.problems ?? []) lines.push('', `Problem: \`${problem}\``);
  return lines.join('\n');
}
