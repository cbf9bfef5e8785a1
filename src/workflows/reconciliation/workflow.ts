import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ParentClosePolicy,
  continueAsNew,
  proxyActivities,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { type ShardRun, shardStepRetry } from '../shard-run.ts';
import {
  RECONCILIATION_WORKFLOW,
  type ReconciliationActivities,
  type ReconciliationRef,
  type ReconciliationSummary,
  reconciliationWorkflowId,
} from './contract.ts';

/** A page, or the comparison; each goes on where it was when its worker dies. */
const steps = proxyActivities<ReconciliationActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '30 seconds',
  // For as long as it takes: a vendor that is away for an hour costs an hour.
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

/** Both sides of a connection, page by page, then the comparison. */
export async function reconciliation(ref: ReconciliationRef): Promise<ReconciliationSummary | null> {
  if (!(await steps.beginReconciliation(ref))) return null;
  while (await steps.readShopPage(ref)) await shorten(ref);
  while (await steps.readWarehousePage(ref)) await shorten(ref);
  return steps.compareSides(ref);
}

/** A shop of many pages: the history begins anew, the walk goes on. */
async function shorten(ref: ReconciliationRef): Promise<void> {
  if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof reconciliation>(ref);
}

/** Starts what is due in a shard. Each goes on by itself. */
export async function reconciliations(run: ShardRun): Promise<number> {
  const { dueReconciliations } = proxyActivities<ReconciliationActivities>({
    startToCloseTimeout: '2 minutes',
    heartbeatTimeout: run.heartbeatMs,
    retry: shardStepRetry,
    summary: `connections of shard ${run.shard + 1} of ${run.shards}`,
  });
  const due = await dueReconciliations(run);
  await Promise.all(due.map(start));
  return due.length;
}

async function start(ref: ReconciliationRef): Promise<void> {
  try {
    await startChild(RECONCILIATION_WORKFLOW, {
      workflowId: reconciliationWorkflowId(ref),
      args: [ref],
      parentClosePolicy: ParentClosePolicy.ABANDON,
    });
  } catch (error) {
    // It runs already: then it is the one that is meant.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
