import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ConnectionCache } from '../../db/connection-cache.ts';
import type { Pool } from '../../db/pool.ts';
import { forgetDeliveries, hintProduct } from '../../db/queries/catalogue/product-hints.ts';
import { quarantineDelivery } from '../../db/queries/inbox.ts';
import { SYNC_HEADER, parseWebhookTarget } from '../../domain/webhook-address.ts';
import type { Logger } from '../../observability/logger.ts';
import { type ReceivedBody, receiveBody } from './body.ts';
import { isKnownEvent, isProcessedEvent, isProductEvent, readDelivery } from './delivery.ts';
import { readProduct } from './product-said.ts';
import { type StoreDelivery, createDeliveryStore } from './store.ts';

export interface WebhookDependencies {
  readonly pool: Pool;
  readonly connections: ConnectionCache;
  readonly logger: Logger;
  /** Told after a delivery was stored, so that its signal need not wait for the relay's next round. */
  readonly onStored: () => void;
  readonly count: (outcome: 'stored' | 'quarantined' | 'unavailable', event: string) => void;
}

/**
 * Takes one delivery: stores it, answers, and leaves everything else to the relay.
 * Answers 200 (stored or quarantined) or 503 (the store is not available) and nothing else: CloudCart switches
 * a subscription off at the first 400, 401, 403, 404, 405, 406, 410 or 411 (CloudCart API 6.4). Bodies are
 * empty: an answer that repeats request data could contain the phrase that deletes the subscription.
 */
export function createWebhookHandler(dependencies: WebhookDependencies) {
  const storeDelivery = createDeliveryStore(dependencies.pool);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await receiveBody(request);
    let status = 200;
    let event = 'unknown';
    try {
      const verdict = await judge(request, body, dependencies);
      event = verdict.event ?? 'unknown';
      await (verdict.kind === 'good'
        ? store(verdict, body, storeDelivery, dependencies)
        : quarantine(verdict, body, dependencies));
      dependencies.count(
        verdict.kind === 'good' ? 'stored' : 'quarantined',
        isKnownEvent(event) ? event : 'unknown',
      );
    } catch (error) {
      status = 503;
      dependencies.count('unavailable', isKnownEvent(event) ? event : 'unknown');
      dependencies.logger.error(
        { err: error },
        'a webhook delivery could not be stored; CloudCart will repeat it',
      );
    }
    if (response.destroyed) return;
    response.writeHead(status, { 'Content-Length': '0', 'Cache-Control': 'no-store' });
    response.end();
  };
}

interface Good {
  readonly kind: 'good';
  readonly connectionId: string;
  readonly event: string;
  readonly entityId: string;
  readonly hint: { readonly status?: string };
  readonly headerOk: boolean;
}

interface Bad {
  readonly kind: 'bad';
  readonly reason: string;
  readonly connectionId: string | null;
  readonly event: string | null;
}

async function judge(
  request: IncomingMessage,
  body: ReceivedBody,
  { connections }: WebhookDependencies,
): Promise<Good | Bad> {
  const address = parseWebhookTarget(request.url ?? '');
  if (address === undefined)
    return { kind: 'bad', reason: 'unknown_address', connectionId: null, event: null };
  const connection = await connections.get(address.connection);
  const event = address.event;
  if (connection === undefined)
    return { kind: 'bad', reason: 'unknown_connection', connectionId: null, event };
  const bad = (reason: string): Bad => ({ kind: 'bad', reason, connectionId: connection.id, event });
  if (!equalInConstantTime(address.secret, connection.secrets.webhookUrlSecret))
    return bad('wrong_url_secret');
  const header = request.headers[SYNC_HEADER];
  // CloudCart wipes headers when somebody saves the webhook (U-40): a missing one is repaired, a wrong one refused.
  if (header !== undefined && !equalInConstantTime(String(header), connection.secrets.webhookHeaderSecret)) {
    return bad('wrong_header_secret');
  }
  if (!isKnownEvent(event)) return bad('unknown_event');
  if (request.method !== 'POST') return bad('not_a_post');
  if (body.tooLong) return bad('too_long');
  if (body.cut) return bad('cut_off');
  const delivery = readDelivery(body.bytes);
  if (typeof delivery === 'string') return bad(delivery);
  return { kind: 'good', connectionId: connection.id, event, headerOk: header !== undefined, ...delivery };
}

async function store(
  good: Good,
  body: ReceivedBody,
  storeDelivery: StoreDelivery,
  { pool, onStored }: WebhookDependencies,
): Promise<void> {
  if (isProductEvent(good.event)) return storeProduct(good, body, storeDelivery, { pool, onStored });
  await storeDelivery({ ...good, body: body.bytes, closed: !isProcessedEvent(good.event) });
  onStored();
}

const NO_BODY = Buffer.alloc(0);

/** The hint comes before the delivery: one that could not be stored is repeated, and its hint does no harm. */
async function storeProduct(
  good: Good,
  body: ReceivedBody,
  storeDelivery: StoreDelivery,
  { pool, onStored }: Pick<WebhookDependencies, 'pool' | 'onStored'>,
): Promise<void> {
  const { connectionId, entityId: productId, event } = good;
  const news = await hintProduct(pool, { connectionId, productId }, readProduct(event, body.bytes));
  await forgetDeliveries(pool, connectionId, event);
  await storeDelivery({ ...good, body: news ? body.bytes : NO_BODY, closed: true });
  if (news) onStored();
}

/** Who sends these does not know our address, or does not speak of what we subscribed to. */
const NO_NEWS: ReadonlySet<string> = new Set(['wrong_url_secret', 'unknown_event', 'not_a_post']);

async function quarantine(
  bad: Bad,
  body: ReceivedBody,
  { pool, logger }: WebhookDependencies,
): Promise<void> {
  await quarantineDelivery(pool, {
    connectionId: bad.connectionId,
    reason: bad.reason,
    event: bad.event,
    bodyStart: body.bytes.subarray(0, 64 * 1024),
    bodyBytes: body.totalBytes,
    bodySha256: body.sha256(),
    mayBeNews: !NO_NEWS.has(bad.reason),
  });
  logger.warn(
    { connection: bad.connectionId, reason: bad.reason, bytes: body.totalBytes },
    'webhook delivery quarantined',
  );
}

/** Compares in a time that does not tell how much of a guess is right; our secrets all have one known length. */
function equalInConstantTime(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}
