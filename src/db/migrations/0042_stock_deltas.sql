-- Up Migration

-- The open write adds this to whatever the shop has; null: it sets the figure.
alter table stock_sku add column open_delta bigint;
-- What a write in doubt may still add to whatever the shop shows; null: nothing.
alter table stock_sku add column doubt_adds bigint;
-- The shop showed less than we know a reason for: until then an order may be read that explains it.
alter table stock_sku add column gap_until timestamptz;
-- Of a write that added: by how much. `quantity` is what the shop should show after it.
alter table stock_write add column delta bigint;
