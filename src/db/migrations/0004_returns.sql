-- Up Migration

-- A sale that was returned stands beside its return for ever: both are closed, and the order may live again under
-- new documents. A credit note takes the place of a claim where micro.bg issued an invoice.
alter table document drop constraint document_kind_check;
alter table document add constraint document_kind_check check (kind in ('order', 'sale', 'claim', 'credit_note'));
alter table document drop constraint document_state_check;
alter table document add constraint document_state_check
  check (state in ('reserved', 'sent', 'live', 'delete_sent', 'deleted', 'foreign', 'conflict', 'returned'));
drop index document_one_per_kind;
create unique index document_one_per_kind on document (connection_id, shop_order_id, kind)
  where state not in ('deleted', 'returned');
-- What was confirmed last, complete: a return mirrors it line by line.
alter table document add column live_content jsonb;
-- Why a document is in conflict: staff changed it, or it is gone.
alter table document add column conflict_reason text check (conflict_reason in ('changed', 'missing'));

alter table shop_order drop constraint shop_order_state_check;
alter table shop_order add constraint shop_order_state_check
  check (state in ('new', 'none', 'ordered', 'sold', 'withdrawn', 'returned', 'blocked', 'conflict', 'ignored', 'foreign'));
-- The shop shows no lines of a partial return: once one was seen, a later full one is a question.
alter table shop_order add column partial_return_seen_at timestamptz;
