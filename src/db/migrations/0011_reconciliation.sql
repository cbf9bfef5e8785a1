-- Up Migration

-- Comparisons of a whole shop with its warehouse: asked for by the schedule or a person, each with its figures.
create table reconciliation (
  id bigint generated always as identity primary key,
  connection_id text not null references connection on delete cascade,
  asked_by text not null,
  state text not null default 'asked' check (state in ('asked', 'running', 'finished', 'abandoned')),
  asked_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  -- The last page that was read.
  touched_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  -- Where the walk over both sides stands.
  progress jsonb,
  figures jsonb
);
create index reconciliation_of on reconciliation (connection_id, id desc);
-- One at a time: two would read every page twice.
create unique index reconciliation_under_way on reconciliation (connection_id) where state in ('asked', 'running');

-- What the pages showed; removed when it was compared. No personal data: of a note only the number of the order.
create table reconciliation_sight (
  reconciliation_id bigint not null references reconciliation on delete cascade,
  side text not null check (side in ('shop', 'warehouse')),
  id bigint not null,
  shop_order_id text not null,
  data jsonb not null,
  primary key (reconciliation_id, side, id)
);
create index reconciliation_sight_of on reconciliation_sight (reconciliation_id, shop_order_id);

create table reconciliation_difference (
  reconciliation_id bigint not null references reconciliation on delete cascade,
  number integer not null,
  kind text not null,
  shop_order_id text not null,
  warehouse_id bigint,
  warehouse_number text,
  expected text not null,
  found text not null,
  primary key (reconciliation_id, number)
);
create index document_by_warehouse_id on document (connection_id, warehouse_id);
