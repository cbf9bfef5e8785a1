import {
  CancellationScope,
  ParentClosePolicy,
  allHandlersFinished,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  executeChild,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import {
  BATCH_WORKFLOW,
  type BatchRef,
  type BatchResult,
  type ImportActivities,
  type ImportProgress,
  type ImportRef,
  type ImportSummary,
  PROGRESS_QUERY,
  type RunFacts,
  batchWorkflowId,
  importSignals,
} from './contract.ts';

/** Each goes on where it was when its worker dies. */
const steps = proxyActivities<ImportActivities>({
  startToCloseTimeout: '5 minutes',
  heartbeatTimeout: '30 seconds',
  // For as long as it takes: a vendor that is away for a day costs a day.
  retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
});
/** A dead worker is noticed by its silence, as with orders. */
const batchSteps = (heartbeatMs: number, summary: string) =>
  proxyActivities<ImportActivities>({
    startToCloseTimeout: '5 minutes',
    heartbeatTimeout: heartbeatMs,
    retry: { initialInterval: '1 second', backoffCoefficient: 1.5, maximumInterval: '5 seconds' },
    summary,
  });

/** A signal can be lost to us only together with Temporal's database: then the state in PostgreSQL is seen this much later. */
const LOOK_AGAIN = '10 minutes';
/** A preview that nobody starts for so long stays as it is, and its workflow ends. */
const PREVIEW_WAITS = '14 days';
/** Children after which the history of the parent begins anew: about nine events each. */
const CHILDREN_IN_A_HISTORY = 250;

/** An import: preview -> start -> batch after batch -> result, with pause, resume and cancel at any moment. */
export async function importAll(ref: ImportRef, from = 1): Promise<ImportSummary> {
  const desk = listen(ref);
  try {
    if (from === 1) {
      while (await steps.planImport(ref));
      await desk.untilStarted();
    }
    await runBatches(ref, desk, from);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    // Cancelled from the Web UI: the same as with the button.
    await CancellationScope.nonCancellable(() => steps.steerImport(ref, 'cancel'));
  }
  return CancellationScope.nonCancellable(async () => {
    const summary = await steps.concludeImport(ref);
    await condition(allHandlersFinished);
    desk.show({ ...summary, state: summary.state === 'finished' ? 'finished' : 'cancelled' });
    return summary;
  });
}

/** Batches under way: while one begins or ends, which is Temporal's time, the other keeps the place at micro.bg busy. */
const ABREAST = 2;

async function runBatches(ref: ImportRef, desk: Desk, from: number): Promise<void> {
  const line: Line = { next: from, again: [], facts: await desk.look(), pause: undefined };
  const isFull = (): boolean =>
    line.next - from >= CHILDREN_IN_A_HISTORY || workflowInfo().continueAsNewSuggested;
  await Promise.all(Array.from({ length: ABREAST }, () => walk(ref, desk, line, isFull)));
  if (!isAlive(line.facts) || line.next > line.facts.batches) return;
  await condition(allHandlersFinished);
  await continueAsNew<typeof importAll>(ref, line.next);
}

/** Where the batches stand. */
interface Line {
  next: number;
  /** Halted by a pause before they were through. */
  readonly again: number[];
  facts: RunFacts;
  /** All wait for the same end of a pause. */
  pause: Promise<boolean> | undefined;
}

/** One batch after the other, until there are no more, the import is over, or the history is full. */
async function walk(ref: ImportRef, desk: Desk, line: Line, isFull: () => boolean): Promise<void> {
  while (isAlive(line.facts)) {
    if (line.facts.state === 'paused') {
      await (line.pause ??= desk.untilWoken());
      line.pause = undefined;
    } else {
      const batch = takeBatch(line, isFull);
      if (batch === undefined) return;
      const { batches, heartbeatMs } = line.facts;
      const result = await runBatch({ ...ref, batch, batches, heartbeatMs });
      if (result.halted) line.again.push(batch);
    }
    line.facts = await desk.look();
  }
}

function isAlive({ state }: RunFacts): boolean {
  return state === 'running' || state === 'paused';
}

function takeBatch(line: Line, isFull: () => boolean): number | undefined {
  const halted = line.again.shift();
  if (halted !== undefined) return halted;
  if (line.next > line.facts.batches || isFull()) return undefined;
  line.next += 1;
  return line.next - 1;
}

function runBatch(ref: BatchRef): Promise<BatchResult> {
  return executeChild(BATCH_WORKFLOW, {
    workflowId: batchWorkflowId(ref),
    args: [ref],
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    staticSummary: `batch ${ref.batch} of ${ref.batches}`,
  });
}

interface Desk {
  look(): Promise<RunFacts>;
  show(progress: ImportProgress): void;
  untilStarted(): Promise<void>;
  untilWoken(): Promise<boolean>;
}

/** What people want is carried out at once, also while a batch is under way: its rows see the state that it leaves. */
function listen(ref: ImportRef): Desk {
  let progress: ImportProgress = { state: 'planning', total: 0, done: 0, failed: 0 };
  let woken = 0;
  const show = (now: ImportProgress): void => {
    const { state, total, done, failed } = now;
    progress = { state, total, done, failed };
    setCurrentDetails(`${state}: ${done} of ${total} rows${failed === 0 ? '' : `, ${failed} refused`}`);
  };
  let heard = 0;
  const look = async (): Promise<RunFacts> => {
    // Before the look: what is said while it is under way is not missed.
    heard = woken;
    const facts = await steps.lookAtImport(ref);
    const { state, ...counts } = facts;
    show({ ...counts, state: state === 'discarded' ? 'cancelled' : state });
    return facts;
  };
  for (const wish of importSignals)
    setHandler(defineSignal(wish), async () => {
      await CancellationScope.nonCancellable(() => steps.steerImport(ref, wish));
      woken += 1;
    });
  setHandler(defineQuery<ImportProgress>(PROGRESS_QUERY), () => progress);
  const untilWoken = (): Promise<boolean> => condition(() => woken > heard, LOOK_AGAIN);
  return {
    ...{ look, show, untilWoken },
    async untilStarted() {
      while ((await look()).state === 'preview') {
        const awake = await condition(() => woken > heard, PREVIEW_WAITS);
        if (!awake) await steps.steerImport(ref, 'cancel');
      }
    },
  };
}

/** A hundred rows, some seconds at a time. */
export async function importBatch(ref: BatchRef): Promise<BatchResult> {
  const { batch, batches, heartbeatMs } = ref;
  let done = 0;
  for (;;) {
    const result = await batchSteps(heartbeatMs, `batch ${batch} of ${batches}`).bringBatch(ref);
    done += result.done;
    setCurrentDetails(`batch ${batch} of ${batches}: ${done} rows done, ${result.open} left`);
    if (result.halted || result.open === 0) return { ...result, done };
    if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof importBatch>(ref);
  }
}
