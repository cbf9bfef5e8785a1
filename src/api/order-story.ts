import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { StoryOf } from '../support/bundle.ts';
import { orderWorkflowId } from '../workflows/order/contract.ts';

/** Longest that a bundle waits for Temporal; it is worth having without. */
const WITHIN_MS = 5_000;
const PREFIX = 'EVENT_TYPE_';

/** The newest run of an order, event by event, as names only. */
export function createOrderStory(client: Client): StoryOf {
  return async (ref) => {
    try {
      return await client.withDeadline(Date.now() + WITHIN_MS, async () => {
        const handle = client.workflow.getHandle(orderWorkflowId(ref));
        const [{ runId, status }, history] = await Promise.all([handle.describe(), handle.fetchHistory()]);
        const events = (history.events ?? []).map((event) => ({
          id: Number(event.eventId),
          at: new Date(Number(event.eventTime?.seconds ?? 0) * 1000).toISOString(),
          what: [
            String(event.eventType).replace(PREFIX, '').toLowerCase(),
            event.activityTaskScheduledEventAttributes?.activityType?.name,
            event.workflowExecutionSignaledEventAttributes?.signalName,
            event.activityTaskFailedEventAttributes?.failure?.message,
          ]
            .filter((part) => typeof part === 'string' && part !== '')
            .join(' '),
        }));
        return { run: runId, status: status.name, events };
      });
    } catch (error) {
      return {
        unavailable: error instanceof WorkflowNotFoundError ? 'no run is kept' : 'Temporal does not answer',
      };
    }
  };
}
