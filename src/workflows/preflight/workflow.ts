import { proxyActivities } from '@temporalio/workflow';
import { type ShardReport, type ShardRun, shardStepRetry } from '../shard-run.ts';
import type { PreflightActivities } from './contract.ts';

/** Has the checks of a shard's connections done that are due. One step. */
export async function preflight(run: ShardRun): Promise<ShardReport> {
  const { checkConnections } = proxyActivities<PreflightActivities>({
    startToCloseTimeout: '9 minutes',
    heartbeatTimeout: run.heartbeatMs,
    retry: shardStepRetry,
    summary: `checks of the connections of shard ${run.shard + 1} of ${run.shards}`,
  });
  return checkConnections(run);
}
