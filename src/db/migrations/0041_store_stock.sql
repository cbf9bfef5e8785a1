-- Up Migration

-- A figure of the shop is a variant's own quantity (0), or the quantity of one of its stores (CloudCart API 4.16).
alter table stock_sku add column store_id bigint not null default 0;
-- Id of the row of `store-quantity` that holds a store's figure; null: none is known, it is made by the first write.
alter table stock_sku add column row_id bigint;
-- By the settings the storefront sells this figure. Otherwise its quantity is left alone; a price belongs to 0 in any case.
alter table stock_sku add column sold_from boolean not null default true;
alter table stock_sku drop constraint stock_sku_pkey, add primary key (connection_id, variant_key, store_id);

alter table stock_write add column store_id bigint not null default 0;
drop index stock_write_of;
create index stock_write_of on stock_write (connection_id, variant_key, store_id, id desc);

-- Quantities of stores as the catalogue's walk last read them.
create table shop_store_quantity (
  connection_id text not null references connection on delete cascade,
  variant_key text not null,
  store_id bigint not null,
  row_id bigint not null,
  -- Decimal text; null: the shop did not say.
  quantity text,
  read_at timestamptz not null default clock_timestamp(),
  -- The report whose walk showed it last, and whether a complete one did not show it any more.
  seen_in bigint,
  gone_at timestamptz,
  primary key (connection_id, variant_key, store_id)
) with (fillfactor = 70);
