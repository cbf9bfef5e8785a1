-- Up Migration

-- When the goods of a connection last changed in a way that no report knows: a report that began before is an old picture.
create table catalogue_state (
  connection_id text primary key references connection on delete cascade,
  changed_at timestamptz not null
);

-- Products that a webhook told of, one row each. Rows stay: what a delivery said is compared with the next one.
create table product_hint (
  connection_id text not null references connection on delete cascade,
  product_id text not null check (product_id ~ '^[0-9]{1,20}$'),
  -- When it is to be read; infinity: nothing is to be done.
  due_at timestamptz not null default clock_timestamp(),
  -- The last delivery with news. A read that began before does not answer it.
  hinted_at timestamptz not null default clock_timestamp(),
  -- What the last delivery with news said of everything but stock and price; null: it was deleted.
  digest text,
  -- Only the holder of the highest fence may store what it read.
  fence bigint not null default 0,
  lease_until timestamptz not null default '-infinity',
  started_at timestamptz,
  primary key (connection_id, product_id)
);
create index product_hint_due on product_hint (due_at) where due_at < 'infinity';
