-- Up Migration

-- The price that was worked out and looked wrong, minor units; null: none.
alter table stock_sku add column refused_price bigint;
