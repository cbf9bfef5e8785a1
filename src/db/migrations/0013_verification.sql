-- Up Migration

-- The verification walk found something in the warehouse that the ledger does not say: the next pass of the order looks
-- at its documents even when nothing is to be written. Cleared by the pass that has looked since.
alter table shop_order add column suspect_since timestamptz;
-- What was found last, and when: the same finding again is news only after a while.
alter table shop_order add column suspect_finding text;
alter table shop_order add column suspected_at timestamptz;

-- How far the comparison of recent documents with the ledger has come, per connection.
create table verification (
  connection_id text primary key references connection on delete cascade,
  -- Newest DateUpdated that micro.bg showed, on its own clock (micro.bg API 4).
  seen_until text,
  -- What fromDate of getOperations compares here: not documented, learned from its answers (Q-13).
  from_date_means text check (from_date_means in ('updated', 'issued')),
  checked_at timestamptz not null default clock_timestamp(),
  documents integer not null default 0,
  suspects integer not null default 0,
  -- Documents of the newest look that carry our note and a number of our sequence, and that no ledger row stands for.
  unknown jsonb not null default '[]'
);
