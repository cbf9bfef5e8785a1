-- Up Migration

-- Open questions of the vendors' data that this connection's own orders have answered: how its shop's totals are
-- read, which lines its warehouse takes. An answer is learned once and then used for every later order.
create table learned_answer (
  connection_id text not null references connection on delete cascade,
  question text not null check (question in ('reading', 'negative_lines')),
  answer text not null,
  -- The order that taught it.
  shop_order_id text not null,
  learned_at timestamptz not null default now(),
  primary key (connection_id, question)
);
