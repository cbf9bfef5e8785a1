/**
 * The verification: compares recent documents of the warehouse with the ledger, and makes orders due where both differ. A
 * schedule starts one run per shard of connections.
 */
import type { ShardReport, ShardRun } from '../shard-run.ts';

/** Workflow type, as shown in Temporal's Web UI. */
export const VERIFICATION_WORKFLOW = 'verification';

export interface VerificationActivities {
  verifyDocuments(run: ShardRun): Promise<ShardReport>;
}
