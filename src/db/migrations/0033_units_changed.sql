-- Up Migration

-- When an order that was noted before came to take so much of a variant: a sale that was confirmed before holds another quantity.
alter table order_units add column changed_at timestamptz not null default '-infinity';
-- When the warehouse last confirmed the content of a document; null: not since this column is there.
alter table document add column confirmed_at timestamptz;
