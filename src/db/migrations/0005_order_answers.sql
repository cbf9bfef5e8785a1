-- Up Migration

-- What a person decided about an order, for as long as the question stands: an answer that a pass did not need any
-- more is superseded, so that it cannot decide a later case that nobody looked at.
create table order_answer (
  id bigint generated always as identity primary key,
  connection_id text not null,
  shop_order_id text not null,
  question text not null,
  answer text not null,
  answered_at timestamptz not null default clock_timestamp(),
  superseded_at timestamptz,
  foreign key (connection_id, shop_order_id) references shop_order on delete cascade
);
create unique index order_answer_standing on order_answer (connection_id, shop_order_id, question) where superseded_at is null;

-- What operators asked for, one row per request: the same request twice has one effect. Who and why stay here, out of
-- the histories of Temporal.
create table operator_action (
  connection_id text not null,
  shop_order_id text not null,
  request_id text not null,
  action text not null check (action in ('retry', 'ignore', 'unignore', 'answer')),
  question text,
  answer text,
  operator text not null,
  reason text not null,
  requested_at timestamptz not null default clock_timestamp(),
  -- Null: not carried out yet.
  ended_at timestamptz,
  -- Why it was not possible any more when its turn came; null: done, or not yet.
  refused text,
  primary key (connection_id, shop_order_id, request_id),
  foreign key (connection_id, shop_order_id) references shop_order on delete cascade
);
