import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineSignal,
  defineUpdate,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { answersTo } from '../../domain/order/questions.ts';
import { connectionAttribute, orderStateAttribute, shopStatusAttribute } from '../search-attributes.ts';
import {
  ACT_UPDATE,
  type OperatorActivities,
  type OperatorRequest,
  type OperatorResult,
  type OrderActivities,
  type OrderRef,
  type OrderSignal,
  type OrderState,
  type OrderTimeouts,
  type PassResult,
  defaultTimeouts,
  orderSignals,
} from './contract.ts';
import { describeState, describeStep } from './texts.ts';

/** The steps of the process and the activity behind each. */
type Step = keyof OrderActivities;

/** How the process stands. PostgreSQL holds the facts; this is only what the next step is chosen by. */
export interface Progress {
  readonly state: OrderState;
  readonly result?: PassResult;
}

/**
 * One shop order: create order -> await status -> convert to sale, with edits, cancellation and deletion at
 * any moment, however often events repeat or get lost. Ends when the order is settled; the next event starts
 * a new run, which assumes nothing.
 */
export async function order(ref: OrderRef, timeouts: OrderTimeouts = defaultTimeouts): Promise<PassResult> {
  const hints = listenForHints();
  listenForOperators(ref, hints);
  let progress: Progress = { state: 'new' };
  for (;;) {
    await condition(() => hints.size > 0);
    const step = nextStep(hints, progress.state);
    hints.clear();
    const result = await run(step, ref, timeouts);
    showProgress(ref, progress, result);
    progress = { state: result.state, result };
    // Only here, with no await since the look, may the run end: a signal that came meanwhile must be served.
    if (hints.size === 0 && allHandlersFinished() && result.outcome === 'settled') return result;
    if (workflowInfo().continueAsNewSuggested && allHandlersFinished() && hints.size === 0) {
      await continueAsNew<typeof order>(ref, timeouts);
    }
  }
}

/** Handlers are registered before the first await. A hint only marks that something is to be looked at. */
function listenForHints(): Set<OrderSignal> {
  const hints = new Set<OrderSignal>();
  for (const kind of orderSignals) {
    setHandler(defineSignal(kind), () => {
      hints.add(kind);
    });
  }
  return hints;
}

/**
 * An operator retries, ignores or answers. The request is carried out in PostgreSQL, then the order is looked at; also
 * after a refusal, so that a run that was started for it ends.
 */
function listenForOperators(ref: OrderRef, hints: Set<OrderSignal>): void {
  const { carryOutRequest } = proxyActivities<OperatorActivities>({
    startToCloseTimeout: '30 seconds',
    retry: { initialInterval: '1 second', backoffCoefficient: 2, maximumInterval: '1 minute' },
    summary: `#${ref.shopOrderId}: carry out what an operator decided`,
  });
  setHandler(
    defineUpdate<OperatorResult, [OperatorRequest]>(ACT_UPDATE),
    async ({ requestId }) => {
      const result = await carryOutRequest(ref, requestId);
      hints.add('recheck');
      return result;
    },
    { validator: refuseUnknown },
  );
}

/** A refused request leaves no trace in the history. @throws saying what is wrong with it. */
function refuseUnknown({ requestId, action, question, answer }: OperatorRequest): void {
  if (!/^[\w-]{1,100}$/.test(requestId))
    throw new Error('requestId: must be 1 to 100 letters, digits, _ or -');
  if (!['retry', 'ignore', 'unignore', 'answer'].includes(action)) throw new Error('action: unknown');
  if (action === 'answer' && !answersTo(question ?? '').some((one) => one.answer === answer))
    throw new Error('answer: not one of the answers to this question');
}

/** The step that the merchant would expect now. The engine behind it decides by what it reads in the shop. */
export function nextStep(hints: ReadonlySet<OrderSignal>, state: OrderState): Step {
  if (hints.has('orderDeleted')) return 'withdrawOrder';
  if (hints.has('orderCreated') && state === 'new') return 'createOrder';
  if (hints.has('statusChanged')) return 'convertToSale';
  if (hints.has('orderEdited')) return 'applyEdit';
  return hints.has('orderCreated') ? 'createOrder' : 'recheckOrder';
}

function run(step: Step, ref: OrderRef, timeouts: OrderTimeouts): Promise<PassResult> {
  const activities = proxyActivities<OrderActivities>({
    // A pass renews its heartbeat while it waits for the vendors; a dead worker is noticed by its silence.
    startToCloseTimeout: '5 minutes',
    heartbeatTimeout: timeouts.heartbeatMs,
    // For as long as it takes: a shop that is down for a day costs a day, not an order.
    retry: {
      initialInterval: '1 second',
      backoffCoefficient: 2,
      maximumInterval: timeouts.retryWithinMs ?? '45 seconds',
    },
    summary: describeStep(step, ref),
  });
  return activities[step](ref);
}

/** Search attributes and current details: what an operator sees in Temporal's Web UI. One upsert per changed state. */
function showProgress(ref: OrderRef, before: Progress, result: PassResult): void {
  setCurrentDetails(describeState(ref, result));
  if (result.state === before.state && result.shopStatus === before.result?.shopStatus) return;
  upsertSearchAttributes([
    { key: connectionAttribute, value: ref.connection },
    { key: orderStateAttribute, value: result.state },
    { key: shopStatusAttribute, value: result.shopStatus ?? null },
  ]);
}
