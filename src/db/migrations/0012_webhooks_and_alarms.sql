-- Up Migration

-- What the merchant wants of a connection's webhooks. The watchdog brings it about, again and again; without a row
-- nobody asked for webhooks, and it touches none.
create table webhook_registration (
  connection_id text primary key references connection on delete cascade,
  wanted boolean not null,
  -- Where the shop reaches the gateway, as it was when somebody registered.
  public_url text not null,
  asked_at timestamptz not null default clock_timestamp(),
  asked_by text not null,
  -- When what was asked for was done in the shop; older than asked_at: not yet.
  done_at timestamptz
);

-- The subscriptions of a connection as the shop had them when they were last looked at, one per event.
create table webhook_subscription (
  connection_id text not null references connection on delete cascade,
  event text not null,
  -- Null: the shop has none.
  shop_webhook_id text,
  active boolean not null,
  checked_at timestamptz not null default clock_timestamp(),
  -- Repairs in a row with no delivery since the first of them: something keeps the shop from reaching us.
  repairs integer not null default 0,
  repaired_at timestamptz,
  primary key (connection_id, event)
);

-- The last delivery of each event, and of each connection, without reading the others.
create index webhook_delivery_last on webhook_delivery (connection_id, event, received_at desc);

-- Faults that show only as silence. One open row per connection and code; a cleared one stays as history.
create table alarm (
  id bigint generated always as identity primary key,
  connection_id text not null references connection on delete cascade,
  code text not null,
  params jsonb not null default '{}',
  since timestamptz not null default clock_timestamp(),
  cleared_at timestamptz
);
create unique index alarm_open on alarm (connection_id, code) where cleared_at is null;
create index alarm_of on alarm (connection_id, since desc);
