import type { Queryable } from '../pool.ts';

/** What somebody asked for of a connection's webhooks. */
export interface Registration {
  readonly wanted: boolean;
  readonly publicUrl: string;
  readonly askedBy: string;
  /** Not done in the shop yet. */
  readonly open: boolean;
}

/** What somebody asked for; undefined while nobody ever did. */
export async function readRegistration(
  database: Queryable,
  connectionId: string,
): Promise<Registration | undefined> {
  const { rows } = await database.query<Registration>({
    name: 'read-registration',
    text: `select wanted, public_url as "publicUrl", asked_by as "askedBy",
             done_at is null or done_at < asked_at as open
           from webhook_registration where connection_id = $1`,
    values: [connectionId],
  });
  return rows[0];
}

/**
 * Stores that somebody wants the webhooks of a connection on or off; the watchdog brings it about. Without an
 * address the one of the last registration stays. False when there is none, or no such connection.
 */
export async function askForWebhooks(
  database: Queryable,
  connectionId: string,
  asked: { readonly wanted: boolean; readonly publicUrl: string | null; readonly by: string },
): Promise<boolean> {
  const result = await database.query({
    name: 'ask-for-webhooks',
    text: `with asked as (
             insert into webhook_registration as r (connection_id, wanted, public_url, asked_by)
             select c.id, $2, coalesce($3, known.public_url), $4
             from connection c left join webhook_registration known on known.connection_id = c.id
             where c.id = $1 and coalesce($3, known.public_url) is not null
             on conflict (connection_id) do update set wanted = excluded.wanted, public_url = excluded.public_url,
               asked_by = excluded.asked_by, asked_at = clock_timestamp()
             returning connection_id)
           insert into journal (connection_id, kind, data)
           select connection_id, 'webhook', jsonb_build_object('what', 'asked', 'wanted', $2::boolean, 'by', $4::text)
           from asked`,
    values: [connectionId, asked.wanted, asked.publicUrl, asked.by],
  });
  return result.rowCount === 1;
}

/** What was asked for is done, unless something else was asked for meanwhile. */
export async function markRegistered(
  database: Queryable,
  connectionId: string,
  done: Pick<Registration, 'wanted' | 'publicUrl'>,
): Promise<void> {
  await database.query(
    `update webhook_registration set done_at = clock_timestamp()
     where connection_id = $1 and wanted = $2 and public_url = $3`,
    [connectionId, done.wanted, done.publicUrl],
  );
}

/** A subscription as the shop has it. */
export interface SeenSubscription {
  readonly event: string;
  readonly shopId: string | null;
  readonly active: boolean;
  /** It was wrong and has just been saved again. */
  readonly repaired: boolean;
}

/**
 * Stores how the shop has the subscriptions of a connection. Repairs are counted until a delivery arrives after one:
 * then whatever kept the shop from us is gone.
 */
export async function storeSubscriptions(
  database: Queryable,
  connectionId: string,
  seen: readonly SeenSubscription[],
): Promise<void> {
  await database.query({
    name: 'store-subscriptions',
    text: `with seen as (
             select s ->> 'event' as event, s ->> 'shopId' as shop_webhook_id, (s -> 'active')::boolean as active,
                    (s -> 'repaired')::boolean as repaired
             from jsonb_array_elements($2::jsonb) s),
           gone as (
             delete from webhook_subscription where connection_id = $1 and event not in (select event from seen))
           insert into webhook_subscription as w (connection_id, event, shop_webhook_id, active, repairs, repaired_at)
           select $1, event, shop_webhook_id, active, repaired::int, case when repaired then clock_timestamp() end from seen
           on conflict (connection_id, event) do update set
             shop_webhook_id = excluded.shop_webhook_id, active = excluded.active, checked_at = clock_timestamp(),
             repaired_at = coalesce(excluded.repaired_at, w.repaired_at),
             repairs = excluded.repairs + case when exists (
               select 1 from webhook_delivery d where d.connection_id = w.connection_id and d.event = w.event
                 and d.received_at > w.repaired_at) then 0 else w.repairs end`,
    values: [connectionId, JSON.stringify(seen)],
  });
}

/** Repairs in a row of each event, and how long ago the last one was. */
export async function readRepairs(
  database: Queryable,
  connectionId: string,
): Promise<Map<string, { readonly repairs: number; readonly agoMs: number }>> {
  const { rows } = await database.query<{ event: string; repairs: number; ago: number }>(
    `select event, repairs, (extract(epoch from clock_timestamp() - repaired_at) * 1000)::float8 as ago
     from webhook_subscription where connection_id = $1 and repaired_at is not null`,
    [connectionId],
  );
  return new Map(rows.map(({ event, repairs, ago }) => [event, { repairs, agoMs: ago }]));
}

/** Appends what was done, or in mode `observe` would have been, to the webhooks of a connection. */
export async function journalWebhooks(
  database: Queryable,
  connectionId: string,
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  await database.query(`insert into journal (connection_id, kind, data) values ($1, 'webhook', $2)`, [
    connectionId,
    JSON.stringify(data),
  ]);
}

/** Is this what was journaled last of the connection's webhooks? What stays as it is fills no journal. */
export async function isLastJournaled(
  database: Queryable,
  connectionId: string,
  data: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const { rows } = await database.query<{ same: boolean }>(
    `select data = $2::jsonb as same from journal
     where connection_id = $1 and shop_order_id is null and kind = 'webhook' order by id desc limit 1`,
    [connectionId, JSON.stringify(data)],
  );
  return rows[0]?.same ?? false;
}

interface WebhookView {
  readonly mode: 'off' | 'observe' | 'live';
  readonly wanted: boolean | null;
  /** Where the shop sends them. */
  readonly publicUrl: string | null;
  readonly askedBy: string | null;
  readonly askedAt: Date | null;
  readonly doneAt: Date | null;
  readonly webhooks: readonly {
    readonly event: string;
    readonly active: boolean;
    readonly checkedAt: string;
    readonly repairs: number;
    readonly lastDeliveryAt: string | null;
  }[];
}

/** The webhooks of a connection as they were last seen; undefined when there is no such connection. */
export async function viewWebhooks(
  database: Queryable,
  connectionId: string,
): Promise<WebhookView | undefined> {
  const { rows } = await database.query<WebhookView>({
    name: 'view-webhooks',
    text: `select c.mode, r.wanted, r.public_url as "publicUrl", r.asked_by as "askedBy", r.asked_at as "askedAt", r.done_at as "doneAt",
             (select coalesce(jsonb_agg(jsonb_build_object('event', w.event, 'active', w.active, 'checkedAt', w.checked_at,
                'repairs', w.repairs, 'lastDeliveryAt', (
                  select max(d.received_at) from webhook_delivery d
                  where d.connection_id = w.connection_id and d.event = w.event)) order by w.event), '[]')
              from webhook_subscription w where w.connection_id = c.id) as webhooks
           from connection c left join webhook_registration r on r.connection_id = c.id where c.id = $1`,
    values: [connectionId],
  });
  return rows[0];
}
