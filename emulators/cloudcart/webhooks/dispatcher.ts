import { Ring } from '../../support/request-log.ts';
import type { Shop, ShopEvent } from '../shop.ts';
import type { WebhookRow } from '../store/catalogue-rows.ts';
import { DeliveryFaults, type DeliveryFaultKind } from './delivery-faults.ts';
import { buildPayload } from './payload.ts';
import { Poster, type PostOutcome } from './post.ts';

/** One attempt of a delivery, as the operator of the emulator sees it. */
export interface Attempt {
  readonly at: number;
  readonly outcome: string;
  readonly ms: number;
}

/** An event on its way to one subscriber. */
export interface Delivery {
  readonly webhookId: number;
  readonly event: string;
  readonly entityId: number;
  readonly url: string;
  readonly body: string;
  readonly attempts: Attempt[];
  readonly fault: DeliveryFaultKind | null;
  /** How much later than planned each retry is made. */
  readonly retryDelayMs: number;
  state: 'waiting' | 'sending' | 'delivered' | 'failed' | 'abandoned' | 'dropped';
  dueAt: number;
}

type Kept = Delivery & { readonly seq: number };

/** Seconds until attempts 2 to 6 (CloudCart API 6.4). */
const LADDER_SECONDS = [120, 180, 240, 300, 360];
/** A first failure with one of these switches the subscription off at once (CloudCart API 6.4). */
const DISABLING: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 406, 410, 411]);
const DNS_FAILURES: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NONAME']);
/** Faults that make the first attempt late; one that is overtaken goes by itself when nothing overtakes it. */
const LATE: ReadonlySet<DeliveryFaultKind> = new Set(['delay', 'reorder']);
const UNSUBSCRIBE = 'please unsubscribe me';

/** Delivers events: first attempt, retries on the shop's clock, switching off (CloudCart API 6.3, 6.4). */
export class Dispatcher {
  readonly faults = new DeliveryFaults();
  readonly #shop: Shop;
  readonly #log = new Ring<Delivery>(5000);
  readonly #waiting = new Set<Kept>();
  readonly #sending = new Set<Kept>();
  readonly #running = new Set<Promise<void>>();
  readonly #followers = new Map<Kept, readonly Kept[]>();
  #overtaken: Kept[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** Changes with the state of the shop: what was under way for an earlier one ends without a trace. */
  #era = 0;
  readonly #poster = new Poster();

  constructor(shop: Shop) {
    this.#shop = shop;
  }

  /** Takes an event; the body is the state of this moment, however late it is delivered. */
  emit({ event, entityId }: ShopEvent): void {
    if (!this.#shop.switches.webhooksOn || this.#closed) return;
    // Nothing is told about a draft (CloudCart API 5.5).
    if (event.startsWith('order.') && this.#shop.db.tables.orders.get(entityId)?._draft === true) return;
    const hooks = this.#shop.db.tables.webhooks
      .all()
      .filter((hook) => hook.event === event && hook.active === 'yes');
    const queued =
      this.#shop.switches.firstAttempt === 'queued' ||
      (this.#shop.switches.firstAttempt === 'bySubscribers' &&
        hooks.length >= 2 &&
        (event === 'order.created' || event === 'order.updated'));
    for (const hook of hooks) this.#schedule(hook, event, entityId, queued ? 60_000 : 0);
  }

  #schedule(hook: WebhookRow, event: string, entityId: number, waitMs: number): void {
    const body = buildPayload(this.#shop, event, entityId, hook.new_version);
    if (body === undefined) return;
    const fault = this.faults.take(event);
    const make = (): Kept =>
      this.#log.add({
        webhookId: hook.id,
        event,
        entityId,
        url: hook.url,
        body,
        attempts: [],
        fault: fault?.kind ?? null,
        retryDelayMs: fault?.kind === 'delayRetries' ? fault.ms : 0,
        state: 'waiting',
        dueAt: this.#shop.clock.now() + waitMs + (fault !== undefined && LATE.has(fault.kind) ? fault.ms : 0),
      });
    const first = make();
    if (fault?.kind === 'drop') {
      first.state = 'dropped';
      return;
    }
    this.#waiting.add(first);
    if (fault?.kind === 'duplicate') this.#waiting.add(make());
    if (fault?.kind === 'reorder') this.#overtaken.push(first);
    else this.#leadOthers(first);
    this.#runDue();
  }

