import type { WorkflowHandle } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { expect } from 'vitest';
import type { RunningStack } from '../chaos/running-stack.ts';
import { testSecrets } from '../support/database.ts';
import { record, recordedNames, textOf } from './recorded.ts';

/** Who the buyer is. */
const BUYER = {
  email: 'radostina@example.com',
  firstName: 'Радостина',
  lastName: 'Пробнова',
  phone: '0888123987',
};
const ADDRESS = { city: 'Копривщица', street: 'Априловска' };

/** Places an order of somebody whose name, address and telephone no history may hold. */
export async function placeOrder({ shop }: RunningStack, changes: object = {}): Promise<string> {
  const { email: _email, ...person } = BUYER;
  const { id } = await shop.post<{ id: number }>('/orders', {
    customer: { ...BUYER, guest: true },
    shippingAddress: { ...person, ...ADDRESS },
    lines: [{ sku: 'CUP-01', quantity: 1 }],
    shipping: { provider: 'econt', price: '4.80' },
    payment: 'cod',
    ...changes,
  });
  return String(id);
}

/**
 * What every run that came to its end must be: it replays under the code of today, its history holds nothing about buyers and
 * no secret, and one like it is recorded.
 */
export async function expectGood(
  { stack }: RunningStack,
  workflowBundle: { code: string },
  name: string,
  handle: WorkflowHandle,
): Promise<History> {
  const history = await handle.fetchHistory();
  await Worker.runReplayHistory({ workflowBundle }, history, handle.workflowId);
  const text = textOf(history);
  const secrets = [
    ...Object.values(testSecrets),
    ...[stack.secretsKey, stack.apiToken, stack.cloudcart.shops?.[0]?.apiKey],
    ...(stack.microbg.companies ?? []).flatMap(({ applications }) =>
      applications.map(({ secret }) => secret),
    ),
  ];
  for (const value of [...Object.values({ ...BUYER, ...ADDRESS }), ...secrets])
    expect(text).not.toContain(value);
  record(name, history);
  expect(recordedNames()).toContain(name);
  return history;
}
