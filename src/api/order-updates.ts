import { type Client, WithStartWorkflowOperation, WorkflowUpdateFailedError } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import {
  ACT_UPDATE,
  ORDER_WORKFLOW,
  type OperatorRequest,
  type OperatorResult,
  type OrderRef,
  type OrderTimeouts,
  orderWorkflowId,
} from '../workflows/order/contract.ts';

/** Hands an operator's request to the order's workflow, which is started for it where none runs. */
export type ActOnOrder = (ref: OrderRef, request: OperatorRequest) => Promise<OperatorResult>;

/** Longest that a person waits for the answer; the request is carried out all the same. */
const ANSWER_WITHIN_MS = 15_000;

/** The request's id is the Update's: the same request twice reaches a run once. */
export function createOrderUpdates(options: {
  readonly client: Client;
  readonly taskQueue: string;
  readonly timeouts: OrderTimeouts;
}): ActOnOrder {
  const { client, taskQueue, timeouts } = options;
  return async (ref, request) => {
    const startWorkflowOperation = new WithStartWorkflowOperation(ORDER_WORKFLOW, {
      workflowId: orderWorkflowId(ref),
      taskQueue,
      args: [ref, timeouts],
      staticSummary: `CloudCart order #${ref.shopOrderId}`,
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    try {
      return await client.withDeadline(Date.now() + ANSWER_WITHIN_MS, () =>
        client.workflow.executeUpdateWithStart<Workflow, OperatorResult, [OperatorRequest]>(ACT_UPDATE, {
          startWorkflowOperation,
          args: [request],
          updateId: request.requestId,
        }),
      );
    } catch (error) {
      // The workflow's own check, for a request that a newer gateway knows and an older worker does not.
      if (error instanceof WorkflowUpdateFailedError) return { refused: 'not_understood' };
      throw error;
    }
  };
}
