-- Up Migration

-- Service items that a merchant wants made in the warehouse. `insertItem` has no idempotency key (micro.bg API 2): the
-- code is stored before the first call, a repeat of it is refused by the warehouse, and the item is adopted by its code.
create table service_item (
  id bigint generated always as identity primary key,
  connection_id text not null references connection on delete cascade,
  role text not null check (role in ('delivery', 'discount', 'fee', 'rounding')),
  name text not null,
  tax_rate text not null,
  tax_group integer not null,
  measure_id bigint not null,
  code text not null,
  state text not null default 'asked' check (state in ('asked', 'sent', 'made', 'refused')),
  item_id bigint,
  -- What the warehouse said when it refused: a sentence for the operator.
  refusal text,
  asked_by text not null,
  asked_at timestamptz not null default clock_timestamp(),
  done_at timestamptz,
  unique (connection_id, code)
);
-- One at a time for what it stands for.
create unique index service_item_open on service_item (connection_id, role, tax_rate) where state in ('asked', 'sent');
