import type { Pool } from '../../db/pool.ts';
import type { Connection } from '../../db/queries/connections.ts';
import { askForDuty } from '../../db/queries/duties.ts';
import {
  type Registration,
  type SeenSubscription,
  isLastJournaled,
  journalWebhooks,
  markRegistered,
  readRegistration,
  readRepairs,
  storeSubscriptions,
} from '../../db/queries/subscriptions.ts';
import {
  type Subscription,
  type WebhookPlace,
  type WebhookRequests,
  registerWebhooks,
  saveSubscription,
  surveyWebhooks,
  turnOffWebhooks,
} from './subscriptions.ts';

/** What watching the webhooks of a connection needs. */
export interface WebhookWatch {
  readonly pool: Pool;
  readonly connection: Connection;
  /** Requests to its shop, paid from its budget. */
  readonly shop: WebhookRequests;
}

/** A subscription that is switched off again and again is repaired later and later, up to so long apart. */
const FIRST_PAUSE_MS = 240_000;
const LONGEST_PAUSE_MS = 3_600_000;

/**
 * Looks after the webhooks of a connection: does what was asked for, switches on what CloudCart switched off with
 * all headers, creates what was deleted. What was missed meanwhile is never delivered again (CloudCart API 6.4), so
 * the sweep is due at once. Subscriptions that do not carry our secret are left alone.
 */
export async function watchWebhooks(watch: WebhookWatch): Promise<void> {
  const { pool, connection } = watch;
  const registration = await readRegistration(pool, connection.id);
  if (registration === undefined) return;
  const place = { connection: connection.id, publicUrl: registration.publicUrl, secrets: connection.secrets };
  if (registration.open) return doWhatWasAsked(watch, place, registration);
  if (registration.wanted) await repair(watch, place);
}

/** Somebody pressed the button: done in mode `observe` as well, because it was asked for in so many words. */
async function doWhatWasAsked(
  { pool, connection, shop }: WebhookWatch,
  place: WebhookPlace,
  registration: Registration,
): Promise<void> {
  const { wanted, askedBy } = registration;
  if (wanted) {
    const { registered, removed } = await registerWebhooks(shop, place);
    await storeSubscriptions(
      pool,
      connection.id,
      registered.map(({ event, shopId, active }) => ({ event, shopId, active, repaired: false })),
    );
    const events = Object.fromEntries(registered.map(({ event, done }) => [event, done]));
    await journalWebhooks(pool, connection.id, { what: 'registered', by: askedBy, events, removed });
    await askForDuty(pool, connection.id, 'sweep');
  } else {
    const removed = await turnOffWebhooks(shop, place);
    await storeSubscriptions(pool, connection.id, []);
    await journalWebhooks(pool, connection.id, { what: 'turned_off', by: askedBy, removed });
  }
  await markRegistered(pool, connection.id, registration);
}

async function repair({ pool, connection, shop }: WebhookWatch, place: WebhookPlace): Promise<void> {
  const { subscriptions } = await surveyWebhooks(shop, place, 'our secret');
  const due = await dueRepairs(pool, connection.id, subscriptions);
  const observing = connection.mode === 'observe';
  const seen: SeenSubscription[] = [];
  for (const one of subscriptions) {
    const saved = due.includes(one) && !observing ? await saveSubscription(shop, one) : undefined;
    const now = saved ?? one.known;
    seen.push({
      event: one.event,
      shopId: now?.id ?? null,
      active: now?.active === true,
      repaired: saved !== undefined,
    });
  }
  await storeSubscriptions(pool, connection.id, seen);
  if (due.length === 0) return;
  const events = Object.fromEntries(due.map(({ event, state }) => [event, state]));
  const note = { what: observing ? 'would_repair' : 'repaired', events };
  if (observing && (await isLastJournaled(pool, connection.id, note))) return;
  await journalWebhooks(pool, connection.id, note);
  await askForDuty(pool, connection.id, 'sweep');
}

/** What is wrong now; without what was repaired in vain a short while ago: each failure costs the merchant a mail. */
async function dueRepairs(
  pool: Pool,
  connectionId: string,
  subscriptions: readonly Subscription[],
): Promise<readonly Subscription[]> {
  const wrong = subscriptions.filter(({ state }) => state !== 'as_wanted');
  if (wrong.length === 0) return wrong;
  const repairs = await readRepairs(pool, connectionId);
  return wrong.filter(({ event }) => {
    const last = repairs.get(event);
    if (last === undefined) return true;
    return last.agoMs >= Math.min(FIRST_PAUSE_MS * 2 ** (last.repairs - 1), LONGEST_PAUSE_MS);
  });
}
