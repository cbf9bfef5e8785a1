/**
 * The sweep: reads what changed in the shops without a webhook, and hands every difference to the order
 * workflows. A schedule starts one run per shard of connections.
 */
import type { ShardReport, ShardRun } from '../shard-run.ts';

/** Workflow type, as shown in Temporal's Web UI. */
export const SWEEP_WORKFLOW = 'sweep';

export interface SweepActivities {
  sweepShops(run: ShardRun): Promise<ShardReport>;
}
