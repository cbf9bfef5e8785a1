import type { Answer } from '../../clients/answer.ts';
import type { CloudcartClient } from '../../clients/cloudcart/index.ts';
import type { Webhook, WebhookWrite } from '../../clients/cloudcart/webhooks.ts';
import type { ConnectionSecrets } from '../../db/queries/connections.ts';
import { SYNC_HEADER, parseWebhookTarget, webhookUrl } from '../../domain/webhook-address.ts';

/** What we act on; there is no event for a deleted order (CloudCart API 6.1). */
const EVENTS = [
  ...['order.created', 'order.updated'],
  ...['product.created', 'product.deleted', 'product.updated'],
] as const;

/** The requests that subscriptions take; whoever gives them pays for them. */
export type WebhookRequests = Pick<
  CloudcartClient,
  'webhooks' | 'createWebhook' | 'updateWebhook' | 'deleteWebhook'
>;

/** Whose webhooks, and where they go. */
export interface WebhookPlace {
  readonly connection: string;
  readonly publicUrl: string;
  readonly secrets: Pick<ConnectionSecrets, 'webhookUrlSecret' | 'webhookHeaderSecret'>;
}

/** How the shop has a subscription. `switched_off`: CloudCart does that to one that fails (CloudCart API 6.4). */
export type SubscriptionState = 'as_wanted' | 'switched_off' | 'changed' | 'missing';

/** One event, and the subscription of ours that stands for it. */
export interface Subscription {
  readonly event: string;
  readonly wanted: WebhookWrite;
  readonly known: Webhook | undefined;
  readonly state: SubscriptionState;
}

/** All subscriptions of a connection as the shop has them. */
export interface WebhookSurvey {
  readonly subscriptions: readonly Subscription[];
  /** Further ones with our connection's id: of an older address, or doubled. They deliver as well. */
  readonly strays: readonly Webhook[];
}

/** The shop does not do what its webhooks need. The message is for the operator. */
export class WebhooksRefused extends Error {
  override readonly name = 'WebhooksRefused';
}

/**
 * Looks how the subscriptions of a connection stand in the shop. One request for a hundred. Ours are those with its
 * id, or only those with its present secret: the others may belong to another installation of this product.
 */
export async function surveyWebhooks(
  shop: WebhookRequests,
  place: WebhookPlace,
  ownedBy: 'our id' | 'our secret' = 'our id',
): Promise<WebhookSurvey> {
  const ours = (await allWebhooks(shop)).filter(({ url }) => {
    const address = URL.canParse(url) ? parseWebhookTarget(url) : undefined;
    const secret = ownedBy === 'our id' || address?.secret === place.secrets.webhookUrlSecret;
    return address?.connection === place.connection && secret;
  });
  const subscriptions = EVENTS.map((event) => subscriptionOf(place, event, ours));
  const kept = new Set(subscriptions.map(({ known }) => known?.id));
  return { subscriptions, strays: ours.filter(({ id }) => !kept.has(id)) };
}

/**
 * Saves one subscription as it is wanted, whole: a save without headers may wipe them (CloudCart API 6.2, U-40).
 * Repeatable: it was looked up before, because the shop allows duplicates.
 */
export async function saveSubscription(
  shop: WebhookRequests,
  { event, wanted, known }: Subscription,
): Promise<Webhook> {
  return need(
    `webhook ${event}`,
    known === undefined ? await shop.createWebhook(wanted) : await shop.updateWebhook(known.id, wanted),
  );
}

/** A subscription after the registration. */
export interface Registered {
  readonly event: string;
  readonly shopId: string;
  readonly active: boolean;
  readonly done: 'registered' | 'repaired' | 'unchanged';
}

/**
 * Brings about exactly one subscription per event. Further ones with our connection's id are removed last: until
 * then they deliver. Those of others are left alone.
 * @throws {WebhooksRefused} with what the shop said; repeating goes on where it stopped.
 */
export async function registerWebhooks(
  shop: WebhookRequests,
  place: WebhookPlace,
): Promise<{ readonly registered: Registered[]; readonly removed: number }> {
  const { subscriptions, strays } = await surveyWebhooks(shop, place);
  const registered: Registered[] = [];
  for (const subscription of subscriptions) {
    const { event, known, state } = subscription;
    const saved = await saveSubscription(shop, subscription);
    const done = known === undefined ? 'registered' : state === 'as_wanted' ? 'unchanged' : 'repaired';
    registered.push({ event, shopId: saved.id, active: saved.active === true, done });
  }
  await removeWebhooks(shop, strays);
  return { registered, removed: strays.length };
}

/** Ends every subscription of a connection; those of others are left alone. Answers how many there were. */
export async function turnOffWebhooks(shop: WebhookRequests, place: WebhookPlace): Promise<number> {
  const { subscriptions, strays } = await surveyWebhooks(shop, place);
  const all = [...subscriptions.flatMap(({ known }) => known ?? []), ...strays];
  await removeWebhooks(shop, all);
  return all.length;
}

async function removeWebhooks(shop: WebhookRequests, webhooks: readonly Webhook[]): Promise<void> {
  for (const { id, event } of webhooks) {
    const answer = await shop.deleteWebhook(id);
    // Somebody else was faster.
    if (answer.kind !== 'not_found') need(`the end of webhook ${event}`, answer);
  }
}

function subscriptionOf(place: WebhookPlace, event: string, ours: readonly Webhook[]): Subscription {
  const wanted: WebhookWrite = {
    url: webhookUrl(place.publicUrl, {
      connection: place.connection,
      secret: place.secrets.webhookUrlSecret,
      event,
    }),
    event,
    active: true,
    headers: { [SYNC_HEADER]: place.secrets.webhookHeaderSecret },
  };
  const candidates = ours.filter((each) => each.event === event);
  const known = candidates.find(({ url }) => url === wanted.url) ?? candidates[0];
  return { event, wanted, known, state: stateOf(known, wanted) };
}

function stateOf(known: Webhook | undefined, wanted: WebhookWrite): SubscriptionState {
  if (known === undefined) return 'missing';
  if (known.active === false) return 'switched_off';
  const headers = Object.entries(known.headers).map(([name, value]) => [name.toLowerCase(), value]);
  const asWanted =
    known.url === wanted.url &&
    known.active === true &&
    known.newVersion !== false &&
    Object.fromEntries(headers)[SYNC_HEADER] === wanted.headers[SYNC_HEADER];
  return asWanted ? 'as_wanted' : 'changed';
}

async function allWebhooks(shop: WebhookRequests): Promise<Webhook[]> {
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
  throw new WebhooksRefused(`The shop refuses ${what}: ${why}`);
}
