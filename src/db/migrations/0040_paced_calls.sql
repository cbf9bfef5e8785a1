-- When an export, and a reading of the whole shop, last got a call: what is left of the minute is spread over it, so
-- that what cannot wait always finds a place.
alter table shop_budget
  add column export_at timestamptz not null default '-infinity',
  add column report_at timestamptz not null default '-infinity';
