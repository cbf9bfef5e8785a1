import { z } from 'zod';
import { type Answer, mapAnswer } from '../answer.ts';
import { text } from '../wire.ts';
import type { Caller, PageRef, ShopPage } from './call.ts';
import { yesNo } from './fields.ts';
import { readRows, type Row, writeRow } from './rows.ts';

const webhookRow = z.looseObject({
  url: text,
  event: text,
  active: yesNo,
  new_version: yesNo,
  request_headers: z
    .unknown()
    .optional()
    .transform((value) => {
      const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
      return Object.fromEntries(
        entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      );
    }),
});

/** A subscription of the shop (CloudCart API 6.2). The headers hold a secret. */
export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly event: string;
  /** The platform switches a failing subscription off (CloudCart API 6.4); null when it does not say. */
  readonly active: boolean | null;
  readonly newVersion: boolean | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** What to save. Headers are always needed: every save replaces them, one without may wipe them (U-40). */
export interface WebhookWrite {
  readonly url: string;
  /** One of twenty; `order.deleted` does not exist (CloudCart API 6.1). */
  readonly event: string;
  readonly active: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

/** Lists subscriptions, foreign ones too; look before creating, duplicates are allowed (CloudCart API 6.2). */
export async function listWebhooks(
  caller: Caller,
  page: PageRef = { number: 1, size: 100 },
): Promise<Answer<ShopPage<Webhook>>> {
  const answer = await readRows(caller, 'webhooks', webhookRow, { page, sort: 'id' });
  return mapAnswer(answer, (found) => ({ ...found, rows: found.rows.map(toWebhook) }));
}

/** Subscribes; not idempotent, list first (CloudCart API 6.2). */
export async function createWebhook(caller: Caller, webhook: WebhookWrite): Promise<Answer<Webhook>> {
  const data = { type: 'webhooks', attributes: toAttributes(webhook) };
  return mapAnswer(await writeRow(caller, 'POST', webhookRow, data), toWebhook);
}

/** Saves a subscription whole, for instance to switch it on again; safe to repeat. */
export async function updateWebhook(
  caller: Caller,
  webhookId: string,
  webhook: WebhookWrite,
): Promise<Answer<Webhook>> {
  const data = { type: 'webhooks', id: webhookId, attributes: toAttributes(webhook) };
  return mapAnswer(await writeRow(caller, 'PATCH', webhookRow, data), toWebhook);
}

/** Ends a subscription (CloudCart API 6.2). */
export async function deleteWebhook(caller: Caller, webhookId: string): Promise<Answer<null>> {
  return caller.erase('webhooks.delete', `webhooks/${encodeURIComponent(webhookId)}`);
}

function toAttributes(webhook: WebhookWrite): Record<string, unknown> {
  return {
    url: webhook.url,
    event: webhook.event,
    active: webhook.active ? 'yes' : 'no',
    new_version: 1,
    request_headers: webhook.headers,
  };
}

function toWebhook(row: Row<typeof webhookRow>): Webhook {
  return {
    id: row.id,
    url: row.url,
    event: row.event,
    active: row.active,
    newVersion: row.new_version,
    headers: row.request_headers,
  };
}
