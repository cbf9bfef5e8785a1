-- Up Migration

-- What asking both vendors showed. Judged when it is read, with the settings and confirmations of that moment.
create table preflight_run (
  id bigint generated always as identity primary key,
  connection_id text not null references connection on delete cascade,
  started_at timestamptz not null,
  finished_at timestamptz not null default clock_timestamp(),
  evidence jsonb not null
);
create index preflight_run_of on preflight_run (connection_id, id desc);

-- What no API shows and a person has looked up.
create table preflight_confirmation (
  connection_id text not null references connection on delete cascade,
  code text not null,
  confirmed_by text not null,
  confirmed_at timestamptz not null default clock_timestamp(),
  primary key (connection_id, code)
);

-- Where the walk over the warehouse's items goes on, with what its pages showed so far.
alter table connection_lookups add column walk jsonb;
