-- Up Migration

-- When the goods of a connection last changed in a way that no report knows: a report that began before is an old picture.
create table catalogue_state (
  connection_id text primary key references connection on delete cascade,
  changed_at timestamptz not null
);

-- Products that a webhook told of, one row each: what is to be read, by whom it is being read, and until when.
create table product_hint (
  connection_id text not null references connection on delete cascade,
  product_id text not null check (product_id ~ '^[0-9]{1,18}$'),
  due_at timestamptz not null default clock_timestamp(),
  -- Deliveries that came after the read began are answered by the next one.
  hinted_at timestamptz not null default clock_timestamp(),
  fence bigint not null default 0,
  lease_until timestamptz not null default '-infinity',
  started_at timestamptz,
  failures integer not null default 0,
  last_error text,
  primary key (connection_id, product_id)
);
create index product_hint_due on product_hint (due_at);
