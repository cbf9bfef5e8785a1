-- When `items_read_at` was first reached, by our clock: the second it names is over only some time after that.
alter table stock_export add column items_read_on timestamptz;
update stock_export set items_read_on = now() where items_read_at is not null;