  /** Deliveries that are to be overtaken go right after this one. */
  #leadOthers(leader: Kept): void {
    const followers = this.#overtaken.splice(0).filter((each) => this.#waiting.delete(each));
    if (followers.length > 0) this.#followers.set(leader, followers);
  }

  /** Starts what is due and sets the timer for the next. */
  #runDue(): void {
    if (this.#closed) return;
    const now = this.#shop.clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const delivery of this.#waiting) {
      if (delivery.dueAt <= now) {
        this.#waiting.delete(delivery);
        const run = this.#attemptInTurn(delivery).finally(() => this.#running.delete(run));
        this.#running.add(run);
      } else next = Math.min(next, delivery.dueAt);
    }
    clearTimeout(this.#timer);
    if (next === Number.POSITIVE_INFINITY) return;
    this.#timer = setTimeout(() => this.#runDue(), Math.min(next - now, 2_000_000_000)).unref();
  }

  async #attemptInTurn(delivery: Kept): Promise<void> {
    await this.#attempt(delivery);
    const followers = this.#followers.get(delivery) ?? [];
    this.#followers.delete(delivery);
    for (const each of followers) await this.#attempt(each);
  }

  async #attempt(delivery: Kept): Promise<void> {
    const hook = this.#shop.db.tables.webhooks.get(delivery.webhookId);
    if (hook === undefined || hook.active === 'no') {
      delivery.state = 'abandoned';
      return;
    }
    delivery.state = 'sending';
    this.#sending.add(delivery);
    const era = this.#era;
    const started = Date.now();
    const at = this.#shop.clock.now();
    const headers = this.#headersFor(hook, delivery);
    const { url } = hook;
    const timeoutMs = this.#shop.switches.webhookTimeoutMs;
    const outcome = await this.#poster.post({ url, headers, body: delivery.body, timeoutMs });
    delivery.attempts.push({ at, outcome: describe(outcome), ms: Date.now() - started });
    this.#sending.delete(delivery);
    if (this.#closed || era !== this.#era) return;
    this.#settle(delivery, outcome);
    this.#shop.changed();
  }

  #headersFor(hook: WebhookRow, delivery: Delivery): Record<string, string> {
    const keys = this.#shop.db.tables['api-keys'];
    const key = keys.get(hook.api_key_id) ?? keys.all()[0];
    const own = Object.entries(hook.request_headers).map(([name, value]) => [
      name,
      delivery.fault === 'wrongSecret' ? `wrong-${value.length}` : value,
    ]);
    return {
      'Content-Type': 'application/json',
      'X-CloudCart-ApiKey': key?.value ?? '',
      ...(delivery.fault === 'missingHeader' ? {} : (Object.fromEntries(own) as Record<string, string>)),
    };
  }

  #settle(delivery: Kept, outcome: PostOutcome): void {
    if (outcome.kind === 'answer' && outcome.status >= 200 && outcome.status < 300) {
      delivery.state = 'delivered';
      return;
    }
    const { webhooks } = this.#shop.db.tables;
    if (outcome.kind === 'answer' && outcome.text.includes(UNSUBSCRIBE)) {
      webhooks.delete(delivery.webhookId);
      delivery.state = 'failed';
      return;
    }
    const fatal = outcome.kind === 'answer' ? DISABLING.has(outcome.status) : DNS_FAILURES.has(outcome.code);
    const wait = LADDER_SECONDS[delivery.attempts.length - 1];
    if (fatal || wait === undefined) {
      delivery.state = 'failed';
      if (webhooks.get(delivery.webhookId) !== undefined) {
        webhooks.update(delivery.webhookId, { active: 'no', updated_at: this.#shop.now() });
      }
      return;
    }
    delivery.state = 'waiting';
    // Late by what the attempt itself took on the shop's clock.
    delivery.dueAt = this.#shop.clock.now() + wait * 1000 + delivery.retryDelayMs;
    this.#waiting.add(delivery);
    this.#runDue();
  }

  /** Waits until nothing is being delivered right now; what is due later stays. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Waits for what the last change sends at once: the shop does so inside its own request (CloudCart API 6.4). */
  async settleNow(): Promise<void> {
    const now = [...this.#running];
    if (now.length > 0) await Promise.all(now);
  }

  /** Moves the clock and does everything that falls due on the way, each at its own moment. */
  async advance(ms: number): Promise<void> {
    await this.idle();
    const { clock } = this.#shop;
    const target = clock.now() + ms;
    for (;;) {
      const due = [...this.#waiting].map((each) => each.dueAt).filter((at) => at <= target);
      if (due.length === 0) break;
      clock.advance(Math.max(0, Math.min(...due) - clock.now()));
      this.#runDue();
      await this.idle();
    }
    clock.advance(Math.max(0, target - clock.now()));
    this.#runDue();
    this.#shop.changed();
  }

  /** Deliveries after `seq`, with their attempts. */
  since(seq: number): readonly Kept[] {
    return this.#log.since(seq);
  }

  /** What still has to be delivered, for the state file: the platform's queue outlives a restart as well. */
  pending(): readonly Delivery[] {
    return [...this.#waiting, ...this.#sending];
  }

  /** Takes up what an earlier run had still to deliver. */
  resume(pending: readonly Delivery[]): void {
    for (const each of pending) this.#waiting.add(this.#log.add({ ...each, state: 'waiting' }));
    this.#runDue();
  }

  /** Forgets what is waiting and what was; for a new state of the shop. */
  clear(): void {
    this.#era += 1;
    this.#waiting.clear();
    this.#followers.clear();
    this.#overtaken = [];
    this.#log.clear();
    this.faults.clear();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#poster.close();
  }
}

function describe(outcome: PostOutcome): string {
  return outcome.kind === 'answer' ? `HTTP ${outcome.status}` : outcome.code;
}
