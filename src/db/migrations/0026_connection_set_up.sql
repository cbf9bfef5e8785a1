-- Up Migration

-- A paused connection is off and knows the mode that it goes back to.
alter table connection add column paused_mode text check (paused_mode in ('observe', 'live'));
-- Secrets are never shown, only since when they are in use.
alter table connection add column shop_key_set_at timestamptz not null default clock_timestamp();
alter table connection add column warehouse_secret_set_at timestamptz not null default clock_timestamp();

-- What settings are chosen from, as shop and warehouse last showed it: lists, company, service items, measures, and
-- how far the walk over the items is. Not needed for any document.
create table connection_lookups (
  connection_id text primary key references connection on delete cascade,
  lookups jsonb not null,
  read_at timestamptz not null default clock_timestamp()
);
