/**
 * The order process, as the rest of the product sees it.
 *
 * One workflow per shop order: create order -> await status -> convert to sale, with edits, cancellation and
 * deletion at any moment. Signals are hints that something changed; the order is read before anything is done.
 */

/** Workflow type, as shown in Temporal's Web UI. */
export const ORDER_WORKFLOW = 'order';

/** The order that a workflow is about. The only argument: ids, no data. */
export interface OrderRef {
  readonly connection: string;
  /** CloudCart's order id, digits only. */
  readonly shopOrderId: string;
}

/** Workflow id of an order. Its inverse is {@link orderRefOf}. */
export function orderWorkflowId(ref: OrderRef): string {
  return `order:${ref.connection}:${ref.shopOrderId}`;
}

/** The order behind a workflow id, or undefined when the id is not of an order. */
export function orderRefOf(workflowId: string): OrderRef | undefined {
  const match = /^order:([a-z0-9][a-z0-9-]{0,39}):([0-9]{1,20})$/.exec(workflowId);
  return match?.[1] === undefined || match[2] === undefined
    ? undefined
    : { connection: match[1], shopOrderId: match[2] };
}

/** What a hint says. Each kind is a signal of the same name; `recheck` comes from our own clock. */
export const orderSignals = [
  'orderCreated',
  'statusChanged',
  'orderEdited',
  'orderDeleted',
  'recheck',
] as const;
export type OrderSignal = (typeof orderSignals)[number];

/**
 * What an order came to, closed for ever: the workflow branches on nothing else.
 * `settled` - nothing more is expected; `open` - wait for the next hint; `blocked` - wait, visibly, for a cause to be mended.
 */
export type PassOutcome = 'settled' | 'open' | 'blocked';

/** What a pass did, in the merchant's words, for the timeline and Temporal's Web UI. */
export type PassDeed =
  | 'ordered'
  | 'sold'
  | 'edited'
  | 'withdrawn'
  | 'returned'
  | 'unchanged'
  | 'ignored'
  | 'blocked'
  | 'waiting';

/** State of the order after a pass; also a search attribute. */
export type OrderState =
  | 'new'
  | 'none'
  | 'ordered'
  | 'sold'
  | 'withdrawn'
  | 'returned'
  | 'blocked'
  | 'conflict'
  | 'ignored'
  | 'foreign';

/** Result of one pass. Additive only: old workflow code must understand newer results. */
export interface PassResult {
  readonly outcome: PassOutcome;
  readonly deed: PassDeed;
  readonly state: OrderState;
  /** Status code of the shop at the read, for instance `paid`; absent when the order was not found. */
  readonly shopStatus?: string;
  /** Document numbers as staff see them, for instance `sale 640`. */
  readonly documents?: readonly string[];
  /** Codes of what is in the way. */
  readonly problems?: readonly string[];
}

/** Update by which an operator acts on an order; its id is the request's. */
export const ACT_UPDATE = 'act';

/** What an operator asks for: codes only. Who and why are in PostgreSQL, under the request's id. */
export interface OperatorRequest {
  readonly requestId: string;
  readonly action: 'retry' | 'ignore' | 'unignore' | 'answer';
  readonly question?: string;
  readonly answer?: string;
}

/** What came of a request. Additive only. */
export interface OperatorResult {
  /** Null: done; the order is looked at now. Otherwise the code of what was in the way. */
  readonly refused: string | null;
}

/** Activities of the order process: one engine under the names of the merchant's steps. */
export interface OrderActivities {
  createOrder(ref: OrderRef): Promise<PassResult>;
  convertToSale(ref: OrderRef): Promise<PassResult>;
  applyEdit(ref: OrderRef): Promise<PassResult>;
  withdrawOrder(ref: OrderRef): Promise<PassResult>;
  recheckOrder(ref: OrderRef): Promise<PassResult>;
}

/** Carries an operator's request out in PostgreSQL. The order is looked at afterwards. */
export interface OperatorActivities {
  carryOutRequest(ref: OrderRef, requestId: string): Promise<OperatorResult>;
}

/** Time-outs of the steps; configuration of the process that starts the workflow. */
export interface OrderTimeouts {
  /** Silence of a worker after which a step is given to another one, in milliseconds. */
  readonly heartbeatMs: number;
  /** A step that failed is tried again after so many milliseconds at the latest; 45 s where nothing is said. */
  readonly retryWithinMs?: number;
}

export const defaultTimeouts: OrderTimeouts = { heartbeatMs: 10_000 };
