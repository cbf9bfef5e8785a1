-- Up Migration

-- Trials in the warehouse that a person agreed to. What is about to be written is stored before it leaves, so that whoever comes
-- next finds the document by its stamp and takes it away again.
create table calibration (
  id bigint generated always as identity primary key,
  connection_id text not null references connection on delete cascade,
  kind text not null check (kind in ('reservation')),
  state text not null default 'asked' check (state in ('asked', 'reserved', 'sent', 'stands', 'delete_sent', 'gone', 'done')),
  -- A document can be deleted only by the application that made it (micro.bg API 6.2).
  warehouse_api_id text not null,
  object_id bigint not null,
  item_id bigint not null,
  partner_id bigint not null,
  ext_id bigint,
  warehouse_id bigint,
  -- Until when the request of the intent may still leave.
  deadline_at timestamptz,
  -- Quantities as they were given, decimal text: before, during, after; what the warehouse said when it refused.
  evidence jsonb not null default '{}',
  result text check (result in ('subtracts', 'keeps', 'unclear', 'no_stock', 'not_landed', 'refused', 'id_taken', 'changed_by_staff', 'connection_off')),
  asked_by text not null,
  asked_at timestamptz not null default clock_timestamp(),
  done_at timestamptz,
  check ((state = 'done') = (result is not null))
);
-- Never two at once.
create unique index calibration_open on calibration (connection_id) where state <> 'done';
create index calibration_of on calibration (connection_id, id desc);
