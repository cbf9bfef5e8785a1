/** Everything below this path belongs to webhooks and never answers with a status that unsubscribes. */
export const WEBHOOK_PREFIX = '/hooks';

/** Header that we register with every webhook. A second secret: URLs end up in proxies' logs. */
export const SYNC_HEADER = 'x-sync-token';

/** What a webhook URL says: `/hooks/cloudcart/{connection}/{secret}/{event}`. */
export interface WebhookAddress {
  readonly connection: string;
  readonly secret: string;
  readonly event: string;
}

/** The URL that is registered in the shop: one per connection and event, because payloads name no event (U-42). */
export function webhookUrl(publicUrl: string, address: WebhookAddress): string {
  const path = `${WEBHOOK_PREFIX}/cloudcart/${address.connection}/${address.secret}/${address.event}`;
  return new URL(path, publicUrl).toString();
}

/**
 * Is this request target below the webhook prefix? Decided on the raw text and generously: encoded, doubled
 * or upper-case variants must not fall through to routes that may answer 404 or 405.
 */
export function isWebhookTarget(target: string): boolean {
  const path = pathOf(target)
    .replaceAll(/%2f/gi, '/')
    .replaceAll('\\', '/')
    .replace(/^\/+/, '/')
    .toLowerCase();
  return (
    path === WEBHOOK_PREFIX || path.startsWith(`${WEBHOOK_PREFIX}/`) || path.startsWith(`${WEBHOOK_PREFIX}?`)
  );
}

/** Reads the address; undefined when the target is not one of ours. Never throws, never decodes. */
export function parseWebhookTarget(target: string): WebhookAddress | undefined {
  const parts = pathOf(target).split('/');
  if (parts.length !== 6 || parts[0] !== '' || parts[1] !== 'hooks' || parts[2] !== 'cloudcart')
    return undefined;
  const [connection, secret, event] = [parts[3] ?? '', parts[4] ?? '', parts[5] ?? ''];
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(connection)) return undefined;
  if (secret.length > 200 || !/^[a-z]{1,30}\.[a-z]{1,30}$/.test(event)) return undefined;
  return { connection, secret, event };
}

function pathOf(target: string): string {
  // Absolute form (RFC 9112 3.2.2) is legal in requests, if rare.
  const withoutOrigin = /^[a-z]+:\/\/[^/?#]*(.*)$/is.exec(target)?.[1] ?? target;
  const end = withoutOrigin.search(/[?#]/);
  return end < 0 ? withoutOrigin : withoutOrigin.slice(0, end);
}
