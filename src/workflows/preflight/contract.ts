/**
 * Preflight: asks shop and warehouse of every connection once a day, and when somebody wants it, whether all is as
 * the synchronisation needs it. A schedule starts one run per shard of connections.
 */
import type { ShardReport, ShardRun } from '../shard-run.ts';

/** Workflow type, as shown in Temporal's Web UI. */
export const PREFLIGHT_WORKFLOW = 'preflight';

export interface PreflightActivities {
  checkConnections(run: ShardRun): Promise<ShardReport>;
}
