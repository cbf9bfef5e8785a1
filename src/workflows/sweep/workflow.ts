import { proxyActivities } from '@temporalio/workflow';
import { type ShardReport, type ShardRun, shardStepRetry } from '../shard-run.ts';
import type { SweepActivities } from './contract.ts';

/** Sweeps the shops of a shard that are due. One step: eleven history events, whatever it finds. */
export async function sweep(run: ShardRun): Promise<ShardReport> {
  const { sweepShops } = proxyActivities<SweepActivities>({
    startToCloseTimeout: '9 minutes',
    heartbeatTimeout: run.heartbeatMs,
    retry: shardStepRetry,
    summary: `shops of shard ${run.shard + 1} of ${run.shards}`,
  });
  return sweepShops(run);
}
