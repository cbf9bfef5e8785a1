import { proxyActivities } from '@temporalio/workflow';
import { type ShardReport, type ShardRun, shardStepRetry } from '../shard-run.ts';
import type { WatchdogActivities } from './contract.ts';

/** Looks after the webhooks and the alarms of a shard's connections that are due. One step. */
export async function watchdog(run: ShardRun): Promise<ShardReport> {
  const { watchConnections } = proxyActivities<WatchdogActivities>({
    startToCloseTimeout: '9 minutes',
    heartbeatTimeout: run.heartbeatMs,
    retry: shardStepRetry,
    summary: `webhooks and alarms of shard ${run.shard + 1} of ${run.shards}`,
  });
  return watchConnections(run);
}
