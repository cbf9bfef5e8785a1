-- Up Migration

-- What was decided about an order on which facts, so that it can be worked out again; no personal data. The same
-- decision is kept once: a blocked order that is looked at every minute costs one row.
create table decision (
  connection_id text not null,
  shop_order_id text not null,
  digest text not null,
  input jsonb not null,
  outcome jsonb not null,
  first_at timestamptz not null default clock_timestamp(),
  last_at timestamptz not null default clock_timestamp(),
  times integer not null default 1,
  primary key (connection_id, shop_order_id, digest),
  foreign key (connection_id, shop_order_id) references shop_order on delete cascade
);
