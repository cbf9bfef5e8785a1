-- Up Migration

-- What an order takes of each variant, as last read. `taken`: the shop has taken the units off its own figure.
create table order_units (
  connection_id text not null,
  shop_order_id text not null,
  variant_key text not null,
  -- Decimal text, in units of the shop.
  quantity text not null,
  taken boolean not null,
  primary key (connection_id, variant_key, shop_order_id),
  foreign key (connection_id, shop_order_id) references shop_order on delete cascade
);
create index order_units_of_order on order_units (connection_id, shop_order_id);
-- What the rows above say, so that a pass that read nothing new changes nothing.
alter table shop_order add column units_digest text;

-- One counter for all SKUs: whoever notes its value knows later whether a SKU was touched since.
create sequence stock_version as bigint;

-- The export of a connection, and the right to write to its shop: one writer at a time, over all processes.
create table stock_export (
  connection_id text primary key references connection on delete cascade,
  fence bigint not null default 0,
  lease_until timestamptz not null default '-infinity',
  paused_at timestamptz,
  paused_by text,
  -- Somebody wants a cycle now.
  asked_at timestamptz,
  -- The last read of the quantities: when it began by the database's clock, and the counter at that moment.
  read_started_at timestamptz,
  read_mark bigint,
  -- Settings under which everything was worked out last; another version works everything out again.
  settings_version integer,
  -- Up to where changed items were read, as micro.bg writes dates.
  items_read_at text,
  -- What the account counts in, as first seen.
  warehouse_currency text,
  shop_currency text
);

-- The last quantity of each item, per object; object 0: all of them together.
create table stock_quantity (
  connection_id text not null references connection on delete cascade,
  warehouse_item_id bigint not null,
  object_id bigint not null,
  quantity text not null,
  -- The answer does not show it any more, which proves nothing (Q-10).
  missing_since timestamptz,
  primary key (connection_id, warehouse_item_id, object_id)
) with (fillfactor = 70);

-- What the shop shows of a variant by our writes and reads, and what it should show.
create table stock_sku (
  connection_id text not null references connection on delete cascade,
  variant_key text not null,
  version bigint not null default nextval('stock_version'),
  -- The version that the last confirmed write carried; null: nobody knows what the shop shows.
  exported_version bigint,
  -- The least that the shop may show, decimal text in its units; null: not known.
  shown text,
  -- Minor units.
  shown_price bigint,
  -- A write that left, or may have left, and has no answer yet; stored before it is sent.
  open_quantity text,
  open_price bigint,
  open_version bigint,
  open_at timestamptz,
  open_lands_until timestamptz,
  -- Until then a write that nobody answered may still take effect.
  doubt_until timestamptz,
  -- What it should show, as last worked out; null: nothing is said of it.
  wanted text,
  wanted_price bigint,
  -- Why nothing is written although something should be: a guard, or what the shop refused.
  held text,
  -- Orders take something off its figure: it is worked out again with every read.
  claimed boolean not null default false,
  evaluated_at timestamptz,
  -- The most urgent first: 0 to zero, 1 low, 2 cheaper, 3 the rest; null: nothing is to be written.
  priority smallint,
  dirty_since timestamptz,
  -- An order touched it: written within seconds.
  urgent_at timestamptz,
  touched_at timestamptz not null default clock_timestamp(),
  written_at timestamptz,
  -- When the shop's own figure was last taken over.
  shop_read_at timestamptz,
  failures integer not null default 0,
  primary key (connection_id, variant_key)
) with (fillfactor = 70);
create index stock_sku_dirty on stock_sku (connection_id, priority, dirty_since) where dirty_since is not null;
create index stock_sku_urgent on stock_sku (connection_id) where urgent_at is not null;
create index stock_sku_open on stock_sku (connection_id) where open_at is not null;

-- Cycles, with what each of them did.
create table stock_cycle (
  id bigint generated always as identity primary key,
  connection_id text not null references connection on delete cascade,
  asked_by text not null,
  state text not null default 'running' check (state in ('running', 'finished', 'stopped', 'abandoned')),
  started_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  -- Why it ended early, a code.
  reason text,
  figures jsonb not null default '{}'
);
create index stock_cycle_of on stock_cycle (connection_id, id desc);

-- Writes to the shop, for whoever asks why it shows what it shows. Kept for some days.
create table stock_write (
  id bigint generated always as identity primary key,
  connection_id text not null references connection on delete cascade,
  variant_key text not null,
  at timestamptz not null default clock_timestamp(),
  quantity text,
  price bigint,
  -- `done`, `refused`, `unknown`.
  outcome text not null,
  said text
);
create index stock_write_of on stock_write (connection_id, variant_key, id desc);
create index stock_write_at on stock_write (at);

-- What looked wrong in an answer of the warehouse: nothing of it goes to the shop until a person decides.
create table stock_finding (
  id bigint generated always as identity primary key,
  connection_id text not null references connection on delete cascade,
  code text not null,
  -- What it keeps back: `quantities`, `prices`, or one variant.
  scope text not null,
  evidence jsonb not null,
  state text not null default 'open' check (state in ('open', 'accepted', 'rejected', 'over')),
  found_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp(),
  decided_at timestamptz,
  decided_by text,
  reason text
);
create unique index stock_finding_standing on stock_finding (connection_id, code, scope) where state in ('open', 'accepted', 'rejected');
