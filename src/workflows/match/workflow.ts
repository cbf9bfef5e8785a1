import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ParentClosePolicy,
  continueAsNew,
  defineQuery,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { type ShardRun, shardStepRetry } from '../shard-run.ts';
import {
  MATCH_WORKFLOW,
  type MatchActivities,
  type MatchProgress,
  type MatchRef,
  type MatchSummary,
  PROGRESS_QUERY,
  matchWorkflowId,
} from './contract.ts';

/** Some pages, or the comparison; each goes on where it was when its worker dies. */
const steps = proxyActivities<MatchActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '30 seconds',
  // For as long as it takes: a vendor that is away for an hour costs an hour.
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});

const progressQuery = defineQuery<MatchProgress>(PROGRESS_QUERY);

/** The shop's goods, then the warehouse's, page by page; then how each stands to the other side. */
export async function match(ref: MatchRef): Promise<MatchSummary | null> {
  let progress: MatchProgress = { stage: 'shop', variants: 0, variantsInShop: null, items: 0 };
  setHandler(progressQuery, () => progress);
  if (!(await steps.beginMatch(ref))) return null;
  while (progress.stage === 'shop') await tell(await steps.readShopGoods(ref));
  while (progress.stage === 'warehouse') await tell(await steps.readWarehouseItems(ref));
  const summary = await steps.compareGoods(ref);
  await tell({ ...progress, stage: 'done' });
  return summary;

  /** A catalogue of many pages: the history begins anew, the walk goes on. */
  async function tell(now: MatchProgress): Promise<void> {
    progress = now;
    setCurrentDetails(inWords(now));
    if (workflowInfo().continueAsNewSuggested && now.stage !== 'done') await continueAsNew<typeof match>(ref);
  }
}

function inWords({ stage, variants, variantsInShop, items }: MatchProgress): string {
  const shop = `${variants}${variantsInShop === null ? '' : ` of ${variantsInShop}`} variants of the shop`;
  if (stage === 'shop') return `reading the shop: ${shop}`;
  if (stage === 'warehouse') return `reading the warehouse: ${items} items so far; ${shop}`;
  return `${stage === 'compare' ? 'comparing' : 'compared'} ${shop} with ${items} items of the warehouse`;
}

/** Starts what is due in a shard. Each goes on by itself. */
export async function matches(run: ShardRun): Promise<number> {
  const { dueMatches } = proxyActivities<MatchActivities>({
    startToCloseTimeout: '2 minutes',
    heartbeatTimeout: run.heartbeatMs,
    retry: shardStepRetry,
    summary: `connections of shard ${run.shard + 1} of ${run.shards}`,
  });
  const due = await dueMatches(run);
  await Promise.all(due.map(start));
  return due.length;
}

async function start(ref: MatchRef): Promise<void> {
  try {
    await startChild(MATCH_WORKFLOW, {
      workflowId: matchWorkflowId(ref),
      args: [ref],
      parentClosePolicy: ParentClosePolicy.ABANDON,
    });
  } catch (error) {
    // It runs already: then it is the one that is meant.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
