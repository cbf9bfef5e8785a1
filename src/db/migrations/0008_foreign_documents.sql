-- Up Migration

-- Documents of the warehouse that another program, or a person, made for an order of the shop: found by the number in
-- their note. No personal data.
create table foreign_document (
  connection_id text not null references connection on delete cascade,
  warehouse_id bigint not null,
  shop_order_id text not null,
  type integer not null,
  number text,
  -- Minor units of the warehouse's currency.
  gross bigint,
  lines jsonb not null,
  first_seen_at timestamptz not null default clock_timestamp(),
  last_seen_at timestamptz not null default clock_timestamp(),
  -- It no longer stands.
  gone_at timestamptz,
  primary key (connection_id, warehouse_id)
);
create index foreign_document_of_order on foreign_document (connection_id, shop_order_id) where gone_at is null;
