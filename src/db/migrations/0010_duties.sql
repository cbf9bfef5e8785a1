-- Up Migration

-- What every connection needs again and again (sweep, watchdog, ...): when it is due, who is at it, how it went.
-- A schedule of Temporal only looks here; a duty that nobody ended is due again when its lease runs out.
create table connection_duty (
  connection_id text not null references connection on delete cascade,
  duty text not null check (duty ~ '^[a-z_]{1,40}$'),
  due_at timestamptz not null default '-infinity',
  -- Somebody wants it at once; one that is under way then does not postpone it.
  asked_at timestamptz,
  -- Only the holder of the highest fence may store what it found.
  fence bigint not null default 0,
  lease_until timestamptz not null default '-infinity',
  started_at timestamptz,
  finished_at timestamptz,
  succeeded_at timestamptz,
  -- Failures in a row, and what the last one said: a code and a sentence, no personal data.
  failures integer not null default 0,
  last_error text,
  primary key (connection_id, duty)
);
create index connection_duty_due on connection_duty (duty, due_at);

-- How far the sweep of a shop has come. Times are the shop's own, as written: wall time without a zone (U-10).
create table sweep_progress (
  connection_id text primary key references connection on delete cascade,
  -- Everything that changed up to here was handed over; null until the first sweep came to its end.
  watermark text,
  -- A sweep of many pages goes on here: what it has seen already, and what its first page showed.
  bound text,
  page integer not null default 1,
  newest text,
  sight text,
  total integer,
  -- Orders since this day were looked at; an earlier one begins from the start.
  since text not null,
  updated_at timestamptz not null default clock_timestamp()
);

-- Somebody asked for a look at the order; a pass that began before does not answer it.
alter table shop_order add column asked_at timestamptz;
-- What the sweep last saw of the order and asked for a look at: the same is not asked for twice.
alter table shop_order add column swept_key text;
-- Payment provider of the order, and when the sweep last read it because its gateway tells nobody.
alter table shop_order add column shop_provider text;
alter table shop_order add column silent_read_at timestamptz;
create index shop_order_silent on shop_order (connection_id, shop_provider)
  where state in ('new', 'ordered', 'blocked') and paid_seen_at is null;
