import { condition, defineSignal, proxyActivities, setHandler } from '@temporalio/workflow';
import { BARE_SIGNAL, type BareActivities, type BareStep } from './orders/bare-contract.ts';

/** What our order process is compared with: the least that Temporal can do for one. A signal, a step; twice. */
export async function bareOrder(order: string, steps: readonly BareStep[]): Promise<void> {
  const { bareStep } = proxyActivities<BareActivities>({ startToCloseTimeout: '5 minutes' });
  let heard = 0;
  setHandler(defineSignal(BARE_SIGNAL), () => {
    heard += 1;
  });
  for (const [index, step] of steps.entries()) {
    await condition(() => heard > index);
    await bareStep(order, index, step);
  }
}
