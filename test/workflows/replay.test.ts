import { Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import * as workflows from '../../src/workflows/index.ts';
import { bundleLate, bundleMutated, bundleWorkflows } from '../support/temporal-bundle.ts';
import { recordedHistory, recordedNames } from './recorded.ts';

/**
 * What began under older code must go on under today's. The histories were recorded by the tests of real runs with
 * RECORD_HISTORIES=true. One that no longer replays is not recorded anew: the code must support it.
 */
let today: { code: string };
beforeAll(async () => {
  today = await bundleWorkflows();
}, 60_000);

const replay = (workflowBundle: { code: string }, name: string): Promise<void> =>
  Worker.runReplayHistory({ workflowBundle }, recordedHistory(name), name);

describe('recorded histories', () => {
  it.each(recordedNames())('%s goes on under the code of today', async (name) => {
    await replay(today, name);
  });

  it('there is one of every workflow', () => {
    const recorded = recordedNames().map((name) => typeOf(recordedHistory(name)));
    expect([...new Set(recorded)].toSorted()).toEqual(Object.keys(workflows).toSorted());
  });

  it('the check notices a process that takes another way', async () => {
    const late = await bundleLate();
    const renamed = await bundleMutated(["return 'convertToSale'", "return 'applyEdit'"]);
    for (const name of recordedNames()) await expect(replay(late, name)).rejects.toThrow(/nondeterminism/i);
    await expect(replay(renamed, 'order/created-and-paid')).rejects.toThrow(/nondeterminism/i);
  }, 60_000);
});

/** Of which workflow a history is. */
function typeOf(history: unknown): string | undefined {
  const { events } = history as {
    events: { workflowExecutionStartedEventAttributes?: { workflowType: { name: string } } }[];
  };
  return events[0]?.workflowExecutionStartedEventAttributes?.workflowType.name;
}
