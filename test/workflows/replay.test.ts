import { Worker } from '@temporalio/worker';
import { beforeAll, describe, expect, it } from 'vitest';
import { bundleMutated, bundleWorkflows } from '../support/temporal-bundle.ts';
import { recordedHistory, recordedNames } from './recorded.ts';

/**
 * Orders that began under older code must go on under today's. The histories were recorded by the test of real runs
 * with RECORD_HISTORIES=true. One that no longer replays is not recorded anew: the code must support it.
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

  it('the check notices a process that takes another way', async () => {
    const slower = await bundleMutated(
      ['condition,', 'condition, sleep,'],
      ['const step = nextStep(', "await sleep('1 minute'); const step = nextStep("],
    );
    const renamed = await bundleMutated(["return 'convertToSale'", "return 'applyEdit'"]);
    for (const name of recordedNames()) await expect(replay(slower, name)).rejects.toThrow(/nondeterminism/i);
    await expect(replay(renamed, 'created-and-paid')).rejects.toThrow(/nondeterminism/i);
  }, 60_000);
});
