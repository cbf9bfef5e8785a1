import type { Pool } from '../db/pool.ts';
import { decisionsOf } from '../db/queries/decisions.ts';
import type { OrderView } from '../db/queries/order-views.ts';
import { timelineOf } from '../db/queries/timeline.ts';
import type { OrderRef } from '../workflows/order/contract.ts';
import { redact } from './redact.ts';

/** What Temporal tells of an order: names and times, which hold no personal data. */
type WorkflowStory =
  | {
      readonly run: string;
      readonly status: string;
      readonly events: readonly { readonly id: number; readonly at: string; readonly what: string }[];
    }
  | { readonly unavailable: string };

/** Tells what Temporal knows of an order. */
export type StoryOf = (ref: OrderRef) => Promise<WorkflowStory>;

/** Name of the format; replay reads no other. */
export const BUNDLE_FORMAT = 'cloudcart-microbg/support-bundle/1';

/**
 * Everything that somebody needs to understand what became of an order, and to work each decision out again, without
 * a word about who the buyer is.
 */
export async function supportBundle(
  pool: Pool,
  view: OrderView,
  storyOf: StoryOf,
): Promise<Readonly<Record<string, unknown>>> {
  const key = { connectionId: view.connection, shopOrderId: view.order };
  const [timeline, decisions, workflow] = await Promise.all([
    timelineOf(pool, key),
    decisionsOf(pool, key),
    storyOf({ connection: view.connection, shopOrderId: view.order }),
  ]);
  return {
    format: BUNDLE_FORMAT,
    madeAt: new Date().toISOString(),
    order: redact(view),
    timeline: redact(timeline),
    decisions,
    workflow,
  };
}
