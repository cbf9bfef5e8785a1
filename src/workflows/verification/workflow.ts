import { proxyActivities } from '@temporalio/workflow';
import { type ShardReport, type ShardRun, shardStepRetry } from '../shard-run.ts';
import type { VerificationActivities } from './contract.ts';

/** Compares the recent documents of a shard's connections that are due with the ledger. One step. */
export async function verification(run: ShardRun): Promise<ShardReport> {
  const { verifyDocuments } = proxyActivities<VerificationActivities>({
    startToCloseTimeout: '9 minutes',
    heartbeatTimeout: run.heartbeatMs,
    retry: shardStepRetry,
    summary: `recent documents of shard ${run.shard + 1} of ${run.shards}`,
  });
  return verifyDocuments(run);
}
