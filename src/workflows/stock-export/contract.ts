/**
 * The export of stock and prices: one cycle reads the warehouse, works out what the shop should show, and writes the
 * difference. A schedule per connection starts it; what is left over lies in PostgreSQL and waits for the next one.
 */

/** Workflow type, and first part of the ids: `stock-export:{connection}`. */
export const STOCK_EXPORT_WORKFLOW = 'stockExport';

/** What a cycle is about. The only argument: no data. */
export interface StockExportRef {
  readonly connection: string;
  /** Longest that the cycle may take, milliseconds; it ends itself before. */
  readonly limitMs: number;
  readonly heartbeatMs: number;
}

/** Id of the schedule; the cycles' own ids begin with it. */
export function stockExportId(connection: string): string {
  return `stock-export:${connection}`;
}

/** Whose schedule it is; undefined: of something else. */
export function connectionOfExport(scheduleId: string): string | undefined {
  const [kind, connection] = scheduleId.split(':');
  return kind === 'stock-export' ? connection : undefined;
}

/** What a cycle came to, for Temporal's Web UI. Counts only. */
export interface StockCycle {
  readonly outcome: 'finished' | 'stopped' | 'paused' | 'off' | 'busy';
  /** Why it ended early, a code. */
  readonly reason?: string;
  readonly skus?: number;
  readonly written?: number;
  /** What waits for the next cycle. */
  readonly left?: number;
}

export interface StockExportActivities {
  exportStock(ref: StockExportRef): Promise<StockCycle>;
}
