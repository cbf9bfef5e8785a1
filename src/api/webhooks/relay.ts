import type { Client } from '@temporalio/client';
import type { Pool } from '../../db/pool.ts';
import {
  type OrderHint,
  giveBack,
  takeDueOrders,
  takeStaleHints,
  takeUnsignalled,
} from '../../db/queries/inbox.ts';
import { takeDueProducts } from '../../db/queries/catalogue/product-hints.ts';
import type { Logger } from '../../observability/logger.ts';
import type { Metrics } from '../../observability/metrics.ts';
import {
  type HintDetails,
  ORDER_WORKFLOW,
  type OrderRef,
  type OrderSignal,
  type OrderTimeouts,
  orderWorkflowId,
} from '../../workflows/order/contract.ts';
import {
  PRODUCT_NEWS,
  PRODUCT_WORKFLOW,
  type ProductRef,
  productWorkflowId,
} from '../../workflows/product/contract.ts';

export interface RelayOptions {
  readonly pool: Pool;
  readonly client: Client;
  readonly taskQueue: string;
  readonly timeouts: OrderTimeouts;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Pause between rounds without news, in milliseconds. */
  readonly everyMs: number;
  /** Age after which an unanswered hint is repeated, in milliseconds. */
  readonly resendMs: number;
}

export interface Relay {
  /** Something was stored: do not wait for the next round. */
  wake(): void;
  /** Finishes the round under way and ends. */
  stop(): Promise<void>;
}

/** Deliveries taken per round: a round must end soon enough for its signals to be repeatable. */
const BATCH = 200;
/** Signals on their way at once. Temporal is the bottleneck beyond this. */
const SIGNALS_AT_ONCE = 20;
/** Products of a connection that are looked at side by side; the others wait in PostgreSQL. */
const PRODUCTS_UNDER_WAY = 10;
/** The client itself repeats for 20 s when Temporal is away; the inbox repeats better, because it can be seen. */
const SIGNAL_DEADLINE_MS = 5_000;

/**
 * Carries stored deliveries and due orders to the order workflows, and products with news to theirs. Any number of relays may run: each row is
 * taken by one of them. What could not be signalled stays in the inbox, however long Temporal is away.
 */
export function startRelay(options: RelayOptions): Relay {
  let stopping = false;
  let wakeUp: () => void = () => undefined;
  let woken = false;
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (woken || stopping) return resolve();
      const timer = setTimeout(resolve, ms);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const loop = async (): Promise<void> => {
    let failures = 0;
    while (!stopping) {
      woken = false;
      try {
        const sent = await relayOnce(options);
        failures = 0;
        options.metrics.relayBacklog.setToCurrentTime();
        if (sent > 0) continue;
      } catch (error) {
        failures += 1;
        if (failures === 1)
          options.logger.warn({ err: error }, 'hints wait: PostgreSQL or Temporal does not answer');
      }
      await pause(Math.min(options.everyMs * 2 ** Math.min(failures, 4), 5_000));
    }
  };
  const running = loop();
  return {
    wake() {
      woken = true;
      wakeUp();
    },
    async stop() {
      stopping = true;
      wakeUp();
      await running;
    },
  };
}

/** One round. Returns how many hints were sent. @throws when PostgreSQL or Temporal does not answer. */
export async function relayOnce(options: RelayOptions): Promise<number> {
  const { pool, resendMs } = options;
  const fresh = await takeUnsignalled(pool, BATCH, resendMs);
  await sendAll(options, fresh);
  const stale = await takeStaleHints(pool, BATCH, resendMs);
  await sendAll(options, stale);
  const due = await takeDueOrders(pool, BATCH, resendMs);
  await inParallel(due, async (order) =>
    signal(options, { connection: order.connectionId, shopOrderId: order.shopOrderId }, 'recheck'),
  );
  const products = await takeDueProducts(pool, { limit: BATCH, perConnection: PRODUCTS_UNDER_WAY, resendMs });
  await inParallel(products, async (product) =>
    signalProduct(options, { connection: product.connectionId, product: product.productId }),
  );
  return fresh.length + stale.length + due.length + products.length;
}

async function sendAll(options: RelayOptions, hints: readonly OrderHint[]): Promise<void> {
  const failed: OrderHint[] = [];
  let cause: unknown;
  await inParallel(hints, async (hint) => {
    try {
      const ref = { connection: hint.connectionId, shopOrderId: hint.shopOrderId };
      await signal(options, ref, kindOf(hint), { heardAtMs: hint.heardAtMs });
    } catch (error) {
      failed.push(hint);
      cause = error;
    }
  });
  if (failed.length === 0) return;
  await giveBack(
    options.pool,
    failed.flatMap((hint) => hint.deliveries.map((delivery) => delivery.id)),
  );
  throw new Error(`${failed.length} hints could not be sent to Temporal`, { cause });
}

/** Which signal the deliveries of one order amount to. The order is read anyway; the kind names the step. */
export function kindOf(hint: OrderHint): OrderSignal {
  if (hint.deliveries.some((delivery) => delivery.event === 'order.deleted')) return 'orderDeleted';
  if (hint.knownStatus === null) return 'orderCreated';
  const status = hint.deliveries.findLast((delivery) => delivery.status !== null)?.status;
  return status !== undefined && status !== hint.knownStatus ? 'statusChanged' : 'orderEdited';
}

async function signal(
  options: RelayOptions,
  ref: OrderRef,
  kind: OrderSignal,
  details: HintDetails = {},
): Promise<void> {
  await options.client.withDeadline(Date.now() + SIGNAL_DEADLINE_MS, () =>
    options.client.workflow.signalWithStart(ORDER_WORKFLOW, {
      workflowId: orderWorkflowId(ref),
      taskQueue: options.taskQueue,
      args: [ref, options.timeouts],
      signal: kind,
      signalArgs: [details],
      staticSummary: `CloudCart order #${ref.shopOrderId}`,
    }),
  );
  options.metrics.hints.inc({ kind });
}

async function signalProduct({ client, taskQueue, metrics }: RelayOptions, ref: ProductRef): Promise<void> {
  await client.withDeadline(Date.now() + SIGNAL_DEADLINE_MS, () =>
    client.workflow.signalWithStart(PRODUCT_WORKFLOW, {
      workflowId: productWorkflowId(ref),
      taskQueue,
      args: [ref],
      signal: PRODUCT_NEWS,
      staticSummary: `CloudCart product #${ref.product}`,
    }),
  );
  metrics.hints.inc({ kind: 'product' });
}

async function inParallel<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const queue = [...all];
  const workers = Array.from({ length: Math.min(SIGNALS_AT_ONCE, queue.length) }, async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next);
  });
  await Promise.all(workers);
}
