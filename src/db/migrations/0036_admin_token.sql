-- Up Migration

-- Since when the owner of the shop lets us use its admin interface; null: not at all.
alter table connection add column admin_token_set_at timestamptz;
