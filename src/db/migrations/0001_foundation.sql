-- Up Migration

-- One shop paired with one micro.bg application. Shop host and ApiId are unique: two connections on one
-- of them would post the same orders twice and share one budget without knowing.
create table connection (
  id text primary key check (id ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  name text not null,
  mode text not null default 'off' check (mode in ('off', 'observe', 'live')),
  shop_url text not null,
  shop_host text not null unique,
  warehouse_entry_point text not null,
  warehouse_api_id text not null unique,
  body_encoding text not null default 'form-double' check (body_encoding in ('form-double', 'form-single', 'multipart')),
  -- Encrypted (JWE, AES-256-GCM) with SECRETS_KEY: shop API key, warehouse secret, webhook URL secret and header secret.
  secrets text not null,
  settings_version integer not null default 1,
  -- Writes are refused with a reason, for instance after another order's document was found under our id.
  stopped_reason text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- Every version of the settings: a document keeps the version that it was first posted with.
create table connection_settings (
  connection_id text not null references connection on delete cascade,
  version integer not null,
  settings jsonb not null,
  created_at timestamptz not null default now(),
  created_by text not null,
  primary key (connection_id, version)
);

-- One row per shop order that we ever heard of: the last read, the state, and the lease of the one writer.
create table shop_order (
  connection_id text not null references connection on delete cascade,
  shop_order_id text not null check (shop_order_id ~ '^[0-9]{1,20}$'),
  state text not null default 'new'
    check (state in ('new', 'none', 'ordered', 'sold', 'withdrawn', 'blocked', 'conflict', 'ignored', 'foreign')),
  -- Lease: only the holder of the highest fence may write anything for this order.
  fence bigint not null default 0,
  lease_until timestamptz not null default '-infinity',
  pass_started_at timestamptz,
  -- What the shop showed at the last read.
  shop_status text,
  shop_fulfilment text,
  shop_updated_at text,
  shop_total bigint,
  shop_currency text,
  last_read_at timestamptz,
  -- First 404 of a series; a second one minutes later means that the order vanished.
  missing_since timestamptz,
  sale_fired_at timestamptz,
  paid_seen_at timestamptz,
  -- Next time the order must be looked at without an event (verification, second look at a 404, quarantine).
  due_at timestamptz,
  due_reason text,
  hinted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (connection_id, shop_order_id)
);
create index shop_order_due on shop_order (due_at) where due_at is not null;
create index shop_order_state on shop_order (connection_id, state);

-- ExtAppDocId: one sequence per micro.bg application, never reused, at most 2147483647 (micro.bg API 6.1).
create table ext_id_counter (
  warehouse_api_id text primary key,
  next_id bigint not null check (next_id between 1 and 2147483647),
  epoch integer not null default 1
);

-- The ledger of warehouse documents: what we asked for, what was confirmed, what is still unknown.
create table document (
  id bigint generated always as identity primary key,
  connection_id text not null references connection on delete cascade,
  warehouse_api_id text not null,
  ext_id bigint not null,
  shop_order_id text not null,
  kind text not null check (kind in ('order', 'sale', 'claim')),
  generation integer not null,
  warehouse_id bigint,
  warehouse_number text,
  state text not null check (state in ('reserved', 'sent', 'live', 'delete_sent', 'deleted', 'foreign', 'conflict')),
  -- Digest and content of the intent; set before the request leaves.
  sent_digest text,
  sent_content jsonb,
  -- The lease of the pass that wrote the intent: its request has left before, or never will.
  deadline_at timestamptz,
  -- Digest of the wish that was confirmed, and of the content as the warehouse returned it.
  live_digest text,
  live_content_digest text,
  gross bigint,
  settings_version integer not null,
  posted_differs boolean not null default false,
  written_off_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  fence bigint not null,
  unique (warehouse_api_id, ext_id),
  foreign key (connection_id, shop_order_id) references shop_order on delete cascade
);
create unique index document_one_per_kind on document (connection_id, shop_order_id, kind) where state <> 'deleted';
create index document_of_order on document (connection_id, shop_order_id);
create index document_canary on document (connection_id, updated_at desc) where state = 'live';

-- Append-only: what was decided, sent and answered.
create table journal (
  id bigint generated always as identity primary key,
  connection_id text not null references connection on delete cascade,
  shop_order_id text,
  at timestamptz not null default clock_timestamp(),
  kind text not null,
  fence bigint,
  data jsonb not null default '{}'
);
create index journal_of_order on journal (connection_id, shop_order_id, id);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the journal is append-only';
end $$;
create trigger journal_append_only before update on journal for each row execute function refuse_change();

-- What keeps an order from its document, with the evidence. One open row per order and code.
create table problem (
  id bigint generated always as identity primary key,
  connection_id text not null references connection on delete cascade,
  shop_order_id text not null,
  code text not null,
  severity text not null check (severity in ('blocking', 'info')),
  params jsonb not null default '{}',
  evidence jsonb,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  resolved_at timestamptz,
  foreign key (connection_id, shop_order_id) references shop_order on delete cascade
);
create unique index problem_open on problem (connection_id, shop_order_id, code, md5(params::text)) where resolved_at is null;

-- Shop variant -> warehouse item. A confirmed link survives renames on both sides.
create table item_link (
  connection_id text not null references connection on delete cascade,
  variant_key text not null,
  warehouse_item_id bigint not null,
  ratio text not null default '1',
  matched_by text not null check (matched_by in ('code', 'barcode', 'extra_code', 'manual')),
  created_at timestamptz not null default now(),
  gone_at timestamptz,
  primary key (connection_id, variant_key)
);

-- Facts of warehouse items as last read; refreshed when older than their time to live.
create table warehouse_item (
  connection_id text not null references connection on delete cascade,
  warehouse_item_id bigint not null,
  code text not null,
  name text not null,
  tax_value text not null,
  not_storable boolean not null,
  deleted boolean not null default false,
  read_at timestamptz not null default now(),
  primary key (connection_id, warehouse_item_id)
);

-- Customer -> warehouse partner. The key is a keyed hash: the table holds no personal data.
create table partner_link (
  connection_id text not null references connection on delete cascade,
  partner_key text not null,
  warehouse_partner_id bigint,
  -- Our own code, stored before insertPartner: a repeat is refused and the partner adopted by its code.
  code text,
  state text not null default 'new' check (state in ('new', 'sent', 'live')),
  fields_digest text,
  fence bigint not null default 0,
  lease_until timestamptz not null default '-infinity',
  deadline_at timestamptz,
  updated_at timestamptz not null default now(),
  primary key (connection_id, partner_key)
);
create table partner_code_counter (
  warehouse_api_id text primary key,
  next_code bigint not null
);

-- Facts of the warehouse account, re-read hourly.
create table warehouse_facts (
  connection_id text primary key references connection on delete cascade,
  facts jsonb not null,
  read_at timestamptz not null default now()
);

-- Raw webhook deliveries. A row is closed by a read of the shop that began after it was received.
create table webhook_delivery (
  id bigint generated always as identity primary key,
  connection_id text not null references connection on delete cascade,
  event text not null,
  entity_id text not null,
  hint jsonb not null default '{}',
  received_at timestamptz not null default clock_timestamp(),
  body bytea not null,
  header_ok boolean not null default true,
  signalled_at timestamptz,
  closed_at timestamptz
);
create index webhook_delivery_open on webhook_delivery (connection_id, entity_id, received_at) where closed_at is null;
create index webhook_delivery_unsignalled on webhook_delivery (id) where closed_at is null and signalled_at is null;
create index webhook_delivery_signalled on webhook_delivery (signalled_at) where closed_at is null and signalled_at is not null;

-- Deliveries that cannot be trusted or read. Bounded per connection; never signalled.
create table webhook_quarantine (
  id bigint generated always as identity primary key,
  connection_id text,
  reason text not null,
  received_at timestamptz not null default clock_timestamp(),
  event text,
  body_start bytea not null,
  body_bytes bigint not null,
  body_sha256 bytea not null
);
create index webhook_quarantine_of on webhook_quarantine (connection_id, id);

-- Sliding log of shop requests: one row per shop, the calls of the last minute inside.
create table shop_budget (
  shop_host text primary key,
  -- X-RateLimit-Limit as last seen; the shop counts per minute.
  rate_limit integer not null default 50,
  -- Calls of other clients in the present window, estimated from X-RateLimit-Remaining.
  foreign_use integer not null default 0,
  paused_until timestamptz not null default '-infinity',
  -- When each charge ends: 60 s after the call's answer, or after its deadline while it is under way.
  charges timestamptz[] not null default '{}'
);

-- Places that are held for the time of a pass: `pass:{connection}` keeps one slow shop from taking all
-- workers, `warehouse:{ApiId}` bounds the requests in flight at micro.bg. A dead holder's lease runs out.
create table slot (
  resource text not null,
  number integer not null,
  holder text,
  lease_until timestamptz not null default '-infinity',
  primary key (resource, number)
);
