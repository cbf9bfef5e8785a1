import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import {
  RECONCILIATION_WORKFLOW,
  type ReconciliationRef,
  reconciliationWorkflowId,
} from '../workflows/reconciliation/contract.ts';

/** Starts a comparison that was asked for. */
export type StartReconciliation = (ref: ReconciliationRef) => Promise<void>;

const ANSWER_WITHIN_MS = 5_000;

/** One per connection at a time; a run that is under way is the one that is meant. */
export function createReconciliationStart({
  client,
  taskQueue,
}: {
  readonly client: Client;
  readonly taskQueue: string;
}): StartReconciliation {
  return async (ref) => {
    try {
      await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
        client.workflow.start(RECONCILIATION_WORKFLOW, {
          workflowId: reconciliationWorkflowId(ref),
          taskQueue,
          args: [ref],
        }),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  };
}
