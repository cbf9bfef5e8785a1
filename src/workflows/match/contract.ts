/**
 * The match report: reads all variants of a shop and all items of its warehouse, says of each how it stands to the
 * other side, and stores that. It writes to neither side and links nothing.
 */
import type { ShardRun } from '../shard-run.ts';

/** Workflow types, as shown in Temporal's Web UI: one report, and the nightly look which ones are due. */
export const MATCH_WORKFLOW = 'match';
export const MATCHES_WORKFLOW = 'matches';

/** The report that a workflow is about. The only argument: ids, no data. */
export interface MatchRef {
  readonly connection: string;
  /** Row of the table `match_report`. */
  readonly report: number;
}

/** One at a time per connection: the id says so. */
export function matchWorkflowId({ connection }: Pick<MatchRef, 'connection'>): string {
  return `match:${connection}`;
}

/** Where a report stands. */
export interface MatchProgress {
  readonly stage: 'shop' | 'warehouse' | 'compare' | 'done';
  /** Variants read so far, and how many the shop says it has; null: it did not say. */
  readonly variants: number;
  readonly variantsInShop: number | null;
  /** Items read so far; the warehouse does not say how many there are. */
  readonly items: number;
}

/** Name of the query that answers a {@link MatchProgress}. */
export const PROGRESS_QUERY = 'progress';

/** Counts of a finished report, for Temporal's Web UI; the rows lie in PostgreSQL. */
export interface MatchSummary {
  readonly variants: number;
  readonly items: number;
  readonly states: Readonly<Record<string, number>>;
}

export interface MatchActivities {
  /** What is to be reported now: due by the settings, or asked for and not begun. */
  dueMatches(run: ShardRun): Promise<readonly MatchRef[]>;
  /** False: it was finished or given up meanwhile. */
  beginMatch(ref: MatchRef): Promise<boolean>;
  /** Read the next pages of a side, for some seconds. The stage tells whether there are more. */
  readShopGoods(ref: MatchRef): Promise<MatchProgress>;
  readWarehouseItems(ref: MatchRef): Promise<MatchProgress>;
  /** Null: it was finished or given up meanwhile. */
  compareGoods(ref: MatchRef): Promise<MatchSummary | null>;
}
