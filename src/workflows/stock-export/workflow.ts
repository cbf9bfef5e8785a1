import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { StockCycle, StockExportActivities, StockExportRef } from './contract.ts';

/** One cycle. It is not repeated: the next one is due soon, and goes on from the database. */
export async function stockExport(ref: StockExportRef): Promise<StockCycle> {
  const { exportStock } = proxyActivities<StockExportActivities>({
    startToCloseTimeout: ref.limitMs,
    heartbeatTimeout: ref.heartbeatMs,
    retry: { maximumAttempts: 1 },
    summary: `stock and prices of ${ref.connection}`,
  });
  const cycle = await exportStock(ref);
  setCurrentDetails(inWords(cycle));
  return cycle;
}

function inWords({ outcome, reason, skus = 0, written = 0, left = 0 }: StockCycle): string {
  const ended = reason === undefined ? outcome : `${outcome}: ${reason}`;
  return `${ended}; ${skus} variants, ${written} written, ${left} left for the next cycle`;
}
