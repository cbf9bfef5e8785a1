/**
 * The reconciliation: reads all orders of a shop and all their documents in the warehouse, compares both with the
 * ledger, and stores what differs. It writes to neither side: it hands orders to their workflows.
 */
import type { ShardRun } from '../shard-run.ts';

/** Workflow types, as shown in Temporal's Web UI: one comparison, and the daily look which ones are due. */
export const RECONCILIATION_WORKFLOW = 'reconciliation';
export const RECONCILIATIONS_WORKFLOW = 'reconciliations';

/** The comparison that a workflow is about. The only argument: ids, no data. */
export interface ReconciliationRef {
  readonly connection: string;
  /** Row of the table `reconciliation`. */
  readonly reconciliation: number;
}

/** One at a time per connection: the id says so. */
export function reconciliationWorkflowId({ connection }: ReconciliationRef): string {
  return `reconciliation:${connection}`;
}

/** Figures of a finished comparison, for Temporal's Web UI; the rest lies in PostgreSQL. */
export interface ReconciliationSummary {
  readonly orders: number;
  readonly documents: number;
  readonly differences: number;
}

export interface ReconciliationActivities {
  /** What is to be compared now: due by the settings, or asked for and not begun. */
  dueReconciliations(run: ShardRun): Promise<readonly ReconciliationRef[]>;
  /** False: it was finished or given up meanwhile. */
  beginReconciliation(ref: ReconciliationRef): Promise<boolean>;
  /** Reads the next page of a side. False: that was the last one. */
  readShopPage(ref: ReconciliationRef): Promise<boolean>;
  readWarehousePage(ref: ReconciliationRef): Promise<boolean>;
  compareSides(ref: ReconciliationRef): Promise<ReconciliationSummary>;
}
