import { parseWebhookTarget, webhookUrl } from '../../src/api/webhooks/address.ts';
import { SYNC_HEADER } from '../../src/api/webhooks/handler.ts';
import type { Answer } from '../../src/clients/answer.ts';
import type { CloudcartClient } from '../../src/clients/cloudcart/index.ts';
import type { Webhook, WebhookWrite } from '../../src/clients/cloudcart/webhooks.ts';
import type { ConnectionSecrets } from '../../src/db/queries/connections.ts';
import { Refusal } from './refusal.ts';

/** What we act on; there is no event for a deleted order (CloudCart API 6.1). */
const EVENTS = ['order.created', 'order.updated'] as const;

/** A subscription after the registration. */
export interface Registered {
  readonly event: string;
  readonly active: boolean;
  readonly done: 'registered' | 'repaired' | 'unchanged';
}

/** Whose webhooks, and where they go. */
export interface WebhookPlace {
  readonly connection: string;
  readonly publicUrl: string;
  readonly secrets: Pick<ConnectionSecrets, 'webhookUrlSecret' | 'webhookHeaderSecret'>;
}

/**
 * Brings about exactly one subscription per event. Looked up first, because the shop allows duplicates, and saved
 * whole, because a save without headers may wipe them (CloudCart API 6.2, U-40). Further ones with our connection's
 * id are removed last: until then they deliver. Those of others are left alone.
 * @throws {Refusal} with what the shop said; repeating goes on where it stopped.
 */
export async function registerWebhooks(
  shop: CloudcartClient,
  place: WebhookPlace,
): Promise<{ readonly registered: Registered[]; readonly removed: number }> {
  const ours = (await allWebhooks(shop)).filter(
    ({ url }) => URL.canParse(url) && parseWebhookTarget(url)?.connection === place.connection,
  );
  const kept = new Set<string>();
  const registered: Registered[] = [];
  for (const event of EVENTS) {
    const wanted = wantedWebhook(place, event);
    const candidates = ours.filter((each) => each.event === event);
    const known = candidates.find(({ url }) => url === wanted.url) ?? candidates[0];
    const saved = need(
      `webhook ${event}`,
      known === undefined ? await shop.createWebhook(wanted) : await shop.updateWebhook(known.id, wanted),
    );
    kept.add(saved.id);
    const done = known === undefined ? 'registered' : isAsWanted(known, wanted) ? 'unchanged' : 'repaired';
    registered.push({ event, active: saved.active === true, done });
  }
  const strays = ours.filter(({ id }) => !kept.has(id));
  for (const { id, event } of strays) {
    const answer = await shop.deleteWebhook(id);
    // Somebody else was faster.
    if (answer.kind !== 'not_found') need(`the end of webhook ${event}`, answer);
  }
  return { registered, removed: strays.length };
}

function wantedWebhook({ connection, publicUrl, secrets }: WebhookPlace, event: string): WebhookWrite {
  return {
    url: webhookUrl(publicUrl, { connection, secret: secrets.webhookUrlSecret, event }),
    event,
    active: true,
    headers: { [SYNC_HEADER]: secrets.webhookHeaderSecret },
  };
}

function isAsWanted(known: Webhook, wanted: WebhookWrite): boolean {
  const headers = Object.entries(known.headers).map(([name, value]) => [name.toLowerCase(), value]);
  return (
    known.url === wanted.url &&
    known.active === true &&
    known.newVersion !== false &&
    Object.fromEntries(headers)[SYNC_HEADER] === wanted.headers[SYNC_HEADER]
  );
}

async function allWebhooks(shop: CloudcartClient): Promise<Webhook[]> {
  const byId = new Map<string, Webhook>();
  for (let answer = await shop.webhooks(); ;) {
    const { rows, next } = need('the list of webhooks', answer);
    for (const row of rows) byId.set(row.id, row);
    if (next === null) return [...byId.values()];
    answer = await shop.webhooks(next);
  }
}

function need<T>(what: string, answer: Answer<T>): T {
  if (answer.kind === 'ok') return answer.value;
  const why = answer.kind === 'failed' ? answer.decision.operator : 'it is not there';
  throw new Refusal(`The shop refuses ${what}: ${why}. Run the command again: it goes on where it stopped.`);
}
