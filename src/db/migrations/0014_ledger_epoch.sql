-- Up Migration

-- Where the ledger lives: server, timeline of its log, database, table. Restoring a backup, whichever way, changes one of
-- them, except for a copy of the whole disk and for rows loaded into the same tables.
create function ledger_place() returns text language sql stable as $$
  select concat_ws(':',
    case when has_function_privilege('pg_control_system()', 'execute')
         then (select system_identifier::text from pg_control_system()) end,
    left(pg_walfile_name(pg_current_wal_lsn()), 8),
    (select oid from pg_database where datname = current_database()),
    'document'::regclass::oid)
$$;

-- May the ledger of a connection be believed? Confirmed at a place; elsewhere, or without a confirmation, nothing is
-- written to the warehouse until a walk over all its documents has rebuilt what the ledger lost.
create table ledger_epoch (
  connection_id text primary key references connection on delete cascade,
  number integer not null default 1,
  place text not null default ledger_place(),
  opened_at timestamptz not null default clock_timestamp(),
  -- Why the epoch began, a code: `first`, `place`, `operator`, `taken_id`, `unknown_documents`.
  reason text not null,
  confirmed_at timestamptz,
  -- How far the walk came.
  walk jsonb
);
insert into ledger_epoch (connection_id, reason, confirmed_at) select id, 'first', clock_timestamp() from connection;

create function begin_ledger_epoch() returns trigger language plpgsql as $$
begin
  insert into ledger_epoch (connection_id, reason, confirmed_at) values (new.id, 'first', clock_timestamp());
  return new;
end $$;
create trigger connection_begins_epoch after insert on connection for each row execute function begin_ledger_epoch();

create function ledger_confirmed(id text) returns boolean language sql stable as $$
  select exists (select from ledger_epoch where connection_id = id and confirmed_at is not null and place = ledger_place())
$$;

-- Documents of the warehouse with our note and a stamp, as a walk of an epoch finds them; emptied when it ends.
create table ledger_walk (
  connection_id text not null references connection on delete cascade,
  warehouse_id bigint not null,
  kind text not null,
  number text,
  ext_id bigint not null,
  shop_order_id text not null,
  content_digest text not null,
  gross bigint,
  primary key (connection_id, warehouse_id)
);

-- Documents that the last walk could give to no order without a doubt; they are not asked about again by themselves.
create table ledger_leftover (
  connection_id text not null references connection on delete cascade,
  warehouse_id bigint not null,
  primary key (connection_id, warehouse_id)
);

-- Where each stretch of an application's stamps began: a stamp belongs to the stretch that began last before it.
create table ext_id_range (
  first_id bigint primary key,
  warehouse_api_id text not null
);
insert into ext_id_range (first_id, warehouse_api_id)
  select coalesce((select min(ext_id) from document d where d.warehouse_api_id = c.warehouse_api_id), next_id), warehouse_api_id
  from ext_id_counter c where warehouse_api_id <> '' on conflict do nothing;
