/**
 * The watchdog: looks whether CloudCart switched webhooks off or somebody deleted them, and what has become late. A
 * schedule starts one run per shard of connections.
 */
import type { ShardReport, ShardRun } from '../shard-run.ts';

/** Workflow type, as shown in Temporal's Web UI. */
export const WATCHDOG_WORKFLOW = 'watchdog';

export interface WatchdogActivities {
  watchConnections(run: ShardRun): Promise<ShardReport>;
}
